"""One line of a table, read field by field: what is wrong is said by field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

YES_NO = {"true": True, "false": False}


class FieldFault(Exception):  # noqa: N818  turned into a Fault by the table
    """A field of the row at hand is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table, read field by field; each reader raises FieldFault."""

    line: int
    cells: Mapping[str, str]

    def optional(self, field: str) -> str:
        """Return the text of the field; empty when nothing is written."""
        return self.cells.get(field, "").strip()

    def text(self, field: str) -> str:
        """Return the text of a field that must be there."""
        return self.optional(field) or self.refuse(field, "est vide")

    def words(self, field: str) -> tuple[str, ...]:
        """Return the words of a field apart by blanks."""
        return tuple(self.optional(field).split())

    def number(self, field: str, low: float, high: float) -> float:
        """Return a number within the bounds, both included."""
        try:
            value = float(self.text(field))
        except ValueError:
            self.refuse(field, f"{self.text(field)!r} n'est pas un nombre")
        if not low <= value <= high:
            self.refuse(field, f"{value:g} n'est pas entre {low:.7g} et {high:.7g}")
        return value

    def whole(self, field: str, low: int, high: int) -> int:
        """Return a whole number within the bounds, both included."""
        value = self.number(field, low, high)
        if not value.is_integer():
            self.refuse(field, f"{value:g} n'est pas un nombre entier")
        return int(value)

    def yes(self, field: str) -> bool:
        """Return a field that says true or false."""
        text = self.text(field)
        return (
            YES_NO[text]
            if text in YES_NO
            else self.refuse(field, f"{text!r}: true ou false est attendu")
        )

    def one_of(self, field: str, choices: type[E]) -> E:
        """Return a field that says one word of a closed list."""
        return self._choice(field, self.text(field), choices)

    def some_of(self, field: str, choices: type[E]) -> frozenset[E]:
        """Return a field that says words of a closed list, apart by blanks."""
        return frozenset(self._choice(field, word, choices) for word in self.words(field))

    def read(self, field: str, reader: Callable[[str], T]) -> T:
        """Return a field as the reader reads it; its ValueError is the reason of the fault."""
        try:
            return reader(self.text(field))
        except ValueError as error:
            self.refuse(field, str(error))

    def refuse(self, field: str, reason: str) -> NoReturn:
        """Raise the fault of a field."""
        raise FieldFault(field, reason)

    def _choice(self, field: str, word: str, choices: type[E]) -> E:
        if word not in choices.__members__.values():
            self.refuse(field, f"{word!r} n'est pas parmi {', '.join(choices)}")
        return choices(word)
