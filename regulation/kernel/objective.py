"""The objective in lexicographic tiers: named terms, each with its tier and its weight.

Quantities and weights are integers, so that sums are exact and rankings are replayed to the bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regulation.kernel.modes import Tier

NOTHING: Mapping[Tier, int] = dict.fromkeys(Tier, 0)

Key = tuple[int, int, int, int]
"""Lateness, felt burden, cost, exact burden: see `Objective.rank_key`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One soft quantity: `weight` points of its tier for each unit (second, cent, metre, one)."""

    name: str
    tier: Tier
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """All the terms. A difference of burden below `burden_step` points is not felt: it leaves
    the choice to the next tier."""

    terms: Mapping[str, Term]
    burden_step: int = 1

    def __post_init__(self) -> None:
        if self.burden_step < 1:
            raise ValueError(f"burden_step must be at least 1, got {self.burden_step}")
        for name, term in self.terms.items():
            if name != term.name or term.weight < 0:
                raise ValueError(f"objective term {name}: {term}")

    def tiers(self, quantities: Mapping[str, int]) -> dict[Tier, int]:
        """Weighted sums by tier; raise KeyError on a term that isn't in the objective."""
        sums = dict(NOTHING)
        for name, amount in quantities.items():
            term = self.terms[name]
            sums[term.tier] += term.weight * amount
        return sums

    def rank_key(self, tiers: Mapping[Tier, int]) -> Key:
        """Key by which journeys are compared: lateness, felt burden, cost, exact burden."""
        burden = tiers[Tier.BURDEN]
        felt = -(-burden // self.burden_step)
        return tiers[Tier.LATENESS], felt, tiers[Tier.COST], burden
