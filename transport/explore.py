"""One care stop explored: the ways there and home that count, alone and together."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, product

import numpy as np

from regulation.kernel.modes import FLEET_MODES, Encounter
from transport.chunk import Chunk, Task
from transport.fleet_ways import Ints, Scanned, Scanner, empty_metres, with_ride
from transport.floors import Floors
from transport.ground import Ground, Trip
from transport.own_ways import PharmacyTrip, own_homeward, own_outward, round_trips
from transport.solver.bounds import Begins
from transport.solver.insertions import (
    Insertions,
    RouteState,
    insert,
    insertions,
    route_stops,
)
from transport.timing import time_route
from transport.ways import Times, Way, not_dominated

NEVER = 1 << 40
"""More than anything weighs: marks a vehicle that cannot do a part."""

IDLE = 2
"""Size of a route without a stop: its start and its end."""

Key = tuple[int, int, int, int]
"""Lateness, felt burden, cost, exact burden: see `Objective.rank_key`."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two parts done together: a car that waits, or one vehicle both times."""

    outward: Way
    homeward: Way

    @property
    def burden(self) -> int:
        """Burden of both parts."""
        return self.outward.burden + self.homeward.burden

    @property
    def cost(self) -> int:
        """Cost of both parts."""
        return self.outward.cost + self.homeward.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A care stop that can be reached: its ways, and the key of its best journey."""

    stop: int
    outward: tuple[Way, ...] = ()
    homeward: tuple[Way, ...] = ()
    pairs: tuple[Pair, ...] = ()
    best: Key


@dataclass(frozen=True, slots=True)
class Bar:
    """What a journey must beat to matter (None: nothing yet), and the floors to tell."""

    threshold: Key | None
    floors: Floors

    def with_best(self, best: Key | None) -> Key | None:
        """Return the lesser of the threshold and the best journey in hand."""
        return min((key for key in (best, self.threshold) if key is not None), default=None)


@dataclass(frozen=True, slots=True)
class OwnWays:
    """What the person can do without a vehicle of the fleet."""

    outward: tuple[Way, ...]
    homeward: tuple[Way, ...]
    pairs: tuple[Pair, ...]


def explore(ground: Ground, chunk: Chunk, state: RouteState, number: int, bar: Bar) -> Found | None:
    """Explore one care stop; None when no journey to it is feasible, or could pass the bar."""
    trips = _pharmacy_trips(ground, chunk, number)
    own = OwnWays(
        tuple(own_outward(ground, number)),
        tuple(own_homeward(ground, number, trips)),
        tuple(Pair(*two) for two in round_trips(ground, number, trips)),
    )
    best = _best(ground, number, own.outward, own.homeward, own.pairs)
    if _fleet_is_too_heavy(ground, number, own, bar.floors, bar.with_best(best)):
        return _found(number, own.outward, own.homeward, own.pairs, best)
    scanner = Scanner(ground, chunk, state)
    outward_task, *homeward_tasks = chunk.tasks[number]
    there = scanner.scan(outward_task)
    outward = tuple(not_dominated([*scanner.kept(there), *own.outward], ground.enough))
    if not own.pairs and _way_there_is_too_heavy(ground, number, outward, bar):
        return None
    home = [scanner.scan(task) for task in homeward_tasks]
    kept = (way for one in home for way in scanner.kept(one))
    homeward = tuple(not_dominated([*kept, *own.homeward], ground.enough))
    best = _best(ground, number, outward, homeward, own.pairs)
    pairs = list(own.pairs)
    to_beat = bar.with_best(best) if ground.requests == 1 else None
    for pair in _same_vehicle(scanner, there, home, to_beat):
        pairs.append(pair)
        best = min(best or _key(ground, number, pair), _key(ground, number, pair))
    return _found(number, outward, homeward, pairs, best)


def _found(
    number: int,
    outward: tuple[Way, ...],
    homeward: tuple[Way, ...],
    pairs: Sequence[Pair],
    best: Key | None,
) -> Found | None:
    if best is None:
        return None
    return Found(stop=number, outward=outward, homeward=homeward, pairs=tuple(pairs), best=best)


def _fleet_is_too_heavy(
    ground: Ground, number: int, own: OwnWays, floors: Floors, to_beat: Key | None
) -> bool:
    """Tell whether no journey by the fleet, both ways, can beat what is in hand."""
    if to_beat is None or own.outward or own.homeward:
        return False  # a way of one's own could be joined to one by the fleet
    floor = floors.burden(number, FLEET_MODES) - int(ground.table.burden[number])
    return ground.key(number, floor, 0) >= to_beat


def _way_there_is_too_heavy(ground: Ground, number: int, outward: Sequence[Way], bar: Bar) -> bool:
    """Tell whether the ways there put every journey past the bar; none: there is none."""
    if not outward:
        return True
    least = min(way.burden for way in outward) + bar.floors.homeward(number)
    return bar.threshold is not None and ground.key(number, least, 0) >= bar.threshold


def explore_at_home(ground: Ground, number: int) -> Found | None:
    """A visit or a remote consultation; None when the team could not be there in time."""
    stop = ground.stop(number)
    if stop.encounter is Encounter.TEAM_TRAVELS:
        profile, place = ground.table.start_profile[number], ground.table.place[number]
        if ground.table.start[number] < ground.ways.back.travel[profile, place, 0]:
            return None
    return Found(stop=number, best=ground.key(number, 0, 0))


def _key(ground: Ground, number: int, pair: Pair) -> Key:
    return ground.key(number, pair.burden, pair.cost)


def _best(
    ground: Ground,
    number: int,
    outward: Sequence[Way],
    homeward: Sequence[Way],
    pairs: Sequence[Pair],
) -> Key | None:
    keys = [_key(ground, number, pair) for pair in pairs]
    keys += [
        ground.key(number, one.burden + two.burden, one.cost + two.cost)
        for one, two in product(outward, homeward)
        if one.duty is None or one.duty is not two.duty
    ]
    return min(keys, default=None)


def _pharmacy_trips(ground: Ground, chunk: Chunk, number: int) -> Sequence[PharmacyTrip]:
    """Own ways home: directly, and by each candidate pharmacy of the stop."""
    problem, direct = chunk.problem, ground.back(number)
    trips: list[PharmacyTrip] = []
    for task in chunk.tasks[number][1:]:
        if task.pharmacy is None:
            trips.append((None, (direct,)))
            continue
        nodes = [problem.nodes[node] for node in problem.rides[task.ride].stops]
        place, pharmacy, home = (node.location for node in nodes)
        profile, where = nodes[0].profile, task.pharmacy.position
        to, on = problem.travel[profile, place, pharmacy], problem.travel[profile, pharmacy, home]
        to_m, on_m = problem.distance[place, pharmacy], problem.distance[pharmacy, home]
        legs = (
            Trip(direct.origin, where, round(float(to)), round(float(to_m))),
            Trip(where, direct.destination, round(float(on)), round(float(on_m))),
        )
        trips.append((task.pharmacy, legs))
    return trips


def _same_vehicle(
    scanner: Scanner, there: Scanned, home: Sequence[Scanned], best: Key | None
) -> Iterator[Pair]:
    """Yield what one vehicle can do both times, wherever that could be the best.

    Neither part weighs less in company of the other, but for empty kilometres: the bound of a
    vehicle is the sum of its parts without them, and with its whole way when it is idle. Among
    several requests, the best vehicle may be taken: as many as could be are looked at.
    """
    ground, number = scanner.ground, there.task.stop
    done: set[int] = set()
    for bound, vehicle, one in sorted(_bounds(scanner, there, home, best)):
        if (
            best is not None
            and bound >= best
            and len(done) >= ground.enough * (ground.requests - 1)
        ):
            return
        done.add(vehicle)
        for row in np.flatnonzero(there.rows["vehicle"] == vehicle):
            pair = _pair(scanner, there, int(row), home[one].task)
            if pair is not None:
                yield pair
                best = min(best or _key(ground, number, pair), _key(ground, number, pair))


def _bounds(
    scanner: Scanner, there: Scanned, home: Sequence[Scanned], best: Key | None
) -> Iterator[tuple[Key, int, int]]:
    """Yield the bound of each vehicle that does both, for each way home, if it may be better."""
    ground, number = scanner.ground, there.task.stop
    burden, cost = _lightest(scanner, there)
    step = ground.scales.objective.burden_step
    own_burden, own_cost = int(ground.table.burden[number]), int(ground.table.cost[number])
    for index, scanned in enumerate(home):
        empty = ground.scales.fleet * _idle_metres(scanner, there.task, scanned.task)
        home_burden, home_cost = _lightest(scanner, scanned)
        both, total = burden + home_burden, cost + home_cost + empty
        may = both < NEVER
        if best is not None:
            felt = -(-(both + own_burden) // step)
            may &= (felt < best[1]) | ((felt == best[1]) & (total + own_cost <= best[2]))
        for vehicle in np.flatnonzero(may):
            key = ground.key(number, int(both[vehicle]), int(total[vehicle]))
            yield key, int(vehicle), index


def _idle_metres(scanner: Scanner, there: Task, home: Task) -> Ints:
    """Metres of the whole way, there and home, of each vehicle without a stop; 0 for others."""
    problem, routes = scanner.chunk.problem, scanner.state.routes
    specs, distance = problem.vehicles, problem.distance
    stops = (*problem.rides[there.ride].stops, *problem.rides[home.ride].stops)
    places = [problem.nodes[node].location for node in stops]
    between = sum(float(distance[a, b]) for a, b in pairwise(places))
    starts = np.array([spec.start_location for spec in specs], dtype=np.int64)
    ends = np.array([spec.end_location for spec in specs], dtype=np.int64)
    whole = distance[starts, places[0]] + between + distance[places[-1], ends]
    return np.where(routes.size == IDLE, np.rint(whole), 0).astype(np.int64)


def _lightest(scanner: Scanner, scanned: Scanned) -> tuple[Ints, Ints]:
    """Least burden, and least cost without empty kilometres, by vehicle; NEVER: no row."""
    empty = scanner.ground.scales.fleet * empty_metres(scanned.rows)
    burden = np.full(len(scanner.chunk.duties), NEVER, dtype=np.int64)
    cost = np.full(len(scanner.chunk.duties), NEVER, dtype=np.int64)
    np.minimum.at(burden, scanned.rows["vehicle"], scanned.burden)
    np.minimum.at(cost, scanned.rows["vehicle"], scanned.cost - empty)
    return burden, cost


def _pair(scanner: Scanner, there: Scanned, row: int, homeward: Task) -> Pair | None:
    """Put both parts in one vehicle: the way there as it was, the way home after it."""
    vehicle, outward = int(there.rows["vehicle"][row]), there.task
    stops = scanner.chunk.problem.rides[outward.ride].stops
    gaps = [int(gap) for gap in there.rows["gaps"][row][: len(stops)]]
    state = insert(scanner.state, outward.ride, vehicle, gaps)
    rows = insertions(state, homeward.ride, [vehicle])
    pairs = (
        _timed_pair(scanner, state, there, slice(row, row + 1), (homeward, rows[one : one + 1]))
        for one in range(len(rows))
    )
    return min(filter(None, pairs), key=partial(_key, scanner.ground, outward.stop), default=None)


def _timed_pair(
    scanner: Scanner,
    state: RouteState,
    there: Scanned,
    row: slice,
    back: tuple[Task, Insertions],
) -> Pair | None:
    """Time the common route: the way there late, then the way home early."""
    (homeward, record), problem = back, scanner.chunk.problem
    vehicle = int(record["vehicle"][0])
    out, home = problem.rides[there.task.ride].stops, problem.rides[homeward.ride].stops
    nodes = with_ride(route_stops(state, vehicle), home, record["gaps"][0])
    begins = time_route(state.compiled, vehicle, nodes, late=out)
    if begins is None:
        return None
    after = replace(scanner, state=state)
    first = scanner.weigh(there.task, there.rows[row], _times(scanner, out, begins))
    second = after.weigh(homeward, record, _times(scanner, home, begins))
    notice = scanner.chunk.duties[vehicle].vehicle.notice.total_seconds()
    if min(begins[out[0]], begins[home[0]]) < notice:
        return None
    return Pair(scanner.way(first, 0), after.way(second, 0))


def _times(scanner: Scanner, stops: Sequence[int], begins: Begins) -> Times:
    met, there = (np.array([math.ceil(begins[node])]) for node in (stops[0], stops[-1]))
    return Times(met, met + scanner.ground.request.needs.boarding_s, there)
