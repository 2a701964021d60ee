"""From the rows of the FINESS file to places, each defect put aside with its reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from adapters.finess.payloads import COORDINATES, ESTABLISHMENT, Row, read_rows
from adapters.finess.projections import Planar, projection_of, to_degrees
from adapters.kit.categories import CARE, CATEGORIES
from adapters.kit.copies import without_copies
from adapters.kit.defective import Defective
from adapters.kit.judgement import Judgement
from adapters.kit.phones import international
from adapters.kit.quarantine import Defect
from regulation.kernel.ids import Identifier, IdKind, check
from regulation.kernel.places import CommuneCode, Position
from regulation.records import PlaceRecord, PostalAddress

SOURCE = "finess"
POSTAL_DIGITS = 5
Validity = Mapping[str, timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinessPlace:
    """One establishment; `category` is its TRE_R66 code with its label, as written."""

    index: int
    record: PlaceRecord
    department: str
    category: str
    category_label: str
    legal_entity: str
    warnings: tuple[str, ...] = ()
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinessReading:
    """What one file says; `in_doubt` are the numbers of the establishments put aside."""

    places: tuple[FinessPlace, ...]
    defects: tuple[Defect, ...]
    in_doubt: frozenset[str]


def read_file(
    raw: bytes,
    judgement: Judgement,
    validity: Validity,
    source: str = SOURCE,
    departments: frozenset[str] | None = None,
) -> FinessReading:
    """Read the file; rows outside `departments`, when told, are passed over unread."""
    return _Reader(judgement, validity, source, departments).read(raw)


class _Reader:
    """Walks one file: establishments first, coordinates then join them by number."""

    def __init__(
        self,
        judgement: Judgement,
        validity: Validity,
        source: str,
        departments: frozenset[str] | None,
    ) -> None:
        self._judgement = judgement
        self._validity = validity
        self._source = source
        self._departments = departments
        self._read: list[FinessPlace] = []
        self._places: dict[str, FinessPlace] = {}
        self._aside: list[Defect] = []
        self._lost: set[str] = set()
        self._skipped: set[str] = set()

    def read(self, raw: bytes) -> FinessReading:
        coordinates: list[Row] = []
        for row in read_rows(raw):
            try:
                row.require_cells()
                if row.kind == COORDINATES:
                    coordinates.append(row)
                elif row.kind == ESTABLISHMENT:
                    self._add(row)
            except Defective as fault:
                self._put_aside(row, fault)
        kept, copies = without_copies(self._read, "nofinesset")
        self._places = {one.record.record_id: one for one in kept}
        self._lost |= {one.record.record_id for one in self._read} - self._places.keys()
        self._aside += copies
        positioned = tuple(self._with_positions(coordinates))
        defects = sorted(self._aside, key=lambda one: one.index or 0)
        return FinessReading(
            places=positioned, defects=tuple(defects), in_doubt=frozenset(self._lost)
        )

    def _put_aside(self, row: Row, fault: Defective) -> None:
        self._aside.append(
            Defect(index=row.index, field=fault.field, reason=fault.reason, raw=row.raw)
        )
        if row.kind == ESTABLISHMENT and len(row.cells) > 1:
            self._lost.add(row.cells[1])

    def _add(self, row: Row) -> None:
        number = row.cell("nofinesset")
        if self._departments is not None and row.cell("departement") not in self._departments:
            self._skipped.add(number)
            return
        self._read.append(place_of(row, self._judgement, self._validity, self._source))

    def _with_positions(self, coordinates: Iterable[Row]) -> Iterator[FinessPlace]:
        rows = {row.cells[1]: row for row in coordinates if self._is_of_ours(row)}
        points: dict[str, dict[str, Planar]] = {}
        for number, row in rows.items():
            try:
                projection = projection_of(row.cells[4], self._places[number].department)
                points.setdefault(projection, {})[number] = _planar(row)
            except Defective as fault:
                self._put_aside(row, fault)
        found = dict(self._converted(points, rows))
        for number, place in self._places.items():
            yield replace(place, record=replace(place.record, position=found.get(number)))

    def _is_of_ours(self, row: Row) -> bool:
        """Coordinates of an establishment passed over are too; those of nobody are put aside."""
        number = row.cells[1]
        if number in self._places:
            return True
        if number not in self._skipped | self._lost:
            reason = f"aucun établissement de ce fichier n'est {number[:12]}"
            self._put_aside(row, Defective("nofinesset", reason))
        return False

    def _converted(
        self, points: Mapping[str, Mapping[str, Planar]], rows: Mapping[str, Row]
    ) -> Iterator[tuple[str, Position]]:
        for projection, told in points.items():
            for number, position in to_degrees(projection, told).items():
                if position is not None:
                    yield number, position
                else:
                    reason = "n'est pas en France : une autre projection, ou une erreur"
                    self._put_aside(rows[number], Defective("coordxet", reason))


def place_of(row: Row, judgement: Judgement, validity: Validity, source: str) -> FinessPlace:
    """Read an establishment; raise Defective naming the column at fault."""
    warnings: list[str] = []
    number = _number(row, judgement, warnings)
    department, address = _department(row), _address(row)
    judgement.require_area(address.postal_code, "ligneacheminement")
    changed = _date(row, "datemaj")
    if changed and judgement.now and changed > judgement.now.date() + timedelta(days=1):
        raise Defective("datemaj", f"{changed} est dans le futur")
    category = row.cell("categetab")
    kind = CATEGORIES.get(category)
    phone = international(row.cell("telephone"), address.postal_code)
    _date(row, "dateouv")
    record = PlaceRecord(
        source=source,
        feed=SOURCE,
        record_id=number.value,
        observed_at=judgement.seen_at,
        changed_at=datetime.combine(changed, datetime.min.time(), UTC) if changed else None,
        numbers=frozenset({number, *_sirets(row, warnings)}),
        kind=kind,
        name=row.cell("rslongue") or row.cell("rs"),
        address=address,
        commune=_commune(row),
        phones=(phone,) if phone else (),
        care=CARE.get(kind, frozenset()),
        validity=validity,
    )
    return FinessPlace(
        index=row.index,
        record=record,
        department=department,
        category=category,
        category_label=row.cell("libcategetab"),
        legal_entity=row.cell("nofinessej"),
        warnings=tuple(warnings),
        raw=row.raw,
    )


def _number(row: Row, judgement: Judgement, warnings: list[str]) -> Identifier:
    try:
        number = Identifier(IdKind.FINESS, row.cell("nofinesset"))
        warning = check(number, judgement.digits)
    except ValueError as error:
        raise Defective("nofinesset", str(error)) from None
    warnings.extend([warning] if warning else [])
    return number


def _sirets(row: Row, warnings: list[str]) -> Iterator[Identifier]:
    """A spreadsheet turns the number into 2,601E+13: it is lost, and said so."""
    written = row.cell("siret")
    if not written:
        return
    try:
        yield Identifier(IdKind.SIRET, written)
    except ValueError:
        warnings.append(f"siret: {written[:20]!r} n'est pas un numéro, et est laissé de côté")


def _department(row: Row) -> str:
    code = row.cell("departement").upper().rjust(2, "0")
    if not code.isalnum():
        raise Defective("departement", f"{code[:8]!r} n'est pas un département")
    return code


def _commune(row: Row) -> CommuneCode | None:
    """Three digits after the department; overseas FINESS writes 9A for 971 and its commune has
    the rest: 9A 123 is 97123."""
    department, commune = _department(row), row.cell("commune").rjust(3, "0")
    prefix = "97" if department in {f"9{letter}" for letter in "ABCDEF"} else department
    code = f"{prefix}{commune}"
    return CommuneCode(code) if len(code) == POSTAL_DIGITS and commune.isdigit() else None


def _address(row: Row) -> PostalAddress:
    parts = (row.cell(name) for name in ("numvoie", "typvoie", "voie", "compvoie"))
    line = " ".join(part for part in parts if part) or row.cell("lieuditbp")
    postal_code, _, town = row.cell("ligneacheminement").partition(" ")
    if len(postal_code) != POSTAL_DIGITS or not postal_code.isdigit():
        raise Defective("ligneacheminement", "ne commence pas par un code postal")
    return PostalAddress(line=line, postal_code=postal_code, town=town)


def _planar(row: Row) -> Planar:
    try:
        easting, northing = (float(row.cells[at].replace(",", ".")) for at in (2, 3))
    except ValueError:
        raise Defective("coordxet", "n'est pas un nombre de mètres") from None
    return easting, northing


def _date(row: Row, column: str) -> date | None:
    """Read a date, ISO or day first as spreadsheets rewrite it; None when there is none."""
    written = row.cell(column)
    if not written:
        return None
    readers = (date.fromisoformat, partial(_day_first))
    for read in readers:
        try:
            return read(written)
        except ValueError:
            continue
    raise Defective(column, f"{written[:12]!r} n'est pas une date")


def _day_first(written: str) -> date:
    day, month, year = (int(part) for part in written.split("/"))
    return date(year, month, day)
