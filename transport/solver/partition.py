"""The best combination of routes met: set partitioning over the pool, by OR-Tools.

The linear relaxation (GLOP) prices the rides; a column whose reduced cost exceeds the gap between
relaxation and incumbent is in no better solution. CP-SAT chooses among those left, with one
worker and deterministic time.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.linear_solver.python.model_builder_helper import (
    ModelBuilderHelper,
    ModelSolverHelper,
    SolveStatus,
)
from ortools.sat.python import cp_model
from scipy import sparse

from transport.solver.kernels.effort import Choices, Pool
from transport.solver.kernels.layout import DELIVERY, VISIT, Compiled, Flags, Floats, Ints

WHOLE = 1e9
"""CP-SAT counts in whole numbers: the incumbent's cost becomes about this many units."""
SURE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Pool routes to drive and the option of each journey (-1: unserved).

    `reduced` are the reduced costs of the pool's routes in the relaxation.
    """

    columns: Ints
    options: Ints
    cost: float
    reduced: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Programme:
    """Routes, then options, then journeys left out; `low <= matrix @ values <= high`."""

    matrix: sparse.csr_matrix
    cost: Floats
    low: Floats
    high: Floats


def best_combination(
    compiled: Compiled, choices: Choices, pool: Pool, incumbent: float, effort: float
) -> Combination | None:
    """Combine the routes met; None when the relaxation fails or nothing better is found.

    `effort` is CP-SAT's deterministic time.
    """
    programme = _programme(compiled, choices, pool)
    solver = _relax(programme)
    if solver is None:
        return None
    reduced, values = np.array(solver.reduced_costs()), np.array(solver.variable_values())
    gap = incumbent - solver.objective_value()
    if np.abs(values - np.round(values)).max() < SURE:
        chosen = values > 0.5  # noqa: PLR2004  whole already
    else:
        keep = reduced <= gap - SURE
        chosen = _choose(programme, keep, incumbent, effort)
    return _combination(choices, pool, programme, chosen, reduced)


def _programme(compiled: Compiled, choices: Choices, pool: Pool) -> _Programme:
    count, journeys = int(pool.filled[0]), len(choices.weight)
    options, rides = len(choices.cost), len(choices.of_ride)
    kinds = int(compiled.fleet.kind.max()) + 1
    of_option = np.repeat(np.arange(journeys), np.diff(choices.first))
    taken = np.flatnonzero(choices.care >= 0)
    blocks = [
        (*_rides_by_route(compiled, pool), 1.0),
        (choices.rides, count + np.repeat(np.arange(options), np.diff(choices.ride_first)), -1.0),
        (rides + pool.kind[:count], np.arange(count), 1.0),
        (rides + kinds + of_option, count + np.arange(options), 1.0),
        (rides + kinds + np.arange(journeys), count + options + np.arange(journeys), 1.0),
        (rides + kinds + journeys + choices.care[taken], count + taken, 1.0),
    ]
    shape = (
        rides + kinds + journeys + len(choices.care_room),
        count + options + journeys,
    )
    values = np.concatenate([np.full(len(rows), sign) for rows, _, sign in blocks])
    where = tuple(np.concatenate([block[axis] for block in blocks]) for axis in range(2))
    fleet = np.bincount(compiled.fleet.kind, minlength=kinds).astype(np.float64)
    care = choices.care_room.astype(np.float64)
    nothing, one = np.zeros(rides), np.ones(journeys)
    return _Programme(
        matrix=sparse.csr_matrix((values, where), shape=shape),
        cost=np.concatenate([pool.cost[:count], choices.cost, choices.weight]),
        low=np.concatenate([nothing, np.zeros(kinds), one, np.zeros(len(care))]),
        high=np.concatenate([nothing, fleet, one, care]),
    )


def _rides_by_route(compiled: Compiled, pool: Pool) -> tuple[Ints, Ints]:
    count = int(pool.filled[0])
    stops = pool.stops[:count]
    role = compiled.nodes.role[stops]
    last = (role == DELIVERY) | (role == VISIT)  # each ride once, the riders already aboard too
    column, position = np.nonzero(last & (np.arange(stops.shape[1]) < pool.size[:count, None]))
    return compiled.nodes.ride[stops[column, position]], column


def _relax(programme: _Programme) -> ModelSolverHelper | None:
    model: Any = ModelBuilderHelper()  # its stubs know no shape but the scalar
    size = len(programme.cost)
    model.fill_model_from_sparse_data(
        np.zeros(size),
        np.ones(size),
        programme.cost,
        programme.low,
        programme.high,
        programme.matrix,
    )
    solver = ModelSolverHelper("glop")
    solver.solve(model)
    return solver if solver.status() == SolveStatus.OPTIMAL else None


def _choose(programme: _Programme, keep: Flags, incumbent: float, effort: float) -> Flags:
    """Choose whole columns among those kept; nothing chosen when none beats the incumbent."""
    columns = np.flatnonzero(keep)
    model = cp_model.CpModel()
    chosen = {int(column): model.new_bool_var("") for column in columns}
    matrix = programme.matrix[:, columns].tocsr()
    for row in range(matrix.shape[0]):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        names = [chosen[int(columns[index])] for index in matrix.indices[span]]
        total = cp_model.LinearExpr.weighted_sum(names, matrix.data[span].astype(int).tolist())
        model.add_linear_constraint(total, int(programme.low[row]), int(programme.high[row]))
    unit = WHOLE / max(incumbent, 1.0)
    costs = np.round(programme.cost[columns] * unit).astype(np.int64).tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum(list(chosen.values()), costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    solver.parameters.random_seed = 1
    answer = np.zeros(len(programme.cost), dtype=np.bool_)
    if solver.solve(model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        answer[columns] = [solver.boolean_value(variable) for variable in chosen.values()]
    return answer


def _combination(
    choices: Choices, pool: Pool, programme: _Programme, chosen: Flags, reduced: Floats
) -> Combination | None:
    count, options = int(pool.filled[0]), len(choices.cost)
    picked = np.full(len(choices.weight), -1, dtype=np.int64)
    for option in np.flatnonzero(chosen[count : count + options]):
        picked[np.searchsorted(choices.first, option, side="right") - 1] = option
    return Combination(
        columns=np.flatnonzero(chosen[:count]),
        options=picked,
        cost=float(programme.cost[chosen].sum()) if chosen.any() else np.inf,
        reduced=reduced[:count],
    )
