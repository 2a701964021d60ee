"""What a reader may count on in every file: first lines, sizes, few outside libraries, no leaks."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
PACKAGES = ("services", "simulations", "adapters", "transport", "regulation")
MODULES = sorted(path for package in PACKAGES for path in (REPO / package).rglob("*.py"))
SOLVER = REPO / "transport/solver"
LONGEST_MODULE = 500
LONGEST_KERNEL_MODULE = 150

REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:root|work|home/\w+|Users/\w+)/\w")


def named(path: Path) -> str:
    return str(path.relative_to(REPO))


def test_every_module_says_what_it_is_for():
    assert [named(path) for path in MODULES if not first_sentence(path)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_root_holds_one_sentence_and_nothing_else(package):
    text = (REPO / package / "__init__.py").read_text(encoding="utf-8")
    assert len(ast.parse(text).body) == 1
    assert len(text.strip().splitlines()) == 1


def test_every_module_is_short_enough_to_read():
    assert [named(path) for path in MODULES if length(path) > LONGEST_MODULE] == []


def test_modules_of_the_kernel_are_shorter_still():
    kernel = (REPO / "regulation/kernel").rglob("*.py")
    assert [named(path) for path in kernel if length(path) > LONGEST_KERNEL_MODULE] == []


def test_regulation_leans_on_numpy_for_travel_times_and_many_fares_and_on_a_library_for_numbers():
    outside = {named(p): third_parties(p) for p in MODULES if p.is_relative_to(REPO / "regulation")}
    assert {name: found for name, found in outside.items() if found} == {
        "regulation/fares.py": {"numpy"},
        "regulation/kernel/travel.py": {"numpy"},
        "regulation/pricing.py": {"numpy"},
        "regulation/telephones.py": {"phonenumbers"},
    }


def test_transport_leans_on_numpy_alone_outside_its_solver():
    outside = [p for p in MODULES if p.is_relative_to(REPO / "transport")]
    found = {lib for p in outside if not p.is_relative_to(SOLVER) for lib in third_parties(p)}
    assert found == {"numpy"}


def test_the_solver_leans_on_the_declared_libraries():
    found = {lib for path in SOLVER.rglob("*.py") for lib in third_parties(path)}
    assert found <= {"numpy", "numba", "ortools", "scipy"}


def test_no_committed_file_names_a_registry_or_a_machine():
    found = [fault for path in committed_texts() for fault in leaks(path)]
    assert found == []


@pytest.mark.parametrize(
    "line", ["--index-url https://" + REGISTRIES[0] + "/simple", "cd /" + "root/thing"]
)
def test_a_registry_or_a_machine_path_would_be_found(tmp_path, line):
    path = tmp_path / "notes.txt"
    path.write_text(line, encoding="utf-8")
    assert len(list(leaks(path))) == 1


def first_sentence(path: Path) -> str:
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = told.partition("\n\n")[0]
    return first if first.endswith((".", ":")) else ""


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def third_parties(path: Path) -> set[str]:
    return imported(path) - set(PACKAGES) - sys.stdlib_module_names


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def committed_texts() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPO, check=True, capture_output=True, text=True
    )
    paths = (REPO / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file() and path.suffix not in {".png", ".csv"}]


def leaks(path: Path):
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if any(host in line for host in REGISTRIES) or MACHINE_PATH.search(line):
            yield f"{path}:{number}: {line.strip()[:80]}"
