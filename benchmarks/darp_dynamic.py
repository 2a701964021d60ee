"""A day on which riders call while vehicles drive: nobody knows them before their release.

At each call what has been done and the stop each vehicle is driving to are frozen, with their
times; a vehicle leaves as late as its plan allows. The rest is searched again for a short time.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from adapters.darp.instances import Instance
from transport.plan import Plan, Route, Stop
from transport.problem import Node, Problem, Ride, VehicleSpec
from transport.solver.solve import solve
from transport.solver.stop import MaxRuntime


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The routes as they were driven, and the 99th percentile of the time of the decisions."""

    plan: Plan
    slowest_ms: float


@dataclass(slots=True, kw_only=True)
class _Dispatch:
    """Where the day stands: riders known, the plan, each vehicle's stops that can't change."""

    problem: Problem
    known: list[int] = field(default_factory=list)
    routes: dict[int, tuple[Stop, ...]] = field(default_factory=dict)
    starts: dict[int, float] = field(default_factory=dict)
    done: dict[int, int] = field(default_factory=dict)

    def freeze(self, now: float) -> None:
        """Freeze what has begun, and the stop a vehicle has to be on its way to by now."""
        for vehicle, stops in self.routes.items():
            before = self.problem.vehicles[vehicle].start_location
            free = self.starts[vehicle]
            count = 0
            for stop in stops:
                place = self.problem.nodes[stop.node].location
                leaves = max(free, stop.begin - self.problem.duration(0, before, place))
                if leaves > now:
                    break
                before, free, count = place, stop.depart, count + 1
            self.done[vehicle] = max(count, self.done.get(vehicle, 0))

    def rest(self, now: float) -> Problem:
        """The problem as it looks now: what is frozen keeps its times, nothing is driven before.

        A vehicle that waits where it last stopped leaves no sooner than now: that stop's service
        is made longer, and whoever boarded there may be aboard for that much less.
        """
        nodes, rides = (
            list(self.problem.nodes),
            {one: self.problem.rides[one] for one in self.known},
        )
        for vehicle, stops in self.routes.items():
            frozen = stops[: self.done[vehicle]]
            for stop in frozen:
                nodes[stop.node] = replace(nodes[stop.node], open=stop.begin, close=stop.begin)
            if frozen and frozen[-1].depart < now:
                self._stay(nodes, rides, frozen[-1], now)
        return replace(
            self.problem,
            nodes=tuple(nodes),
            rides=tuple(rides[one] for one in self.known),
            journeys=tuple(self._journey(row, one) for row, one in enumerate(self.known)),
            vehicles=tuple(self._vehicle(vehicle, now) for vehicle in range(self.fleet)),
        )

    @property
    def fleet(self) -> int:
        return len(self.problem.vehicles)

    def _stay(self, nodes: list[Node], rides: dict[int, Ride], last: Stop, now: float) -> None:
        nodes[last.node] = replace(nodes[last.node], service=now - last.begin)
        for number, ride in rides.items():
            if ride.stops[0] == last.node:
                left = max(0.0, ride.max_aboard - (now - last.depart))
                rides[number] = replace(ride, max_aboard=left)

    def _journey(self, row: int, rider: int):  # noqa: ANN202
        journey = self.problem.journeys[rider]
        option = replace(journey.options[0], rides=(row,))
        return replace(journey, options=(option,), promised=rider != self.known[-1])

    def _vehicle(self, vehicle: int, now: float) -> VehicleSpec:
        spec, stops = self.problem.vehicles[vehicle], self.routes.get(vehicle, ())
        frozen = self.done.get(vehicle, 0)
        earliest = spec.earliest if frozen else max(spec.earliest, min(now, spec.latest))
        planned = tuple(stop.node for stop in stops)
        return replace(spec, planned=planned, frozen=frozen, earliest=earliest)

    def take(self, plan: Plan) -> None:
        """Go on with a plan; stops made longer keep the departure they had."""
        service = [node.service for node in self.problem.nodes]
        self.routes = {
            route.vehicle: tuple(
                replace(stop, depart=stop.begin + service[stop.node]) for stop in route.stops
            )
            for route in plan.routes
        }
        self.starts = {route.vehicle: route.start for route in plan.routes}


def drive_the_day(instance: Instance, seconds: float, clock: Callable[[], float], seed: int) -> Day:
    """Take the calls one by one as they come, searching for so many seconds after each."""
    if instance.releases is None:
        raise ValueError(f"{instance.name}: no rider has a release")
    dispatch, took = _Dispatch(problem=instance.problem), []
    for rider in np.argsort(instance.releases, kind="stable").tolist():
        began, now = clock(), instance.releases[rider]
        dispatch.freeze(now)
        dispatch.known.append(rider)
        found = solve(dispatch.rest(now), MaxRuntime(seconds, clock), seed, metric=True)
        if found.plan.unserved:
            dispatch.known.pop()
        dispatch.take(found.plan)
        took.append(1000 * (clock() - began))
    return Day(plan=_driven(dispatch), slowest_ms=float(np.percentile(took, 99)))


def _driven(dispatch: _Dispatch) -> Plan:
    """The day as it was driven, for the problem with everybody in it."""
    problem, known = dispatch.problem, set(dispatch.known)
    return Plan(
        routes=tuple(
            _route(problem, vehicle, dispatch.starts[vehicle], stops)
            for vehicle, stops in dispatch.routes.items()
            if stops
        ),
        options=tuple(0 if rider in known else None for rider in range(len(problem.journeys))),
    )


def _route(problem: Problem, vehicle: int, start: float, stops: Sequence[Stop]) -> Route:
    """A vehicle waits where it is and drives so as to arrive when its next stop begins."""
    before, free, timed = problem.vehicles[vehicle].start_location, -math.inf, []
    for stop in stops:
        place = problem.nodes[stop.node].location
        arrive = max(stop.begin - problem.duration(0, before, place), free)
        arrive += problem.duration(0, before, place)
        timed.append(replace(stop, arrive=min(arrive, stop.begin)))
        before, free = place, stop.depart
    first = problem.nodes[stops[0].node].location
    leaves = stops[0].begin - problem.duration(0, problem.vehicles[vehicle].start_location, first)
    home = problem.vehicles[vehicle].end_location
    end = free + (0.0 if home is None else problem.duration(0, before, home))
    return Route(vehicle=vehicle, start=max(start, leaves), stops=tuple(timed), end=end)
