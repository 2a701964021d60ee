"""What the pages point to exists: links, files, tests, commands."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import typer.core
import typer.main

from services.cli import build

REPO = Path(__file__).parents[2]
PAGES = sorted(
    [
        *REPO.glob("*.md"),
        *REPO.glob("docs/**/*.md"),
        *(page for root in REPO.glob("*/__init__.py") for page in root.parent.glob("README.md")),
    ]
)
ROOMS = ("services/", "simulations/", "adapters/", "transport/", "regulation/", "tests/", "docs/",
         "scripts/", "examples/", "requirements/", "benchmarks/")  # fmt: skip


def named(page: Path) -> str:
    return str(page.relative_to(REPO))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_of_a_page_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    inside = [link for link in links if link and "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_a_page_names_exists(page):
    names = [name for name in quoted(page) if name.startswith(ROOMS) and " " not in name]
    plain = [name for name in names if not re.search(r"[*<>{}N]", name)]
    assert [name for name in plain if not (REPO / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_test_a_page_cites_exists(page):
    cited = {name for name in quoted(page) if re.fullmatch(r"test_\w+", name)}
    assert cited - names_of_tests() == set()


def test_the_hazards_cite_tests():
    cited = [name for name in quoted(REPO / "docs/securite-clinique.md") if "test_" in name]
    assert len(cited) > 20


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_a_page_gives_exists(page):
    given = {
        match.group(1)
        for name in quoted(page)
        if (match := re.match(r"(?:\.venv/bin/)?aiguilleur ([a-z-]+)", name))
    }
    assert given - commands() == set()


def quoted(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))


@cache
def names_of_tests() -> frozenset[str]:
    names: set[str] = set()
    for path in (REPO / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names |= {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
    return frozenset(names)


@cache
def commands() -> frozenset[str]:
    group = typer.main.get_command(build())
    assert isinstance(group, typer.core.TyperGroup)
    return frozenset(group.commands)
