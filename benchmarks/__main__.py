"""`python -m benchmarks`: every measurement, under the machine's cores and load."""

import pkgutil
from importlib import import_module
from pathlib import Path

from benchmarks.machine import machine_line

FIRST = ("decision", "roads", "ingest")


def main() -> None:
    """Run the measurements, the decision first, then whatever else this package measures."""
    print(machine_line())
    found = [one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)])]
    for name in (*FIRST, *sorted(set(found) - {*FIRST, "__main__"})):
        measure = getattr(import_module(f"benchmarks.{name}"), "main", None)
        if measure is not None:
            measure()


if __name__ == "__main__":
    main()
