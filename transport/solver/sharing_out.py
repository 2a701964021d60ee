"""Who gets which of the things that several want, each at most once: an assignment by CP-SAT.

Deterministic: one worker, a fixed seed and a budget in deterministic time.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import compress

from ortools.sat.python import cp_model

from regulation.kernel.objective import Key
from transport.solver.exact import solver_of


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may be given: what it weighs, and what nobody else can have then (None:
    nothing)."""

    key: Key
    claim: Hashable | None


class Shares:
    """A model in which everybody is given one of their offers.

    What weighs more than something nobody else can claim is never given.
    """

    def __init__(self, offers: Sequence[Sequence[Offer]]) -> None:
        self._model = cp_model.CpModel()
        self._given: list[list[_Given]] = []
        rivals = Counter(claim for mine in offers for claim in {one.claim for one in mine})
        claims: dict[Hashable, list[cp_model.IntVar]] = defaultdict(list)
        for mine in offers:
            sure = [one.key for one in mine if one.claim is None or rivals[one.claim] == 1]
            given = [
                _Given(number, one, self._model.new_bool_var(""))
                for number, one in enumerate(mine)
                if not sure or one.key <= min(sure)
            ]
            self._model.add_exactly_one(one.var for one in given)
            for one in given:
                if one.offer.claim is not None:
                    claims[one.offer.claim].append(one.var)
            self._given.append(given)
        for claimants in claims.values():
            self._model.add_at_most_one(claimants)

    def least(self, deterministic: float) -> list[int] | None:
        """Number of the offer each is given, least lateness first, then felt burden, cost and
        burden; None: not found within the budget."""
        every = [one for given in self._given for one in given]
        numbers = None
        for first, second in ((0, 1), (2, 3)):  # all four in one sum would not fit 64 bits
            weight = 1 + sum(one.offer.key[second] for one in every)
            weights = [one.offer.key[first] * weight + one.offer.key[second] for one in every]
            total = cp_model.LinearExpr.weighted_sum([one.var for one in every], weights)
            self._model.minimize(total)
            solver = solver_of(deterministic)
            solver.parameters.linearization_level = (
                2  # an assignment: its relaxation is all but whole
            )
            if solver.solve(self._model) != cp_model.OPTIMAL:
                return numbers
            chosen = [solver.boolean_value(one.var) for one in every]
            self._model.add(total <= sum(compress(weights, chosen)))
            numbers = [one.number for one in compress(every, chosen)]
        return numbers


@dataclass(frozen=True, slots=True)
class _Given:
    """An offer by its number, and whether it is given."""

    number: int
    offer: Offer
    var: cp_model.IntVar
