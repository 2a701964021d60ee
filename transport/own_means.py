"""Going by one's own means: time and distance of a leg that takes no vehicle of the fleet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.modes import Mode
from transport.arrays import Floats

Numbers = NDArray[np.int64] | NDArray[np.float64]


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

    def durations_s(self, mode: Mode, car_s: Numbers, metres: Numbers) -> Floats:
        """Return how long each leg takes that way, infinite when it is too far to walk."""
        match mode:
            case Mode.ON_FOOT:
                walked = np.rint(metres / self.walk_speed_m_s)
                walked = np.where(metres <= self.walk_max_m, walked, np.inf)
                return np.broadcast_to(walked, car_s.shape)
            case Mode.PUBLIC_TRANSPORT:
                return np.rint(car_s * self.transit_factor) + self.transit_access_s
            case _:
                return np.asarray(car_s, dtype=np.float64)

    def runs(self, mode: Mode, first: datetime, last: datetime) -> bool:
        """Tell whether one can go that way from one instant to the other."""
        if mode is not Mode.PUBLIC_TRANSPORT:
            return True
        left, there = (at.astimezone(self.zone) for at in (first, last))
        inside = self.transit_first <= left.time() <= there.time() <= self.transit_last
        return inside and left.date() == there.date()

    def service_on(self, day: date) -> tuple[datetime, datetime]:
        """Return when public transport begins and ends on a day of the territory, in UTC."""
        first, last = (
            datetime.combine(day, at, self.zone).astimezone(UTC)
            for at in (self.transit_first, self.transit_last)
        )
        return first, last


ROUND_TRIP_MODES = frozenset({Mode.OWN_CAR, Mode.COMPANION_CAR})
"""A car that took somebody there brings them home: never left behind, never found there."""
