"""One vehicle for the way there and the way home: it may wait, or drive others in between."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np

from regulation.kernel.objective import Key
from transport.arrays import Ints
from transport.chunk import Task
from transport.fleet_ways import Scanned, Scanner, empty_metres, left_late, with_ride
from transport.ground import Ground
from transport.solver.bounds import Begins
from transport.solver.choice import Part
from transport.solver.insertions import Insertions, RouteState, insert, insertions, route_stops
from transport.timing import time_route
from transport.ways import NEVER, Times, Way

IDLE = 2
"""Size of a route without a stop: its start and its end."""


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


def key_of(ground: Ground, number: int, pair: Pair) -> Key:
    """Key of the journey to a care stop by both ways."""
    return ground.key(number, pair.burden, pair.cost)


def same_vehicle(
    scanner: Scanner, there: Scanned, home: Scanned, to_beat: Key | None
) -> Iterator[Pair]:
    """Yield what one vehicle can do both times, wherever that could be the best.

    In company of the way there, the way home may add fewer empty kilometres, and either may be
    done at an hour of lower fares, but neither weighs less otherwise: the bound of a vehicle is
    the sum of its parts, less those kilometres and at the lowest fares, with its whole way when it
    is idle.
    """
    ground, number, best = scanner.ground, there.tasks[0].stop, to_beat
    for bound, vehicle, which in _bounds(scanner, there, home, best):
        if best is not None and bound >= best:
            return
        for row in np.flatnonzero(there.rows["vehicle"] == vehicle):
            pair = _pair(scanner, there, int(row), home.tasks[which])
            if pair is not None:
                yield pair
                key = key_of(ground, number, pair)
                best = key if best is None else min(best, key)


def _bounds(
    scanner: Scanner, there: Scanned, home: Scanned, best: Key | None
) -> list[tuple[Key, int, int]]:
    """Bounds of each vehicle that does both, for each way home, that may be better; least first."""
    ground, number = scanner.ground, there.tasks[0].stop
    burden, cost = _lightest(scanner, there, spared_m=0)
    home_burden, home_cost = _lightest(scanner, home, spared_m=1)
    empty = [_idle_metres(scanner, there, task) for task in home.tasks]
    both = burden + home_burden
    total = cost + home_cost + ground.scales.fleet * np.array(empty)
    may = both < NEVER
    if best is not None:
        step, table = ground.scales.objective.burden_step, ground.table
        felt = -(-(both + int(table.burden[number])) // step)
        cheap = total + int(table.cost[number]) <= best[2]
        may &= (felt < best[1]) | ((felt == best[1]) & cheap)
    return sorted(
        (ground.key(number, int(both[which, vehicle]), int(total[which, vehicle])), vehicle, which)
        for which, vehicle in np.argwhere(may).tolist()
    )


def _idle_metres(scanner: Scanner, there: Scanned, home: Task) -> Ints:
    """Metres at least that the way home adds to the way there, by vehicle, when it has no other
    stop; 0 for others."""
    problem, routes = scanner.chunk.problem, scanner.state.routes
    specs, distance = problem.vehicles, problem.distance
    stops = (*problem.rides[there.tasks[0].ride].stops, *problem.rides[home.ride].stops)
    places = [problem.nodes[node].location for node in stops]
    between = sum(float(distance[a, b]) for a, b in pairwise(places))
    starts = np.array([spec.start_location for spec in specs], dtype=np.int64)
    ends = np.array([spec.end_location for spec in specs], dtype=np.int64)
    whole = np.rint(distance[starts, places[0]] + between + distance[places[-1], ends])
    alone = np.zeros(len(specs), dtype=np.int64)
    alone[there.rows["vehicle"]] = empty_metres(there.rows)  # an idle vehicle has one row
    return np.where(routes.size == IDLE, np.maximum(0, whole - alone), 0).astype(np.int64)


def _lightest(scanner: Scanner, scanned: Scanned, *, spared_m: int) -> tuple[Ints, Ints]:
    """Least burden and cost at the lowest fares, by task and vehicle (NEVER: none); `spared_m` 1:
    without empty kilometres."""
    shape = (len(scanned.tasks), len(scanner.chunk.duties))
    burden, cost = np.full(shape, NEVER, dtype=np.int64), np.full(shape, NEVER, dtype=np.int64)
    where, scales = (scanned.whose, scanned.rows["vehicle"]), scanner.ground.scales
    own, others = _spared(scanner, scanned)
    empty = spared_m * scales.fleet * empty_metres(scanned.rows)
    np.minimum.at(burden, where, scanned.burden - scales.own_pay * own)
    np.minimum.at(cost, where, scanned.cost - scales.public * others - empty)
    return burden, cost


def _spared(scanner: Scanner, scanned: Scanned) -> tuple[Ints, Ints]:
    """Cents at most that the person, and the others, would spare at another hour, by row: the way
    home may only be later, the way there sooner."""
    task, own, others = scanned.tasks[0], scanned.own, scanned.others
    first, last = map(scanner.ground.epoch.hour, scanner.window(task))
    hours, between = range(first, last + 1), scanner.ends(task)
    spared = np.zeros_like(own), np.zeros_like(others)
    for mode, riders, some in scanner.alike(scanned.rows):
        rates, of_hour = scanner.ground.rates_of(mode, hours, riders, between)
        metres = scanned.metres[some]
        paid, total = zip(*(rate.cents(metres) for rate in rates), strict=True)
        lowest = np.stack([rate.least(metres)[0] for rate in rates])[of_hour]
        at = scanned.hours[some] - first, np.arange(len(some))
        least = _least_so_far(lowest, task.part)[at]
        rest = _least_so_far((np.stack(total) - np.stack(paid))[of_hour], task.part)[at]
        spared[0][some] = np.maximum(0, own[some] - least)
        spared[1][some] = np.maximum(0, others[some] - rest)
    return spared


def _least_so_far(cents: Ints, part: Part) -> Ints:
    """Least, by hour and row, from an hour on for the way home, up to it for the way there."""
    if part is Part.RETURN:
        return np.minimum.accumulate(cents[::-1])[::-1]
    return np.minimum.accumulate(cents)


def _pair(scanner: Scanner, there: Scanned, row: int, homeward: Task) -> Pair | None:
    """Put both parts in one vehicle: the way there as it was, the way home after it."""
    vehicle, outward = int(there.rows["vehicle"][row]), there.tasks[0]
    stops = scanner.chunk.problem.rides[outward.ride].stops
    gaps = [int(gap) for gap in there.rows["gaps"][row][: len(stops)]]
    state = insert(scanner.state, outward.ride, vehicle, gaps)
    rows = insertions(state, homeward.ride, [vehicle])
    record = there.rows[row : row + 1]
    pairs = (
        _timed_pair(scanner, state, (outward, record), (homeward, rows[one : one + 1]))
        for one in range(len(rows))
    )
    return min(filter(None, pairs), key=partial(key_of, scanner.ground, outward.stop), default=None)


def _timed_pair(
    scanner: Scanner,
    state: RouteState,
    there: tuple[Task, Insertions],
    back: tuple[Task, Insertions],
) -> Pair | None:
    """Time the common route: the way there late, then the way home early."""
    (outward, first), (homeward, second), rides = there, back, scanner.chunk.problem.rides
    vehicle = int(second["vehicle"][0])
    out, home = rides[outward.ride].stops, rides[homeward.ride].stops
    nodes = with_ride(route_stops(state, vehicle), home, second["gaps"][0])
    begins = time_route(state.compiled, vehicle, nodes, late=out)
    if begins is not None:
        begins[home[0]] = left_late(scanner.chunk.problem, nodes, home, begins)
    if begins is None or min(begins[out[0]], begins[home[0]]) < scanner.notices[vehicle]:
        return None
    after, alone = replace(scanner, state=state), np.zeros(1, dtype=np.int64)
    one = scanner.weigh([outward], alone, first, _times(scanner, out, begins))
    two = after.weigh([homeward], alone, second, _times(scanner, home, begins))
    return Pair(scanner.way(one, 0), after.way(two, 0))


def _times(scanner: Scanner, stops: Sequence[int], begins: Begins) -> Times:
    met, there = (np.array([math.ceil(begins[node])]) for node in (stops[0], stops[-1]))
    return Times(met, met + scanner.ground.request.needs.boarding_s, there)
