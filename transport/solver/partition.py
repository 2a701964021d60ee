"""The best combination of routes met: set covering over the pool, by OR-Tools.

The linear relaxation (GLOP) prices the rides, and dives round it to a plan, all but the first led
astray a little by chance: seldom the best, but one the search has not seen. A column whose reduced
cost exceeds the gap between relaxation and incumbent is in no better solution; where few are left,
CP-SAT, one worker and deterministic time, chooses among them. No clock anywhere.

On a metric road a ride may be covered twice: leaving it out of one of the routes only helps.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ortools.linear_solver.python.model_builder_helper import (
    ModelBuilderHelper,
    ModelSolverHelper,
    SolveStatus,
)
from ortools.sat.python import cp_model
from scipy import sparse

from transport.problem import Problem
from transport.solver.kernels.effort import Choices, Pool
from transport.solver.kernels.layout import DELIVERY, VISIT, Compiled, Flags, Floats, Ints

SURE = 1e-6
HALF, MOSTLY = 0.5, 0.7
WHOLE = 1e9
"""CP-SAT counts in whole numbers: the incumbent's cost becomes about so many units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thoroughness:
    """How far to go: most routes in a dive (`width`), most dives, how far chance leads those after
    the first astray (`noise`); CP-SAT's most columns, deterministic time."""

    columns: int = 600
    effort: float = 0.2
    width: int = 1500
    dives: int = 3
    noise: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Pool routes to drive, the option of each journey (-1: unserved), and what they cost.

    `reduced` are the reduced costs of all the pool's routes, `price` what a ride, then a kind of
    vehicle, is worth, `bound` the relaxation's objective.
    """

    columns: Ints
    options: Ints
    cost: float
    reduced: Floats
    price: Floats
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Programme:
    """`routes` of them, then options, then journeys left out; `low <= matrix @ values <= high`.

    Rows: rides, kinds of vehicle, journeys, care stops.
    """

    matrix: sparse.csr_matrix
    cost: Floats
    low: Floats
    high: Floats
    routes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relaxed:
    """An optimum of the relaxation, with the reduced costs of columns and the prices of rows."""

    objective: float
    values: Floats
    reduced: Floats
    price: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What there is to combine."""

    problem: Problem
    compiled: Compiled
    choices: Choices
    pool: Pool


def best_combination(
    material: Material, incumbent: float, how: Thoroughness, rng: np.random.Generator
) -> Combination | None:
    """Combine the routes met; None when the relaxation fails. It may cover a ride twice."""
    programme = _programme(material, incumbent)
    relaxed = _relax(programme)
    if relaxed is None:
        return None
    chosen = relaxed.values > HALF
    if np.abs(relaxed.values - chosen).max() > SURE:
        chosen = _best_dive(programme, relaxed, incumbent, how, rng)
        keep = np.flatnonzero(relaxed.reduced <= incumbent - relaxed.objective - SURE)
        cost = _cost(programme, chosen)
        if cost >= incumbent and len(keep) <= how.columns:
            exact = _choose(programme, keep, incumbent, how.effort)
            chosen = exact if exact.any() and programme.cost[exact].sum() < cost else chosen
    return _combination(material, programme, chosen, relaxed)


def _cost(programme: _Programme, chosen: Flags) -> float:
    return float(programme.cost[chosen].sum()) if chosen.any() else np.inf


def _best_dive(
    programme: _Programme,
    relaxed: _Relaxed,
    incumbent: float,
    how: Thoroughness,
    rng: np.random.Generator,
) -> Flags:
    """The cheapest of some dives, the first of them straight; the first below the incumbent."""
    best, least = np.zeros(len(programme.cost), dtype=np.bool_), np.inf
    for number in range(how.dives):
        astray = how.noise * rng.random(len(programme.cost)) * (number > 0)
        chosen = _rounded(programme, relaxed, how.width, astray)
        cost = _cost(programme, chosen)
        if cost < least:
            best, least = chosen, cost
        if least < incumbent - SURE:
            break
    return best


def _rounded(programme: _Programme, relaxed: _Relaxed, width: int, astray: Floats) -> Flags:
    """Dive: fix routes taken for the most part, relax again, until all is whole; nothing is chosen
    when what was fixed leaves no way to carry everybody. `astray` is added to what decides which
    route comes first."""
    routes = programme.routes
    ranked = np.argsort(relaxed.reduced[:routes], kind="stable")[:width]
    taken = np.flatnonzero(relaxed.values[:routes] > SURE)
    others = np.arange(routes, len(programme.cost))
    columns = np.unique(np.concatenate([ranked, taken, others]))
    part = replace(
        programme,
        matrix=programme.matrix[:, columns].tocsr(),
        cost=programme.cost[columns],
    )
    values, fixed, astray = relaxed.values[columns], np.zeros(len(columns)), astray[columns]
    chosen = np.zeros(len(programme.cost), dtype=np.bool_)
    while (more := _worth_fixing(values, columns < routes, astray)).any():
        again = _relax(part, np.maximum(fixed, more, out=fixed))
        if again is None:
            return chosen
        values = again.values
    chosen[columns[values > 1.0 - SURE]] = True
    return chosen


def _worth_fixing(values: Floats, is_route: Flags, astray: Floats) -> Flags:
    """Routes taken for the most part, and what is taken most of all that is not whole."""
    undecided = (values > SURE) & (values < 1.0 - SURE)
    if not undecided.any():
        return undecided
    eligible = undecided & is_route if (undecided & is_route).any() else undecided
    more: Flags = is_route & (values > MOSTLY)
    more[np.argmax(np.where(eligible, values + astray, -1.0))] = True
    return more


