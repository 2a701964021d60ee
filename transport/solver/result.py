"""What every solver hands back, and the way there from orders of stops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transport.plan import Plan, Route
from transport.problem import Problem
from transport.solver.kernels.layout import Compiled
from transport.solver.timetable import timed_route
from transport.solver.unserved import unserved_reasons

Orders = Mapping[int, Sequence[int]]
"""Nodes each vehicle stops at, in order; a vehicle without a stop may be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The best plan found, its objective, and whether the clock rather than the work ended it.

    `iterations` are counted in the solver's own unit of work; `partitions` is how many times routes
    met were recombined.
    """

    plan: Plan
    objective: float
    iterations: int
    truncated: bool
    partitions: int = 0


def written_plan(
    problem: Problem, compiled: Compiled, orders: Orders, options: Sequence[int | None]
) -> Plan:
    """Time the orders exactly and name for each journey left out what stops it."""
    left_out = [journey for journey, option in enumerate(options) if option is None]
    return Plan(
        routes=tuple(
            _timed(problem, compiled, vehicle, stops)
            for vehicle, stops in sorted(orders.items())
            if len(stops)
        ),
        options=tuple(options),
        unserved=unserved_reasons(problem, compiled, left_out),
    )


def _timed(problem: Problem, compiled: Compiled, vehicle: int, stops: Sequence[int]) -> Route:
    route = timed_route(problem, compiled, vehicle, stops)
    if route is None:
        raise RuntimeError(f"vehicle {vehicle}: no schedule for {list(stops)}")
    return route
