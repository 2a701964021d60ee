"""The generic top-level names are ours, and the packages are the declared ones."""

import importlib
import importlib.metadata
import tomllib
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
ROOTS = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]


def declared_adapters() -> set[str]:
    layers = next(c for c in CONTRACTS if c["name"] == "Adapters ignore each other")["layers"]
    return {name.strip() for layer in layers for name in layer.split("|")}


@pytest.mark.parametrize("name", ROOTS)
def test_no_foreign_distribution_ships_one_of_our_package_names(name: str) -> None:
    owners = importlib.metadata.packages_distributions().get(name, [])
    assert set(owners) <= {PYPROJECT["project"]["name"]}


@pytest.mark.parametrize("name", ROOTS)
def test_each_package_name_resolves_to_this_repository(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(REPO)


def test_disk_wheel_and_contracts_list_the_same_packages() -> None:
    on_disk = {path.parent.name for path in REPO.glob("*/__init__.py")}
    on_disk -= {"tests", "benchmarks"}
    assert on_disk == set(ROOTS) == set(PYPROJECT["tool"]["importlinter"]["root_packages"])


def test_every_adapter_folder_is_declared_in_the_contracts() -> None:
    on_disk = {path.parent.name for path in (REPO / "adapters").glob("*/__init__.py")}
    assert on_disk == declared_adapters()
