"""House scripts, loaded from their files: `scripts` is no package."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

REPO = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def linter() -> Callable[[str], ModuleType]:
    def load(name: str) -> ModuleType:
        path = REPO / f"scripts/linters/{name}.py"
        spec = importlib.util.spec_from_file_location(f"linter_{name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
