"""A French noun enters the code only with a line of docs/glossaire.md.

French words are those of the project's own French texts (rules, pages of adapters and
territories); a word of the code found among them must be an identifier of the glossary, or be
English as well (`english_too.txt`, beside this file).
`python scripts/linters/glossary.py` lists the faults; exit 1 when there is one.
"""

import ast
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).parents[2]
PACKAGES = ("regulation", "transport", "adapters", "services", "simulations")
GLOSSARY = "docs/glossaire.md"
FRENCH_TEXTS = (
    "regulation/rules/*.toml",
    "docs/adapters/*.md",
    "simulations/territories/*/SOURCES.md",
)
SHORTEST = 3

ENGLISH_TOO = Path(__file__).with_name("english_too.txt")
"""Words that English has as well, or that French texts quote from the code."""

BANNED = {
    "pmt": "it means both a phoned prescription and a transport prescription: say which",
    "effector": "the word is effecteur",
    "effectors": "the word is effecteur",
    "creneau": "the word is slot",
    "tournee": "the word is route",
    "regulateur": "the word is regulating doctor, OSNP or ARM",
}


def main() -> int:
    page = (REPO / GLOSSARY).read_text(encoding="utf-8")
    faults = [*undefined_words(page), *banned_words()]
    for fault in faults:
        print(f"glossary: {fault}", file=sys.stderr)
    return 1 if faults else 0


def undefined_words(page: str) -> Iterator[str]:
    """Words of the code that are French, not English, and not in this page."""
    french, known = french_words(), glossary_words(page)
    known |= set(ENGLISH_TOO.read_text(encoding="utf-8").split())
    for word, where in sorted(defined_in_code().items()):
        if word in french - known:
            yield f"{word} ({where}) is French and has no line in {GLOSSARY}"


def banned_words() -> Iterator[str]:
    for word, where in sorted(defined_in_code().items()):
        if word in BANNED:
            yield f"{word} ({where}): {BANNED[word]}"


def defined_in_code() -> dict[str, str]:
    """Words of the names the code defines, each with the first file that does."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((REPO / package).rglob("*.py")):
            for name in names_in(path.read_text(encoding="utf-8")):
                for word in words_of(name):
                    found.setdefault(word, str(path.relative_to(REPO)))
    return found


def names_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name


def words_of(name: str) -> Iterator[str]:
    """Split snake_case, CamelCase and CAPITALS into lower-case words."""
    for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name):
        yield word.lower()


def french_words() -> set[str]:
    words: set[str] = set()
    for pattern in FRENCH_TEXTS:
        for path in REPO.glob(pattern):
            text = path.read_text(encoding="utf-8")
            told = " ".join(_sentences(tomllib.loads(text))) if path.suffix == ".toml" else text
            words |= set(re.findall(r"[a-z]+", _folded(_without_code(told))))
    return {word for word in words if len(word) >= SHORTEST}


def glossary_words(page: str) -> set[str]:
    """Words of the identifiers, which are in backticks in the fourth column."""
    words: set[str] = set()
    for line in page.splitlines():
        cells = line.split("|")
        if len(cells) > 4:  # noqa: PLR2004  the fourth column and the edge before the first
            for name in re.findall(r"`([^`]+)`", cells[4]):
                words |= set(words_of(name))
    return words


def _sentences(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and key in {"statement", "title", "source", "unit"}:
                yield value
            else:
                yield from _sentences(value)
    elif isinstance(node, list):
        for one in node:
            yield from _sentences(one)


def _without_code(text: str) -> str:
    return re.sub(r"`[^`]*`", " ", text)


def _folded(text: str) -> str:
    """Lower case without accents, as identifiers are written."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


if __name__ == "__main__":
    sys.exit(main())
