"""Consultations last as long as they last: the way home planned at a quantile, or at the mean.

`python -m benchmarks.robustness [--days N]`. Each day is planned by the engine from one assumed
length of the consultations, then driven with lengths drawn from the distribution, the same for
every way of planning. A vehicle that is there takes people home as soon as they are out, even
sooner than planned; it waits until `PATIENCE` minutes after the instant planned, then goes on
without them: a missed return, made up for by whichever vehicle is first done with its route.
"""

import argparse
import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from regulation.kernel.riders import Load
from transport.plan import Plan, check, distance
from transport.problem import Journey, Node, Option, Problem, Ride, VehicleSpec
from transport.solver.solve import solve
from transport.solver.stop import MaxIterations

MEAN, SPREAD = 16.0, 6.0
"""Minutes: log-normal consultation, as in regulation/rules/orientation.toml (assumption)."""
DAYS, PATIENTS, VEHICLES, PLACES = 1000, 12, 4, 5
SIDE_KM, KM_PER_MINUTE = 20.0, 40 / 60
OPENS, CLOSES = 8 * 60.0, 13 * 60.0
BOARDING, ABOARD, PATIENCE = 3.0, 45.0, 10.0
EARLY, SLACK = 30.0, 30.0
"""Minutes: longest wait before care, window of the pickup for the way home."""
ITERATIONS = 300
QUANTILES = (0.5, 0.8, 0.95)


def quantile(share: float) -> float:
    """Length of a consultation that this share of them stay below."""
    variance = math.log(1 + (SPREAD / MEAN) ** 2)
    middle = math.log(MEAN) - variance / 2
    return math.exp(middle + math.sqrt(variance) * NormalDist().inv_cdf(share))


