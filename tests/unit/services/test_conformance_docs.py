"""The page of conformance says what the checks, the mocks, the adapters and the tests do."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

REPO = Path(__file__).parents[3]
PAGE = (REPO / "docs/conformance.md").read_text(encoding="utf-8")
SAS = ("INT_R01", "INT_R04", "SOS Médecins")
COLUMNS = 7


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = REPO / "scripts/conformance_docs.py"
    spec = importlib.util.spec_from_file_location("conformance_docs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(*titles: str) -> Iterator[list[str]]:
    """Cells of the requirements in the sections of these titles."""
    for section in PAGE.split("\n## ")[1:]:
        title, *lines = section.splitlines()
        if any(one in title for one in titles):
            for line in lines:
                cells = [cell.strip() for cell in line.strip("|").split(" | ")]
                if line.startswith("| ") and cells[0] not in {"exigence", "fiabilité"}:
                    yield cells


def test_the_page_is_up_to_date(script: ModuleType, capsys: pytest.CaptureFixture[str]):
    assert script.main([]) == 0, capsys.readouterr().err


def test_every_test_it_names_exists():
    defined = {
        node.name
        for path in (REPO / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 40
    assert named - defined == set()


def test_the_forty_nine_rows_of_the_test_kit_are_all_there():
    told = {cells[0].strip("`") for cells in rows("INT_R01")}
    assert {f"agg-psindiv@{row}" for row in range(1, 50)} <= told


@pytest.mark.parametrize("title", SAS)
def test_each_requirement_has_its_tests_as_a_producer_and_as_a_consumer_or_says_why_not(title: str):
    for cells in rows(title):
        assert len(cells) == COLUMNS, cells
        requirement, _, _, verdict, faults, producer, consumer = cells
        assert consumer != "—", requirement
        if "ne se prouve pas" not in verdict:
            assert "test_" in producer, requirement
            assert faults != "—", requirement


def test_a_test_is_listed_on_its_side_under_the_requirements_it_is_marked_with(
    script: ModuleType, tmp_path: Path
):
    marked = '@pytest.mark.requirement("a@1", "a@2")\ndef test_{}(): ...\n'
    for name in ("unit/simulations/feeds", "unit/adapters/sas"):
        folder = tmp_path / "tests" / name
        folder.mkdir(parents=True)
        (folder / "test_one.py").write_text(marked.format(folder.name))
    found = script.marked_tests(tmp_path)
    assert found.producer == {"a@1": ["test_feeds"], "a@2": ["test_feeds"]}
    assert found.consumer == {"a@1": ["test_sas"], "a@2": ["test_sas"]}
