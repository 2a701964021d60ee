"""Reads the published tables a territory is founded on: a row is right, or it is named with what is
wrong and what to do; what is not known is kept as not known, and told."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, TypeVar

from adapters.kit.departments import Department
from adapters.kit.ground import is_in_france, service_area
from adapters.kit.rows import FieldFault, Row
from adapters.kit.system_errors import said
from adapters.territory.places import MAX_PASSAGES, MAX_POPULATION, read_position
from regulation.kernel.ids import CheckDigits, Identifier, IdKind, check
from regulation.kernel.places import MAX_LAT, Position

T = TypeVar("T")

COMMUNE_COLUMNS: Final = (
    "code_insee", "nom", "departement", "population", "codes_postaux", "lat", "lon",
)  # fmt: skip
EMERGENCY_COLUMNS: Final = (
    "finess", "nom", "departement", "code_insee", "lat", "lon", "urg", "passu",
)  # fmt: skip
KINDS: Final = ("GEN", "PED")
SEPARATORS: Final[Mapping[str, str]] = {
    ",": "",
    ";": "colonnes séparées par des points-virgules, virgules décimales",
    "\t": "colonnes séparées par des tabulations, virgules décimales",
}
"""What is told of each; a comma is what the published tables have."""

_DECIMALS = frozenset({"lat", "lon", "passu"})
_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_POSTAL_CODES = re.compile(r"[0-9]{5}( [0-9]{5})*")
_FRENCH = frozenset("àâäæçéèêëîïôöœùûüÿñÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸÑ’‘“”«»°–—…€\xa0")
"""Letters and marks of a French text in the encoding of a French Excel: others betray a text that
is in some third encoding."""

MEND_POSITION: Final = "corriger, ou vider lat et lon si le lieu est inconnu"
LOST: Final = "\ufffd"
"""What stands for a letter that was lost: names of the published tables hold some."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_AS_CSV = "l'enregistrer en « CSV UTF-8 »"


class FoundingRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """A territory cannot be founded: where the fault is (file, line, column, or argument), and
    why."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where} : {reason}")
        self.where = where
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCommune:
    """A commune as published; `position` is None when no table tells it."""

    line: int
    code: str
    name: str
    population: int
    postal_codes: str
    position: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEmergency:
    """An emergency department as published: None is what no table tells."""

    line: int
    finess: str
    name: str
    commune: str
    kind: str
    position: Position | None
    passages: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """A table, its rows in order; `how` says how it was read when it isn't as published."""

    path: Path
    rows: Sequence[Row]
    how: str

    def of(self, department: Department) -> "PublishedTable":
        """Return the rows that are the department's by either of their columns; raise
        FoundingRefused when there is none."""
        code = department.code
        ours = [
            row
            for row in self.rows
            if row.optional("departement") == code or row.optional("code_insee").startswith(code)
        ]
        if not ours:
            found = sorted({row.optional("departement") for row in self.rows})
            told = ", ".join(map(repr, found[:5])) + (", …" if found[5:] else "")
            reason = f"n'a aucune ligne du {code!r}"
            raise FoundingRefused(
                f"{self.path}, departement", f"{reason}, mais de {told}" if found else reason
            )
        return PublishedTable(path=self.path, rows=ours, how=self.how)

    def build(self, build: Callable[[Row], T], key: Callable[[T], object]) -> tuple[T, ...]:
        """Build an object by row; raise FoundingRefused for the first that is wrong, or whose
        `key` an earlier one has."""
        lines: dict[object, int] = {}
        built: list[T] = []
        for row in self.rows:
            try:
                one = build(row)
                if key(one) in lines:
                    column = "code_insee" if "population" in row.cells else "finess"
                    row.refuse(
                        column,
                        f"{row.text(column)!r} est déjà à la ligne {lines[key(one)]} : "
                        "garder la bonne",
                    )
            except FieldFault as fault:
                raise FoundingRefused(
                    f"{self.path}, ligne {row.line}, {fault.field}", fault.reason
                ) from None
            lines[key(one)] = row.line
            built.append(one)
        return tuple(built)


def read_published(path: Path, columns: Sequence[str]) -> PublishedTable:
    """Read a table as published, or as a French spreadsheet saves it; raise FoundingRefused when
    it can be read in no sure way."""
    text, encoding = _text(path)
    if not text.strip():
        raise FoundingRefused(str(path), "est vide")
    header = text.lstrip("\r\n").splitlines()[0]
    separator = max(SEPARATORS, key=lambda one: len(set(columns) & set(_cut(header, one))))
    how = ", ".join(one for one in (encoding, SEPARATORS[separator]) if one)
    return PublishedTable(path=path, rows=tuple(_rows(path, text, separator, columns)), how=how)


def read_commune(row: Row, department: Department) -> PublishedCommune:
    """Read a commune of the department; raise FieldFault."""
    return PublishedCommune(
        line=row.line,
        code=_commune_code(row, department),
        name=row.text("nom"),
        population=_population(row),
        postal_codes=_postal_codes(row),
        position=_position(row, department),
    )


