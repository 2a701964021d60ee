"""Nothing is said to a regulator without a source: rules, figures, exclusions, rules that fired.

A row of a rule file without a source is refused when it is read; this looks at what the code
itself builds. `python scripts/linters/sources.py` lists the faults; exit 1 when there is one.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).parents[2]
PACKAGES = ("regulation", "transport", "adapters", "services", "simulations")
SOURCED = frozenset({"Rule", "Parameter", "Fired", "Exclusion"})


def main() -> int:
    faults = [fault for package in PACKAGES for fault in faults_in(REPO / package)]
    for fault in faults:
        print(f"sources: {fault}", file=sys.stderr)
    return 1 if faults else 0


def faults_in(package: Path) -> Iterator[str]:
    for path in sorted(package.rglob("*.py")):
        for line, name in unsourced_calls(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(package.parent)}:{line}: {name} without a source"


def unsourced_calls(source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    ours = _imported(tree) | {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in SOURCED & ours and not _is_sourced(node):
            yield node.lineno, node.func.id


def _imported(tree: ast.Module) -> set[str]:
    """Names taken from the domain: `Rule` is also what a plan can break, in transport."""
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("regulation")
        for alias in node.names
    }


def _is_sourced(call: ast.Call) -> bool:
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "source"), None)
    if given is None:
        return any(keyword.arg is None for keyword in call.keywords)  # `**row`: seen by the reader
    return not (isinstance(given, ast.Constant) and not str(given.value or "").strip())


if __name__ == "__main__":
    sys.exit(main())
