"""Ways by a vehicle of the fleet: every feasible insertion weighed, the few that count kept.

The way there is timed as late as the vehicle's promises allow, the way home as early: nobody
waits longer than the plan makes them. Whoever comes home early enough only when a pharmacy has
opened waits where they are, not aboard before its door.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from regulation.kernel.modes import Mode
from regulation.kernel.places import Position
from transport.arrays import Ints, ints
from transport.chunk import Chunk, Task
from transport.ground import Ground
from transport.live_fleet import HOUR_S
from transport.own_ways import halt_quantities
from transport.problem import Problem
from transport.solver.bounds import Begins
from transport.solver.choice import Part
from transport.solver.insertions import Insertions, RouteState, insertions, route_stops
from transport.ways import SHARED_RIDERS, Times, Way, keep_candidates, quantities_of

MODES = tuple(Mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """Every insertion of some tasks of one part of the way to or from a care stop.

    By row: `whose` is the number of its task, `hours` that of the hour of the clock it is met in;
    `aboard`, `waiting` and `away` are seconds; `own` and `others` are the cents that the patient
    and the others pay.
    """

    tasks: Sequence[Task]
    whose: Ints
    rows: Insertions
    times: Times
    metres: Ints
    hours: Ints
    aboard: Ints
    waiting: Ints
    away: Ints
    own: Ints
    others: Ints
    burden: Ints
    cost: Ints


@dataclass(frozen=True, slots=True)
class Scanner:
    """Scans and weighs the tasks of one chunk; `modes` and `notices` are by vehicle."""

    ground: Ground
    chunk: Chunk
    state: RouteState
    modes: Ints
    notices: Ints

    @classmethod
    def of(cls, ground: Ground, chunk: Chunk) -> "Scanner":
        """Read the modes and the notices of the chunk's vehicles."""
        vehicles = [duty.vehicle for duty in chunk.duties]
        return cls(
            ground,
            chunk,
            chunk.state,
            np.array([MODES.index(one.mode) for one in vehicles], dtype=np.int64),
            np.array([one.notice.total_seconds() for one in vehicles], dtype=np.int64),
        )

    def scan(self, tasks: Sequence[Task]) -> Scanned:
        """Find every feasible insertion of the tasks, all of one part of one journey."""
        found = [insertions(self.state, task.ride) for task in tasks]
        whose = np.repeat(np.arange(len(tasks)), [len(rows) for rows in found])
        rows = np.concatenate(found)
        times = self._times(tasks, whose, rows)
        asked = times.met >= self.notices[rows["vehicle"]]
        return self.weigh(tasks, whose[asked], rows[asked], times.rows(asked))

    def weigh(self, tasks: Sequence[Task], whose: Ints, rows: Insertions, times: Times) -> Scanned:
        """Price and weigh insertions that are already timed."""
        scales = self.ground.scales
        metres = self._metres(tasks, whose, rows)
        hours = (times.met + self.ground.epoch.past_hour) // HOUR_S
        own, others = self._paid(tasks[0], rows, hours, metres)
        aboard, waiting, away = self._measures(tasks, whose, times)
        fixed = ints([scales.weigh(self._fixed(task)) for task in tasks])[whose]
        burden = scales.aboard * aboard + scales.waiting * waiting + scales.away * away
        return Scanned(
            tasks=tasks,
            whose=whose,
            rows=rows,
            times=times,
            metres=metres,
            hours=hours,
            aboard=aboard,
            waiting=waiting,
            away=away,
            own=own,
            others=others,
            burden=burden + scales.own_pay * own + fixed[:, 0],
            cost=scales.public * others + scales.fleet * empty_metres(rows) + fixed[:, 1],
        )

    def kept(self, scanned: Scanned) -> Iterator[Way]:
        """Make ways of the rows that some optimum may need."""
        for row in keep_candidates(scanned.rows["vehicle"], scanned.burden, scanned.cost):
            yield self.way(scanned, row)

    def way(self, scanned: Scanned, row: int) -> Way:
        """Make the way of one row."""
        task, record = scanned.tasks[int(scanned.whose[row])], scanned.rows[row]
        duty, hour = self.chunk.duties[int(record["vehicle"])], int(scanned.hours[row])
        riders = SHARED_RIDERS if record["shares"] else 1
        rate = self.ground.rate(duty.vehicle.mode, hour, riders, self.ends(task))
        price = rate.of(int(scanned.metres[row]))
        quantities = quantities_of(
            aboard_s=int(scanned.aboard[row]),
            waiting_s=int(scanned.waiting[row]),
            away_s=int(scanned.away[row]),
            price=price,
            fleet_m=int(empty_metres(scanned.rows[row : row + 1])[0]),
        )
        stops = len(self.chunk.problem.rides[task.ride].stops)
        return Way(
            part=task.part,
            stop=task.stop,
            mode=duty.vehicle.mode,
            duty=duty,
            met=int(scanned.times.met[row]),
            boarded=int(scanned.times.boarded[row]),
            there=int(scanned.times.there[row]),
            distance_m=int(scanned.metres[row]),
            shared=bool(record["shares"]),
            halt=task.halt,
            price=price,
            ride=task.ride,
            gaps=tuple(int(gap) for gap in record["gaps"][:stops]),
            quantities={**quantities, **self._fixed(task)},
            burden=int(scanned.burden[row]),
            cost=int(scanned.cost[row]),
        )

    def _measures(
        self, tasks: Sequence[Task], whose: Ints, times: Times
    ) -> tuple[Ints, Ints, Ints]:
        """Seconds aboard, waiting and away of each row."""
        table, needs, stop = self.ground.table, self.ground.request.needs, tasks[0].stop
        if tasks[0].part is Part.OUTWARD:
            start = int(table.start[stop])
            waiting = start - needs.alighting_s - times.there
            return times.there - times.boarded, waiting, start - times.met
        end = int(table.end[stop])
        halts = ints([task.halt.pharmacy.service_s if task.halt else 0 for task in tasks])[whose]
        return times.there - times.boarded - halts, times.met - end, times.there - end

    def _times(self, tasks: Sequence[Task], whose: Ints, rows: Insertions) -> Times:
        rides = [self.chunk.problem.rides[task.ride].stops for task in tasks]
        last = ints([len(stops) - 1 for stops in rides])[whose]
        is_outward = tasks[0].part is Part.OUTWARD
        bounds = rows["latest" if is_outward else "earliest"]
        turn = np.floor if is_outward else np.ceil
        met = turn(bounds[:, 0]).astype(np.int64)
        there = turn(bounds[np.arange(len(rows)), last]).astype(np.int64)
        if not is_outward:
            met = self._left_late(rides, whose, rows, met)
        return Times(met, met + self.ground.request.needs.boarding_s, there)

    def _left_late(
        self, rides: Sequence[Sequence[int]], whose: Ints, rows: Insertions, met: Ints
    ) -> Ints:
        """Leave as late as the next stop allows, when nobody else's comes first."""
        problem = self.chunk.problem
        lags = np.array([lag_of_boarding(problem, stops) for stops in rides])[whose]
        closes = np.array([problem.nodes[stops[0]].close for stops in rides])[whose]
        late = np.minimum(np.floor(rows["earliest"][:, 1] - lags), closes)
        follows = rows["gaps"][:, 0] == rows["gaps"][:, 1]
        return np.where(follows, np.maximum(met, late), met).astype(np.int64)

    def _fixed(self, task: Task) -> dict[str, int]:
        return {} if task.part is Part.OUTWARD else halt_quantities(self.ground, task.halt)

    def _metres(self, tasks: Sequence[Task], whose: Ints, rows: Insertions) -> Ints:
        """Metres charged: those of the way alone, or more when others are driven on the way."""
        metres = ints([self.chunk.metres(task.ride) for task in tasks])[whose]
        for row in np.flatnonzero(rows["shares"]):
            aboard = self._metres_aboard(tasks[int(whose[row])], rows[row])
            metres[row] = max(metres[row], aboard)
        return metres

    def _metres_aboard(self, task: Task, record: np.void) -> int:
        """Metres from pickup to delivery through the stops of those who share the vehicle."""
        problem, own = self.chunk.problem, self.chunk.problem.rides[task.ride].stops
        route = with_ride(route_stops(self.state, int(record["vehicle"])), own, record["gaps"])
        aboard = route[route.index(own[0]) : route.index(own[-1]) + 1]
        places = [problem.nodes[node].location for node in aboard]
        return round(sum(float(problem.distance[a, b]) for a, b in pairwise(places)))

    def _paid(self, task: Task, rows: Insertions, hours: Ints, metres: Ints) -> tuple[Ints, Ints]:
        """Cents that the patient and the others pay for each row."""
        own, others = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        between = self.ends(task)
        for mode, riders, alike in self.alike(rows):
            met = hours[alike]
            first, last = int(met.min()), int(met.max())
            rates, of_hour = self.ground.rates_of(mode, range(first, last + 1), riders, between)
            for number, rate in enumerate(rates):
                some = alike[ints(of_hour)[met - first] == number] if len(rates) > 1 else alike
                if not len(some):
                    continue
                paid, total = rate.cents(metres[some])
                own[some], others[some] = paid, total - paid
        return own, others

    def alike(self, rows: Insertions) -> Iterator[tuple[Mode, int, Ints]]:
        """Group the rows by mode and riders."""
        kinds = self.modes[rows["vehicle"]] << 1 | rows["shares"]
        for kind in sorted(set(kinds.tolist())):
            riders = SHARED_RIDERS if kind & 1 else 1
            yield MODES[kind >> 1], riders, np.flatnonzero(kinds == kind)

    def ends(self, task: Task) -> tuple[Position, Position]:
        """Return where the person is taken from, and to."""
        request, place = self.ground.request, self.ground.stop(task.stop).position
        return (request.origin, place) if task.part is Part.OUTWARD else (place, request.home)

    def window(self, task: Task) -> tuple[int, int]:
        """Return the instants between which the person may be met."""
        node = self.chunk.problem.nodes[self.chunk.problem.rides[task.ride].stops[0]]
        return math.ceil(node.open), math.floor(node.close)


