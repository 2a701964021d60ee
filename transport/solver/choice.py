"""The joint choice by CP-SAT: one care stop for each request, and the columns that reach it.

A column is one feasible way to do one leg (or both) of one request at one care stop, found
beforehand by the generator of insertions. Deterministic: one worker, a fixed seed and a budget
in deterministic time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

from ortools.sat.python import cp_model

from regulation.kernel.modes import SolverStatus


class Part(Enum):
    """Which part of a journey a column does."""

    OUTWARD = "outward"
    RETURN = "return"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopChoice:
    """One care stop of one request: its lateness, the burden and cost it brings by itself.

    `key` is what it uses up (a slot); `moves` is False when the patient stays at home.
    """

    request: int
    place: str
    key: str | None
    late: int
    burden: int
    cost: int
    moves: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One way to do a part of the journey to `stop` (an index among the stop choices)."""

    stop: int
    part: Part
    vehicle: int | None
    burden: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Chosen stops and columns (indices), by request, with what is proven of them.

    `value` and `bound` are in units of the composite objective.
    """

    stops: tuple[int | None, ...]
    columns: tuple[tuple[int, ...], ...]
    status: SolverStatus
    value: int
    bound: float


class InfeasibleError(Exception):
    """No combination serves every request that must be served."""


class CutShortError(Exception):
    """The budget ended before a first combination: nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Packs lateness, felt burden, cost and the rest of burden into one integer, in that order."""

    burden_step: int
    costs: int
    felts: int

    @property
    def weights(self) -> tuple[int, int, int, int]:
        """Weights of lateness, felt burden, cost and exact burden.

        A felt step outweighs every cost; burden only settles ties within one step, so a step of
        it is taken back from each felt step.
        """
        step = self.burden_step
        felt = self.costs * step
        return self.felts * felt, felt - step, step, 1


MAX_COMPOSITE = 2**61


class Choice:
    """A model over stops and columns that can be solved again with places forbidden."""

    def __init__(
        self, stops: Sequence[StopChoice], columns: Sequence[Column], burden_step: int
    ) -> None:
        self._stops, self._columns = stops, columns
        self._model = cp_model.CpModel()
        self._x = [self._model.new_bool_var("") for _ in stops]
        self._y = [self._model.new_bool_var("") for _ in columns]
        self._requests = 1 + max((stop.request for stop in stops), default=-1)
        self._scale = self._make_scale(burden_step)
        self._link_columns()
        self._limit_resources()
        self._objective()

    def solve(self, deterministic: float, wall_s: float) -> Selection:
        """Solve within the budget; raise InfeasibleError, or CutShortError."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = deterministic
        solver.parameters.max_time_in_seconds = wall_s
        outcome = solver.solve(self._model)
        if outcome == cp_model.INFEASIBLE:
            raise InfeasibleError
        if outcome not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            raise CutShortError
        return Selection(
            stops=tuple(self._chosen_stop(solver, r) for r in range(self._requests)),
            columns=tuple(self._chosen_columns(solver, r) for r in range(self._requests)),
            status=_status(outcome, solver.wall_time, wall_s),
            value=round(solver.objective_value),
            bound=solver.best_objective_bound,
        )

    def by_hand(self) -> Iterator[Selection]:
        """Yield, for one request, the best journey of each stop, best first, without the solver:
        there is an answer even when the solver had no time for one."""
        found = [one for stop in range(len(self._stops)) for one in self._journeys(stop)]
        for _, stop, columns in sorted(found):
            yield Selection(
                stops=(stop,),
                columns=(columns,),
                status=SolverStatus.TRUNCATED,
                value=0,
                bound=0.0,
            )

    def _journeys(self, number: int) -> Iterator[tuple[tuple[int, int, int], int, tuple[int, ...]]]:
        """The best journey to a stop: its lateness, burden and cost, the stop, the columns."""
        stop = self._stops[number]
        mine = [i for i, column in enumerate(self._columns) if column.stop == number]
        parts = {part: [i for i in mine if self._columns[i].part is part] for part in Part}
        ways: list[tuple[int, ...]] = [] if stop.moves else [()]
        ways += [(one,) for one in parts[Part.WHOLE]]
        both = product(parts[Part.OUTWARD], parts[Part.RETURN])
        ways += [two for two in both if self._apart(two)]
        weighed = [
            (
                stop.burden + sum(self._columns[i].burden for i in way),
                stop.cost + sum(self._columns[i].cost for i in way),
                way,
            )
            for way in ways
        ]
        if weighed:
            burden, cost, way = min(weighed)
            yield (stop.late, burden, cost), number, way

    def _apart(self, two: tuple[int, int]) -> bool:
        one, other = (self._columns[i].vehicle for i in two)
        return one is None or one != other

    def forbid_place(self, request: int, place: str) -> None:
        """Take a place away from a request, to look for the next best elsewhere."""
        for index, stop in enumerate(self._stops):
            if stop.request == request and stop.place == place:
                self._model.add(self._x[index] == 0)

    def _link_columns(self) -> None:
        by_stop: dict[tuple[int, Part], list[cp_model.IntVar]] = defaultdict(list)
        for index, column in enumerate(self._columns):
            by_stop[column.stop, column.part].append(self._y[index])
        for request in range(self._requests):
            self._model.add_exactly_one(
                self._x[i] for i, stop in enumerate(self._stops) if stop.request == request
            )
        for index, stop in enumerate(self._stops):
            if not stop.moves:
                continue
            for part in (Part.OUTWARD, Part.RETURN):
                ways = by_stop[index, part] + by_stop[index, Part.WHOLE]
                self._model.add(sum(ways) == self._x[index])

    def _limit_resources(self) -> None:
        """A slot and a vehicle take one new journey each; sharing is inside a column."""
        users: dict[object, list[cp_model.IntVar]] = defaultdict(list)
        for index, stop in enumerate(self._stops):
            if stop.key is not None and self._requests > 1:
                users["slot", stop.key].append(self._x[index])
        for index, column in enumerate(self._columns):
            if column.vehicle is not None:
                users["vehicle", column.vehicle].append(self._y[index])
        for group in users.values():
            if len(group) > 1:
                self._model.add_at_most_one(group)

    def _make_scale(self, step: int) -> Scale:
        burden = _worst(self._stops, self._columns, "burden")
        cost = _worst(self._stops, self._columns, "cost")
        scale = Scale(burden_step=step, costs=cost + 1, felts=burden // step + 2)
        late = max((stop.late for stop in self._stops), default=0)
        if (late + 1) * scale.weights[0] * max(self._requests, 1) > MAX_COMPOSITE:
            raise OverflowError("the tiers of the objective do not fit one integer")
        return scale

    def _objective(self) -> None:
        scale, packed = self._scale, cp_model.LinearExpr.weighted_sum
        totals = []
        for request in range(self._requests):
            late, burden, cost = self._sums(request)
            felt = self._model.new_int_var(0, scale.felts, "")
            self._model.add(packed([felt, burden], [scale.burden_step, -1]) >= 0)
            weights = scale.weights
            totals.append(packed([late, felt, cost, burden], list(weights)))
        self._model.minimize(cp_model.LinearExpr.sum(totals))

    def _sums(self, request: int) -> tuple[cp_model.LinearExpr, ...]:
        """Lateness, burden and cost of the request, as expressions."""
        stops = [i for i, stop in enumerate(self._stops) if stop.request == request]
        columns = [i for i, c in enumerate(self._columns) if self._stops[c.stop].request == request]
        x, y = [self._x[i] for i in stops], [self._y[i] for i in columns]
        late = [self._stops[i].late for i in stops] + [0] * len(y)
        burden = [self._stops[i].burden for i in stops] + [self._columns[i].burden for i in columns]
        cost = [self._stops[i].cost for i in stops] + [self._columns[i].cost for i in columns]
        both = [*x, *y]
        return tuple(cp_model.LinearExpr.weighted_sum(both, w) for w in (late, burden, cost))

    def _chosen_stop(self, solver: cp_model.CpSolver, request: int) -> int | None:
        for index, stop in enumerate(self._stops):
            if stop.request == request and solver.boolean_value(self._x[index]):
                return index
        return None

    def _chosen_columns(self, solver: cp_model.CpSolver, request: int) -> tuple[int, ...]:
        return tuple(
            index
            for index, column in enumerate(self._columns)
            if self._stops[column.stop].request == request and solver.boolean_value(self._y[index])
        )


def _worst(stops: Iterable[StopChoice], columns: Iterable[Column], what: str) -> int:
    """Upper bound of what one journey may add up to: a stop and two columns."""
    stop = max((getattr(s, what) for s in stops), default=0)
    column = max((getattr(c, what) for c in columns), default=0)
    return int(stop + 2 * column)


def _status(outcome: object, wall_s: float, limit_s: float) -> SolverStatus:
    if outcome == cp_model.OPTIMAL:
        return SolverStatus.OPTIMAL
    return SolverStatus.TRUNCATED if wall_s >= limit_s else SolverStatus.FEASIBLE
