"""Strict CSV tables: every fault names its file, its line, its field and what is wrong."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

YES_NO = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a territory folder; `line` 0 is the file as a whole."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}, {self.field}: {self.reason}"


class TerritoryRefused(Exception):  # noqa: N818  the folder is at fault, not the program
    """A territory folder refused, with every fault found in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


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
        return self.optional(field) or self.refuse(field, "is empty")

    def words(self, field: str) -> tuple[str, ...]:
        """Return the words of a field apart by blanks."""
        return tuple(self.optional(field).split())

    def number(self, field: str, low: float, high: float) -> float:
        """Return a number within the bounds, both included."""
        try:
            value = float(self.text(field))
        except ValueError:
            self.refuse(field, f"{self.text(field)!r} is not a number")
        if not low <= value <= high:
            self.refuse(field, f"{value:g} is not between {low:g} and {high:g}")
        return value

    def whole(self, field: str, low: int, high: int) -> int:
        """Return a whole number within the bounds, both included."""
        value = self.number(field, low, high)
        if not value.is_integer():
            self.refuse(field, f"{value:g} is not a whole number")
        return int(value)

    def yes(self, field: str) -> bool:
        """Return a field that says true or false."""
        text = self.text(field)
        return YES_NO[text] if text in YES_NO else self.refuse(field, f"{text!r}: true or false")

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
            self.refuse(field, f"{word!r} is not one of {', '.join(choices)}")
        return choices(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file of a folder, with the columns it must and may have."""

    folder: Path
    file: str
    required: tuple[str, ...]
    allowed: tuple[str, ...] = ()

    def build(
        self, build: Callable[[Row], T], key: Callable[[T], object], faults: list[Fault]
    ) -> tuple[T, ...]:
        """Build an object by row, adding what is wrong to the faults; `key` is unique."""
        built: list[T] = []
        lines: dict[object, int] = {}
        for row in self._rows(faults):
            try:
                one = build(row)
                if key(one) in lines:
                    row.refuse(self.required[0], f"{key(one)} is already on line {lines[key(one)]}")
            except FieldFault as fault:
                faults.append(self._fault(row.line, fault.field, fault.reason))
            except ValueError as error:
                faults.append(self._fault(row.line, self.required[0], str(error)))
            else:
                lines[key(one)] = row.line
                built.append(one)
        return tuple(built)

    def _rows(self, faults: list[Fault]) -> Iterator[Row]:
        try:
            text = (self.folder / self.file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            faults.append(self._fault(0, "file", f"cannot be read as UTF-8 text: {error}"))
            return
        reader = csv.reader(io.StringIO(text, newline=""))
        header = next(reader, [])
        wrong = list(self._wrong_columns(header))
        faults.extend(wrong)
        if wrong:
            return
        for cells in reader:
            if len(cells) != len(header):
                reason = f"{len(cells)} cells under {len(header)} columns"
                faults.append(self._fault(reader.line_num, "row", reason))
            else:
                yield Row(line=reader.line_num, cells=dict(zip(header, cells, strict=True)))

    def _wrong_columns(self, header: Sequence[str]) -> Iterator[Fault]:
        for column in header:
            if column not in {*self.required, *self.allowed}:
                yield self._fault(1, column, "unknown column")
            if header.count(column) > 1:
                yield self._fault(1, column, "the column is there more than once")
        for column in self.required:
            if column not in header:
                yield self._fault(1, column, "the column is missing")

    def _fault(self, line: int, field: str, reason: str) -> Fault:
        return Fault(file=self.file, line=line, field=field, reason=reason)
