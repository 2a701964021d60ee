"""Rows of the FINESS file: establishments, then their coordinates, told apart by their first cell.

The file has no header of columns: line 1 names the file and its version, and the order of the
columns is that of the documentation (data.gouv.fr, « FINESS : extraction du fichier des
établissements »).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.kit.defective import Defective
from adapters.kit.ingest import UnreadableFile
from adapters.kit.texts import decode

ESTABLISHMENT, COORDINATES = "structureet", "geolocalisation"
COLUMNS = {
    "nofinesset": 1,
    "nofinessej": 2,
    "rs": 3,
    "rslongue": 4,
    "numvoie": 7,
    "typvoie": 8,
    "voie": 9,
    "compvoie": 10,
    "lieuditbp": 11,
    "commune": 12,
    "departement": 13,
    "ligneacheminement": 15,
    "telephone": 16,
    "categetab": 18,
    "libcategetab": 19,
    "siret": 22,
    "dateouv": 28,
    "datemaj": 30,
}
"""Where each column that is read stands; the first cell is the kind of row."""

LEAST_CELLS = {ESTABLISHMENT: 31, COORDINATES: 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its place after the first line, its cells."""

    index: int
    cells: tuple[str, ...]
    raw: bytes

    @property
    def kind(self) -> str:
        """Kind of row."""
        return self.cells[0]

    def cell(self, column: str) -> str:
        """Text of a column of an establishment."""
        return self.cells[COLUMNS[column]]

    def require_cells(self) -> None:
        """Raise Defective when the row is of no kind known, or too short for its kind."""
        least = LEAST_CELLS.get(self.kind)
        if least is None:
            raise Defective("row", f"{self.kind[:24]!r} n'est pas un genre de ligne connu")
        if len(self.cells) < least:
            raise Defective("row", f"{len(self.cells)} cases là où {least} sont attendues")


def read_rows(raw: bytes) -> Iterator[Row]:
    """Cut the file into rows; raise UnreadableFile when its first line is not FINESS's."""
    lines = decode(raw).splitlines()
    first = lines[0].split(";")[0].strip().lower() if lines else ""
    if first in {ESTABLISHMENT, COORDINATES}:  # an extract without its first line
        return _rows(lines)
    if first != "finess":
        raise UnreadableFile(
            "n'est pas un fichier FINESS : sa première ligne ne commence pas par `finess;`"
        )
    return _rows(lines[1:])


def _rows(lines: list[str]) -> Iterator[Row]:
    index = 0
    for line in lines:
        if not line.strip():
            continue
        cells = tuple(cell.strip().strip('"') for cell in line.split(";"))
        yield Row(index=index, cells=cells, raw=line.encode())
        index += 1
