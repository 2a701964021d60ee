"""A second opinion: OR-Tools' routing library behind the same `solve(problem, stop, seed)`.

Insertion, then guided local search. Only the orders of stops are taken from it: times are computed
anew by the exact schedule. The library counts in whole numbers, so durations are rounded up and
windows inwards: what it finds feasible is feasible.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from transport.faults import ProblemError
from transport.plan import distance
from transport.problem import Problem
from transport.solver.compiled import compile_problem
from transport.solver.effort import PROMISED
from transport.solver.kernels.layout import NOWHERE, Compiled
from transport.solver.metric import is_metric
from transport.solver.result import Orders, Result, written_plan
from transport.solver.stop import Progress, Stop

WHOLE_TIME, WHOLE_COST = 1e6, 1e7
"""The horizon and a long way become about this many units."""
PLENTY, PLENTY_FAR = 1 << 20, 1 << 50
PAIR = 2
"""Stops of a ride with a pickup and a delivery and nothing between."""
LONGEST = timedelta(hours=1)

Whole = NDArray[np.int64]
FIRST = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_COST_INSERTION
GUIDED = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH


class NotForRoutingError(ProblemError):
    """The library has no words for a part of the problem, which is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Units of the library per unit of the problem; times count from `origin`."""

    origin: float
    time: float
    cost: float
    horizon: int


@dataclass(slots=True, kw_only=True)
class _Watch:
    """The library's limit: asks the stop, counts the looks.

    It knows nothing of the solutions on the way: a variable of the library read in a callback at
    a solution spoils the search from then on.
    """

    stop: Stop
    looks: int = 0
    granted: int = 0

    def over(self) -> bool:
        """Tell whether the search is over: called by the library wherever it could leave off."""
        if self.looks >= self.granted:
            where = Progress(iterations=self.looks, improved_at=0, best=math.inf)
            self.granted = self.looks + self.stop(where)
        if self.looks >= self.granted:
            return True
        self.looks += 1
        return False


def solve(problem: Problem, stop: Stop, seed: int = 0) -> Result:  # noqa: ARG001
    """Return the best plan the library found before `stop` granted no more looks at the limit.

    A second of search is some hundred thousand looks. Nothing in it is drawn by chance, so `seed`
    changes nothing. Raise NotForRoutingError naming what it has no words for.
    """
    for part in _wordless(problem):
        raise NotForRoutingError(f"the routing library has no words for {part}")
    compiled = compile_problem(problem, metric=is_metric(problem))
    scale = _scale(problem)
    model = _Model(problem, compiled, scale)
    watch = _Watch(stop=stop)
    orders = model.search(watch)
    inside = {node for stops in orders.values() for node in stops}
    options = [
        0 if inside.issuperset(problem.rides[journey.options[0].rides[0]].stops) else None
        for journey in problem.journeys
    ]
    plan = written_plan(problem, compiled, orders, options)
    return Result(
        plan=plan,
        objective=_objective(problem, orders, options, distance(plan, problem)),
        iterations=watch.looks,
        truncated=stop.by_clock,
    )


def _wordless(problem: Problem) -> Iterator[str]:
    if problem.links:
        yield "links between rides"
    if problem.objective.aboard:
        yield "a price on time aboard"
    for journey in problem.journeys:
        if len(journey.options) != 1 or len(journey.options[0].rides) != 1:
            yield f"the alternatives of journey {journey.journey_id}"
    for spec in problem.vehicles:
        if spec.planned:
            yield f"the planned stops of vehicle {spec.vehicle_id}"
    yield from _wordless_rides(problem)


def _wordless_rides(problem: Problem) -> Iterator[str]:
    for ride in problem.rides:
        if ride.incompatible:
            yield f"the riders incompatible with ride {ride.ride_id}"
        if ride.aboard_since is not None:
            yield f"ride {ride.ride_id}, aboard already"
        if len(ride.stops) > PAIR:
            yield f"the halts of ride {ride.ride_id}"
        if len(ride.stops) < PAIR and not all(other.shareable for other in problem.rides):
            yield f"the visit {ride.ride_id}, where somebody may not share"


def _scale(problem: Problem) -> _Scale:
    first = min((spec.earliest for spec in problem.vehicles), default=0.0)
    last = max((spec.latest for spec in problem.vehicles), default=0.0)
    span = max(last - first, 1.0)
    longest = max(float(problem.distance.max(initial=0.0)), 1e-9)
    return _Scale(
        origin=first,
        time=WHOLE_TIME / span,
        cost=WHOLE_COST / (longest * max(len(problem.nodes), 1)),
        horizon=math.floor(WHOLE_TIME),
    )


def _objective(problem: Problem, orders: Orders, options: list[int | None], driven: float) -> float:
    prices = problem.objective
    worst = [prices.unserved * (PROMISED if j.promised else 1) for j in problem.journeys]
    chosen = zip(problem.journeys, options, worst, strict=True)
    paid = [cost if option is None else j.options[0].cost for j, option, cost in chosen]
    used = sum(bool(stops) for stops in orders.values())
    return prices.distance * driven + prices.vehicle * used + sum(paid)


class _Model:
    """The problem in the words of the library: data, callbacks, dimensions, constraints."""

    def __init__(self, problem: Problem, compiled: Compiled, scale: _Scale) -> None:
        self.problem, self.compiled, self.scale = problem, compiled, scale
        self.vehicles = len(problem.vehicles)
        ends = [len(problem.nodes) + 2 * vehicle for vehicle in range(self.vehicles)]
        self.manager = pywrapcp.RoutingIndexManager(
            len(compiled.nodes.role), self.vehicles, ends, [end + 1 for end in ends]
        )
        self.model: Any = pywrapcp.RoutingModel(self.manager)
        self.solver: Any = self.model.solver()
        self.pairs = 0
        self._price()
        self.times: Any = self._time()
        self.ways: Any = self._way() if self.compiled.rides.is_far_bound else None
        self._room()
        for number in range(len(problem.journeys)):
            self._journey(number)
        self._leave_out_others()

    def _index(self, node: int) -> int:
        return int(self.manager.NodeToIndex(node))

    def _price(self) -> None:
        prices = self.problem.objective
        way = _by_node(self.compiled, self.compiled.road.distance)
        cost = np.rint(way * (prices.distance * self.scale.cost)).astype(np.int64)
        self.model.SetArcCostEvaluatorOfAllVehicles(self.model.RegisterTransitMatrix(cost.tolist()))
        self.model.SetFixedCostOfAllVehicles(round(prices.vehicle * self.scale.cost))

    def _time(self) -> object:
        """One dimension: leave when you like, be home in time, on duty no longer than allowed."""
        c, scale, model = self.compiled, self.scale, self.model
        modes = [
            model.RegisterTransitMatrix(_legs(c, mode, scale).tolist())
            for mode in range(len(c.nodes.service))
        ]
        by_vehicle = [modes[mode] for mode in c.fleet.mode]
        model.AddDimensionWithVehicleTransits(
            by_vehicle, scale.horizon, scale.horizon, False, "time"
        )
        times = model.GetDimensionOrDie("time")
        for vehicle in range(self.vehicles):
            longest = min(c.fleet.max_duration[vehicle] * scale.time, scale.horizon)
            times.SetSpanUpperBoundForVehicle(math.floor(longest), vehicle)
            start, end = model.Start(vehicle), model.End(vehicle)
            first = len(self.problem.nodes) + 2 * vehicle
            self._within(times, start, first)
            self._within(times, end, first + 1)
            model.AddVariableMaximizedByFinalizer(times.CumulVar(start))
            model.AddVariableMinimizedByFinalizer(times.CumulVar(end))
        return times

    def _way(self) -> object:
        """One dimension for the distance driven, rounded up so that no detour is too long."""
        way = _by_node(self.compiled, self.compiled.road.distance)
        units = np.ceil(way * self.scale.cost).astype(np.int64)
        driven = self.model.RegisterTransitMatrix(units.tolist())
        self.model.AddDimension(driven, 0, PLENTY_FAR, True, "way")
        return self.model.GetDimensionOrDie("way")

    def _within(self, times: Any, index: int, node: int) -> bool:  # noqa: ANN401  no stubs
        opens, closes = self.compiled.nodes.opens[node], self.compiled.nodes.closes[node]
        low = math.ceil(max((opens - self.scale.origin) * self.scale.time, 0))
        high = math.floor(min((closes - self.scale.origin) * self.scale.time, self.scale.horizon))
        if low <= high:
            times.CumulVar(index).SetRange(low, high)
        return bool(low <= high)

    def _room(self) -> None:
        """One dimension for each sum of places that could run out, one for riders set apart."""
        rides, fleet = self.compiled.rides, self.compiled.fleet
        for sums in range(rides.demand.shape[1]):
            offered = np.minimum(fleet.capacity[:, sums], PLENTY).astype(np.int64)
            self._load(f"room {sums}", rides.demand[:, sums].astype(np.int64), offered)
        if not rides.shareable.all():
            apart = np.where(rides.shareable, 1, PLENTY).astype(np.int64)
            self._load("company", apart, np.full(self.vehicles, PLENTY, dtype=np.int64))

    def _load(self, name: str, demand: Whole, offered: Whole) -> None:
        change = np.zeros(len(self.compiled.nodes.role), dtype=np.int64)
        for number, ride in enumerate(self.problem.rides):
            if ride.boards:
                change[ride.stops[0]], change[ride.stops[-1]] = demand[number], -demand[number]
        taken = self.model.RegisterUnaryTransitVector(change.tolist())
        self.model.AddDimensionWithVehicleCapacity(taken, 0, offered.tolist(), True, name)

    def _journey(self, number: int) -> None:
        """A ride or none of it, by one vehicle that may, in order, not too long aboard."""
        journey = self.problem.journeys[number]
        ride = journey.options[0].rides[0]
        stops = [self._index(node) for node in self.problem.rides[ride].stops]
        worst = self.problem.objective.unserved * (PROMISED if journey.promised else 1)
        gain = worst - journey.options[0].cost
        self.model.AddDisjunction([stops[0]], max(0, round(gain * self.scale.cost)))
        for stop in stops[1:]:
            self.model.AddDisjunction([stop], 0)
            self._follow(stops[0], stop)
        if len(stops) > 1:
            self._limit_aboard(ride, stops)
        allowed = np.flatnonzero(self.compiled.fleet.allowed[ride]).tolist()
        nodes = self.problem.rides[ride].stops
        open_ = [self._within(self.times, i, n) for i, n in zip(stops, nodes, strict=True)]
        for stop in stops:
            self.model.VehicleVar(stop).SetValues([-1, *(allowed if all(open_) else [])])

    def _follow(self, first: int, stop: int) -> None:
        model, solver = self.model, self.solver
        solver.Add(model.VehicleVar(first) == model.VehicleVar(stop))
        solver.Add(model.ActiveVar(first) == model.ActiveVar(stop))
        solver.Add(self.times.CumulVar(first) <= self.times.CumulVar(stop))

    def _limit_aboard(self, ride: int, stops: list[int]) -> None:
        self.model.AddPickupAndDelivery(stops[0], stops[-1])
        last = self.problem.rides[ride].stops[-1]
        stay = float(self.compiled.nodes.stay[:, last].min())
        if math.isfinite(stay):
            self.times.SetPickupToDeliveryLimitFunctionForPair(
                _constant(math.floor(stay * self.scale.time)), self.pairs
            )
        farthest = float(self.compiled.rides.farthest[ride])
        if math.isfinite(farthest):
            self.ways.SetPickupToDeliveryLimitFunctionForPair(
                _constant(math.floor(farthest * self.scale.cost)), self.pairs
            )
        self.pairs += 1

    def _leave_out_others(self) -> None:
        """Stops of rides no journey asks for are nobody's business."""
        asked = {ride for journey in self.problem.journeys for ride in journey.options[0].rides}
        wanted = {node for ride in asked for node in self.problem.rides[ride].stops}
        for node in range(len(self.problem.nodes)):
            if node not in wanted:
                self.model.AddDisjunction([self._index(node)], 0)
                self.model.VehicleVar(self._index(node)).SetValues([-1])

    def search(self, watch: _Watch) -> Orders:
        """Run the library until the watch says so; return the orders of its best solution."""
        parameters: Any = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = FIRST
        parameters.local_search_metaheuristic = GUIDED
        parameters.time_limit.FromTimedelta(LONGEST)
        self.model.AddSearchMonitor(self.solver.CustomLimit(watch.over))
        found = self.model.SolveWithParameters(parameters)
        return {} if found is None else {v: self._order(found, v) for v in range(self.vehicles)}

    def _order(self, found: Any, vehicle: int) -> list[int]:  # noqa: ANN401  no stubs
        index, stops = found.Value(self.model.NextVar(self.model.Start(vehicle))), []
        while not self.model.IsEnd(index):
            stops.append(int(self.manager.IndexToNode(index)))
            index = found.Value(self.model.NextVar(index))
        return stops


def _constant(limit: int) -> Callable[[int, int], int]:
    return lambda _pickup, _delivery: limit


def _by_node(c: Compiled, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spread a matrix between locations over the nodes; nowhere is next door."""
    place = c.nodes.location
    wide = matrix[np.ix_(place, place)]
    wide[:, place == NOWHERE] = 0.0
    wide[place == NOWHERE] = 0.0
    return np.asarray(wide)


def _legs(c: Compiled, mode: int, scale: _Scale) -> Whole:
    """Service and drive from each node to each, rounded up."""
    drive = np.zeros((len(c.nodes.role),) * 2)
    for profile in range(len(c.road.travel)):
        mine = c.nodes.profile == profile
        drive[mine] = _by_node(c, c.road.travel[profile])[mine]
    legs: Whole = np.ceil((c.nodes.service[mode][:, None] + drive) * scale.time).astype(np.int64)
    return legs
