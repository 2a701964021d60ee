"""Allocate what a search carries along, and load a solution into it."""

from collections.abc import Sequence

import numpy as np

from transport.problem import Problem
from transport.solver.kernels.chance import seeded
from transport.solver.kernels.effort import Choices, Effort, Ledger, Memory, Pool, Standing
from transport.solver.kernels.layout import MAX_STOPS, Compiled, Floats, Ints
from transport.solver.kernels.pairs import Pair
from transport.solver.kernels.routes import empty_routes, new_scratch
from transport.solver.kernels.scan import Cursor, Rows

MEMORY_SIZE = 1 << 17
NEIGHBOURS = 60
PROMISED = 1e3
"""How many times worse than any other it is to drop a promised journey."""


def new_effort(problem: Problem, compiled: Compiled, room: int, seed: int, pool: int) -> Effort:
    """Allocate a search over routes of at most `room` positions and a pool of `pool` routes."""
    journeys, vehicles = len(problem.journeys), len(problem.vehicles)
    return Effort(
        choices=_choices(problem, compiled),
        memory=Memory(
            np.zeros(MEMORY_SIZE, np.uint64), np.zeros(MEMORY_SIZE), np.zeros(MEMORY_SIZE, np.int64)
        ),
        pool=_pool(
            pool, room - 2, len(problem.rides) + 1 + int(compiled.fleet.kind.max(initial=0))
        ),
        now=_standing(problem),
        kept=_standing(problem),
        best=_standing(problem),
        kept_routes=empty_routes(compiled, room),
        best_stops=np.zeros((vehicles, room), dtype=np.int64),
        best_size=np.zeros(vehicles, dtype=np.int64),
        ledger=_ledger(journeys, vehicles, room),
        chance=seeded(seed),
        work=new_scratch(compiled, room),
        cursor=Cursor(np.zeros(MAX_STOPS, np.int64), np.zeros(MAX_STOPS), np.zeros(MAX_STOPS)),
        rows=new_rows(4096),
        pair=Pair(np.zeros(MAX_STOPS, np.int64), np.zeros(MAX_STOPS, np.int64)),
    )


def new_rows(room: int) -> Rows:
    """Allocate room for that many insertions."""
    return Rows(
        vehicle=np.zeros(room, dtype=np.int64),
        gaps=np.zeros((room, MAX_STOPS), dtype=np.int64),
        distance=np.zeros(room),
        cost=np.zeros(room),
        early=np.zeros((room, MAX_STOPS)),
        late=np.zeros((room, MAX_STOPS)),
        shares=np.zeros(room, dtype=np.bool_),
    )


def _standing(problem: Problem) -> Standing:
    return Standing(
        option=np.full(len(problem.journeys), -1, dtype=np.int64),
        care=np.zeros(len(problem.care_capacity), dtype=np.int64),
        total=np.full(1, np.inf),
    )


def _ledger(journeys: int, vehicles: int, room: int) -> Ledger:
    return Ledger(
        out=np.zeros(journeys, dtype=np.int64),
        touched=np.zeros(vehicles, dtype=np.int64),
        is_touched=np.zeros(vehicles, dtype=np.bool_),
        is_out=np.zeros(journeys, dtype=np.bool_),
        key=np.zeros(journeys),
        line=np.zeros(room, dtype=np.int64),
        kind_seen=np.zeros(vehicles, dtype=np.int64),
        found=np.zeros(1 + MAX_STOPS, dtype=np.int64),
        chosen=np.zeros(1 + MAX_STOPS, dtype=np.int64),
        counts=np.zeros(3, dtype=np.int64),
    )


def _pool(count: int, room: int, rows: int) -> Pool:
    table = 1 << (2 * count - 1).bit_length()
    return Pool(
        slot=np.full(table, -1, dtype=np.int64),
        key=np.zeros(count, dtype=np.uint64),
        cost=np.zeros(count),
        kind=np.zeros(count, dtype=np.int64),
        size=np.zeros(count, dtype=np.int64),
        stops=np.zeros((count, room), dtype=np.int64),
        filled=np.zeros(1, dtype=np.int64),
        price=np.zeros(rows),
        margin=np.full(1, -np.inf),
    )


