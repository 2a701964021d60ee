"""Ways of doing one part of a journey, weighed: vectors over insertions, then the few that count.

Times are seconds since the problem's epoch.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.modes import Mode, Tier
from regulation.kernel.objective import Objective
from regulation.kernel.travel import LegPrice
from transport.arrays import Ints
from transport.faults import NegativeError
from transport.live_fleet import Duty
from transport.openings import Opening
from transport.solver.choice import Part

Quantities = Mapping[str, int]
SHARED_RIDERS = 2


@dataclass(frozen=True, slots=True)
class Times:
    """Instants of a part by row, in whole seconds: met at the door, boarded, arrived."""

    met: Ints
    boarded: Ints
    there: Ints

    def rows(self, chosen: NDArray[np.bool_] | slice) -> "Times":
        """Keep some of the rows."""
        return Times(self.met[chosen], self.boarded[chosen], self.there[chosen])


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way: when the person is met, when they get there, what it takes and what it weighs.

    `met` is the beginning of boarding, `boarded` its end, `there` the arrival. `duty` is the
    vehicle on its shift, None for one's own means. `halt` is the pharmacy passed by; `halt_times`,
    the arrival there and the departure, are known for one's own means. `gaps` are the positions
    the stops of `ride` take in the vehicle's route.

    Neither weight is negative: a search that goes from the lightest on stops on the strength of it.
    """

    part: Part
    stop: int
    mode: Mode
    duty: Duty | None
    met: int
    boarded: int
    there: int
    distance_m: int
    shared: bool = False
    halt: Opening | None = None
    halt_times: tuple[int, int] | None = None
    price: LegPrice
    ride: int | None = None
    gaps: tuple[int, ...] = ()
    quantities: Quantities
    burden: int
    cost: int

    def __post_init__(self) -> None:
        if self.burden < 0 or self.cost < 0:
            raise NegativeError(
                f"a way to care stop {self.stop} by {self.mode}: burden {self.burden}, "
                f"cost {self.cost}"
            )


MEASURED = {
    "aboard": "aboard_s",
    "waiting": "waiting_s",
    "away": "away_s",
    "own_pay": "own_pay_cents",
    "public": "public_cost_cents",
    "fleet": "fleet_m",
}
"""Terms that transport measures itself."""


@dataclass(frozen=True, slots=True)
class Scales:
    """Weights of the terms transport itself measures, read once from the objective."""

    objective: Objective
    aboard: int = field(init=False)
    waiting: int = field(init=False)
    away: int = field(init=False)
    own_pay: int = field(init=False)
    public: int = field(init=False)
    fleet: int = field(init=False)

    def __post_init__(self) -> None:
        for name, term in MEASURED.items():
            object.__setattr__(self, name, self.objective.terms[term].weight)

    def weigh(self, quantities: Quantities) -> tuple[int, int]:
        """Burden and cost of the quantities."""
        if not quantities:
            return 0, 0
        tiers = self.objective.tiers(quantities)
        return tiers[Tier.BURDEN], tiers[Tier.COST]


def quantities_of(
    *, aboard_s: float, waiting_s: float, away_s: float, price: LegPrice, fleet_m: float = 0
) -> dict[str, int]:
    """Name the soft quantities of one part, in whole units."""
    named = {
        "aboard_s": round(aboard_s),
        "waiting_s": round(waiting_s),
        "away_s": round(away_s),
        "own_pay_cents": price.patient_cents,
        "public_cost_cents": price.total_cents - price.patient_cents,
        "fleet_m": round(fleet_m),
    }
    return {name: amount for name, amount in named.items() if amount}


NEVER = 1 << 40
"""More than anything weighs: marks what cannot be done."""

ENOUGH = 2
"""Better ways, of as many vehicles, that make another useless: the other part of the journey takes
at most one vehicle, so one of the two is free."""


def not_dominated(ways: Iterable[Way]) -> Iterator[Way]:
    """Keep the ways that some optimum may need.

    A way is dropped when `ENOUGH` others, of as many vehicles, are no worse in burden and in cost.
    """
    kept: list[Way] = []
    for way in sorted(ways, key=lambda way: (way.burden, way.cost)):
        better = {id(one.duty) for one in kept if one.cost <= way.cost}
        if id(way.duty) in better or id(None) in better or len(better) >= ENOUGH:
            continue  # one's own means are never taken by the other part
        kept.append(way)
        yield way


class Staircase:
    """The burdens and costs that nothing given so far outdoes: the dearer, the lighter."""

    __slots__ = ("_burdens", "_costs")

    def __init__(self) -> None:
        self._costs: list[int] = []
        self._burdens: list[int] = []

    def outdoes(self, burden: int, cost: int) -> bool:
        """Tell whether something given weighs no more and costs no more."""
        step = bisect_right(self._costs, cost)
        return step > 0 and self._burdens[step - 1] <= burden

    def add(self, burden: int, cost: int) -> None:
        """Add one; those it outdoes are forgotten."""
        if self.outdoes(burden, cost):
            return
        first = last = bisect_left(self._costs, cost)
        while last < len(self._costs) and self._burdens[last] >= burden:
            last += 1
        self._costs[first:last], self._burdens[first:last] = [cost], [burden]


def keep_candidates(vehicles: Ints, burden: Ints, cost: Ints) -> Sequence[int]:
    """Rows that may survive `not_dominated`, without making an object of each."""
    kept: list[int] = []
    best: dict[int, int] = {}
    for row in _promising(vehicles, burden, cost):
        vehicle, price = int(vehicles[row]), int(cost[row])
        if best.get(vehicle, price + 1) <= price:
            continue
        others = sum(one <= price for other, one in best.items() if other != vehicle)
        if others >= ENOUGH:
            continue
        best[vehicle] = price
        kept.append(int(row))
    return kept


def _promising(vehicles: Ints, burden: Ints, cost: Ints) -> Ints:
    """Rows by burden then cost, less those that two vehicles of the least burden outdo."""
    order = np.lexsort((cost, burden))
    if len(order) <= ENOUGH:
        return np.asarray(order)
    lightest = order[burden[order] == burden[order[0]]]
    others = lightest[vehicles[lightest] != vehicles[lightest[0]]]
    if not len(others):
        return np.asarray(order)
    first, second = order[0], others[0]
    keep = (cost[order] < cost[second]) | (order == first) | (order == second)
    return np.asarray(order[keep])
