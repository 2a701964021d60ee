"""From records of Acceslibre to what is known of premises; what is not said stays unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.acceslibre.payloads import OF_THE_RECORD, REQUIRED, Row, read_page
from adapters.kit.accessibility import COLUMNS, Answer, UnknownWord, read_answer
from adapters.kit.copies import without_copies
from adapters.kit.defective import Defective
from adapters.kit.ground import is_in_france
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from regulation.effecteurs import Accessibility
from regulation.kernel.ids import Identifier, IdKind, check
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.time import require_aware
from regulation.records import PlaceRecord, PostalAddress

SOURCE = "acceslibre"
Validity = Mapping[str, timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """One place, at this row of its batch; `others` are answers, as written, by which no need of
    a patient is judged."""

    index: int
    raw: bytes
    record: PlaceRecord
    activity: str
    others: Mapping[str, str]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReading:
    """What one batch says; `in_doubt` are the records put aside, by their own number."""

    places: tuple[Premises, ...]
    defects: tuple[Defect, ...]
    in_doubt: frozenset[str]
    next_page: str | None = None


def read_batch(
    raw: bytes, judgement: Judgement, validity: Validity, source: str = SOURCE
) -> AccessReading:
    """Read a table or a page of the API; UnreadableFile or PayloadRefused when it is neither."""
    page = read_page(raw)
    found: list[Premises] = []
    aside: list[Defect] = []
    in_doubt: set[str] = set()
    for row in page.rows:
        if not isinstance(row, Row):
            aside.append(_aside(*row))
            continue
        try:
            found.append(premises_of(row, judgement, validity, source))
        except Defective as fault:
            in_doubt.add(row.text("id"))
            aside.append(_aside(row.index, row.raw, fault))
    kept, copies = without_copies(found, "id")
    known = {one.record.record_id for one in kept}
    in_doubt |= {one.record.record_id for one in found}
    return AccessReading(
        places=kept,
        defects=tuple(sorted((*aside, *copies), key=lambda one: one.index or 0)),
        in_doubt=frozenset(in_doubt - known),
        next_page=page.next_page,
    )


def premises_of(row: Row, judgement: Judgement, validity: Validity, source: str) -> Premises:
    """Read one record; raise Defective naming the field at fault."""
    warnings: list[str] = []
    for name in REQUIRED:
        if not row.text(name):
            raise Defective(name, "est vide")
    address = _address(row)
    judgement.require_area(address.postal_code, "postal_code")
    changed_at = _changed_at(row, judgement)
    answers = dict(_answers(row, warnings))
    record = PlaceRecord(
        source=source,
        feed=SOURCE,
        record_id=row.text("id")[:64],
        observed_at=min(judgement.seen_at, changed_at) if changed_at else judgement.seen_at,
        changed_at=changed_at,
        numbers=_numbers(row, judgement, warnings),
        name=row.text("name"),
        address=address,
        commune=CommuneCode(row.text("code_insee")) if row.text("code_insee") else None,
        position=_position(row),
        accessibility=Accessibility(fields=answers),
        validity=validity,
    )
    others = {
        name: told
        for name, told in row.cells.items()
        if name not in OF_THE_RECORD and name not in answers
    }
    return Premises(
        index=row.index,
        raw=row.raw,
        record=record,
        activity=row.text("activite"),
        others=others,
        warnings=tuple(warnings),
    )


def _aside(index: int, raw: bytes, fault: Defective) -> Defect:
    return Defect(index=index, field=fault.field, reason=fault.reason, raw=raw)


def _answers(row: Row, warnings: list[str]) -> "list[tuple[str, Answer]]":
    """A word the schema does not list is unknown, and told; an answer of another kind is a
    fault."""
    found: list[tuple[str, Answer]] = []
    for name in COLUMNS:
        if not row.text(name):
            continue
        try:
            found.append((name, read_answer(name, row.text(name))))
        except UnknownWord as error:
            warnings.append(f"{name}: {error}, et reste inconnu")
        except ValueError as error:
            raise Defective(name, str(error)) from None
    return found


def _numbers(row: Row, judgement: Judgement, warnings: list[str]) -> frozenset[Identifier]:
    if not row.text("siret"):
        return frozenset()
    try:
        number = Identifier(IdKind.SIRET, row.text("siret"))
        warning = check(number, judgement.digits)
    except ValueError as error:
        raise Defective("siret", str(error)) from None
    warnings.extend([warning] if warning else [])
    return frozenset({number})


def _address(row: Row) -> PostalAddress:
    parts = (row.text(name) for name in ("numero", "voie"))
    line = " ".join(part for part in parts if part) or row.text("lieu_dit")
    postal_code, town = row.text("postal_code"), row.text("commune")
    if not line:
        line = row.text("adresse").removesuffix(f"{postal_code} {town}").strip(" ,")
    return PostalAddress(line=line, postal_code=postal_code, town=town)


def _position(row: Row) -> Position | None:
    if not (row.text("longitude") and row.text("latitude")):
        return None
    try:
        position = Position(lat=float(row.text("latitude")), lon=float(row.text("longitude")))
    except ValueError as error:
        raise Defective("latitude", str(error)) from None
    if not is_in_france(position):
        where = f"lat={position.lat:g}, lon={position.lon:g}"
        raise Defective("latitude", f"{where} n'est pas en France")
    return position


def _changed_at(row: Row, judgement: Judgement) -> datetime | None:
    written = row.text("updated_at") or row.text("created_at")
    if not written:
        return None
    try:
        changed_at = require_aware(datetime.fromisoformat(written), "updated_at")
    except ValueError:
        raise Defective("updated_at", "n'est pas un instant avec son décalage") from None
    if judgement.now and changed_at - judgement.now > CLOCK_SKEW_TOLERANCE:
        raise Defective("updated_at", f"{changed_at.isoformat()} est dans le futur")
    return changed_at
