"""Going by one's own means: time and distance of a leg that takes no vehicle of the fleet."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from regulation.kernel.modes import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMeans:
    """Assumptions on walking and public transport, from the rule book.

    Public transport takes `transit_factor` times the car's time plus `transit_access_s`, between
    `transit_first` and `transit_last` in the territory's zone.
    """

    walk_speed_m_s: float
    walk_max_m: int
    transit_factor: float
    transit_access_s: int
    transit_first: time
    transit_last: time
    zone: ZoneInfo

    def duration_s(self, mode: Mode, car_s: int, distance_m: int, at: datetime) -> int | None:
        """Return the duration of the leg; None when one can't go so far, or then, that way."""
        match mode:
            case Mode.OWN_CAR | Mode.COMPANION_CAR:
                return car_s
            case Mode.ON_FOOT:
                return self._walk_s(distance_m)
            case Mode.PUBLIC_TRANSPORT:
                return self._transit_s(car_s, at)
            case _:
                return None

    def runs(self, mode: Mode, first: datetime, last: datetime) -> bool:
        """Tell whether one can go that way from one instant to the other."""
        if mode is not Mode.PUBLIC_TRANSPORT:
            return True
        left, there = (at.astimezone(self.zone) for at in (first, last))
        inside = self.transit_first <= left.time() <= there.time() <= self.transit_last
        return inside and left.date() == there.date()

    def _walk_s(self, distance_m: int) -> int | None:
        return round(distance_m / self.walk_speed_m_s) if distance_m <= self.walk_max_m else None

    def _transit_s(self, car_s: int, at: datetime) -> int | None:
        local = at.astimezone(self.zone).time()
        if not self.transit_first <= local <= self.transit_last:
            return None
        return round(car_s * self.transit_factor) + self.transit_access_s


ROUND_TRIP_MODES = frozenset({Mode.OWN_CAR, Mode.COMPANION_CAR})
"""A car that took somebody there brings them home: never left behind, never found there."""
