"""Lower bounds of the journeys to every care stop at once: the order in which stops are looked at.

Nobody is driven faster than by a car alone, and nobody pays less than the least fare there is at
any hour at which a leg may start. Somebody driven with others may pass by their stops at hours of
less traffic: they are bound by the least traffic there is.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.places import Position
from regulation.kernel.travel import LegRate
from transport.ground import Ground
from transport.own_ways import LEG_MODES
from transport.pharmacies import Pharmacies
from transport.ways import NEVER, SHARED_RIDERS, Ints

Floats = NDArray[np.float64]
Ends = tuple[Position, Position]


def coarse_burdens(ground: Ground, pharmacies: Pharmacies) -> Ints:
    """Lower bound of the burden of any journey to each care stop; NEVER where nobody could be in
    time, whatever the means."""
    table, ready = ground.table, ground.epoch.seconds(ground.request.ready_at)
    every = list(ground.ways.index)
    zones = [ground.zone(every[place]) for place in pharmacies.places]
    quickest, there = _outward(ground, pharmacies.places, zones)
    back = _homeward(ground, pharmacies, zones)
    leaves, returns = (table.start_profile, pharmacies.care), (table.end_profile, pharmacies.care)
    missed = table.start < ready + quickest[leaves]
    moving = np.where(missed, np.inf, there[leaves] + back[returns])
    bound = table.burden + np.where(table.travels, moving, 0)
    return np.floor(np.minimum(bound, NEVER)).astype(np.int64)


def _outward(ground: Ground, care: Ints, zones: Sequence[Hashable]) -> tuple[Floats, Floats]:
    """Least seconds and least burden of the way there, by profile and place of care, of which the
    tariff zones are given."""
    out, every, origin = ground.ways.out, list(ground.ways.index), ground.request.origin
    travel, metres = out.travel[:, 0, care], out.distance[0, care]
    grouped = {(origin, every[care[alike[0]]]): alike for alike in _alike(zones)}
    fares = LeastFares.of(ground, grouped, ground.hours(0, int(ground.table.start.max())))
    felt = ground.scales.aboard + ground.scales.away
    quickest, lightest = (np.full(travel.shape, np.inf) for _ in range(2))
    for alike in _by_pace(ground):
        took = _least_s(ground, alike[0], travel, metres)
        np.minimum(quickest, took, out=quickest)
        np.minimum(lightest, felt * took + fares.least(alike, metres), out=lightest)
    return quickest, lightest


def _homeward(ground: Ground, pharmacies: Pharmacies, zones: Sequence[Hashable]) -> Floats:
    """Least burden of the way home, by profile and place of care: direct, or by a pharmacy."""
    back, scales, every = ground.ways.back, ground.scales, list(ground.ways.index)
    felt, care, ever_open = scales.aboard + scales.away, pharmacies.places, pharmacies.ever_open
    rows, to = pharmacies.rows[ever_open], pharmacies.to
    stake = scales.weigh({"missed_pharmacy": ground.request.pharmacy_stake})[0]
    latest = int(ground.table.end.max()) + ground.settings.max_wait_home_s
    hours = ground.hours(int(ground.table.end.min()), latest)
    home = ground.request.home
    grouped = {(every[care[alike[0]]], home): alike for alike in _alike(zones)}
    fares = LeastFares.of(ground, grouped, hours)
    direct_m, on_m = back.distance[care, -1], back.distance[rows, -1]
    to_s, to_m = to.travel[:, :, ever_open], to.distance[:, ever_open]
    halting_m = (to_m + on_m).min(axis=1, initial=NEVER)
    lightest = np.full((len(back.travel), len(care)), np.inf)
    for alike in _by_pace(ground):
        mode = alike[0]
        direct = _least_s(ground, mode, back.travel[:, care, -1], direct_m)
        whole = felt * direct + stake + fares.least(alike, direct_m)
        np.minimum(lightest, whole, out=lightest)
        if not len(rows):
            continue
        on = _least_s(ground, mode, back.travel[:, rows, -1], on_m)
        there = _least_s(ground, mode, to_s, to_m)
        after = felt * on + (scales.away * pharmacies.service + pharmacies.weights)[ever_open]
        by_one = (felt * there + after[:, None, :]).min(axis=2)
        np.minimum(lightest, by_one + fares.least(alike, halting_m), out=lightest)
    return lightest


def _alike(zones: Sequence[Hashable]) -> Collection[Sequence[int]]:
    """Group places by their tariff zones: ways between one end and any of them cost alike."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, zone in enumerate(zones):
        groups[zone].append(number)
    return groups.values()


def _by_pace(ground: Ground) -> Collection[Sequence[Mode]]:
    """Group the modes that take as long as each other: they differ by their fares alone."""
    groups: dict[object, list[Mode]] = defaultdict(list)
    for mode in ground.modes:
        groups[mode if mode in LEG_MODES else mode in FLEET_MODES and ground.may_share].append(mode)
    return groups.values()


def _least_s(ground: Ground, mode: Mode, travel: Floats, metres: Floats) -> Floats:
    """Seconds by a mode, by profile first."""
    took = ground.settings.own.durations_s(mode, travel, metres)
    if mode in FLEET_MODES and ground.may_share:
        return np.broadcast_to(took.min(axis=0), took.shape)
    return took


@dataclass(frozen=True, slots=True)
class LeastFares:
    """The least a person pays for each of some ways, at whichever of these hours it starts; the
    numbers of the ways are grouped by the tariff zones of their ends."""

    ground: Ground
    hours: Sequence[int]
    zones: Mapping[Ends, Sequence[int]]

    @classmethod
    def of(cls, ground: Ground, zones: Mapping[Ends, Sequence[int]], hours: range) -> "LeastFares":
        """Group hours by their periods, of which one each is kept."""
        periods = {ground.period(hour): hour for hour in hours}
        return cls(ground, list(periods.values()), zones)

    def least(self, modes: Sequence[Mode], metres: Floats) -> Ints:
        """Points of own pay by the cheapest of some modes, by way."""
        points = [self.points(mode, metres) for mode in modes]
        return np.asarray(np.min(points, axis=0))

    def points(self, mode: Mode, metres: Floats) -> Ints:
        """Points of own pay, by way, of ways no shorter than these lengths."""
        least = np.empty(len(metres), dtype=np.int64)
        for ends, alike in self.zones.items():
            lengths = metres[alike].astype(np.int64)
            rates = {id(rate): rate for rate in self._rates(mode, ends)}
            paid = [rate.least(lengths)[0] for rate in rates.values()]
            least[alike] = np.min(paid, axis=0)
        return self.ground.scales.own_pay * least

    def _rates(self, mode: Mode, ends: Ends) -> Iterator[LegRate]:
        """The rates of all periods, alone and in company."""
        riders = {1, SHARED_RIDERS} if mode in FLEET_MODES and self.ground.may_share else {1}
        for hour in self.hours:
            for many in riders:
                yield self.ground.rate(mode, hour, many, ends)
