"""Pharmacies on the way home: which will be open after care, and what passing by them weighs."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.journeys import PharmacyStop
from regulation.kernel.places import Position
from transport.ground import Ground
from transport.memo import TravelMemo

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Pharmacies:
    """The pharmacies of one request as arrays; what is asked twice is remembered."""

    ground: Ground
    travel: TravelMemo
    _opens: Floats = field(init=False)
    _closes: Floats = field(init=False)
    _whose: Ints = field(init=False)
    _own: Floats = field(init=False)
    _service: Floats = field(init=False)
    _weights: dict[tuple[Position, int], Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ground, seconds = self.ground, self.ground.epoch.seconds
        known = ground.request.pharmacies
        rows = [
            (number, seconds(window.start), seconds(window.end) - one.service_s)
            for number, one in enumerate(known)
            for window in sorted(one.open_windows, key=lambda window: window.start)
        ]
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        self._whose = table[:, 0].astype(np.int64)
        self._opens, self._closes = table[:, 1], table[:, 2]
        weigh = ground.scales.weigh
        self._own = np.array([weigh(one.penalties)[0] for one in known], dtype=np.float64)
        self._service = np.array([one.service_s for one in known], dtype=np.float64)

    def usable(self, number: int) -> Ints:
        """Numbers of those whose first window not over yet opens before one gives up waiting."""
        end = float(self.ground.table.end[number])
        still = self._closes >= end
        whose, opens = self._whose[still], self._opens[still]
        first = np.ones(len(whose), dtype=np.bool_)
        first[1:] = whose[1:] != whose[:-1]
        soon = opens <= end + self.ground.settings.max_wait_home_s
        return np.asarray(whose[first & soon])

    def weights(self, number: int) -> Floats:
        """Least burden of the way home by each pharmacy, its halt included, fares left out."""
        ground = self.ground
        stop, profile = ground.stop(number), int(ground.table.end_profile[number])
        key = (stop.position, profile)
        if key not in self._weights:
            places = [one.position for one in ground.request.pharmacies]
            to = self.travel.durations([stop.position], places, stop.end)[0]
            rows = [ground.ways.index[place] for place in places]
            on = ground.ways.back.travel[profile, rows, -1]
            scales = ground.scales
            driven = (scales.aboard + scales.away) * (to + on)
            self._weights[key] = driven + scales.away * self._service + self._own
        return self._weights[key]

    def nearest(self, number: int, many: int) -> tuple[tuple[PharmacyStop, ...], float | None]:
        """Return the lightest usable ones, and what the next one weighs (None: no other)."""
        usable = self.usable(number)
        weights = self.weights(number)[usable] if len(usable) else np.zeros(0)
        order = np.argsort(weights, kind="stable")
        kept = tuple(self.ground.request.pharmacies[usable[one]] for one in order[:many])
        return kept, float(weights[order[many]]) if len(order) > many else None

    def least_homeward(self, number: int) -> float:
        """Least burden of the way home, fares left out: direct at the stake, or by a pharmacy."""
        ground, scales = self.ground, self.ground.scales
        direct = (scales.aboard + scales.away) * ground.back(number).car_s
        stake = scales.weigh({"missed_pharmacy": ground.request.pharmacy_stake})[0]
        usable = self.usable(number) if len(self._own) else np.zeros(0, np.int64)
        by_one = float(self.weights(number)[usable].min()) if len(usable) else np.inf
        return float(min(direct + stake, by_one))
