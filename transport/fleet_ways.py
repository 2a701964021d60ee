"""Ways by a vehicle of the fleet: every feasible insertion weighed, the few that count kept.

The way there is timed as late as the vehicle's promises allow, the way home as early: nobody
waits longer than the plan makes them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.modes import Mode
from regulation.kernel.places import Position
from regulation.kernel.travel import LegPrice
from transport.chunk import SECOND, Chunk, Task
from transport.ground import Ground
from transport.own_ways import pharmacy_quantities
from transport.solver.choice import Part
from transport.solver.insertions import Insertions, RouteState, insertions, route_stops
from transport.ways import SHARED_RIDERS, Times, Way, keep_candidates, quantities_of

Ints = NDArray[np.int64]
MODES = tuple(Mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """Every insertion of one task: timed, measured, priced and weighed, row by row."""

    task: Task
    rows: Insertions
    times: Times
    metres: Ints
    prices: Sequence[LegPrice]
    burden: Ints
    cost: Ints


@dataclass(frozen=True, slots=True)
class Scanner:
    """Scans and weighs the tasks of one chunk."""

    ground: Ground
    chunk: Chunk
    state: RouteState

    @property
    def _modes(self) -> Ints:
        """Number in MODES of the mode of each vehicle."""
        modes = [MODES.index(duty.vehicle.mode) for duty in self.chunk.duties]
        return np.array(modes, dtype=np.int64)

    def scan(self, task: Task) -> Scanned:
        """Find every feasible insertion of the task."""
        rows = insertions(self.state, task.ride)
        times = self._times(task, rows)
        in_time = self._asked_in_time(rows, times)
        return self.weigh(task, rows[in_time], times.rows(in_time))

    def weigh(self, task: Task, rows: Insertions, times: Times) -> Scanned:
        """Price and weigh insertions that are already timed."""
        metres = self._metres(task, rows)
        prices = self._prices(task, rows, times, metres)
        aboard, waiting, away = self.measures(task, times)
        scales = self.ground.scales
        own = np.array([price.patient_cents for price in prices], dtype=np.int64)
        others = np.array([price.total_cents for price in prices], dtype=np.int64) - own
        fixed_burden, fixed_cost = scales.weigh(self._fixed(task))
        burden = scales.aboard * aboard + scales.waiting * waiting + scales.away * away
        fleet = empty_metres(rows)
        return Scanned(
            task=task,
            rows=rows,
            times=times,
            metres=metres,
            prices=prices,
            burden=burden + scales.own_pay * own + fixed_burden,
            cost=scales.public * others + scales.fleet * fleet + fixed_cost,
        )

    def kept(self, scanned: Scanned) -> Iterator[Way]:
        """Make ways of the rows that some optimum may need."""
        for row in self._candidates(scanned):
            yield self.way(scanned, row)

    def _candidates(self, scanned: Scanned) -> Sequence[int]:
        vehicles, enough = scanned.rows["vehicle"], self.ground.enough
        return keep_candidates(vehicles, scanned.burden, scanned.cost, enough)

    def way(self, scanned: Scanned, row: int) -> Way:
        """Make the way of one row."""
        task, record = scanned.task, scanned.rows[row]
        times = scanned.times.rows(slice(row, row + 1))
        aboard, waiting, away = (int(one[0]) for one in self.measures(task, times))
        price, fleet_m = scanned.prices[row], int(empty_metres(scanned.rows)[row])
        quantities = quantities_of(
            aboard_s=aboard, waiting_s=waiting, away_s=away, price=price, fleet_m=fleet_m
        )
        stops = len(self.chunk.problem.rides[task.ride].stops)
        return Way(
            part=task.part,
            stop=task.stop,
            mode=self.chunk.duties[int(record["vehicle"])].vehicle.mode,
            duty=self.chunk.duties[int(record["vehicle"])],
            met=int(times.met[0]),
            boarded=int(times.boarded[0]),
            there=int(times.there[0]),
            distance_m=int(scanned.metres[row]),
            shared=bool(record["shares"]),
            pharmacy=task.pharmacy,
            price=price,
            ride=task.ride,
            gaps=tuple(int(gap) for gap in record["gaps"][:stops]),
            quantities={**quantities, **self._fixed(task)},
            burden=int(scanned.burden[row]),
            cost=int(scanned.cost[row]),
        )

    def measures(self, task: Task, times: Times) -> tuple[Ints, Ints, Ints]:
        """Seconds aboard, waiting and away of each row."""
        table, needs = self.ground.table, self.ground.request.needs
        if task.part is Part.OUTWARD:
            start = int(table.start[task.stop])
            waiting = start - needs.alighting_s - times.there
            return times.there - times.boarded, waiting, start - times.met
        end = int(table.end[task.stop])
        halt = task.pharmacy.service_s if task.pharmacy else 0
        return times.there - times.boarded - halt, times.met - end, times.there - end

    def _times(self, task: Task, rows: Insertions) -> Times:
        last = len(self.chunk.problem.rides[task.ride].stops) - 1
        bound = "latest" if task.part is Part.OUTWARD else "earliest"
        turn = np.floor if task.part is Part.OUTWARD else np.ceil
        met = turn(rows[bound][:, 0]).astype(np.int64)
        there = turn(rows[bound][:, last]).astype(np.int64)
        return Times(met, met + self.ground.request.needs.boarding_s, there)

    def _asked_in_time(self, rows: Insertions, times: Times) -> NDArray[np.bool_]:
        notices = np.array([duty.vehicle.notice / SECOND for duty in self.chunk.duties])
        if not len(notices):
            return np.zeros(len(rows), dtype=np.bool_)
        return np.asarray(times.met >= notices[rows["vehicle"]])

    def _fixed(self, task: Task) -> dict[str, int]:
        return {} if task.part is Part.OUTWARD else pharmacy_quantities(self.ground, task.pharmacy)

    def _metres(self, task: Task, rows: Insertions) -> Ints:
        metres = np.full(len(rows), self.chunk.metres(task.ride), dtype=np.int64)
        for row in np.flatnonzero(rows["shares"]):
            metres[row] = self._metres_aboard(task, rows[row])
        return metres

    def _metres_aboard(self, task: Task, record: np.void) -> int:
        """Metres from pickup to delivery through the stops of those who share the vehicle."""
        problem, own = self.chunk.problem, self.chunk.problem.rides[task.ride].stops
        route = with_ride(route_stops(self.state, int(record["vehicle"])), own, record["gaps"])
        aboard = route[route.index(own[0]) : route.index(own[-1]) + 1]
        places = [problem.nodes[node].location for node in aboard]
        return round(sum(float(problem.distance[a, b]) for a, b in pairwise(places)))

    def _prices(self, task: Task, rows: Insertions, times: Times, metres: Ints) -> list[LegPrice]:
        """Price each row; most rows are alike but for the vehicle, and are priced once."""
        if not len(rows):
            return []
        between = self._ends(task)
        modes = self._modes[rows["vehicle"]]
        alike = np.column_stack([modes, metres, times.met, rows["shares"].astype(np.int64)])
        unique, which = np.unique(alike, axis=0, return_inverse=True)
        prices = [
            self.ground.price(
                MODES[mode], int(length), int(met), SHARED_RIDERS if shares else 1, between
            )
            for mode, length, met, shares in unique
        ]
        return [prices[index] for index in which.ravel()]

    def _ends(self, task: Task) -> tuple[Position, Position]:
        request, place = self.ground.request, self.ground.stop(task.stop).position
        return (request.origin, place) if task.part is Part.OUTWARD else (place, request.home)


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
