"""Lower bounds of the journeys to every care stop at once: the order in which stops are looked at.

Nobody is driven faster than by a car alone, and nobody pays less than the least fare there is at
any hour at which a leg may start. Somebody driven with others may pass by their stops at hours of
less traffic: they are bound by the least traffic there is.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.places import Position
from regulation.kernel.travel import LegRate
from transport.arrays import Flags, Floats, Ints
from transport.ground import Ground
from transport.own_ways import LEG_MODES
from transport.pharmacies import Pharmacies
from transport.shifts import Shifts, Windows
from transport.ways import NEVER, SHARED_RIDERS

Ends = tuple[Position, Position]
Suits = Mapping[Mode, Flags]


def coarse_burdens(ground: Ground, pharmacies: Pharmacies) -> Ints:
    """Lower bound of the burden of any journey to each care stop; NEVER where nobody could be in
    time, whatever the means."""
    table, every = ground.table, list(ground.ways.index)
    zones = [ground.zone(every[place]) for place in pharmacies.places]
    there, back = _running(ground)
    moving = _outward(ground, pharmacies, zones, there)
    moving += _homeward(ground, pharmacies, zones, back)
    bound = table.burden + np.where(table.travels, moving, 0)
    return np.floor(np.minimum(bound, NEVER)).astype(np.int64)


def _outward(
    ground: Ground, pharmacies: Pharmacies, zones: Sequence[Hashable], suits: Suits
) -> Floats:
    """Least burden of the way to each care stop, of whose places the tariff zones are given."""
    out, care, every, table = (
        ground.ways.out,
        pharmacies.places,
        list(ground.ways.index),
        ground.table,
    )
    travel, metres, origin = out.travel[:, 0, care], out.distance[0, care], ground.request.origin
    grouped = {(origin, every[care[alike[0]]]): alike for alike in _alike(zones)}
    fares = LeastFares.of(ground, grouped, ground.hours(0, max(0, int(table.start.max()))))
    felt, ready = (
        ground.scales.aboard + ground.scales.away,
        ground.epoch.seconds(ground.request.ready_at),
    )
    lightest = np.full(len(table.start), np.inf)
    for pace in _paces(ground, suits):
        took = _least_s(ground, pace.mode, travel, metres)[table.start_profile, pharmacies.care]
        in_time = ready + took <= table.start
        for modes, suited in pace.suited:
            whole = felt * took + fares.least(modes, metres)[pharmacies.care]
            np.minimum(lightest, np.where(in_time & suited, whole, np.inf), out=lightest)
    return lightest


def _homeward(
    ground: Ground, pharmacies: Pharmacies, zones: Sequence[Hashable], suits: Suits
) -> Floats:
    """Least burden of the way home from each care stop: direct, or by a pharmacy."""
    back, scales, every = ground.ways.back, ground.scales, list(ground.ways.index)
    felt, care, ever_open = scales.aboard + scales.away, pharmacies.places, pharmacies.ever_open
    rows, to, home = pharmacies.rows[ever_open], pharmacies.to, ground.request.home
    stake = scales.weigh({"missed_pharmacy": ground.request.pharmacy_stake})[0]
    latest = int(ground.table.end.max()) + ground.settings.max_wait_home_s
    hours = ground.hours(int(ground.table.end.min()), latest)
    grouped = {(every[care[alike[0]]], home): alike for alike in _alike(zones)}
    fares = LeastFares.of(ground, grouped, hours)
    direct_m, on_m = back.distance[care, -1], back.distance[rows, -1]
    to_s, to_m = to.travel[:, :, ever_open], to.distance[:, ever_open]
    halting_m = (to_m + on_m).min(axis=1) if len(rows) else direct_m
    returns, at = ground.table.end_profile, pharmacies.care
    lightest = np.full(len(at), np.inf)
    for pace in _paces(ground, suits):
        direct = felt * _least_s(ground, pace.mode, back.travel[:, care, -1], direct_m) + stake
        on = _least_s(ground, pace.mode, back.travel[:, rows, -1], on_m)
        there = _least_s(ground, pace.mode, to_s, to_m)
        after = felt * on + (scales.away * pharmacies.service + pharmacies.weights)[ever_open]
        by_one = (felt * there + after[:, None, :]).min(axis=2, initial=np.inf)
        for modes, suited in pace.suited:
            whole = direct + fares.least(modes, direct_m)
            halting = by_one + fares.least(modes, halting_m)
            least = np.minimum(whole, halting)[returns, at]
            np.minimum(lightest, np.where(suited, least, np.inf), out=lightest)
    return lightest


@dataclass(frozen=True, slots=True)
class _Pace:
    """Modes that take as long as each other, by which care stops they suit; `mode` is one of
    them."""

    mode: Mode
    suited: Sequence[tuple[Sequence[Mode], Flags]]


def _running(ground: Ground) -> tuple[Suits, Suits]:
    """Tell of each mode to which care stops it may lead, and from which home: at night or on
    Sundays some do not run."""
    table, needs, settings = ground.table, ground.request.needs, ground.settings
    ahead = table.there_s + needs.max_aboard_s + needs.boarding_s + needs.alighting_s
    last = np.concatenate([table.start, table.end + settings.max_wait_home_s])
    driven = Windows.of(np.concatenate([table.opens - ahead, table.end]), last)
    runs = {
        mode: ground.shifts.running(mode, driven) if mode in FLEET_MODES else driven.always
        for mode in ground.modes
    }
    if Mode.PUBLIC_TRANSPORT in runs:
        public = Shifts.of_public_transport(settings.own, ground.epoch, int(last.max()))
        taken = np.concatenate([table.start - settings.arrive_before_s, table.end])
        runs[Mode.PUBLIC_TRANSPORT] = public.running(Mode.PUBLIC_TRANSPORT, Windows.of(taken, last))
    many = len(table.start)
    there = {mode: flags[:many] for mode, flags in runs.items()}
    return there, {mode: flags[many:] for mode, flags in runs.items()}


def _paces(ground: Ground, suits: Suits) -> Iterator[_Pace]:
    """Group modes by their pace, then by the care stops they suit."""
    paces: dict[object, dict[bytes, tuple[list[Mode], Flags]]] = defaultdict(dict)
    for mode, suited in suits.items():
        pace = mode if mode in LEG_MODES else mode in FLEET_MODES and ground.may_share
        modes, _ = paces[pace].setdefault(suited.tobytes(), ([], suited))
        modes.append(mode)
    for groups in paces.values():
        alike = list(groups.values())
        yield _Pace(alike[0][0][0], alike)


def _alike(zones: Sequence[Hashable]) -> Collection[Sequence[int]]:
    """Group places by their tariff zones: ways between one end and any of them cost alike."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, zone in enumerate(zones):
        groups[zone].append(number)
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
