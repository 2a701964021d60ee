"""Errors that are messages to a person: what, where, what to do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from adapters.kit.refused_values import reason


class BadInput(Exception):  # noqa: N818  it is not an error of ours
    """Input refused: names the field and the reason; nothing has been stored."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason

    @classmethod
    def from_validation(cls, error: ValidationError, document: object = None) -> "BadInput":
        """Name the first field at fault of a border model, as the document writes it."""
        first = error.errors(include_url=False, include_input=False)[0]
        path = list(first["loc"])
        if document is not None:
            path = list(written_path(path, document, missing=first["type"] == "missing"))
        return cls(".".join(str(part) for part in path) or "document", reason(first))


def written_path(path: Sequence[Any], document: Any, *, missing: bool) -> Iterator[Any]:  # noqa: ANN401  any JSON
    """Keep of a path what is in the document: the rest names a form the value could have had."""
    for number, part in enumerate(path, start=1):
        in_object = isinstance(document, Mapping) and part in document
        if in_object or (isinstance(document, list) and isinstance(part, int)):
            document = document[part]
        elif not (missing and number == len(path)):
            continue
        yield part
