"""How slots of an agenda live: published, taken as their time nears, given back, withdrawn.

Every figure is an assumption of the simulation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from regulation.effecteurs import EffecteurKind

WITHDRAWAL_HORIZON_H = 72.0
"""A slot that is withdrawn is so at most this long before its start (assumption)."""

FreeSpan = tuple[float, float]
"""Hours before the start between which a slot is free: from the first down to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How slots of one kind of place live; every figure is an assumption of the simulation.

    `offered` is the share of the agenda that is ever shown, `published_h` how many hours ahead
    it is, `taken_mean_h` the mean lead time at which a slot is taken (exponential), `cancelled`
    and `withdrawn` the shares of the slots that come back or disappear.
    """

    offered: float
    published_h: float
    taken_mean_h: float
    cancelled: float
    withdrawn: float

    def spans_of(self, draws: Sequence[float]) -> tuple[FreeSpan, ...]:
        """Return when a slot with these draws is free, in hours before its start.

        It is free from its publication until it is taken; when it is cancelled, again until it
        is taken again; a withdrawal ends it all.
        """
        taken = -log(draws[0]) * self.taken_mean_h
        spans = [(self.published_h, taken)]
        if draws[1] < self.cancelled:
            back = taken * draws[2]
            spans.append((back, back * draws[3]))
        end = draws[5] * WITHDRAWAL_HORIZON_H if draws[4] < self.withdrawn else 0.0
        return tuple((first, max(last, end)) for first, last in spans if first > max(last, end))


OFFICE = Life(offered=0.06, published_h=336, taken_mean_h=96, cancelled=0.08, withdrawn=0.03)
RESERVED_SHARES: Mapping[EffecteurKind, float] = {
    EffecteurKind.MSP: 0.08,
    EffecteurKind.CDS: 0.08,
}
"""Share of the slots that a kind of place keeps for disabled patients (assumption)."""

LIVES: Mapping[EffecteurKind, Life] = {
    EffecteurKind.MMG: Life(
        offered=1.0, published_h=12, taken_mean_h=3, cancelled=0.05, withdrawn=0.01
    ),
    EffecteurKind.SOS: Life(
        offered=1.0, published_h=6, taken_mean_h=2, cancelled=0.05, withdrawn=0.02
    ),
    EffecteurKind.TELE: Life(
        offered=0.15, published_h=12, taken_mean_h=4, cancelled=0.08, withdrawn=0.01
    ),
}
"""Life by kind of place; OFFICE for the others."""

WALK_IN = Life(offered=1.0, published_h=336, taken_mean_h=0, cancelled=0, withdrawn=0.02)
"""Life of the ranges in which one may come without an appointment: nobody takes them."""
