"""Where the mobile unit of a territory stops: a village a day, every week, without appointment.

Such units have no number in any register and are nobody's place once they have left: a rota alone
tells where they stand, and when. Which villages is drawn by the seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from adapters.kit.hours import Span
from adapters.territory.territory import Commune, Density
from simulations.registers import Registers

NAME: Final = "Bus santé synthétique"
DAYS: Final = 5
"""It goes round from Monday to Friday (assumption)."""

STAY: Final[Span] = (9 * 60 + 30, 12 * 60 + 30)
"""From when to when it stays, in minutes of the day (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where it stands on a day of the week (0: Monday)."""

    weekday: int
    commune: Commune

    @property
    def address(self) -> str:
        """Where to find it."""
        return f"Place de la Mairie, {self.commune.postal_codes[0]} {self.commune.name}"

    def first_day(self, now: datetime) -> date:
        """Return the last of its days before today, so that today's stop is told as well."""
        day = now.date() - timedelta(days=1)
        return day - timedelta(days=(day.weekday() - self.weekday) % 7)


def stops_of(registers: Registers) -> Iterator[Stop]:
    """Yield the stops of a week, in villages; none where there is no village."""
    villages = [
        one
        for one in registers.territory.communes
        if one.density is Density.VERY_SPARSE and one.postal_codes
    ]
    drawn = sorted(villages, key=lambda one: registers.draws.unit("mobile unit", one.code))
    for weekday, commune in enumerate(drawn[:DAYS]):
        yield Stop(weekday=weekday, commune=commune)


def stop_events(registers: Registers, now: datetime) -> Iterator[str]:
    """Yield the lines of its weekly events, as a calendar writes them."""
    for stop in stops_of(registers):
        day = stop.first_day(now)
        where = stop.commune.position
        yield from (
            "BEGIN:VEVENT",
            f"UID:bus-{stop.weekday}@aiguilleur.example",
            f"DTSTAMP:{now:%Y%m%d}T000000Z",
            f"DTSTART;TZID=Europe/Paris:{_wall(day, STAY[0])}",
            f"DTEND;TZID=Europe/Paris:{_wall(day, STAY[1])}",
            "RRULE:FREQ=WEEKLY",
            f"SUMMARY:{NAME}",
            f"LOCATION:{stop.address}".replace(",", "\\,"),
            "CATEGORIES:UNITE MOBILE",
            f"GEO:{where.lat:.5f};{where.lon:.5f}",
            "X-BOOKING:WALKIN",
            "END:VEVENT",
        )


def stop_rows(registers: Registers, now: datetime, days: int) -> Iterator[dict[str, str]]:
    """Yield its stops of the coming days, one a row of a table."""
    for stop in stops_of(registers):
        first, where = stop.first_day(now), stop.commune.position
        for week in range(days // 7 + 1):
            yield {
                "date": (first + timedelta(weeks=week)).isoformat(),
                "start": _clock(STAY[0]),
                "end": _clock(STAY[1]),
                "name": NAME,
                "address": stop.address,
                "type": "UNITE_MOBILE",
                "booking": "WALKIN",
                "lat": f"{where.lat:.5f}",
                "lon": f"{where.lon:.5f}",
            }


def _wall(day: date, minute: int) -> str:
    return f"{day:%Y%m%d}T{minute // 60:02}{minute % 60:02}00"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
