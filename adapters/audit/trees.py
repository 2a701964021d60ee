"""Raw JSON, walked by dotted paths: arrays are passed through, each element on its own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Json = Mapping[str, object]
"""A JSON object, of any shape."""
_STEPS = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value and where it stands, as `serviceType[0].coding[1].code`."""

    where: str
    value: object


def leaves(tree: object, path: str, where: str = "") -> Iterator[Leaf]:
    """Yield every value at the path; an array counts as its elements."""
    if isinstance(tree, Sequence) and not isinstance(tree, str | bytes):
        for index, element in enumerate(tree):
            yield from leaves(element, path, f"{where}[{index}]")
    elif not path:
        yield Leaf(where, tree)
    elif isinstance(tree, Mapping):
        name, _, rest = path.partition(".")
        if name in tree:
            yield from leaves(tree[name], rest, f"{where}.{name}" if where else name)


def value_at(tree: object, where: str) -> object:
    """Return the value that stands there, as a Leaf writes it; None when nothing does."""
    for name, index in _STEPS.findall(where):
        if index and isinstance(tree, Sequence) and int(index) < len(tree):
            tree = tree[int(index)]
        elif name and isinstance(tree, Mapping):
            tree = tree.get(name)
        else:
            return None
    return tree if where else None


def texts(tree: object, path: str) -> list[str]:
    """Return the strings at the path, others left aside."""
    return [leaf.value for leaf in leaves(tree, path) if isinstance(leaf.value, str)]


def first_text(tree: object, path: str) -> str:
    """Return the first string at the path, empty when there is none."""
    return next(iter(texts(tree, path)), "")


def empties(tree: object, where: str = "") -> Iterator[str]:
    """Yield where an element has no content, which FHIR forbids."""
    if tree is None or tree in ("", [], {}):
        yield where
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from empties(value, f"{where}.{name}" if where else str(name))
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for index, value in enumerate(tree):
            yield from empties(value, f"{where}[{index}]")
