"""Which vehicles can matter to some care stops: of those free all along, the few nearest.

A vehicle without a promise on its shift, able to be there in time and back before its shift ends,
does a part of a journey at the best times there are. All such vehicles of one mode give the same
burden and the same fare: they differ by their empty kilometres alone, so the few that have least
outdo all the others (see `ways.not_dominated`). A vehicle that has promises, or whose shift is
short for a part, is always kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from transport.arrays import Flags, Floats, Ints, ints
from transport.ground import Ground
from transport.live_fleet import SECOND, Duty
from transport.memo import Block, TravelMemo
from transport.pharmacies import Halts
from transport.ways import ENOUGH


@dataclass(frozen=True, slots=True)
class _Reach:
    """Between where each idle vehicle stands, its depot and one place of care, by vehicle."""

    to_s: Floats
    to_m: Floats
    back_s: Floats
    back_m: Floats


@dataclass(frozen=True, slots=True)
class _Starts:
    """Where idle vehicles stand: at fixed places, or seen on the road; `row` among their kind."""

    fixed: tuple[Position, ...]
    passing: tuple[Position, ...]
    is_fixed: Flags
    row: Ints

    @classmethod
    def of(cls, idle: Sequence[Duty], ground: Ground) -> "_Starts":
        known = ground.ways.index
        fixed = tuple(dict.fromkeys(duty.start for duty in idle if duty.start in known))
        passing = tuple(dict.fromkeys(duty.start for duty in idle if duty.start not in known))
        rows = {place: row for places in (fixed, passing) for row, place in enumerate(places)}
        return cls(
            fixed,
            passing,
            np.array([duty.start in known for duty in idle], dtype=np.bool_),
            np.array([rows[duty.start] for duty in idle], dtype=np.int64),
        )


@dataclass(slots=True)
class IdleFleet:
    """The vehicles of one request; those without a promise as arrays, by vehicle."""

    ground: Ground
    travel: TravelMemo
    busy: tuple[Duty, ...] = field(init=False)
    idle: tuple[Duty, ...] = field(init=False)
    _earliest: Floats = field(init=False)
    _latest: Floats = field(init=False)
    _notice: Floats = field(init=False)
    _profile: Ints = field(init=False)
    _modes: Sequence[Ints] = field(init=False)
    _starts: _Starts = field(init=False)
    _depots: tuple[Position, ...] = field(init=False)
    _depot: Ints = field(init=False)
    _origin_s: Floats = field(init=False)
    _origin_m: Floats = field(init=False)
    _home_s: Floats = field(init=False)
    _home_m: Floats = field(init=False)

    def __post_init__(self) -> None:
        ground, seconds = self.ground, self.ground.epoch.seconds
        self.busy = tuple(duty for duty in ground.duties if duty.rides)
        self.idle = idle = tuple(duty for duty in ground.duties if not duty.rides)
        self._earliest = _floats([seconds(duty.ready_at) for duty in idle])
        self._latest = _floats([seconds(duty.shift.end) for duty in idle])
        self._notice = _floats([duty.vehicle.notice.total_seconds() for duty in idle])
        self._profile = ints([ground.profiles.number(duty.ready_at) for duty in idle])
        modes = np.array([duty.vehicle.mode for duty in idle])
        self._modes = [np.flatnonzero(modes == mode) for mode in np.unique(modes)]
        self._starts = _Starts.of(idle, ground)
        self._depots = tuple(dict.fromkeys(duty.vehicle.depot for duty in idle))
        rows = {place: row for row, place in enumerate(self._depots)}
        self._depot = ints([rows[duty.vehicle.depot] for duty in idle])
        at_depot = ints([ground.ways.index[duty.vehicle.depot] for duty in idle])
        self._home_s = ground.ways.out.travel[:, -1, at_depot]
        self._home_m = ground.ways.out.distance[-1, at_depot]
        self._origin_s, self._origin_m = self._to_origin()

    def useful(self, stops: Mapping[int, Halts]) -> list[Duty]:
        """Return the vehicles that may matter on the way there, and home by these halts."""
        if not stops:
            return []
        wanted = np.zeros(len(self.idle), dtype=np.bool_)
        if len(self.idle):
            for number, reach in self._reach(list(stops)):
                wanted |= self._outward(number, reach)
                wanted |= self._homeward(number, reach, stops[number])
                wanted |= self._both_ways(number, reach, stops[number])
        return [*self._busy_then(list(stops)), *(self.idle[one] for one in np.flatnonzero(wanted))]

    def _busy_then(self, numbers: Sequence[int]) -> Iterator[Duty]:
        """Vehicles with promises whose shift overlaps the journeys to these stops."""
        ground = self.ground
        ride = ground.request.needs.max_aboard_s * SECOND
        stops = [ground.stop(number) for number in numbers]
        first = max(ground.epoch.start, min(stop.doors_open for stop in stops) - ride)
        window = TimeWindow(first, max(stop.end for stop in stops) + 3 * ride)
        return (duty for duty in self.busy if duty.shift.overlaps(window))

    def _outward(self, number: int, reach: _Reach) -> Flags:
        ground, needs = self.ground, self.ground.request.needs
        car_s, start = int(ground.table.there_s[number]), int(ground.table.start[number])
        delivered = start - needs.alighting_s
        met = delivered - car_s - needs.boarding_s
        opens = int(ground.table.opens[number])
        back_s = needs.alighting_s + reach.back_s[ground.table.start_profile[number]]
        arrives = self._earliest + self._origin_s
        can = (arrives <= met) & (self._notice <= met)
        soonest = np.maximum(opens, arrives + needs.boarding_s + car_s)
        can &= soonest + back_s <= self._latest
        free = can & (delivered + back_s <= self._latest)
        wanted: Flags = can & ~free
        return wanted | self._nearest(free, self._origin_m + reach.back_m)

    def _homeward(self, number: int, reach: _Reach, halts: Halts) -> Flags:
        end = int(self.ground.table.end[number])
        shortest, longest = self._home_by(number, halts)
        arrives = self._earliest + reach.to_s
        can = (arrives <= end + self.ground.settings.max_wait_home_s) & (self._notice <= end)
        can &= shortest <= self._latest
        free = can & (arrives <= end) & (longest <= self._latest)
        return (can & ~free) | self._nearest(free, reach.to_m + self._home_m)

    def _both_ways(self, number: int, reach: _Reach, halts: Halts) -> Flags:
        """A vehicle that stays by the place of care meanwhile."""
        ground, needs = self.ground, self.ground.request.needs
        shortest, longest = self._home_by(number, halts)
        met = int(ground.table.start[number] - ground.table.there_s[number])
        met -= needs.alighting_s + needs.boarding_s
        can = (self._earliest + self._origin_s <= met) & (self._notice <= met)
        can &= shortest <= self._latest
        free = can & (longest <= self._latest)
        wanted = can & ~free
        for path in {int(ground.table.back_m[number]), *(halts.to_m + halts.on_m).tolist()}:
            whole = np.maximum(reach.back_m, path + self._home_m)
            wanted |= self._nearest(free, self._origin_m + whole)
        return wanted

    def _home_by(self, number: int, halts: Halts) -> tuple[Floats, Floats]:
        """When a vehicle that was there in time is back at its depot: at soonest, at latest."""
        ground, needs = self.ground, self.ground.request.needs
        left = int(ground.table.end[number]) + needs.boarding_s
        served = np.maximum(left + halts.to_s, halts.opens)
        home = [left + int(ground.table.back_s[number])]
        home += (served + halts.service + halts.on_s)[served <= halts.closes].tolist()
        depot_s = needs.alighting_s + self._home_s[ground.table.end_profile[number]]
        return min(home) + depot_s, max(home) + depot_s

    def _nearest(self, free: Flags, metres: Floats) -> Flags:
        """The few of each mode that drive least empty."""
        chosen = np.zeros(len(free), dtype=np.bool_)
        for mode in self._modes:
            mine = mode[free[mode]]
            if len(mine) > ENOUGH:
                mine = mine[np.argpartition(metres[mine], ENOUGH - 1)[:ENOUGH]]
            chosen[mine] = True
        return chosen

    def _to_origin(self) -> tuple[Floats, Floats]:
        """Seconds and metres from each vehicle to the person."""
        ground, starts = self.ground, self._starts
        rows = ints([ground.ways.index[place] for place in starts.fixed])
        back = ground.ways.back
        fixed = Block(back.travel[:, rows, :1], back.distance[rows, :1])
        seconds, metres = self._from_starts(fixed, [ground.request.origin])
        return seconds[:, 0], metres[:, 0]

    def _reach(self, numbers: Sequence[int]) -> Iterator[tuple[int, _Reach]]:
        """Measure the ways between the vehicles and the places of some care stops."""
        ground, instants = self.ground, self.ground.profiles.instants
        where = {number: ground.stop(number).position for number in numbers}
        places = list(dict.fromkeys(where.values()))
        fixed = self.travel.ways(self._starts.fixed, places, instants)
        to_s, to_m = self._from_starts(fixed, places)
        back = self.travel.ways(places, self._depots, instants)
        column = {place: number for number, place in enumerate(places)}
        for number, place in where.items():
            one = column[place]
            yield (
                number,
                _Reach(
                    to_s=to_s[:, one],
                    to_m=to_m[:, one],
                    back_s=back.travel[:, one, self._depot],
                    back_m=back.distance[one, self._depot],
                ),
            )

    def _from_starts(self, fixed: Block, places: Sequence[Position]) -> tuple[Floats, Floats]:
        """Seconds and metres from where each vehicle stands, in the traffic in which it leaves."""
        starts = self._starts
        seconds = np.empty((len(self.idle), len(places)))
        metres = np.empty((len(self.idle), len(places)))
        still, moving = starts.is_fixed, ~starts.is_fixed
        seconds[still] = fixed.travel[self._profile[still], starts.row[still]]
        metres[still] = fixed.distance[starts.row[still]]
        if starts.passing:
            seen = self.travel.leaving(starts.passing, places, self.ground.epoch.start)
            seconds[moving] = seen.travel[0, starts.row[moving]]
            metres[moving] = seen.distance[starts.row[moving]]
        return seconds, metres


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)
