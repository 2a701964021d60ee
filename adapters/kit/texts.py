"""Text files as they come: UTF-8 or the old Western encoding, commas or semicolons."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.kit.defective import PayloadRefused
from adapters.kit.ingest import UnreadableFile
from adapters.kit.quarantine import Defect

_DELIMITERS = (";", ",", "\t")


def decode(raw: bytes) -> str:
    """Read bytes as UTF-8, else as Windows-1252, which has a letter for nearly every byte."""
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes any bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a table: its place after the header, its cells by column, its own text."""

    index: int
    cells: dict[str, str]
    raw: bytes
    fault: str = ""


def read_table(raw: bytes, required: frozenset[str]) -> tuple[tuple[str, ...], Iterator[Line]]:
    """Read a table with a header; raise PayloadRefused when a required column is missing.

    A row that has not as many cells as the header has a `fault` and no cells. Blank rows are none.
    """
    text = decode(raw)
    if "\0" in text:
        raise UnreadableFile("n'est pas une table : elle contient un octet nul")
    first = text.lstrip("\n\r").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text.lstrip("\n\r"), newline=""), delimiter=delimiter)
    header = tuple(name.strip().lower() for name in next(reader, []))
    require_columns(raw, sorted(required - set(header)))
    return header, _lines(reader, header, delimiter)


def require_columns(raw: bytes, missing: Sequence[str]) -> None:
    """Raise PayloadRefused when a column is missing: the whole table is put aside."""
    if missing:
        reason = f"pas de colonne {', '.join(missing)}: la table est d'une autre forme"
        raise PayloadRefused(Defect(index=None, field=missing[0], reason=reason, raw=raw))


def _lines(
    reader: "Iterator[list[str]]", header: tuple[str, ...], delimiter: str
) -> Iterator[Line]:
    index = 0
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            raw = delimiter.join(row).encode()
            if len(row) == len(header):
                cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
                yield Line(index=index, cells=cells, raw=raw)
            else:
                fault = f"{len(row)} cases sous {len(header)} colonnes"
                yield Line(index=index, cells={}, raw=raw, fault=fault)
            index += 1
    except csv.Error as error:
        yield Line(index=index, cells={}, raw=b"", fault=f"ne peut être lu plus loin : {error}")
