"""Rows of practitioners.csv and duty.csv."""

from collections.abc import Container
from datetime import date

from adapters.kit.hours import parse_hours, parse_spans
from adapters.kit.rows import Row
from adapters.territory.places import read_identifier, read_known
from adapters.territory.territory import Duty, Practitioner
from regulation.kernel.ids import CheckDigits, Identifier, IdKind
from regulation.offers import Booking, SlotMode, Visibility

PRACTITIONER_COLUMNS = (
    "rpps",
    "family_name",
    "given_name",
    "place",
    "specialties",
    "booking",
    "modes",
    "visibility",
    "slot_minutes",
    "hours",
)
DUTY_COLUMNS = ("id", "hours", "every_weeks", "week", "date", "spans", "status")

MIN_SLOT_MIN, MAX_SLOT_MIN, MAX_WEEKS = 5, 240, 520
OPEN, CLOSED = "open", "closed"


def read_practitioner(
    row: Row,
    places: Container[Identifier],
    digits: CheckDigits,
    names: dict[Identifier, tuple[str, str]],
) -> Practitioner:
    """Read a row of practitioners.csv: one practitioner at one place.

    `names` remembers the names read so far: one RPPS number is one person.
    """
    booking = row.one_of("booking", Booking) if row.optional("booking") else None
    rpps = read_identifier(row, "rpps", digits)
    if rpps.kind is not IdKind.RPPS:
        row.refuse("rpps", f"{rpps} n'est pas un numéro RPPS")
    if booking is not None and not (row.words("modes") and row.words("visibility")):
        row.refuse("modes", "un agenda partagé demande modes et visibility")
    name = (row.text("given_name"), row.text("family_name"))
    if names.setdefault(rpps, name) != name:
        row.refuse("family_name", f"{rpps} est {' '.join(names[rpps])} sur une autre ligne")
    return Practitioner(
        rpps=rpps,
        family_name=name[1],
        given_name=name[0],
        place=read_known(row, "place", places, digits),
        specialties=frozenset(row.words("specialties")),
        booking=booking,
        modes=row.some_of("modes", SlotMode),
        visibility=row.some_of("visibility", Visibility),
        slot_minutes=row.whole("slot_minutes", MIN_SLOT_MIN, MAX_SLOT_MIN),
        hours=row.read("hours", parse_hours) if row.optional("hours") else None,
    )


def read_duty(row: Row, places: Container[Identifier], digits: CheckDigits) -> Duty:
    """Read a row of duty.csv: weekly hours every so many weeks, or spans of one date."""
    place = read_known(row, "id", places, digits)
    if bool(row.optional("hours")) == bool(row.optional("date")):
        row.refuse("hours", "écrire soit hours (avec every_weeks et week), soit date et spans")
    status = row.text("status")
    if status not in {OPEN, CLOSED}:
        row.refuse("status", f"{status!r} : {OPEN} ou {CLOSED}")
    if row.optional("date"):
        return Duty(
            place=place,
            hours=None,
            every_weeks=1,
            week=0,
            day=row.read("date", date.fromisoformat),
            spans=row.read("spans", parse_spans),
            closed=status == CLOSED,
        )
    if status == CLOSED:
        row.refuse("status", "seule une garde datée peut être fermée")
    every = row.whole("every_weeks", 1, MAX_WEEKS)
    return Duty(
        place=place,
        hours=row.read("hours", parse_hours),
        every_weeks=every,
        week=row.whole("week", 0, every - 1),
        day=None,
        spans=(),
        closed=False,
    )
