"""Strict CSV tables: every fault names its file, its line, its field and what is wrong."""

import csv
import errno
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from adapters.kit.misread import misread
from adapters.kit.rows import FieldFault, Row

T = TypeVar("T")

READ = frozenset({".csv", ".toml"})
"""Suffixes of what a territory is read from; an extract of roads may lie next to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a territory folder; `line` 0 is the file as a whole."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, ligne {self.line}" if self.line else self.file
        return f"{where}, {self.field}: {self.reason}"


class TerritoryRefused(Exception):  # noqa: N818  the folder is at fault, not the program
    """A territory folder refused, with every fault found in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFiles:
    """The tables and settings of a folder, each read once; equal when all their bytes are.

    One that could not be read is there with its error, raised to whoever needs it.
    """

    folder: Path
    digest: str
    _contents: Mapping[str, bytes | OSError] = field(compare=False, repr=False)

    @classmethod
    def of(cls, folder: Path) -> "FolderFiles":
        """Read every table and every settings of a folder."""
        paths = sorted(path for path in folder.glob("*.*") if path.suffix in READ)
        contents = {path.name: _read(path) for path in paths}
        digest = hashlib.sha256()
        for name, content in contents.items():
            if isinstance(content, bytes):
                digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return cls(folder=folder, digest=digest.hexdigest(), _contents=contents)

    def text(self, name: str) -> str:
        """Return the text of a file; OSError or UnicodeDecodeError when there is none."""
        content = self._contents.get(name)
        if content is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.folder / name)
        if isinstance(content, OSError):
            raise content
        return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8").read()


def _read(path: Path) -> bytes | OSError:
    try:
        return path.read_bytes()
    except OSError as error:
        return error


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file of a folder, with the columns it must and may have."""

    files: FolderFiles
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
                    row.refuse(
                        self.required[0], f"{key(one)} est déjà à la ligne {lines[key(one)]}"
                    )
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
            text = self.files.text(self.file)
        except (OSError, UnicodeDecodeError) as error:
            faults.append(self._fault(0, "file", f"ne peut être lu : {misread(error)}"))
            return
        reader = csv.reader(io.StringIO(text, newline=""))
        header = next(reader, [])
        wrong = list(self._wrong_columns(header))
        faults.extend(wrong)
        if wrong:
            return
        for cells in reader:
            if len(cells) != len(header):
                reason = f"{len(cells)} cases sous {len(header)} colonnes"
                faults.append(self._fault(reader.line_num, "row", reason))
            else:
                yield Row(line=reader.line_num, cells=dict(zip(header, cells, strict=True)))

    def _wrong_columns(self, header: Sequence[str]) -> Iterator[Fault]:
        for column in header:
            if column not in {*self.required, *self.allowed}:
                yield self._fault(1, column, "colonne inconnue")
            if header.count(column) > 1:
                yield self._fault(1, column, "la colonne est là plus d'une fois")
        for column in self.required:
            if column not in header:
                yield self._fault(1, column, "la colonne manque")

    def _fault(self, line: int, field: str, reason: str) -> Fault:
        return Fault(file=self.file, line=line, field=field, reason=reason)
