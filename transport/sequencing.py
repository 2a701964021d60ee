"""Planned stops put in an order that has a schedule, when the hours told do not give one.

A plan lets rides already promised slip within their tolerance, and what people are told stays as
it was: the hours told of a few rides of one vehicle may overlap, and their order, in which stops
are laid out, may have no schedule although another has.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from transport.problem import Problem
from transport.solver.insertions import RouteState, insert, insertions, route_stops, state_of
from transport.solver.kernels.routes import empty_routes, set_route

ENDS = 2
"""Positions of a route that are no stops: its start and its end."""

MOST_TRIES = 300
"""Partial orders of one vehicle looked at before it is taken to have none."""


def sequenced(problem: Problem) -> tuple[Problem, RouteState]:
    """Return the problem whose vehicles follow orders that have a schedule, and its state.

    The order told is kept wherever it has one. A vehicle for which none is found stays as it was,
    and is listed as broken.
    """
    state = state_of(problem)
    found = {number: _order(problem, state, number) for number in state.broken}
    if not any(found.values()):
        return problem, state
    vehicles = tuple(
        replace(spec, planned=found.get(number) or spec.planned)
        for number, spec in enumerate(problem.vehicles)
    )
    problem = replace(problem, vehicles=vehicles)
    return problem, state_of(problem)


def _order(problem: Problem, state: RouteState, number: int) -> tuple[int, ...] | None:
    """An order of the stops of a vehicle that has a schedule; None: none was found."""
    planned = problem.vehicles[number].planned
    held, free = _parted(problem, number)
    routes = empty_routes(state.compiled, len(planned) + ENDS)
    stays = np.array([node for node in planned if node in held], dtype=np.int64)
    if not set_route(state.compiled, routes, state.work, number, stays):
        return None
    search = _Search(number)
    return search.fill(replace(state, routes=routes, broken=()), free)


def _parted(problem: Problem, number: int) -> tuple[frozenset[int], tuple[int, ...]]:
    """Stops of a vehicle whose order stands, and the rides that may come in another, as told."""
    spec = problem.vehicles[number]
    rank = {node: place for place, node in enumerate(spec.planned)}
    held: set[int] = set()
    free: list[int] = []
    for one, ride in enumerate(problem.rides):
        places = [rank[node] for node in ride.stops if node in rank]
        if places and (ride.aboard_since is not None or min(places) < spec.frozen):
            held.update(ride.stops)
        elif places:
            free.append(one)
    return frozenset(held), tuple(sorted(free, key=lambda one: rank[problem.rides[one].stops[0]]))


@dataclass(slots=True)
class _Search:
    """Puts rides into the route of one vehicle, the cheapest way first, going back when stuck."""

    vehicle: int
    tries: int = 0

    def fill(self, state: RouteState, rides: Sequence[int]) -> tuple[int, ...] | None:
        """Return the stops in order once every ride is in; None when no way was found."""
        if not rides:
            return route_stops(state, self.vehicle)
        ways = insertions(state, rides[0], [self.vehicle])
        for way in ways[np.argsort(ways["cost"], kind="stable")]:
            if self.tries >= MOST_TRIES:
                return None
            self.tries += 1
            with suppress(ValueError):  # a way that no schedule of the whole route meets
                entered = insert(state, rides[0], self.vehicle, way["gaps"])
                if found := self.fill(entered, rides[1:]):
                    return found
        return None
