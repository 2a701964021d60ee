"""Lower bounds of what a journey costs the person, which let care stops be left out for good.

A fare never falls with distance, and changes at most once within the wait one may be asked for:
so its least is at one end of that span, on the direct way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.modes import FLEET_MODES, Mode
from transport.ground import Ground, Trip
from transport.pharmacies import Pharmacies
from transport.ways import SHARED_RIDERS

Floats = NDArray[np.float64]
EVERY = frozenset(Mode)

STEP_S = 900
"""Fares change at most once within such a step."""


@dataclass(slots=True)
class Floors:
    """Least burden of the journeys of one request; remembers what it was asked."""

    ground: Ground
    pharmacies: Pharmacies
    _duties: dict[Mode, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seconds = self.ground.epoch.seconds
        rows: dict[Mode, list[tuple[float, float, float]]] = {}
        for duty in self.ground.duties:
            notice = duty.vehicle.notice.total_seconds()
            shift = (seconds(duty.ready_at), seconds(duty.shift.end), notice)
            rows.setdefault(duty.vehicle.mode, []).append(shift)
        self._duties = {mode: np.array(shifts) for mode, shifts in rows.items()}

    def burden(self, number: int, among: frozenset[Mode] = EVERY) -> int:
        """Lower bound of the burden of a journey to a care stop by these modes, fares included."""
        ground, table = self.ground, self.ground.table
        there, start = ground.there(number), int(table.start[number])
        driven = (ground.scales.aboard + ground.scales.away) * there.car_s
        fare = self._fare(there, start - there.car_s, -self._earliest(number), among)
        return int(table.burden[number]) + int(driven) + fare + self.homeward(number, among)

    def homeward(self, number: int, among: frozenset[Mode] = EVERY) -> int:
        """Lower bound of the burden of the way home by these modes, fare included."""
        end = int(self.ground.table.end[number])
        driven = self.pharmacies.least_homeward(number)
        wait = self.ground.settings.max_wait_home_s
        return int(driven) + self._fare(self.ground.back(number), end, wait, among)

    def _earliest(self, number: int) -> int:
        """How much sooner than needed one may be picked up: doors, and time aboard if shared."""
        ground, needs = self.ground, self.ground.request.needs
        stop = ground.stop(number)
        slack = needs.max_aboard_s if needs.shared_allowed else needs.boarding_s
        return round((stop.start - stop.doors_open).total_seconds()) + slack

    def _fare(self, trip: Trip, at: int, reach: int, among: frozenset[Mode]) -> int:
        """Least points of own pay and of moving the pickup away from `at`, as far as `reach`.

        Within a step of time a fare is at least the lesser of those at its two ends.
        """
        scales = self.ground.scales
        slope = min(scales.waiting, scales.aboard) + scales.away
        first, last = sorted((at, at + reach))
        modes = [mode for mode in self._modes(first, last) if mode in among]
        sign = 1 if reach > 0 else -1
        best, before = None, self._own_pay(trip, at, modes)
        for step in range(0, abs(reach) + 1, STEP_S):
            moved = slope * step
            if best is not None and moved >= best:
                break  # no fare is worth waiting that long
            after = self._own_pay(trip, max(0, at + sign * (step + STEP_S)), modes)
            found = moved + min(before, after)
            best, before = found if best is None else min(best, found), after
        return best or 0

    def _own_pay(self, trip: Trip, at: int, modes: Sequence[Mode]) -> int:
        """Points of the least the person pays for a leg that starts then."""
        between = (trip.origin, trip.destination)
        shares = self.ground.request.needs.shared_allowed
        fares = [
            self.ground.price(mode, trip.metres, at, riders, between).patient_cents
            for mode in modes
            for riders in ((1, SHARED_RIDERS) if shares and mode in FLEET_MODES else (1,))
        ]
        return self.ground.scales.own_pay * min(fares, default=0)

    def _modes(self, first: int, last: int) -> Sequence[Mode]:
        """Own means, and modes of vehicles on shift at some moment between, if asked in time."""
        return [mode for mode in self.ground.request.needs.modes if self._runs(mode, first, last)]

    def _runs(self, mode: Mode, first: int, last: int) -> bool:
        if mode not in FLEET_MODES:
            return True
        shifts = self._duties.get(mode)
        if shifts is None:
            return False
        on = (shifts[:, 0] <= last) & (shifts[:, 1] >= first) & (shifts[:, 2] <= last)
        return bool(on.any())
