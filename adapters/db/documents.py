"""Domain objects as JSON documents and back, without loss; a document that doesn't fit raises.

Instants keep their offset and therefore the same point in time; the name of their zone is not
kept. What was kept yesterday must be read tomorrow: a field added to a domain type needs a
default, or a migration that fills it.
"""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def to_document(thing: object) -> dict[str, Any]:
    """Write a frozen dataclass as what JSON can hold."""
    document = msgspec.to_builtins(thing, str_keys=True)
    assert isinstance(document, dict), "a dataclass is written as an object"
    return document


def from_document(document: object, kind: type[T]) -> T:
    """Rebuild the dataclass, its invariants checked again."""
    return msgspec.convert(document, kind, str_keys=True)
