"""Duty rotas of a territory, written as a calendar and as a table on the day they are asked."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from adapters.kit.hours import WEEKDAYS, Span
from adapters.territory.territory import ROTA_EPOCH, Duty
from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import IdKind
from simulations.feeds.mobile_units import stop_events, stop_rows
from simulations.registers import Entry, Registers

DAYS_TOLD = 21
CATEGORIES = {EffecteurKind.MMG: "MMG", EffecteurKind.PHARMACIE: "PHARMACIE"}
SHARES = dict.fromkeys(CATEGORIES, 1.0)
DAY_MIN = 24 * 60
COLUMNS = ("date", "start", "end", "finess", "siret", "name", "tel", "address", "type")
MORE = ("booking", "lat", "lon")
"""What is told of a mobile unit alone."""


def rota_calendar(registers: Registers, now: datetime) -> bytes:
    """Write the duties as recurring events, each by its weekday and every so many weeks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//aiguilleur//territoire fictif//FR"]
    for entry in registers.known_by("rota", SHARES):
        for at, duty in enumerate(entry.duties):
            for weekday, span in _weekly(duty):
                lines += _event(entry, f"{at}-{weekday}-{span[0]}", duty, (weekday, span), now)
    lines += stop_events(registers, now)
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def rota_table(registers: Registers, now: datetime) -> bytes:
    """Write the duties of the coming weeks, one turn a row."""
    written = io.StringIO()
    writer = csv.DictWriter(written, [*COLUMNS, *MORE], restval="", lineterminator="\n")
    writer.writeheader()
    for entry in registers.known_by("rota", SHARES):
        for duty in entry.duties:
            rows = _rows(entry, duty, now.date() - timedelta(days=1))
            writer.writerows(dict(zip(COLUMNS, row, strict=True)) for row in rows)
    writer.writerows(stop_rows(registers, now, DAYS_TOLD))
    return written.getvalue().encode()


def _weekly(duty: Duty) -> Iterator[tuple[int, Span]]:
    if duty.hours is None:
        return
    for weekday, name in enumerate(WEEKDAYS):
        for span in duty.hours.spans.get(name, ()):
            yield weekday, span


def _event(entry: Entry, part: str, duty: Duty, when: tuple[int, Span], now: datetime) -> list[str]:
    """One series. Its first turn is the last that began before `now`, in a week of its own."""
    weekday, (start, end) = when
    effecteur = entry.effecteur
    first = _first_day(duty, weekday, now.date() - timedelta(days=1))
    place = effecteur.effecteur_id
    holder = "X-FINESS" if place.kind is IdKind.FINESS else "X-SIRET"
    return [
        "BEGIN:VEVENT",
        f"UID:{place.value}-{part}@aiguilleur.example",
        f"DTSTAMP:{now:%Y%m%d}T000000Z",
        f"DTSTART;TZID=Europe/Paris:{_wall(first, start)}",
        f"DTEND;TZID=Europe/Paris:{_wall(first, end)}",
        f"RRULE:FREQ=WEEKLY;INTERVAL={duty.every_weeks}",
        f"SUMMARY:{_escaped(effecteur.name)}",
        f"LOCATION:{_escaped(effecteur.address)}",
        f"CATEGORIES:{CATEGORIES[effecteur.kind]}",
        f"{holder}:{place.value}",
        *([f"X-TEL:{effecteur.phone}"] if effecteur.phone else []),
        "END:VEVENT",
    ]


def _rows(entry: Entry, duty: Duty, first: date) -> Iterator[list[str]]:
    effecteur = entry.effecteur
    place = effecteur.effecteur_id
    for ahead in range(DAYS_TOLD):
        day = first + timedelta(days=ahead)
        for weekday, (start, end) in _weekly(duty):
            if day.weekday() == weekday and _is_week_of(duty, day):
                yield [
                    day.isoformat(),
                    _clock(start),
                    _clock(end),
                    place.value if place.kind is IdKind.FINESS else "",
                    place.value if place.kind is IdKind.SIRET else "",
                    effecteur.name,
                    effecteur.phone or "",
                    effecteur.address,
                    CATEGORIES[effecteur.kind],
                ]


def _first_day(duty: Duty, weekday: int, after: date) -> date:
    day = after + timedelta(days=(weekday - after.weekday()) % 7)
    while not _is_week_of(duty, day):
        day += timedelta(days=7)
    return day


def _is_week_of(duty: Duty, day: date) -> bool:
    return (day - ROTA_EPOCH).days // 7 % duty.every_weeks == duty.week


def _wall(day: date, minute: int) -> str:
    days, left = divmod(minute, DAY_MIN)
    moment = datetime.combine(day + timedelta(days=days), time(left // 60, left % 60))
    return f"{moment:%Y%m%dT%H%M%S}"


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
