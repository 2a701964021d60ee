"""Lower bounds of what a journey costs the person, which let care stops be left out for good.

A fare never falls with distance, and changes at most once within the wait one may be asked for:
so its least is at one end of that span, on the direct way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from regulation.kernel.modes import FLEET_MODES, Mode
from transport.ground import Ground, Trip
from transport.ways import SHARED_RIDERS


@dataclass(slots=True)
class Floors:
    """Least own pay of the legs of one request; remembers what it was asked."""

    ground: Ground
    _first_call: dict[Mode, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for duty in self.ground.duties:
            mode, notice = duty.vehicle.mode, duty.vehicle.notice.total_seconds()
            self._first_call[mode] = min(self._first_call.get(mode, notice), notice)

    def burden(self, number: int) -> int:
        """Lower bound of the burden of any journey to a care stop, fares included."""
        ground, table = self.ground, self.ground.table
        there, back = ground.there(number), ground.back(number)
        start, end = int(table.start[number]), int(table.end[number])
        early = max(0, start - ground.request.needs.max_aboard_s - there.car_s)
        late = end + ground.settings.max_wait_home_s
        own = self.least(there, there.metres, (early, start - there.car_s), start)
        own += self.least(back, back.metres, (end, late), late)
        return int(table.burden_bound[number]) + ground.scales.own_pay * own

    def least(self, trip: Trip, metres: int, span: tuple[int, int], by: int) -> int:
        """Least the person pays for a leg that starts within the span, by any mode of use then."""
        between = (trip.origin, trip.destination)
        shares = self.ground.request.needs.shared_allowed
        fares = [
            self.ground.price(mode, metres, at, riders, between).patient_cents
            for mode in self._modes(by)
            for at in span
            for riders in ((1, SHARED_RIDERS) if shares and mode in FLEET_MODES else (1,))
        ]
        return min(fares, default=0)

    def _modes(self, by: int) -> Sequence[Mode]:
        """Own means, and vehicles that could be asked in time."""
        modes = self.ground.request.needs.modes
        known = self._first_call
        return [m for m in modes if m not in FLEET_MODES or (m in known and known[m] <= by)]
