"""The joint choice by CP-SAT: one care stop, and the columns that reach it and lead home.

A column is one feasible way to do one leg (or both) of the journey to one care stop, found
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
from transport.solver.exact import solver_of


class Part(Enum):
    """Which part of a journey a column does."""

    OUTWARD = "outward"
    RETURN = "return"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopChoice:
    """One care stop: its lateness, the burden and cost it brings by itself.

    `moves` is False when the patient stays at home.
    """

    place: str
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
    """The chosen stop and columns (indices), with what is proven of them."""

    stop: int
    columns: tuple[int, ...]
    status: SolverStatus


class InfeasibleError(Exception):
    """No combination is a journey."""


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


class _Model(cp_model.CpModel):
    """Without the names of before PEP 8, nor the warnings about them: giving some sixty of them to
    each model took as long as laying it out."""

    def _add_pre_pep8_methods(self) -> None:
        return


class Choice:
    """A model over stops and columns that can be solved again with places forbidden."""

    def __init__(
        self, stops: Sequence[StopChoice], columns: Sequence[Column], burden_step: int
    ) -> None:
        self._stops, self._columns = stops, columns
        self._model = _Model()
        self._x = [self._model.new_bool_var("") for _ in stops]
        self._y = [self._model.new_bool_var("") for _ in columns]
        self._scale = self._make_scale(burden_step)
        self._link_columns()
        self._part_vehicles()
        self._objective()

    def solve(self, deterministic: float, wall_s: float) -> Selection:
        """Solve within the budget; raise InfeasibleError, or CutShortError."""
        solver = solver_of(deterministic)
        solver.parameters.max_time_in_seconds = wall_s
        solver.parameters.linearization_level = 0  # a few dozen variables: a relaxation takes
        solver.parameters.max_presolve_iterations = 1  # longer than the search
        outcome = solver.solve(self._model)
        if outcome == cp_model.INFEASIBLE:
            raise InfeasibleError
        if outcome not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            raise CutShortError
        (stop,) = (i for i, chosen in enumerate(self._x) if solver.boolean_value(chosen))
        return Selection(
            stop=stop,
            columns=tuple(i for i, chosen in enumerate(self._y) if solver.boolean_value(chosen)),
            status=_status(outcome, solver.wall_time, wall_s),
        )

    def by_hand(self) -> Iterator[Selection]:
        """Yield the best journey of each stop, best first, without the solver: there is an answer
        even when the solver had no time for one."""
        found = [one for stop in range(len(self._stops)) for one in self._journeys(stop)]
        for _, stop, columns in sorted(found):
            yield Selection(stop=stop, columns=columns, status=SolverStatus.TRUNCATED)

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

    def forbid_place(self, place: str) -> None:
        """Take a place away, to look for the next best elsewhere."""
        for index, stop in enumerate(self._stops):
            if stop.place == place:
                self._model.add(self._x[index] == 0)

    def _link_columns(self) -> None:
        by_stop: dict[tuple[int, Part], list[cp_model.IntVar]] = defaultdict(list)
        for index, column in enumerate(self._columns):
            by_stop[column.stop, column.part].append(self._y[index])
        self._model.add_exactly_one(self._x)
        for index, stop in enumerate(self._stops):
            if not stop.moves:
                continue
            for part in (Part.OUTWARD, Part.RETURN):
                ways = by_stop[index, part] + by_stop[index, Part.WHOLE]
                self._model.add(sum(ways) == self._x[index])

    def _part_vehicles(self) -> None:
        """A vehicle does one part: doing both is a column of its own."""
        users: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for index, column in enumerate(self._columns):
            if column.vehicle is not None:
                users[column.vehicle].append(self._y[index])
        for group in users.values():
            if len(group) > 1:
                self._model.add_at_most_one(group)

    def _make_scale(self, step: int) -> Scale:
        burden = _worst(self._stops, self._columns, "burden")
        cost = _worst(self._stops, self._columns, "cost")
        scale = Scale(burden_step=step, costs=cost + 1, felts=burden // step + 2)
        late = max((stop.late for stop in self._stops), default=0)
        if (late + 1) * scale.weights[0] > MAX_COMPOSITE:
            raise OverflowError("the tiers of the objective do not fit one integer")
        return scale

    def _objective(self) -> None:
        scale, packed = self._scale, cp_model.LinearExpr.weighted_sum
        late, burden, cost = self._sums()
        felt = self._model.new_int_var(0, scale.felts, "")
        self._model.add(packed([felt, burden], [scale.burden_step, -1]) >= 0)
        self._model.minimize(packed([late, felt, cost, burden], list(scale.weights)))

    def _sums(self) -> tuple[cp_model.LinearExpr, ...]:
        """Lateness, burden and cost, as expressions."""
        parts: tuple[StopChoice | Column, ...] = (*self._stops, *self._columns)
        late = [stop.late for stop in self._stops] + [0] * len(self._columns)
        weights = (late, [one.burden for one in parts], [one.cost for one in parts])
        both = [*self._x, *self._y]
        return tuple(cp_model.LinearExpr.weighted_sum(both, w) for w in weights)


def _worst(stops: Iterable[StopChoice], columns: Iterable[Column], what: str) -> int:
    """Upper bound of what one journey may add up to: a stop and two columns."""
    stop = max((getattr(s, what) for s in stops), default=0)
    column = max((getattr(c, what) for c in columns), default=0)
    return int(stop + 2 * column)


def _status(outcome: object, wall_s: float, limit_s: float) -> SolverStatus:
    if outcome == cp_model.OPTIMAL:
        return SolverStatus.OPTIMAL
    return SolverStatus.TRUNCATED if wall_s >= limit_s else SolverStatus.FEASIBLE