def draw_lengths(rng: np.random.Generator, count: int) -> list[float]:
    """Draw consultations."""
    return [quantile(float(share)) for share in rng.uniform(1e-9, 1 - 1e-9, count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One day: homes, places of care, appointments, how long each consultation will last."""

    travel: np.ndarray
    care: Sequence[int]
    starts: Sequence[float]
    lengths: Sequence[float]

    @classmethod
    def drawn(cls, seed: int) -> "World":
        rng = np.random.default_rng(seed)
        spots = rng.uniform(0, SIDE_KM, (1 + PATIENTS + PLACES, 2))
        apart = np.hypot(*np.moveaxis(spots[:, None] - spots[None], 2, 0))
        return cls(
            travel=apart / KM_PER_MINUTE,
            care=[1 + PATIENTS + int(one) for one in rng.integers(PLACES, size=PATIENTS)],
            starts=[float(one) for one in rng.uniform(OPENS + 90, CLOSES, PATIENTS)],
            lengths=draw_lengths(rng, PATIENTS),
        )

    def planned_with(self, length: float) -> Problem:
        """The day as planned: patient p rides out as ride 2p and home as ride 2p + 1."""
        nodes: list[Node] = []
        for patient, (care, start) in enumerate(zip(self.care, self.starts, strict=True)):
            home, ends = 1 + patient, start + length
            nodes += [
                _node(home, OPENS, start),
                _node(care, start - EARLY, start - BOARDING),
                _node(care, ends, ends + SLACK),
                _node(home, ends, ends + SLACK + 3 * ABOARD),
            ]
        rides = [
            Ride(ride_id=f"r{one}", stops=(2 * one, 2 * one + 1), max_aboard=ABOARD)
            for one in range(2 * PATIENTS)
        ]
        options = [Option(option_id=f"o{one}", rides=(one,)) for one in range(2 * PATIENTS)]
        return Problem(
            nodes=tuple(nodes),
            rides=tuple(rides),
            vehicles=tuple(_vehicle(number) for number in range(VEHICLES)),
            journeys=tuple(Journey(journey_id=o.option_id, options=(o,)) for o in options),
            travel=self.travel[None],
            distance=self.travel * KM_PER_MINUTE,
        )


def _node(place: int, opens: float, closes: float) -> Node:
    return Node(location=place, open=opens, close=closes, service=BOARDING)


def _vehicle(number: int) -> VehicleSpec:
    return VehicleSpec(
        vehicle_id=f"v{number}",
        start_location=0,
        end_location=0,
        earliest=OPENS,
        latest=CLOSES + 360,
        capacity=Load(seats=3),
    )


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the days planned one way; waits are from the end of care to the pickup."""

    returns: int = 0
    missed: int = 0
    waits: list[float] = field(default_factory=list)
    late: int = 0
    unplanned: int = 0
    km: float = 0.0

    def told(self, name: str, length: float) -> str:
        waits = np.array(self.waits)
        return (
            f"{name:14} ({length:4.1f} min): {100 * self.missed / self.returns:5.2f} % of "
            f"{self.returns} returns missed; wait for the ride home {waits.mean():5.1f} min on "
            f"average, {np.quantile(waits, 0.95):5.1f} at the 95th percentile; "
            f"{100 * self.late / self.returns:.2f} % arrive late for care; "
            f"{self.km:.0f} km planned; {self.unplanned} rides found no vehicle"
        )


def drive(world: World, problem: Problem, plan: Plan, tally: Tally) -> None:
    """Drive a day as it happens and add it to the tally."""
    day = _Day(world=world, problem=problem)
    for route in plan.routes:
        nodes = [stop.node for stop in route.stops]
        due = {stop.node: stop.begin for stop in route.stops}
        day.set_out(route.vehicle, route.start, nodes, due)
    day.run()
    day.make_up()
    tally.returns += len(day.waits)
    tally.missed += len(day.missed)
    tally.waits += day.waits.values()
    tally.late += day.late
    tally.unplanned += len(plan.unserved)


@dataclass(slots=True, kw_only=True)
class _Day:
    world: World
    problem: Problem
    ends: dict[int, float] = field(default_factory=dict)
    waits: dict[int, float] = field(default_factory=dict)
    missed: list[int] = field(default_factory=list)
    done: list[tuple[float, int]] = field(default_factory=list)
    late: int = 0
    queue: list[tuple[float, int]] = field(default_factory=list)
    routes: dict[int, Iterator[int]] = field(default_factory=dict)
    heading: dict[int, int] = field(default_factory=dict)
    due: dict[int, float] = field(default_factory=dict)

    def set_out(
        self, vehicle: int, start: float, nodes: Sequence[int], due: Mapping[int, float]
    ) -> None:
        self.routes[vehicle] = iter(nodes)
        self.due.update(due)
        self._head_on(vehicle, start, 0)

    def _head_on(self, vehicle: int, free: float, place: int) -> None:
        """Send a vehicle to its next stop; riders left behind have none."""
        for node in self.routes[vehicle]:
            if node % 4 == 3 and node // 4 in self.missed:  # noqa: PLR2004  the way home's end
                continue
            there = self.problem.nodes[node].location
            arrive = free + float(self.world.travel[place, there])
            self.heading[vehicle] = node
            is_return = node % 4 == 2  # noqa: PLR2004  the pickup for the way home
            begins = arrive if is_return else max(arrive, self.due[node])
            heapq.heappush(self.queue, (begins, vehicle))
            return
        self.done.append((free, place))

    def run(self) -> None:
        """Serve stop after stop in the order of time."""
        while self.queue:
            at, vehicle = heapq.heappop(self.queue)
            node = self.heading[vehicle]
            patient, part = divmod(node, 4)
            free = at + BOARDING
            if part == 1:
                self.late += free > self.world.starts[patient] + 1e-6
                begins = max(free, self.world.starts[patient])
                self.ends[patient] = begins + self.world.lengths[patient]
            elif part == 2:  # noqa: PLR2004  the pickup for the way home
                if patient not in self.ends and at < self.due[node]:
                    heapq.heappush(self.queue, (self.due[node], vehicle))
                    continue
                free = self._collect(patient, at, self.due[node])
            self._head_on(vehicle, free, self.problem.nodes[node].location)

    def _collect(self, patient: int, at: float, due: float) -> float:
        """Take a patient up as soon as they are out, or leave without them; return when free."""
        out, patience = self.ends.get(patient, math.inf), max(at, due) + PATIENCE
        if out > patience:
            self.missed.append(patient)
            return patience
        self.waits[patient] = max(at, out) - out
        return max(at, out) + BOARDING

    def make_up(self) -> None:
        """Those left behind are taken home by whoever is first there after the routes."""
        for patient in sorted(self.missed, key=lambda one: self.ends.get(one, math.inf)):
            if patient not in self.ends:
                continue  # never brought to care
            care, out = self.world.care[patient], self.ends[patient]
            reach = [free + float(self.world.travel[place, care]) for free, place in self.done]
            first = int(np.argmin(reach))
            at = max(reach[first], out)
            self.waits[patient] = at - out
            home = at + BOARDING + float(self.world.travel[care, 1 + patient]) + BOARDING
            self.done[first] = (home, 1 + patient)


def main(days: int = DAYS) -> None:
    """Plan and drive the days every way; print what became of them."""
    ways = {"mean": MEAN, **{f"quantile {share:g}": quantile(share) for share in QUANTILES}}
    print(f"robustness: {days} days, {PATIENTS} patients, {VEHICLES} vehicles each")
    tallies = {name: Tally() for name in ways}
    for seed in range(days):
        world = World.drawn(seed)
        for name, length in ways.items():
            problem = world.planned_with(length)
            result = solve(problem, MaxIterations(ITERATIONS), seed, metric=True)
            if check(result.plan, problem):
                raise RuntimeError(f"day {seed}, {name}: the plan is refused by check")
            tallies[name].km += distance(result.plan, problem)
            drive(world, problem, result.plan, tallies[name])
    for name, tally in tallies.items():
        print(tally.told(name, ways[name]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.robustness")
    parser.add_argument("--days", type=int, default=DAYS)
    main(parser.parse_args().days)
