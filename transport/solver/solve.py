"""One way in: `solve(problem, stop, seed)`.

A first plan by insertion; then ruin and recreate under annealing in cycles of growing length, each
of them closed by set partitioning over the routes met so far. The temperature depends on how many
iterations were done, never on how many are left: more iterations only go on from fewer.
"""

from dataclasses import dataclass

import numpy as np

from transport.plan import Plan, Route
from transport.problem import Problem
from transport.solver.compiled import compile_problem
from transport.solver.effort import new_effort
from transport.solver.kernels.effort import Effort
from transport.solver.kernels.layout import Compiled, Routes
from transport.solver.kernels.routes import empty_routes, set_route
from transport.solver.kernels.search import iterate, start_from
from transport.solver.metric import is_metric
from transport.solver.partition import best_combination
from transport.solver.stop import Progress, Stop
from transport.solver.timetable import timed_route
from transport.solver.unserved import unserved_reasons

EMPTY = 2
"""Positions of a route without a stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How the search goes about it.

    `most`: most journeys taken out at once. `hot`, `cold`: temperature at both ends of a cycle, as
    a share of a route's cost. `cycle`: iterations of the first one, each next longer by `growth`
    up to `longest`. `pool`: most routes remembered. `effort`: deterministic time of CP-SAT.
    """

    most: int = 10
    hot: float = 0.02
    cold: float = 1e-4
    cycle: int = 1000
    growth: float = 2.0
    longest: int = 64_000
    pool: int = 60_000
    effort: float = 1.0
    room: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The best plan found, its objective, and whether the clock rather than the work ended it."""

    plan: Plan
    objective: float
    iterations: int
    truncated: bool
    partitions: int


@dataclass(slots=True, kw_only=True)
class _Run:
    """A search under way."""

    problem: Problem
    compiled: Compiled
    routes: Routes
    effort: Effort
    iterations: int = 0
    improved_at: int = 0
    partitions: int = 0

    @property
    def best(self) -> float:
        return float(self.effort.best.total[0])

    def progress(self) -> Progress:
        return Progress(iterations=self.iterations, improved_at=self.improved_at, best=self.best)


def solve(
    problem: Problem,
    stop: Stop,
    seed: int = 0,
    *,
    tuning: Tuning | None = None,
    metric: bool | None = None,
) -> Result:
    """Return the best plan found before `stop` grants no more iterations.

    `metric`: whether the triangle inequality is known to hold (None: it is tested). Journeys that
    find no place are in `plan.unserved` with the constraint that binds.
    """
    tuning = tuning or Tuning()
    run = _start(problem, tuning, seed, is_metric(problem) if metric is None else metric)
    length = float(tuning.cycle)
    while _cycle(run, stop, tuning, int(length)):
        _partition(run, tuning)
        length = min(length * tuning.growth, tuning.longest)
    plan = _plan(run)
    return Result(
        plan=plan,
        objective=run.best,
        iterations=run.iterations,
        truncated=stop.by_clock,
        partitions=run.partitions,
    )


def _start(problem: Problem, tuning: Tuning, seed: int, metric: bool) -> _Run:  # noqa: FBT001
    compiled = compile_problem(problem, metric=metric)
    longest = max((len(spec.planned) for spec in problem.vehicles), default=0)
    room = min(sum(len(ride.stops) for ride in problem.rides) + 2, max(tuning.room, longest + 18))
    run = _Run(
        problem=problem,
        compiled=compiled,
        routes=empty_routes(compiled, room),
        effort=new_effort(problem, compiled, room, seed, tuning.pool),
    )
    planned = {vehicle: spec.planned for vehicle, spec in enumerate(problem.vehicles)}
    _load(run, planned, _planned_options(run))
    iterate(compiled, run.routes, run.effort, 1, 0.0, 1.0, 0)
    return run


def _planned_options(run: _Run) -> list[int]:
    """Options whose rides are all planned already; -1 for the other journeys."""
    choices = run.effort.choices
    planned = {node for spec in run.problem.vehicles for node in spec.planned}
    chosen = []
    for journey in range(len(run.problem.journeys)):
        chosen.append(-1)
        for option in range(choices.first[journey], choices.first[journey + 1]):
            rides = choices.rides[choices.ride_first[option] : choices.ride_first[option + 1]]
            nodes = [node for ride in rides for node in run.problem.rides[ride].stops]
            if nodes and planned.issuperset(nodes):
                chosen[-1] = option
    return chosen


def _load(run: _Run, stops: dict[int, tuple[int, ...]], options: list[int]) -> None:
    run.routes.vehicle[:] = -1
    for vehicle in range(len(run.problem.vehicles)):
        inner = np.array(stops.get(vehicle, ()), dtype=np.int64)
        set_route(run.compiled, run.routes, run.effort.work, vehicle, inner)
    run.effort.now.option[:] = options
    start_from(run.compiled, run.routes, run.effort)


def _cycle(run: _Run, stop: Stop, tuning: Tuning, length: int) -> bool:
    """Anneal once; False when the search is over."""
    used = int((run.routes.size > EMPTY).sum())
    temperature = tuning.hot * float(run.routes.cost.sum()) / max(1, used)
    cooling = (tuning.cold / tuning.hot) ** (1.0 / length)
    done = 0
    while done < length:
        granted = min(stop(run.progress()), length - done)
        if granted <= 0:
            return False
        before = run.best
        temperature = iterate(
            run.compiled, run.routes, run.effort, granted, temperature, cooling, tuning.most
        )
        done += granted
        run.iterations += granted
        if run.best < before:
            run.improved_at = run.iterations
    return stop(run.progress()) > 0


def _partition(run: _Run, tuning: Tuning) -> None:
    effort = run.effort
    found = best_combination(run.compiled, effort.choices, effort.pool, run.best, tuning.effort)
    run.partitions += 1
    if found is None or found.cost >= run.best:
        return
    free: dict[int, list[int]] = {}
    for vehicle, kind in enumerate(run.compiled.fleet.kind):
        free.setdefault(int(kind), []).append(vehicle)
    stops = {}
    for column in found.columns:
        nodes = effort.pool.stops[column, : effort.pool.size[column]]
        stops[free[int(effort.pool.kind[column])].pop(0)] = tuple(int(node) for node in nodes)
    _load(run, stops, found.options.tolist())
    run.improved_at = run.iterations


def _plan(run: _Run) -> Plan:
    best, choices = run.effort.best, run.effort.choices
    routes: list[Route] = []
    for vehicle, size in enumerate(run.effort.best_size):
        stops = [int(node) for node in run.effort.best_stops[vehicle, 1 : size - 1]]
        if stops:
            route = timed_route(run.problem, run.compiled, vehicle, stops)
            if route is None:
                raise RuntimeError(f"vehicle {vehicle}: no schedule for {stops}")
            routes.append(route)
    options = tuple(None if option < 0 else int(choices.original[option]) for option in best.option)
    left_out = [journey for journey, option in enumerate(options) if option is None]
    reasons = unserved_reasons(run.problem, run.compiled, left_out)
    return Plan(routes=tuple(routes), options=options, unserved=reasons)