def _choices(problem: Problem, compiled: Compiled) -> Choices:
    ranked = [
        sorted(enumerate(journey.options), key=lambda pair: pair[1].cost)
        for journey in problem.journeys
    ]
    options = [option for group in ranked for _, option in group]
    of_ride = np.full(len(problem.rides), -1, dtype=np.int64)
    for index, group in enumerate(ranked):
        of_ride[[ride for _, option in group for ride in option.rides]] = index
    worst = problem.objective.unserved
    return Choices(
        first=_offsets([len(group) for group in ranked]),
        original=_ints([rank for group in ranked for rank, _ in group]),
        cost=np.array([option.cost for option in options], dtype=np.float64),
        care=_ints([-1 if option.care is None else option.care for option in options]),
        ride_first=_offsets([len(option.rides) for option in options]),
        rides=_ints([ride for option in options for ride in option.rides]),
        of_ride=of_ride,
        care_room=_ints(problem.care_capacity),
        weight=np.array([worst * (PROMISED if j.promised else 1) for j in problem.journeys]),
        fixed=_fixed(problem, of_ride),
        near=_near(problem, compiled),
        order=_order(problem, compiled),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _offsets(counts: Sequence[int]) -> Ints:
    return np.cumsum([0, *counts], dtype=np.int64)


def _fixed(problem: Problem, of_ride: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Journeys with somebody aboard, or a stop that is frozen, stay where they are."""
    fixed = np.zeros(len(problem.journeys), dtype=np.bool_)
    frozen = {node for spec in problem.vehicles for node in spec.planned[: spec.frozen]}
    for index, ride in enumerate(problem.rides):
        if of_ride[index] >= 0 and (ride.aboard_since is not None or frozen & set(ride.stops)):
            fixed[of_ride[index]] = True
    return fixed


def _faces(problem: Problem) -> tuple[Ints, Ints]:
    """First pickup and last delivery of the first option with a ride; -1: none has one."""
    first, last = [], []
    for journey in problem.journeys:
        rides = next((o.rides for o in journey.options if o.rides), ())
        first.append(problem.rides[rides[0]].stops[0] if rides else -1)
        last.append(problem.rides[rides[0]].stops[-1] if rides else -1)
    return _ints(first), _ints(last)


def _middle(compiled: Compiled, nodes: Ints) -> Floats:
    opens = np.clip(compiled.nodes.opens[nodes], -1e12, 1e12)
    closes = np.clip(compiled.nodes.closes[nodes], -1e12, 1e12)
    return np.asarray((opens + closes) / 2)


def _near(problem: Problem, compiled: Compiled) -> Ints:
    """Other journeys by how close in place and time their pickups and deliveries are."""
    first, last = _faces(problem)
    apart = np.zeros((len(first), len(first)))
    for nodes in (first, last):
        place, middle = compiled.nodes.location[nodes], _middle(compiled, nodes)
        apart += compiled.road.travel[0][np.ix_(place, place)]
        apart += 0.25 * np.abs(middle[:, None] - middle[None, :])
    apart[:, first < 0] = np.inf
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, : min(NEIGHBOURS, len(first) - 1)]
    return np.ascontiguousarray(nearest)  # kernels are compiled anew for another layout


def _order(problem: Problem, compiled: Compiled) -> Floats:
    """Sort keys: soonest first, narrowest first, longest ride first."""
    first, last = _faces(problem)
    opens, closes = compiled.nodes.opens, compiled.nodes.closes
    way = compiled.road.travel[0][compiled.nodes.location[first], compiled.nodes.location[last]]
    width = np.minimum(closes[first] - opens[first], closes[last] - opens[last])
    return np.array([_middle(compiled, first), width, -way])
