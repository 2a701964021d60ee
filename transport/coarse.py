"""Lower bounds of the journeys to every care stop at once: the order in which stops are looked at.

Nobody is driven faster than by a car alone, and nobody pays less than the least fare there is at
any hour at which a leg may start. Somebody driven with others may pass by their stops at hours of
less traffic: they are bound by the least traffic there is.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.places import Position
from regulation.kernel.travel import LegRate
from transport.ground import Ground
from transport.pharmacies import Pharmacies
from transport.ways import NEVER, SHARED_RIDERS, Ints

Floats = NDArray[np.float64]


def coarse_burdens(ground: Ground, pharmacies: Pharmacies) -> Ints:
    """Lower bound of the burden of any journey to each care stop; NEVER where nobody could be in
    time, whatever the means."""
    table = ground.table
    there, back = _Outward(ground), _lightest_back(ground, pharmacies)
    starts, home = (table.start_profile, table.place), back[table.end_profile, pharmacies.care]
    ready = ground.epoch.seconds(ground.request.ready_at)
    missed = table.start < ready + there.quickest[starts]
    moving = np.where(missed, np.inf, there.lightest[starts] + home)
    bound = table.burden + np.where(table.travels, moving, 0)
    return np.floor(np.minimum(bound, NEVER)).astype(np.int64)


class _Outward:
    """The ways there by profile and place: least seconds, and least burden with the fare."""

    def __init__(self, ground: Ground) -> None:
        scales, table = ground.scales, ground.table
        travel, metres = ground.ways.out.travel[:, 0, :], ground.ways.out.distance[0, :]
        origin, places = ground.request.origin, list(ground.ways.index)
        fares = LeastFares(ground, ground.hours(0, int(table.start.max())))
        self.quickest = np.full(travel.shape, np.inf)
        self.lightest = np.full(travel.shape, np.inf)
        for mode in ground.modes:
            took = _least_s(ground, mode, travel, metres)
            paid = fares.points(mode, [(origin, place) for place in places], metres)
            np.minimum(self.quickest, took, out=self.quickest)
            felt = (scales.aboard + scales.away) * took + paid
            np.minimum(self.lightest, felt, out=self.lightest)


def _lightest_back(ground: Ground, pharmacies: Pharmacies) -> Floats:
    """Least burden of the way home, by profile and place of care: direct, or by a pharmacy."""
    back, scales, table = ground.ways.back, ground.scales, ground.table
    felt, care, rows = scales.aboard + scales.away, pharmacies.places, pharmacies.rows
    stake = scales.weigh({"missed_pharmacy": ground.request.pharmacy_stake})[0]
    latest = int(table.end.max()) + ground.settings.max_wait_home_s
    fares = LeastFares(ground, ground.hours(int(table.end.min()), latest))
    every = list(ground.ways.index)
    ends = [(every[place], ground.request.home) for place in care]
    direct_m = back.distance[care, -1]
    by_one_m = (pharmacies.to.distance + back.distance[rows, -1]).min(axis=1) if len(rows) else None
    lightest = np.full((len(back.travel), len(care)), np.inf)
    for mode in ground.modes:
        direct = _least_s(ground, mode, back.travel[:, care, -1], direct_m)
        whole = felt * direct + stake + fares.points(mode, ends, direct_m)
        np.minimum(lightest, whole, out=lightest)
        if by_one_m is None:
            continue
        on = _least_s(ground, mode, back.travel[:, rows, -1], back.distance[rows, -1])
        to = _least_s(ground, mode, pharmacies.to.travel, pharmacies.to.distance)
        after = felt * on + scales.away * pharmacies.service + pharmacies.weights
        by_one = (felt * to + after[:, None, :]).min(axis=2)
        np.minimum(lightest, by_one + fares.points(mode, ends, by_one_m), out=lightest)
    return lightest


def _least_s(ground: Ground, mode: Mode, travel: Floats, metres: Floats) -> Floats:
    """Seconds by a mode, by profile first."""
    took = ground.settings.own.durations_s(mode, travel, metres)
    if mode in FLEET_MODES and ground.may_share:
        return np.broadcast_to(took.min(axis=0), took.shape)
    return took


@dataclass(frozen=True, slots=True)
class LeastFares:
    """The least the person pays for a leg of a length, at whichever of these hours it starts."""

    ground: Ground
    hours: range
    _rates: dict[object, Sequence[LegRate]] = field(default_factory=dict)

    def points(
        self, mode: Mode, between: Sequence[tuple[Position, Position]], metres: Floats
    ) -> Ints:
        """Points of own pay of ways of these lengths between these ends."""
        whole = np.floor(metres).astype(np.int64)
        least = np.full(whole.shape, NEVER, dtype=np.int64)
        zones: dict[object, list[int]] = defaultdict(list)
        for number, (origin, destination) in enumerate(between):
            zones[self.ground.zone(origin), self.ground.zone(destination)].append(number)
        for numbers in zones.values():
            rates = self._of(mode, between[numbers[0]])
            paid = [rate.cents(whole[numbers])[0] for rate in rates]
            least[numbers] = np.min(paid, axis=0)
        return self.ground.scales.own_pay * least

    def _of(self, mode: Mode, ends: tuple[Position, Position]) -> Sequence[LegRate]:
        """The rates that differ."""
        ground = self.ground
        riders = {1, SHARED_RIDERS} if mode in FLEET_MODES and ground.may_share else {1}
        found = (ground.rate(mode, hour, many, ends) for hour in self.hours for many in riders)
        return list({id(rate): rate for rate in found}.values())
