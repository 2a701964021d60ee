"""Lower bounds of what a journey costs the person, which let care stops be left out for good.

A fare is bound by the least of any way as long or longer, and is the same all through an hour of
the clock. Somebody driven with others may pass by their stops at hours of less traffic: they are
bound by the least traffic there is. See `coarse` for the bounds of all care stops at once.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import numpy as np

from regulation.kernel.modes import Mode
from transport.arrays import Ints
from transport.ground import Ground, Trip
from transport.pharmacies import Halts, Pharmacies
from transport.shifts import QUARTER_S
from transport.ways import NEVER, SHARED_RIDERS

_Way = tuple[int, Hashable, Hashable, int]
"""Metres, the tariff zones of both ends, riders."""


@dataclass(frozen=True, slots=True)
class HomeFloors:
    """Lower bounds of the burden of the way home by the fleet: directly, and by each halt."""

    direct: int
    by_halt: Ints

    @property
    def least(self) -> int:
        """The least of them."""
        return min(self.direct, int(self.by_halt.min(initial=NEVER)))


@dataclass(slots=True)
class Floors:
    """Least burden of the parts of a journey that a vehicle of the fleet does."""

    ground: Ground
    pharmacies: Pharmacies
    _running: dict[tuple[int, int], tuple[Mode, ...]] = field(default_factory=dict)
    _pays: dict[object, tuple[int, int]] = field(default_factory=dict)

    def outward(self, number: int) -> int:
        """Lower bound of the burden of the way there, its fare included; NEVER: none drives."""
        trip, ground = self.ground.there(number), self.ground
        least = self._outward(number, trip, 1)
        if ground.may_share:
            seconds = ground.ways.out.travel[:, 0, ground.table.place[number]].min()
            shared = self._outward(number, replace(trip, car_s=round(seconds)), SHARED_RIDERS)
            least = min(least, shared)
        return least

    def _outward(self, number: int, trip: Trip, riders: int) -> int:
        ground, needs, scales = self.ground, self.ground.request.needs, self.ground.scales
        start, opens = int(ground.table.start[number]), int(ground.table.opens[number])
        met = start - needs.alighting_s - trip.car_s - needs.boarding_s
        if met < ground.epoch.seconds(ground.request.ready_at):
            return NEVER
        detour = needs.max_aboard_s if riders > 1 else 0
        fare = self._fare(trip, met, -(start - opens + detour), riders)
        return min(NEVER, scales.aboard * trip.car_s + scales.away * (start - met) + fare)

    def homeward(self, number: int, halts: Halts) -> HomeFloors:
        """Lower bounds of the burden of the ways home, fares included; NEVER: none drives."""
        ground, trip = self.ground, self.ground.back(number)
        alone = self._homeward(number, trip, halts, 1)
        if not ground.may_share:
            return alone
        seconds = ground.ways.back.travel[:, ground.table.place[number], -1].min()
        quick = replace(trip, car_s=round(seconds))
        shared = self._homeward(
            number, quick, self.pharmacies.quickest(number, halts), SHARED_RIDERS
        )
        return HomeFloors(
            min(alone.direct, shared.direct), np.minimum(alone.by_halt, shared.by_halt)
        )

    def _homeward(self, number: int, trip: Trip, halts: Halts, riders: int) -> HomeFloors:
        ground, scales, end = self.ground, self.ground.scales, int(self.ground.table.end[number])
        boarding, felt = ground.request.needs.boarding_s, scales.aboard + scales.away
        stake = scales.weigh({"missed_pharmacy": ground.request.pharmacy_stake})[0]
        direct = felt * trip.car_s + scales.away * boarding + stake
        idle = np.maximum(0, halts.opens - (end + boarding + halts.to_s))
        driven = felt * (halts.to_s + halts.on_s)
        still = min(scales.waiting, scales.aboard) * idle
        by_halt = driven + still + scales.away * (boarding + idle + halts.service) + halts.burden
        direct += self._fare(trip, end, ground.settings.max_wait_home_s, riders)
        by_halt = by_halt + self._halt_fares(trip, end, halts, idle, riders)
        return HomeFloors(min(direct, NEVER), np.minimum(by_halt, NEVER))

    def _halt_fares(
        self, trip: Trip, end: int, halts: Halts, idle: Ints, riders: int
    ) -> Ints | int:
        """Least points of own pay by each halt; whoever waits for it to open, and is counted for
        that, may leave as much later."""
        if not len(halts):
            return 0
        wait = self.ground.settings.max_wait_home_s
        shortest = replace(trip, metres=int((halts.to_m + halts.on_m).min()))
        at_once = self._fare(shortest, end, wait, riders)
        longest = int(idle.max())
        later = self._fare(shortest, end, wait, riders, spared_s=longest) if longest else at_once
        return np.where(idle > 0, later, at_once)

    def _fare(self, trip: Trip, at: int, reach: int, riders: int, spared_s: int = 0) -> int:
        """Least points of own pay and of moving the pickup away from `at`, as far as `reach`, of
        which the first `spared_s` cost nothing."""
        ground = self.ground
        scales, epoch = ground.scales, ground.epoch
        slope = min(scales.waiting, scales.aboard) + scales.away
        sooner, later = sorted((at, at + reach))
        hours = range(epoch.hour(sooner), epoch.hour(later) + 1)
        way, best = self._way(trip, riders), NEVER
        for hour in hours if reach > 0 else reversed(hours):
            begins, ends = epoch.hour_begins(hour), epoch.hour_begins(hour + 1)
            moved = slope * max(0, max(begins - at, at - ends) - spared_s)
            if moved >= best:
                break  # no fare is worth waiting that long
            modes = self._modes(max(begins, sooner), min(ends, later))
            if modes:
                best = min(best, moved + self._paid(way, trip, hour, modes)[0])
        return best

    def costs(self, number: int, halts: Halts) -> tuple[int, int]:
        """Lower bounds of the cost of the way there by the fleet, and of the way home, directly or
        by one of the halts: of what others than the person pay; NEVER: none drives."""
        ground, needs = self.ground, self.ground.request.needs
        start, end = int(ground.table.start[number]), int(ground.table.end[number])
        opens = int(ground.table.opens[number])
        ahead = ground.there(number).car_s + needs.max_aboard_s + needs.boarding_s
        back = ground.back(number)
        metres = int((halts.to_m + halts.on_m).min(initial=back.metres))
        shortest, wait = replace(back, metres=metres), ground.settings.max_wait_home_s
        return (
            self._cost(ground.there(number), max(0, opens - ahead - needs.alighting_s), start),
            self._cost(shortest, end, end + wait),
        )

    def _cost(self, trip: Trip, first: int, last: int) -> int:
        """Least points of what others pay for a leg that starts between two instants."""
        epoch, best = self.ground.epoch, NEVER
        aboard = (1, SHARED_RIDERS) if self.ground.may_share else (1,)
        ways = [self._way(trip, riders) for riders in aboard]
        for hour in range(epoch.hour(first), epoch.hour(last) + 1):
            begins, ends = epoch.hour_begins(hour), epoch.hour_begins(hour + 1)
            modes = self._modes(max(begins, first), min(ends, last))
            if modes:
                best = min(best, *(self._paid(way, trip, hour, modes)[1] for way in ways))
        return best

    def _way(self, trip: Trip, riders: int) -> _Way:
        """What a fare rests on, but for the hour and the mode."""
        return (
            trip.metres,
            self.ground.zone(trip.origin),
            self.ground.zone(trip.destination),
            riders,
        )

    def _paid(self, way: _Way, trip: Trip, hour: int, modes: tuple[Mode, ...]) -> tuple[int, int]:
        """Points of the least the person pays, and the others, for a leg that starts within an hour
        of the clock; it is the same all through a tariff period, and between the same zones."""
        ground = self.ground
        alike = way, ground.period(hour), modes
        known = self._pays.get(alike)
        if known is None:
            metres, between = (
                np.array([trip.metres], dtype=np.int64),
                (trip.origin, trip.destination),
            )
            rates = [ground.rate(mode, hour, way[-1], between) for mode in modes]
            different = {id(rate): rate for rate in rates}.values()
            paid, others = zip(*(rate.least(metres) for rate in different), strict=True)
            scales = ground.scales
            known = scales.own_pay * int(np.min(paid)), scales.public * int(np.min(others))
            self._pays[alike] = known
        return known

    def _modes(self, first: int, last: int) -> tuple[Mode, ...]:
        """Modes of which a vehicle is on shift at some moment between, asked in time; to the
        quarter of an hour, so that the slots of one place ask alike."""
        key = first // QUARTER_S, last // QUARTER_S
        if key not in self._running:
            self._running[key] = tuple(self.ground.shifts.running_between(first, last))
        return self._running[key]
