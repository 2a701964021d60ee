"""Other solvers on our problems: their orders of stops, timed by us and judged like ours.

VROOM knows no limit on the time aboard. As it comes, its orders are timed exactly; a route that has
no schedule is timed without limits, and `check` says what it breaks. With windows shrunk until any
schedule keeps the limit, what it finds is feasible by construction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from transport.plan import Plan, Route, Unserved
from transport.problem import Problem
from transport.solver.compiled import compile_problem
from transport.solver.routing import solve as solve_by_routing
from transport.solver.stop import Stop
from transport.solver.timetable import timed_route

UNITS = 1000
"""VROOM counts in whole numbers: units per unit of the problem."""
EXPLORATION = 5


def by_routing(problem: Problem, stop: Stop, seed: int) -> Plan:
    """OR-Tools' routing library with its insertion and guided local search."""
    return solve_by_routing(problem, stop, seed).plan


def by_vroom(problem: Problem, seconds: float, *, shrunk: bool) -> Plan:
    """VROOM at full exploration, one thread, for at most so many seconds of the wall clock."""
    asked = _shrunk(problem) if shrunk else problem
    return _timed(problem, _orders(asked, seconds))


def _shrunk(problem: Problem) -> Problem:
    """Windows in which the latest delivery is never too long after the earliest pickup."""
    nodes = list(problem.nodes)
    for ride in problem.rides:
        first, last = ride.stops[0], ride.stops[-1]
        pickup, delivery = nodes[first], nodes[last]
        stay = pickup.service + ride.max_aboard
        if pickup.close - pickup.open < delivery.close - delivery.open:
            delivery = replace(delivery, close=min(delivery.close, pickup.open + stay))
            delivery = replace(delivery, open=min(delivery.open, delivery.close))
        else:
            pickup = replace(pickup, open=max(pickup.open, delivery.close - stay))
            pickup = replace(pickup, close=max(pickup.open, min(pickup.close, delivery.close)))
        nodes[first], nodes[last] = pickup, delivery
    return replace(problem, nodes=tuple(nodes))


def _orders(problem: Problem, seconds: float) -> dict[int, list[int]]:
    import vroom  # noqa: PLC0415  a peer, installed for measurements alone

    asked: Any = vroom.Input()
    whole = np.ceil(problem.travel[0] * UNITS).astype(np.uint32)
    asked.set_durations_matrix("car", whole)
    for number, spec in enumerate(problem.vehicles):
        asked.add_vehicle(
            vroom.Vehicle(
                number,
                start=spec.start_location,
                end=spec.end_location,
                capacity=[spec.capacity.seats],
                time_window=_window(spec.earliest, spec.latest),
            )
        )
    for number, ride in enumerate(problem.rides):
        pickup, delivery = (
            vroom.ShipmentStep(
                number,
                location=problem.nodes[node].location,
                default_service=round(problem.nodes[node].service * UNITS),
                time_windows=[_window(problem.nodes[node].open, problem.nodes[node].close)],
            )
            for node in ride.stops
        )
        asked.add_job(vroom.Shipment(pickup, delivery, amount=vroom.Amount([ride.load.seats])))
    found = asked.solve(
        exploration_level=EXPLORATION, nb_threads=1, timeout=timedelta(seconds=seconds)
    )
    return _by_vehicle(problem, found.to_dict())


def _window(opens: float, closes: float) -> Any:  # noqa: ANN401  no stubs
    import vroom  # noqa: PLC0415

    return vroom.TimeWindow(round(opens * UNITS), round(closes * UNITS))


def _by_vehicle(problem: Problem, told: Mapping[str, Any]) -> dict[int, list[int]]:
    end = {"pickup": 0, "delivery": -1}
    return {
        int(route["vehicle"]): [
            problem.rides[int(step["id"])].stops[end[step["type"]]]
            for step in route["steps"]
            if step["type"] in end
        ]
        for route in told["routes"]
    }


def _timed(problem: Problem, orders: Mapping[int, Sequence[int]]) -> Plan:
    """Time the orders; those that have no schedule, without limit on time aboard and on duty."""
    loose = replace(
        problem,
        rides=tuple(replace(ride, max_aboard=np.inf) for ride in problem.rides),
        vehicles=tuple(replace(spec, max_duration=np.inf) for spec in problem.vehicles),
    )
    routes: list[Route] = []
    for vehicle, stops in sorted(orders.items()):
        for asked in (problem, loose):
            route = timed_route(asked, compile_problem(asked), vehicle, stops)
            if route is not None:
                routes.append(route)
                break
    inside = {stop.node for route in routes for stop in route.stops}
    served = [
        inside.issuperset(problem.rides[one.options[0].rides[0]].stops) for one in problem.journeys
    ]
    return Plan(
        routes=tuple(routes),
        options=tuple(0 if one else None for one in served),
        unserved=tuple(
            Unserved(journey=journey, reason="left out by the peer")
            for journey, one in enumerate(served)
            if not one
        ),
    )
