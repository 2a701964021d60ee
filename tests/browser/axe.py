"""What axe-core finds wrong with a page as it stands."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.servers.finding import ServerMissing

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    if not AXE.is_file():
        raise ServerMissing("axe-core is not there: run `make install-test`")
    return AXE.read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """List the violations: rule, and where."""
    page.evaluate(_source())
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
