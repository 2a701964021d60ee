"""Hold the example of README.md to what the program prints: its first proposal, without timings.

`python scripts/readme_example.py` checks; `--write` rewrites the example. Exit 1 when it differs.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REPO = Path(__file__).parents[1]
PAGE = REPO / "README.md"
CALL = "examples/cheville-enfant.json"
PLACE = re.compile(r"(<!-- example: .*? -->\n).*?(<!-- end of example -->)", re.DOTALL)


def main(arguments: Sequence[str]) -> int:
    page = PAGE.read_text(encoding="utf-8")
    block = f"```\n$ aiguilleur orient {CALL}\n{abridged(answer())}\n```\n"
    wanted = PLACE.sub(lambda found: found.group(1) + block + found.group(2), page)
    if "--write" in arguments:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if page != wanted:
        print("readme_example: README.md shows another answer (--write)", file=sys.stderr)
    return int(page != wanted)


def answer() -> str:
    command = [str(Path(sys.executable).with_name("aiguilleur")), "orient", CALL]
    done = subprocess.run(command, cwd=REPO, check=True, capture_output=True, text=True)
    return done.stdout


def abridged(text: str) -> str:
    """The first proposal and the last lines, without the digest of the rules nor milliseconds."""
    head, first, *others, end = text.strip().split("\n\n")
    title = re.sub(r" · règles sha256:\w+", "", head)
    told = re.sub(r", [\d,]+ ms", "", end)
    return "\n\n".join([title, first, f"… {len(others)} autres propositions", told])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
