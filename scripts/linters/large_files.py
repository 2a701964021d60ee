"""Files given as arguments that are too large to be sources: exit 1 naming each."""

import sys
from pathlib import Path

LARGEST_KB = 800


def main(paths: list[str]) -> int:
    faults = [path for path in paths if Path(path).stat().st_size > LARGEST_KB * 1024]
    for path in faults:
        print(f"large_files: {path}: more than {LARGEST_KB} kB; keep it out", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
