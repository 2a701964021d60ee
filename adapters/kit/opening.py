"""Rows of hours as registries write them, turned into real instants."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from adapters.kit.hours import DAY_MIN, Span, civil_days, span_window
from regulation.kernel.time import Calendar, TimeWindow
from regulation.records import Openings


class HoursKind(StrEnum):
    """What hours are for, as far as sending somebody goes."""

    OPENED = "OPENED"
    DUTY = "DUTY"
    CLOSED = "CLOSED"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRow:
    """One row: weekdays (1 Monday to 7; none: every day of the period), a span, a period.

    `code` is the type of hours as the source wrote it. Bounds of the period are included; None is
    unbounded.
    """

    kind: HoursKind
    code: str
    weekdays: frozenset[int]
    span: Span
    first: date | None = None
    last: date | None = None

    def is_on(self, day: date, calendar: Calendar) -> bool:
        """Tell whether the row is of that civil day. Ordinary hours by weekday say nothing of a
        public holiday, on which most are closed: they are not read as open then."""
        if (self.first and day < self.first) or (self.last and day > self.last):
            return False
        if self.weekdays and day.isoweekday() not in self.weekdays:
            return False
        ordinary = self.kind is HoursKind.OPENED and bool(self.weekdays)
        return not (ordinary and calendar.is_public_holiday(day))


def openings(
    rows: Iterable[HoursRow],
    closures: Iterable[TimeWindow],
    around: TimeWindow,
    zone: ZoneInfo,
    calendar: Calendar,
) -> Openings:
    """Return the windows of the rows that share an instant with `around`."""
    found: dict[HoursKind, tuple[TimeWindow, ...]] = {}
    for row in rows:
        windows = tuple(_windows(row, around, zone, calendar))
        found[row.kind] = (*found.get(row.kind, ()), *windows)
    shut = (one for one in closures if one.overlaps(around))
    return Openings(
        around=around,
        opened=found.get(HoursKind.OPENED),
        duty=found.get(HoursKind.DUTY),
        closed=(*found.get(HoursKind.CLOSED, ()), *shut),
    )


def _windows(
    row: HoursRow, around: TimeWindow, zone: ZoneInfo, calendar: Calendar
) -> Iterator[TimeWindow]:
    for day in civil_days(around, zone):
        if row.is_on(day, calendar):
            window = span_window(day, row.span, zone)
            if window.overlaps(around):
                yield window


def hours_document(row: HoursRow) -> dict[str, object]:
    """Write a row of hours."""
    start, end = row.span
    return {
        "type": row.kind.value,
        "code": row.code,
        "weekdays": sorted(row.weekdays),
        "start": _clock(start),
        "end": _clock(end),
        "from": row.first.isoformat() if row.first else None,
        "to": row.last.isoformat() if row.last else None,
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}" if minute <= 2 * DAY_MIN else ""
