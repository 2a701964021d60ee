"""Every feasible way to put one more ride into the routes: the one generator all solvers share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transport.problem import Problem
from transport.solver.compiled import compile_problem
from transport.solver.kernels.layout import MAX_STOPS, Compiled, Ints, Routes, Scratch
from transport.solver.kernels.routes import (
    copy_routes,
    empty_routes,
    insert_ride,
    new_scratch,
    set_route,
)
from transport.solver.kernels.scan import Cursor, Rows, scan

INSERTION = np.dtype(
    [
        ("vehicle", np.int64),
        ("gaps", np.int64, (MAX_STOPS,)),
        ("distance", np.float64),
        ("cost", np.float64),
        ("earliest", np.float64, (MAX_STOPS,)),
        ("latest", np.float64, (MAX_STOPS,)),
        ("shares", np.bool_),
    ]
)
"""One feasible insertion, `k` running over the stops of the ride.

`gaps[k]`: the stop comes right after this position of the present route (0: the start), and after
the stops of the ride before it. `earliest[k]`, `latest[k]`: bounds of its beginning of service
that the whole route can still meet. `distance`, `cost`: what it adds, `cost` by the objective.
`shares`: somebody else is aboard at some moment of the ride.
"""

Insertions = NDArray[np.void]
ROOMY = 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RouteState:
    """Routes as they stand, compiled. Treat as immutable: `insert` returns another one.

    `broken` lists vehicles whose planned stops have no schedule any more: nothing is inserted
    there. A state holds work space: it belongs to one thread at a time.
    """

    compiled: Compiled
    routes: Routes
    broken: tuple[int, ...]
    work: Scratch
    cursor: Cursor


def state_of(problem: Problem, *, metric: bool = False, room: int | None = None) -> RouteState:
    """Compile the problem with the routes its vehicles are planned on.

    `room` is the most positions a route may take, start and end included (default: the longest
    planned route and sixteen more).
    """
    compiled = compile_problem(problem, metric=metric)
    longest = max((len(spec.planned) for spec in problem.vehicles), default=0)
    return load_state(compiled, [spec.planned for spec in problem.vehicles], room or longest + 18)


def load_state(compiled: Compiled, planned: Sequence[Sequence[int]], room: int) -> RouteState:
    """Return the state in which each vehicle follows the given inner stops."""
    routes, work = empty_routes(compiled, room), new_scratch(compiled, room)
    broken = []
    for vehicle, stops in enumerate(planned):
        inner = np.array(stops, dtype=np.int64)
        if not set_route(compiled, routes, work, vehicle, inner):
            broken.append(vehicle)
    cursor = Cursor(np.zeros(MAX_STOPS, np.int64), np.zeros(MAX_STOPS), np.zeros(MAX_STOPS))
    return RouteState(
        compiled=compiled, routes=routes, broken=tuple(broken), work=work, cursor=cursor
    )


def insertions(state: RouteState, ride: int, vehicles: Sequence[int] | None = None) -> Insertions:
    """Return every feasible insertion of the ride into the given vehicles (default: all)."""
    fleet = range(len(state.routes.size)) if vehicles is None else vehicles
    chosen = np.array([v for v in fleet if v not in state.broken], dtype=np.int64)
    rows = _rows(ROOMY * len(chosen) + ROOMY)
    found = scan(state.compiled, state.routes, state.work, state.cursor, rows, chosen, ride)
    if found > len(rows.vehicle):
        rows = _rows(found)
        scan(state.compiled, state.routes, state.work, state.cursor, rows, chosen, ride)
    return _structured(rows, found)


def insert(state: RouteState, ride: int, vehicle: int, gaps: Sequence[int]) -> RouteState:
    """Return the state with the ride put in as an insertion says; raise ValueError if it cannot."""
    routes = copy_routes(state.routes)
    where = np.array(gaps, dtype=np.int64)
    if not insert_ride(state.compiled, routes, state.work, vehicle, ride, where):
        raise ValueError(f"ride {ride} does not fit in vehicle {vehicle} after {list(gaps)}")
    return RouteState(
        compiled=state.compiled,
        routes=routes,
        broken=state.broken,
        work=state.work,
        cursor=state.cursor,
    )


def route_stops(state: RouteState, vehicle: int) -> tuple[int, ...]:
    """Return the nodes a vehicle stops at, in order, its start and end left out."""
    stops: Ints = state.routes.stops[vehicle, 1 : state.routes.size[vehicle] - 1]
    return tuple(int(node) for node in stops)


def _rows(room: int) -> Rows:
    return Rows(
        vehicle=np.zeros(room, dtype=np.int64),
        gaps=np.zeros((room, MAX_STOPS), dtype=np.int64),
        distance=np.zeros(room),
        cost=np.zeros(room),
        early=np.zeros((room, MAX_STOPS)),
        late=np.zeros((room, MAX_STOPS)),
        shares=np.zeros(room, dtype=np.bool_),
    )


def _structured(rows: Rows, found: int) -> Insertions:
    table = np.zeros(found, dtype=INSERTION)
    for name, column in zip(INSERTION.names or (), rows, strict=True):
        table[name] = column[:found]
    return table
