"""When calls come: a Poisson process whose rate follows hour, day, season and events.

Each hour of the territory draws its own number of calls, by name: hours can be drawn in any order,
and a longer period begins with the same calls.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from math import exp
from zoneinfo import ZoneInfo

from regulation.kernel.time import Calendar, TimeWindow
from simulations.demand.parameters import hourly
from simulations.draws import Draws
from simulations.figures import Figures

HOUR = timedelta(hours=1)
SATURDAY, SUNDAY = 5, 6
WINTER = frozenset({12, 1, 2})


class Event(StrEnum):
    """What makes more people call for a while."""

    HEAT_WAVE = "heat_wave"
    EPIDEMIC = "epidemic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An event and when it lasts."""

    event: Event
    window: TimeWindow


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """Calls of a territory of so many inhabitants."""

    figures: Figures
    inhabitants: int
    zone: ZoneInfo
    calendar: Calendar
    draws: Draws
    episodes: Sequence[Episode] = ()

    @cached_property
    def _hours(self) -> tuple[float, ...]:
        return hourly(self.figures.series("calls", "hours"))

    def between(self, window: TimeWindow) -> Iterator[datetime]:
        """Yield the instants of the calls of a period, in order, in UTC."""
        hour = window.start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        while hour < window.end:
            for instant in sorted(self._within(hour)):
                if window.contains(instant):
                    yield instant
            hour += HOUR

    def rate_per_h(self, instant: datetime) -> float:
        """Return how many calls come in an hour, on average, at this instant."""
        figures = self.figures
        daily = figures.number("calls", "files_per_inhabitant_and_day") * self.inhabitants
        wall = instant.astimezone(self.zone)
        rate = daily / self._mean_day() / 24 * self._hours[wall.hour] * self._day(wall)
        for episode in self.episodes:
            if episode.window.contains(instant):
                rate *= figures.number("events", episode.event)
        return rate

    def _day(self, wall: datetime) -> float:
        """Weight of a day: its place in the week, and its season."""
        figures, weight = self.figures, 1.0
        if wall.weekday() == SUNDAY or self.calendar.is_public_holiday(wall.date()):
            weight = figures.number("calls", "sunday")
        elif wall.weekday() == SATURDAY:
            weight = figures.number("calls", "saturday")
        return weight * (figures.number("calls", "winter") if wall.month in WINTER else 1.0)

    def _mean_day(self) -> float:
        """Weight of the mean day of a year, holidays aside: the daily figure is that of a year."""
        figures = self.figures
        week = (5 + figures.number("calls", "saturday") + figures.number("calls", "sunday")) / 7
        return week * (9 + 3 * figures.number("calls", "winter")) / 12

    def _within(self, hour: datetime) -> list[datetime]:
        name = hour.isoformat()
        count = poisson(self.rate_per_h(hour), self.draws, "calls", name)
        return [hour + HOUR * self.draws.unit("minute", name, rank) for rank in range(count)]


def poisson(mean: float, draws: Draws, *name: object) -> int:
    """Draw a Poisson number by inversion, in pieces small enough for their probabilities."""
    total, piece = 0, 0
    while mean > 0:
        part = min(mean, 30.0)
        aim, count = draws.unit(*name, piece), 0
        chance = upto = exp(-part)
        while upto < aim and count < 1_000:  # noqa: PLR2004  far beyond what a piece can draw
            count += 1
            chance *= part / count
            upto += chance
        total += count
        mean -= part
        piece += 1
    return total