def _programme(material: Material, incumbent: float) -> _Programme:
    compiled, choices, pool = material.compiled, material.choices, material.pool
    count, journeys = int(pool.filled[0]), len(choices.weight)
    options, rides = len(choices.cost), len(choices.of_ride)
    kinds, taken = int(compiled.fleet.kind.max()) + 1, np.flatnonzero(choices.care >= 0)
    of_option = np.repeat(np.arange(journeys), np.diff(choices.first))
    blocks = (
        (*_rides_by_route(compiled, pool), 1.0),
        (choices.rides, count + np.repeat(np.arange(options), np.diff(choices.ride_first)), -1.0),
        (rides + pool.kind[:count], np.arange(count), 1.0),
        (rides + kinds + of_option, count + np.arange(options), 1.0),
        (rides + kinds + np.arange(journeys), count + options + np.arange(journeys), 1.0),
        (rides + kinds + journeys + choices.care[taken], count + taken, 1.0),
    )
    values = np.concatenate([np.full(len(rows), sign) for rows, _, sign in blocks])
    where = tuple(np.concatenate([block[axis] for block in blocks]) for axis in range(2))
    shape = (rides + kinds + journeys + len(choices.care_room), count + options + journeys)
    fleet = np.bincount(compiled.fleet.kind, minlength=kinds).astype(np.float64)
    care, one = choices.care_room.astype(np.float64), np.ones(journeys)
    left_out = np.minimum(choices.weight, 2.0 * incumbent)  # larger than that only costs digits
    kept, twice = _bounds_of_rides(material)
    return _Programme(
        matrix=sparse.csr_matrix((values, where), shape=shape),
        cost=np.concatenate([pool.cost[:count], choices.cost, left_out]),
        low=np.concatenate([kept, np.zeros(kinds), one, np.zeros(len(care))]),
        high=np.concatenate([twice, fleet, one, care]),
        routes=count,
    )


def _bounds_of_rides(material: Material) -> tuple[Floats, Floats]:
    """Coverage of each ride beyond its chosen options; planned rides of no journey stay."""
    planned = [node for spec in material.problem.vehicles for node in spec.planned]
    stays = np.zeros(len(material.choices.of_ride))
    stays[material.compiled.nodes.ride[planned]] = 1.0
    stays[material.choices.of_ride >= 0] = 0.0
    return stays, stays + (np.inf if material.compiled.road.metric else 0.0)


def _rides_by_route(compiled: Compiled, pool: Pool) -> tuple[Ints, Ints]:
    count = int(pool.filled[0])
    stops = pool.stops[:count]
    role = compiled.nodes.role[stops]
    last = (role == DELIVERY) | (role == VISIT)  # each ride once, the riders already aboard too
    column, position = np.nonzero(last & (np.arange(stops.shape[1]) < pool.size[:count, None]))
    return compiled.nodes.ride[stops[column, position]], column


def _relax(programme: _Programme, least: Floats | None = None) -> _Relaxed | None:
    model: Any = ModelBuilderHelper()  # its stubs know no shape but the scalar
    size = len(programme.cost)
    model.fill_model_from_sparse_data(
        np.zeros(size) if least is None else least,
        np.ones(size),
        programme.cost,
        programme.low,
        programme.high,
        programme.matrix,
    )
    solver = ModelSolverHelper("glop")
    solver.solve(model)
    if solver.status() != SolveStatus.OPTIMAL:
        return None
    return _Relaxed(
        objective=solver.objective_value(),
        values=np.array(solver.variable_values()),
        reduced=np.array(solver.reduced_costs()),
        price=np.array(solver.dual_values()),
    )


def _choose(programme: _Programme, columns: Ints, incumbent: float, effort: float) -> Flags:
    """Choose whole columns among those kept; none when nothing was found in time."""
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in columns]
    matrix = programme.matrix[:, columns].tocsr()
    for row in range(matrix.shape[0]):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        names = [chosen[index] for index in matrix.indices[span]]
        total = cp_model.LinearExpr.weighted_sum(names, matrix.data[span].astype(int).tolist())
        high = min(programme.high[row], float(len(columns)))
        model.add_linear_constraint(total, int(programme.low[row]), int(high))
    costs = np.round(programme.cost[columns] * (WHOLE / max(incumbent, 1.0)))
    model.minimize(cp_model.LinearExpr.weighted_sum(chosen, costs.astype(np.int64).tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = effort
    answer = np.zeros(len(programme.cost), dtype=np.bool_)
    if solver.solve(model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        answer[columns] = [solver.boolean_value(variable) for variable in chosen]
    return answer


def _combination(
    material: Material, programme: _Programme, chosen: Flags, relaxed: _Relaxed
) -> Combination:
    choices = material.choices
    count, options = int(material.pool.filled[0]), len(choices.cost)
    picked = np.full(len(choices.weight), -1, dtype=np.int64)
    for option in np.flatnonzero(chosen[count : count + options]):
        picked[np.searchsorted(choices.first, option, side="right") - 1] = option
    return Combination(
        columns=np.flatnonzero(chosen[:count]),
        options=picked,
        cost=float(programme.cost[chosen].sum()) if chosen.any() else np.inf,
        reduced=relaxed.reduced[:count],
        price=relaxed.price[: len(material.pool.price)],
        bound=relaxed.objective,
    )