def lag_of_boarding(problem: Problem, stops: Sequence[int]) -> float:
    """Seconds from the beginning of boarding to the arrival at the next stop of a ride."""
    first, following = (problem.nodes[node] for node in stops[:2])
    return first.service + problem.duration(first.profile, first.location, following.location)


def left_late(
    problem: Problem, nodes: Sequence[int], stops: Sequence[int], begins: Begins
) -> float:
    """When to be met for the way home on a timed route: as late as the next stop allows, when
    nobody else's comes first."""
    first, following = stops[:2]
    if nodes[nodes.index(first) + 1] != following:
        return begins[first]
    late = math.floor(begins[following] - lag_of_boarding(problem, stops))
    return max(begins[first], min(late, problem.nodes[first].close))


def empty_metres(rows: Insertions) -> Ints:
    """Metres each insertion adds to its route; the quickest way may be a longer one, so that a
    detour shortens a route: that counts for nothing, not for a gain."""
    metres: Ints = np.maximum(np.rint(rows["distance"]), 0).astype(np.int64)
    return metres


def with_ride(route: Sequence[int], ride: Sequence[int], gaps: Sequence[int]) -> list[int]:
    """Return the stops of a route with those of a ride put in after the given positions."""
    nodes = list(route)
    for shift, (gap, node) in enumerate(zip(gaps, ride, strict=False)):
        nodes.insert(int(gap) + shift, node)
    return nodes