def read_emergency(row: Row, department: Department) -> PublishedEmergency:
    """Read an emergency department of the department; raise FieldFault."""
    kind = row.optional("urg")
    if kind not in KINDS:
        row.refuse("urg", f"{kind!r} n'est pas parmi {', '.join(KINDS)}")
    told = row.optional("passu")
    return PublishedEmergency(
        line=row.line,
        finess=_finess(row),
        name=row.text("nom"),
        commune=_commune_code(row, department),
        kind=kind,
        position=_position(row, department),
        passages=row.whole("passu", 0, MAX_PASSAGES) if told else None,
    )


def _text(path: Path) -> tuple[str, str]:
    """Its text, and what is to be told of its encoding."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FoundingRefused(str(path), said(error)) from None
    if raw.startswith(_UTF_16):
        raise FoundingRefused(str(path), f"est en UTF-16 : {_AS_CSV}")
    if b"\0" in raw:
        raise FoundingRefused(str(path), "n'est pas une table CSV : elle contient un octet nul")
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        _refuse_encoding(path, line)
    if not all(one.isascii() or one in _FRENCH for one in text):
        _refuse_encoding(path, line)
    return text, "lu en Windows-1252, l'encodage d'un Excel français"


def _refuse_encoding(path: Path, line: int) -> NoReturn:
    raise FoundingRefused(
        f"{path}, ligne {line}", f"n'est ni en UTF-8 ni en Windows-1252 : {_AS_CSV}"
    )


def _rows(path: Path, text: str, separator: str, columns: Sequence[str]) -> Iterator[Row]:
    # strict: a quote left open would swallow the rows after it
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                _require_columns(path, header, columns)
            elif len(cells) != len(header):
                raise FoundingRefused(
                    f"{path}, ligne {reader.line_num}",
                    f"{len(cells)} cases sous {len(header)} colonnes",
                )
            else:
                yield Row(line=reader.line_num, cells=dict(_cells(header, cells, separator)))
    except csv.Error:
        raise FoundingRefused(
            f"{path}, ligne {reader.line_num}",
            "les guillemets ne se referment pas, ou mal : en mettre deux autour de la case",
        ) from None


def _cells(
    header: Sequence[str], cells: Sequence[str], separator: str
) -> Iterator[tuple[str, str]]:
    for name, cell in zip(header, cells, strict=True):
        has_comma = name in _DECIMALS and separator != ","
        yield name, cell.replace(",", ".") if has_comma else cell


def _require_columns(path: Path, header: Sequence[str], columns: Sequence[str]) -> None:
    for column in columns:
        if header.count(column) > 1:
            raise FoundingRefused(f"{path}, {column}", "la colonne est là plus d'une fois")
        if column not in header:
            raise FoundingRefused(
                f"{path}, {column}",
                f"la colonne manque ; attendues, en première ligne : {', '.join(columns)}",
            )


def _cut(header: str, separator: str) -> list[str]:
    return [one.strip(' "') for one in header.split(separator)]


def _commune_code(row: Row, department: Department) -> str:
    code = row.text("code_insee")
    if not _COMMUNE.fullmatch(code):
        row.refuse(
            "code_insee",
            f"{code!r} n'a pas la forme d'un code INSEE, de cinq caractères (un tableur en ôte le "
            "zéro de tête)",
        )
    told = row.optional("departement")
    if not (code.startswith(department.code) and told == department.code):
        row.refuse(
            "code_insee",
            f"{code!r} et le département {told!r} ne s'accordent pas : corriger ou ôter la ligne",
        )
    return code


def _population(row: Row) -> int:
    if not row.optional("population"):
        row.refuse(
            "population", "est vide : écrire sa population légale (INSEE), 0 si nul n'y habite"
        )
    return row.whole("population", 0, MAX_POPULATION)


def _postal_codes(row: Row) -> str:
    codes = row.optional("codes_postaux")
    if not _POSTAL_CODES.fullmatch(codes):
        row.refuse(
            "codes_postaux",
            f"{codes!r} : des codes de cinq chiffres sont attendus, une espace entre deux",
        )
    return codes


def _finess(row: Row) -> str:
    number = row.text("finess")
    try:
        check(Identifier(IdKind.FINESS, number), CheckDigits.ERROR)
    except ValueError as fault:
        row.refuse("finess", f"{fault} : le recopier du répertoire FINESS")
    return number


def _position(row: Row, department: Department) -> Position | None:
    """None when neither coordinate is told; half a position is refused."""
    if not (row.optional("lat") or row.optional("lon")):
        return None
    position = read_position(row, "lat", "lon")
    if not is_in_france(position):
        _refuse_position(row, position, "en France")
    if not service_area(department).contains(position):
        _refuse_position(row, position, f"dans le {department.code}, à 50 km près")
    return position


def _refuse_position(row: Row, position: Position, where: str) -> NoReturn:
    reason = f"lat={position.lat:g}, lon={position.lon:g} n'est pas {where}"
    if abs(position.lon) <= MAX_LAT and is_in_france(Position(lat=position.lon, lon=position.lat)):
        row.refuse("lat", f"{reason} : lat et lon semblent échangées")
    row.refuse("lat", f"{reason} : {MEND_POSITION}")
