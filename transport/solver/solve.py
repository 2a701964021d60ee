"""One way in: `solve(problem, stop, seed)`.

A first plan by insertion; then ruin and recreate under annealing in cycles of growing length, each
of them closed by a set covering over the routes met so far. The next cycle goes on from what the
covering makes, less hot, and the prices of its relaxation say which routes to remember from then
on, those of rejected plans too. When nothing better comes for some cycles, most of the plan is
shaken up and the search begins anew: the covering then combines routes of several good plans that
have little in common. Temperature and shaking depend on how many
iterations were done, never on how many are left: more iterations only go on from fewer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from transport.problem import Problem
from transport.solver.compiled import compile_problem
from transport.solver.effort import new_effort
from transport.solver.kernels.effort import Effort
from transport.solver.kernels.layout import Compiled, Routes
from transport.solver.kernels.pool import keep_only
from transport.solver.kernels.routes import empty_routes, set_route
from transport.solver.kernels.search import iterate, start_from
from transport.solver.metric import is_metric
from transport.solver.partition import Combination, Material, Thoroughness, best_combination
from transport.solver.result import Result, written_plan
from transport.solver.stop import Progress, Stop

SHAKES, ANYTHING = 3, 1e15
"""Times a plan is shaken before the search begins anew; a temperature at which all is accepted."""
EMPTY = 2
"""Positions of a route without a stop."""
AT_LEAST, EACH_ROUTE = 3000, 2
"""Iterations that take as long as combining few routes, and each of many: most of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How the search goes about it.

    `most`: most journeys taken out at once. `hot`, `cold`: temperature at both ends of a cycle, as
    a share of a route's cost; `warm`: where a cycle after a covering begins. `cycle`: iterations of
    the first one, each next longer by `growth` up to `longest`. `patience`: iterations without a
    better plan until it is shaken up. `pool`: most routes remembered; when half of it is full, the
    `kept` that promise most stay. `margin`: what a route worth remembering may cost above what its
    rides are worth, as a share of the relaxation's gap. `combining`: how far each set covering
    goes.
    """

    most: int = 14
    hot: float = 0.06
    warm: float = 0.04
    cold: float = 1e-4
    cycle: int = 3000
    growth: float = 2.0
    longest: int = 16_000
    patience: int = 48_000
    pool: int = 12_000
    kept: int = 4_000
    margin: float = 0.3
    combining: Thoroughness = field(default_factory=Thoroughness)
    room: int = 128


LARGE = 120
"""With more journeys than this, combining takes half the time of short cycles."""
OF_LARGE = Tuning(
    longest=64_000, patience=192_000, pool=6_000, kept=2_000, combining=Thoroughness(dives=1)
)


def tuning_of(problem: Problem) -> Tuning:
    """How the search goes about a problem of this size."""
    return OF_LARGE if len(problem.journeys) > LARGE else Tuning()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """The best plan before the last shaking: stops by vehicle, option by journey, its cost."""

    stops: dict[int, list[int]]
    options: list[int]
    cost: float


@dataclass(slots=True, kw_only=True)
class _Run:
    """A search under way. `low` is the least cost since the plan was last shaken up; `is_combined`:
    the plan comes from a covering."""

    problem: Problem
    compiled: Compiled
    routes: Routes
    effort: Effort
    rng: np.random.Generator
    iterations: int = 0
    improved_at: int = 0
    partitions: int = 0
    record: _Record | None = None
    low: float = np.inf
    low_at: int = 0
    is_combined: bool = False

    @property
    def best(self) -> float:
        now = float(self.effort.best.total[0])
        return now if self.record is None else min(self.record.cost, now)

    def note(self, before: float) -> None:
        """Remember when the best plan came, and the best since the plan was last shaken up."""
        if self.best < before:
            self.improved_at = self.iterations
        now = float(self.effort.best.total[0])
        if now < self.low:
            self.low, self.low_at = now, self.iterations

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
    tuning = tuning or tuning_of(problem)
    run = _start(problem, tuning, seed, is_metric(problem) if metric is None else metric)
    length = float(tuning.cycle)
    while _cycle(run, stop, tuning, int(length)):
        work = max(AT_LEAST, EACH_ROUTE * int(run.effort.pool.filled[0]))
        if stop.leaves(run.progress(), work):
            _combine(run, tuning)
        if run.iterations - run.low_at >= tuning.patience:
            _shake_up(run)
        length = min(length * tuning.growth, tuning.longest)
    stops, options = _best(run)
    choices = run.effort.choices
    chosen = [None if one < 0 else int(choices.original[one]) for one in options]
    return Result(
        plan=written_plan(problem, run.compiled, stops, chosen),
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
        rng=np.random.default_rng(abs(seed)),
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


def _load(run: _Run, stops: Mapping[int, Sequence[int]], options: Sequence[int]) -> bool:
    """Go on from these routes; False when one of them has no schedule, and nothing is right."""
    run.routes.vehicle[:] = -1
    feasible = True
    for vehicle in range(len(run.problem.vehicles)):
        inner = np.array(stops.get(vehicle, ()), dtype=np.int64)
        feasible &= set_route(run.compiled, run.routes, run.effort.work, vehicle, inner)
    run.effort.now.option[:] = options
    if feasible:
        start_from(run.compiled, run.routes, run.effort)
    return feasible


def _cycle(run: _Run, stop: Stop, tuning: Tuning, length: int) -> bool:
    """Anneal once; False when the search is over."""
    used = int((run.routes.size > EMPTY).sum())
    hot = tuning.warm if run.is_combined else tuning.hot
    temperature = hot * float(run.routes.cost.sum()) / max(1, used)
    cooling = (tuning.cold / hot) ** (1.0 / length)
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
        run.note(before)
    return stop(run.progress()) > 0


def _combine(run: _Run, tuning: Tuning) -> None:
    """Combine the routes met, and go on from the result."""
    effort, before = run.effort, run.best
    material = Material(
        problem=run.problem, compiled=run.compiled, choices=effort.choices, pool=effort.pool
    )
    found = best_combination(material, before, tuning.combining, run.rng)
    run.partitions += 1
    if found is None:
        return
    effort.pool.price[:] = found.price
    effort.pool.margin[0] = tuning.margin * (before - found.bound)
    stops = _stops_of(run, found)
    if len(found.reduced) > tuning.pool // 2:
        promising = np.argsort(found.reduced, kind="stable")[: tuning.kept]
        keep_only(effort.pool, np.sort(promising))
    keeps_fixed = bool((found.options[effort.choices.fixed] >= 0).all())
    is_plan = keeps_fixed and np.isfinite(found.cost)
    run.is_combined = is_plan and _load(run, stops, found.options.tolist())
    if not run.is_combined:
        _load(run, *_best(run))
        return
    iterate(run.compiled, run.routes, effort, 1, 0.0, 1.0, 0)
    run.note(before)


def _shake_up(run: _Run) -> None:
    """Take up to all journeys out, several times over, and take whatever comes of it."""
    stops, options = _best(run)
    run.record = _Record(stops=stops, options=options, cost=run.best)
    run.effort.best.total[0] = np.inf
    iterate(run.compiled, run.routes, run.effort, SHAKES, ANYTHING, 1.0, len(options))
    run.is_combined = False
    run.low, run.low_at = float(run.effort.best.total[0]), run.iterations


def _stops_of(run: _Run, found: Combination) -> dict[int, list[int]]:
    """Give the chosen routes to vehicles; a ride stays where it comes first, one that belongs to
    an option not chosen nowhere."""
    pool, choices, ride_of = run.effort.pool, run.effort.choices, run.compiled.nodes.ride
    free: dict[int, list[int]] = {}
    for vehicle, kind in enumerate(run.compiled.fleet.kind):
        free.setdefault(int(kind), []).append(vehicle)
    todo = set(np.flatnonzero(choices.of_ride < 0).tolist())
    for option in found.options[found.options >= 0]:
        todo.update(choices.rides[choices.ride_first[option] : choices.ride_first[option + 1]])
    stops: dict[int, list[int]] = {}
    for column in found.columns:
        nodes = pool.stops[column, : pool.size[column]].tolist()
        stops[free[int(pool.kind[column])].pop(0)] = [n for n in nodes if ride_of[n] in todo]
        todo -= {int(ride_of[node]) for node in nodes}
    return stops


def _best(run: _Run) -> tuple[dict[int, list[int]], list[int]]:
    """Stops by vehicle and option by journey of the best solution (-1: unserved)."""
    effort, record = run.effort, run.record
    if record is not None and record.cost <= effort.best.total[0]:
        return record.stops, record.options
    stops = {
        vehicle: effort.best_stops[vehicle, 1 : size - 1].tolist()
        for vehicle, size in enumerate(effort.best_size)
    }
    return stops, effort.best.option.tolist()
