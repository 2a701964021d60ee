"""The pages of conformance and of faults say what the checks, the mocks and the tests do."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPO = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = REPO / "scripts/conformance_docs.py"
    spec = importlib.util.spec_from_file_location("conformance_docs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_up_to_date(script: ModuleType, capsys: pytest.CaptureFixture[str]):
    assert script.main([]) == 0, capsys.readouterr().err


def test_a_test_is_listed_under_the_requirements_it_is_marked_with(
    script: ModuleType, tmp_path: Path
):
    (tmp_path / "test_one.py").write_text(
        '@pytest.mark.requirement("a@1")\n@pytest.mark.requirement("a@2")\ndef test_it(): ...\n'
    )
    assert script.marked_tests(tmp_path) == {"a@1": ["test_it"], "a@2": ["test_it"]}
