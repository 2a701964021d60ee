"""How slots of an agenda live: published, taken as their time nears, given back, withdrawn.

Every figure is an assumption of the simulation, in the tables `agendas` of `world.toml`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log
from typing import Final

from regulation.effecteurs import EffecteurKind
from regulation.offers import Booking
from simulations.figures import Figures
from simulations.world_figures import read_world

FreeSpan = tuple[float, float]
"""Hours before the start between which a slot is free: from the first down to the second."""

OWN_TABLES: Final = {
    "mmg": EffecteurKind.MMG,
    "sos": EffecteurKind.SOS,
    "tele": EffecteurKind.TELE,
}
"""Kinds of place whose slots live by a table of their own; those of the others, by `office`."""

KEEPING: Final = {"msp": EffecteurKind.MSP, "cds": EffecteurKind.CDS}
"""Kinds of place that keep slots for disabled patients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How slots of one kind of place live.

    `offered` is the share of the agenda that is ever shown, `published_h` how many hours ahead
    it is; a slot is taken `taken_least_h` before its start, and on the mean `taken_mean_h` sooner
    (exponential). `cancelled` and `withdrawn` are the shares of the slots that come back or
    disappear, `withdrawn_within_h` how many hours before its start, at most, one disappears.
    """

    offered: float
    published_h: float
    taken_mean_h: float
    cancelled: float
    withdrawn: float
    taken_least_h: float
    withdrawn_within_h: float

    def spans_of(self, draws: Sequence[float]) -> tuple[FreeSpan, ...]:
        """Return when a slot with these draws is free, in hours before its start.

        It is free from its publication until it is taken; when it is cancelled, again until it
        is taken again; a withdrawal ends it all. Nobody sees it before it is published, even when
        it was given back sooner.
        """
        taken = self.taken_least_h - log(draws[0]) * self.taken_mean_h
        spans = [(self.published_h, taken)]
        if draws[1] < self.cancelled:
            back = taken * draws[2]
            spans.append((min(back, self.published_h), back * draws[3]))
        end = draws[5] * self.withdrawn_within_h if draws[4] < self.withdrawn else 0.0
        return tuple((first, max(last, end)) for first, last in spans if first > max(last, end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """How slots live in every place; `reserved`: the share kept for disabled patients."""

    office: Life
    by_kind: Mapping[EffecteurKind, Life]
    walk_in: Life
    reserved: Mapping[EffecteurKind, float]

    def of(self, kind: EffecteurKind, booking: Booking | None) -> Life:
        """Return how slots of a kind of place live; where one just comes, they are ranges."""
        if booking is Booking.WALKIN:
            return self.walk_in
        return self.by_kind.get(kind, self.office)


def lives_of(world: Figures) -> Lives:
    """Put together how slots live from the figures of the world."""
    everywhere = world.shares("agendas.everywhere")

    def life(table: str) -> Life:
        return Life(**world.shares(f"agendas.{table}"), **everywhere)

    walk_in = replace(life("walk_in"), taken_least_h=0.0)  # nobody takes a range

    return Lives(
        office=life("office"),
        by_kind={kind: life(table) for table, kind in OWN_TABLES.items()},
        walk_in=walk_in,
        reserved={kind: world.number("agendas.reserved", name) for name, kind in KEEPING.items()},
    )


@cache
def shipped_lives() -> Lives:
    """Return how slots live by the figures that ship."""
    return lives_of(read_world())
