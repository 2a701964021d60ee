"""The page of permissions says what the matrix does."""

import importlib.util
from pathlib import Path

REPO = Path(__file__).parents[4]


def test_the_page_is_up_to_date():
    spec = importlib.util.spec_from_file_location("access_docs", REPO / "scripts/access_docs.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.main([]) == 0
