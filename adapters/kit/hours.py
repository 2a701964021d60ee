"""Weekly hours in a strict subset of OpenStreetMap's opening_hours, turned into real instants.

`Mo-Fr 08:00-12:00,14:00-19:00; Sa 09:00-12:00; PH off`: rules apart by semicolons, a later one
wins on its days; `PH` (public holidays) wins over the weekday, and without it a public holiday
is an ordinary day. A span that runs past midnight says so: 20:00-32:00, never 20:00-08:00.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from regulation.kernel.time import Calendar, TimeWindow

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOLIDAY = "PH"
ALWAYS = "24/7"
DAY_MIN = 24 * 60
LONGEST_END_MIN = 2 * DAY_MIN
MAX_MINUTE = 59

_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")

Span = tuple[int, int]
"""Start and end in minutes after local midnight; an end past 1440 is on the next civil day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyHours:
    """Spans by day name; a day that is absent is closed, `PH` absent means an ordinary day."""

    text: str
    spans: Mapping[str, tuple[Span, ...]]

    def on(self, day: date, calendar: Calendar) -> tuple[Span, ...]:
        """Return the spans that start on the civil day."""
        if HOLIDAY in self.spans and calendar.is_public_holiday(day):
            return self.spans[HOLIDAY]
        return self.spans.get(WEEKDAYS[day.weekday()], ())


def parse_hours(text: str) -> WeeklyHours:
    """Read weekly hours; raise ValueError naming the part that is wrong and what to write."""
    if text.strip() == ALWAYS:
        return WeeklyHours(text=text, spans=dict.fromkeys(WEEKDAYS, ((0, DAY_MIN),)))
    spans: dict[str, tuple[Span, ...]] = {}
    for rule in text.split(";"):
        days, _, times = rule.strip().partition(" ")
        if not times:
            raise ValueError(
                f"{rule.strip()!r}: écrire les jours, une espace, puis les plages ou `off`"
            )
        found = () if times.strip() == "off" else parse_spans(times)
        spans.update(dict.fromkeys(_days(days), found))
    return WeeklyHours(text=text, spans=spans)


def parse_spans(text: str) -> tuple[Span, ...]:
    """Read `HH:MM-HH:MM` spans apart by commas; refuse those that overlap or end too early."""
    spans = sorted(_span(part.strip()) for part in text.split(","))
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            raise ValueError(f"{text!r}: deux plages se chevauchent")
    return tuple(spans)


def windows_between(
    hours: WeeklyHours, window: TimeWindow, zone: ZoneInfo, calendar: Calendar
) -> tuple[TimeWindow, ...]:
    """Return, in UTC, the spans of the hours that share an instant with the window."""
    found = (
        span_window(day, span, zone)
        for day in civil_days(window, zone)
        for span in hours.on(day, calendar)
    )
    return tuple(one for one in found if one.overlaps(window))


def civil_days(window: TimeWindow, zone: ZoneInfo) -> Iterator[date]:
    """Yield the civil days whose spans, up to 48:00, may reach into the window."""
    day = window.start.astimezone(zone).date() - timedelta(days=2)
    last = window.end.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def span_window(day: date, span: Span, zone: ZoneInfo) -> TimeWindow:
    """Return the real instants of a span, in UTC so that lengths are true across a clock change.

    A night lasts an hour less in March and an hour more in October; a wall time that is skipped
    is read with the offset before the change, one that is repeated as its first occurrence.
    """
    start, end = (_instant(day, minute, zone) for minute in span)
    return TimeWindow(start, end)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    days, minute_of_day = divmod(minute, DAY_MIN)
    wall = time(minute_of_day // 60, minute_of_day % 60, tzinfo=zone)
    return datetime.combine(day + timedelta(days=days), wall).astimezone(UTC)


def _days(text: str) -> list[str]:
    days: list[str] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if part == HOLIDAY:
            days.append(HOLIDAY)
        elif first in WEEKDAYS and (last in WEEKDAYS or not dash):
            start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
            if end < start:
                raise ValueError(
                    f"{part!r}: les jours vont du lundi au dimanche, écrire {last},{first}"
                )
            days.extend(WEEKDAYS[start : end + 1])
        else:
            raise ValueError(
                f"{part!r} n'est pas un jour : écrire {' '.join(WEEKDAYS)}, Mo-Fr ou {HOLIDAY}"
            )
    return days


def _span(text: str) -> Span:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} n'est pas une plage : écrire HH:MM-HH:MM")
    h1, m1, h2, m2 = (int(part) for part in match.groups())
    start, end = h1 * 60 + m1, h2 * 60 + m2
    if max(m1, m2) > MAX_MINUTE or start >= DAY_MIN or end > LONGEST_END_MIN:
        raise ValueError(f"{text!r}: commence avant 24:00, finit à 48:00 au plus tard")
    if end <= start:
        wanted = f"{h1:02}:{m1:02}-{h2 + 24}:{m2:02}"
        raise ValueError(f"{text!r} finit avant de commencer : après minuit, écrire {wanted}")
    return start, end
