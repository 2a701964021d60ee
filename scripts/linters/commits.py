"""One request is one transaction, ended at the edge: nothing below `services` commits.

`python scripts/linters/commits.py` lists the faults; exit 1 when there is one.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).parents[2]
BELOW_SERVICES = ("regulation", "transport", "adapters", "simulations")
ENDS_A_TRANSACTION = frozenset({"commit", "rollback"})


def main() -> int:
    faults = [fault for package in BELOW_SERVICES for fault in faults_in(REPO / package)]
    for fault in faults:
        print(f"commits: {fault}", file=sys.stderr)
    return 1 if faults else 0


def faults_in(package: Path) -> Iterator[str]:
    for path in sorted(package.rglob("*.py")):
        for line in committing_lines(path.read_text(encoding="utf-8")):
            where = path.relative_to(package.parent)
            yield f"{where}:{line}: ends a transaction; leave it to the unit of work in services"


def committing_lines(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ENDS_A_TRANSACTION
        ):
            yield node.lineno


if __name__ == "__main__":
    sys.exit(main())
