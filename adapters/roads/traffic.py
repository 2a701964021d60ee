"""Three levels of traffic, and the hours at which each one holds."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import assert_never

from regulation.kernel.time import PARIS, require_aware

SATURDAY = 5


class Traffic(StrEnum):
    """Level of traffic, from the lightest."""

    NIGHT = "NIGHT"
    DAY = "DAY"
    RUSH = "RUSH"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedByTraffic:
    """A speed in km/h, or a share of one: never faster when there is more traffic."""

    night: float
    day: float
    rush: float

    def __post_init__(self) -> None:
        if not 0 < self.rush <= self.day <= self.night:
            raise ValueError(f"speeds must satisfy 0 < rush <= day <= night, got {self}")

    def at(self, traffic: Traffic) -> float:
        """Return the value at this level of traffic."""
        return _pick(self.night, self.day, self.rush, traffic)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayByTraffic:
    """A delay in seconds: never shorter when there is more traffic."""

    night: float
    day: float
    rush: float

    def __post_init__(self) -> None:
        if not 0 <= self.night <= self.day <= self.rush:
            raise ValueError(f"delays must satisfy 0 <= night <= day <= rush, got {self}")

    def at(self, traffic: Traffic) -> float:
        """Return the seconds at this level of traffic."""
        return _pick(self.night, self.day, self.rush, traffic)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficHours:
    """When traffic is what, in local time. Assumption: the usual French commuting hours.

    A public holiday counts as its day of the week, so rush may be overstated on that day.
    """

    rush: tuple[tuple[time, time], ...] = (
        (time(7, 0), time(9, 30)),
        (time(16, 30), time(19, 0)),
    )
    night_from: time = time(21, 0)
    night_until: time = time(6, 0)

    def __post_init__(self) -> None:
        if self.night_until >= self.night_from or any(s >= e for s, e in self.rush):
            raise ValueError(f"traffic hours don't follow each other within a day: {self}")

    def at(self, instant: datetime) -> Traffic:
        """Return the level of traffic of an aware instant, read in Europe/Paris."""
        local = require_aware(instant, "depart_at").astimezone(PARIS)
        clock = local.time()
        if clock >= self.night_from or clock < self.night_until:
            return Traffic.NIGHT
        if local.weekday() < SATURDAY and any(s <= clock < e for s, e in self.rush):
            return Traffic.RUSH
        return Traffic.DAY


def _pick(night: float, day: float, rush: float, traffic: Traffic) -> float:
    match traffic:
        case Traffic.NIGHT:
            return night
        case Traffic.DAY:
            return day
        case Traffic.RUSH:
            return rush
        case _:
            assert_never(traffic)
