"""Hours of the ROR: rows with a type (TRE_R252), weekdays as integers, and closures."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.kit.defective import Defective
from adapters.kit.fhir import Period, code_of, named
from adapters.kit.hours import DAY_MIN, Span
from adapters.kit.opening import HoursKind, HoursRow
from adapters.ror.payloads import AvailableTime, NotAvailable
from regulation.kernel.time import TimeWindow

KINDS = {
    "01": HoursKind.OPENED,  # ouverture
    "02": HoursKind.OPENED,  # fonctionnement
    "03": HoursKind.DUTY,  # garde
    "04": HoursKind.OTHER,  # secrétariat
    "05": HoursKind.OTHER,  # visite à domicile
    "06": HoursKind.OPENED,  # consultation sans rendez-vous
    "07": HoursKind.OPENED,  # consultation sur rendez-vous
    "08": HoursKind.CLOSED,  # fermeture
    "09": HoursKind.OTHER,  # à préciser
    "10": HoursKind.OTHER,  # téléconsultation
    "11": HoursKind.OPENED,  # mixte
}
"""TRE_R252, types of hours (documentation du ROR, healthcare-service, 2026)."""

_WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
_DAYS = frozenset(range(1, 8))
LONGEST_CLOSURE = timedelta(days=3 * 366)


def read_rows(rows: Iterable[AvailableTime]) -> tuple[HoursRow, ...]:
    """Read rows of hours; raise Defective naming the row at fault."""
    return tuple(_row(row, f"availableTime[{index}]") for index, row in enumerate(rows))


def unknown_types(rows: Iterable[HoursRow]) -> Iterator[str]:
    """Types of hours that nobody defined: read as no hours, and told."""
    return (
        f"le type d'horaires {row.code or '(none)'} est inconnu"
        for row in rows
        if row.code not in KINDS
    )


def read_closures(told: Iterable[NotAvailable], zone: ZoneInfo) -> tuple[TimeWindow, ...]:
    """Read closures; one without a period is none."""
    found = []
    for index, one in enumerate(told):
        field = f"notAvailable[{index}].during"
        if one.during is not None:
            found.append(_closure(one.during, field, zone))
    return tuple(found)


def _row(row: AvailableTime, field: str) -> HoursRow:
    code = next(
        (
            code_of(one.value_codeable_concept, "R252")
            for one in named(row.extension, "ror-available-time-type-of-time")
        ),
        "",
    )
    weekdays = frozenset(_weekdays(row, field))
    first, last = _period(row, field)
    if not (weekdays or first or last):
        raise Defective(field, "n'a ni jour de semaine ni période : quand est-ce ?")
    return HoursRow(
        kind=KINDS.get(code, HoursKind.OTHER),
        code=code,
        weekdays=weekdays,
        span=_span(row, field),
        first=first,
        last=last,
    )


def _weekdays(row: AvailableTime, field: str) -> Iterator[int]:
    for one in named(row.extension, "ror-available-time-number-days-of-week"):
        if one.value_integer not in _DAYS:
            raise Defective(
                f"{field}.extension", f"{one.value_integer} n'est pas un jour de semaine (1 à 7)"
            )
        yield one.value_integer
    for word in row.days_of_week:
        if word not in _WEEKDAYS:
            raise Defective(f"{field}.daysOfWeek", f"{word[:12]!r} n'est pas un jour de semaine")
        yield _WEEKDAYS[word]


def _period(row: AvailableTime, field: str) -> tuple[date | None, date | None]:
    name = "ror-available-time-effective-opening-closing-date"
    for one in named(row.extension, name):
        if one.value_period is not None:
            first = _date(one.value_period.start, field)
            last = _date(one.value_period.end, field)
            if first and last and last < first:
                raise Defective(
                    f"{field}.extension", f"finit le {last} avant de commencer le {first}"
                )
            return first, last
    return None, None


def _date(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise Defective(f"{field}.extension", f"{text[:24]!r} n'est pas une date") from None


def _span(row: AvailableTime, field: str) -> Span:
    if row.all_day:
        return 0, DAY_MIN
    if row.available_start_time is None:
        raise Defective(f"{field}.availableStartTime", "manque")
    if row.available_end_time is None:
        raise Defective(f"{field}.availableEndTime", "manque")
    start, end = _minutes(row.available_start_time), _minutes(row.available_end_time)
    return start, end if end > start else end + DAY_MIN


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def _closure(during: Period, field: str, zone: ZoneInfo) -> TimeWindow:
    """A closure told by dates lasts to the end of its last day; without an end, long."""
    if not during.start:
        raise Defective(field, "n'a pas de début")
    try:
        start = _instant(during.start, zone, is_end=False)
        end = _instant(during.end, zone, is_end=True) if during.end else start + LONGEST_CLOSURE
        return TimeWindow(start, end)
    except (ValueError, OverflowError):
        raise Defective(
            field, "n'est pas une période : elle finit avant de commencer, ou n'est pas une date"
        ) from None


def _instant(text: str, zone: ZoneInfo, *, is_end: bool) -> datetime:
    if len(text) == len("2026-01-01"):
        day = date.fromisoformat(text) + timedelta(days=int(is_end))
        return datetime.combine(day, time(tzinfo=zone))
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("no offset")
    return instant
