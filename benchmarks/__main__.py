"""`python -m benchmarks`: every measurement, under the machine's cores and load."""

import os
import pkgutil
from importlib import import_module
from pathlib import Path

FIRST = ("decision", "roads", "ingest")


def main() -> None:
    """Run the measurements, the decision first, then whatever else this package measures."""
    one, five, fifteen = os.getloadavg()
    print(f"{os.cpu_count()} cores; load {one:.2f} {five:.2f} {fifteen:.2f} (1, 5, 15 min)")
    found = [one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)])]
    for name in (*FIRST, *sorted(set(found) - {*FIRST, "__main__"})):
        measure = getattr(import_module(f"benchmarks.{name}"), "main", None)
        if measure is not None:
            measure()


if __name__ == "__main__":
    main()
