"""Of several sources that speak of one fact, which is believed: by age first, then by trust."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulation.kernel.observed import Freshness, Observed

HOUSE = "Règle d'Aiguilleur : confiance par source et par fait (hypothèse, novembre 2026)"

TERRITORY = "territoire"
"""The territory's own tables: asked last, and only of what no other source ever spoke of."""

TRUST: Mapping[str, Sequence[str]] = {
    "name": ("ror", "finess", "annuaire", "acceslibre", "rota-ics", "rota-csv"),
    "kind": ("rota-ics", "rota-csv", "finess", "ror", "annuaire"),
    "address": ("finess", "ror", "annuaire", "acceslibre", "rota-ics", "rota-csv"),
    "commune": ("ror", "finess", "annuaire", "acceslibre"),
    "position": ("ror", "acceslibre", "finess", "rota-ics", "rota-csv", "ban"),
    "phones": ("rota-ics", "rota-csv", "ror", "finess", "annuaire"),
    "specialties": ("annuaire", "ror"),
    "care": ("ror", "finess", "annuaire", "rota-ics", "rota-csv"),
    "min_age": ("ror",),
    "opened": ("ror",),
    "duty": ("rota-ics", "rota-csv", "ror"),
    "accessibility": ("acceslibre", "ror"),
}
"""Feeds by fact, the most trusted first: who measures a fact before who copies it. A feed that is
not named is trusted less than all that are."""

PERISHABLE = frozenset({"opened", "duty", "accessibility"})
"""Facts that are unknown once lost. The others, a name or an address, are shown at their age."""

RANKS = {Freshness.FRESH: 0, Freshness.STALE: 1, Freshness.LOST: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one source says of one fact; `changed_at` is when its owner last changed the record."""

    feed: str
    observed: Observed[Any]
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The word that is believed, None when none is; by which rule; and those set aside."""

    chosen: Said | None
    rule_id: str
    reason: str
    others: tuple[Said, ...] = ()


def settle(fact: str, said: Iterable[Said], now: datetime) -> Settled:
    """Choose among what sources say of a fact of one place."""
    everyone = tuple(said)
    outside = tuple(one for one in everyone if one.feed != TERRITORY)
    heard = outside or everyone
    if not heard:
        return Settled(chosen=None, rule_id="FAIT-TU", reason="aucune source n'en parle")
    ranked = sorted(heard, key=lambda one: _rank(fact, one, now))
    best, *others = ranked
    if best.observed.freshness(now) is Freshness.LOST and fact in PERISHABLE:
        return Settled(
            chosen=None,
            rule_id="FAIT-PERDU",
            reason=f"{best.observed.source} n'en a plus rien dit depuis trop longtemps",
            others=tuple(ranked),
        )
    rule_id, reason = _why(fact, best, others, now)
    return Settled(chosen=best, rule_id=rule_id, reason=reason, others=tuple(others))


def _rank(fact: str, one: Said, now: datetime) -> tuple[int, int, float, str]:
    changed = one.changed_at or one.observed.observed_at
    freshness = RANKS[one.observed.freshness(now)]
    return freshness, trust_rank(fact, one.feed), -changed.timestamp(), one.observed.source


def trust_rank(fact: str, feed: str) -> int:
    """Place of a feed among those trusted for a fact: 0 is the most trusted."""
    order = TRUST.get(fact, ())
    return order.index(feed) if feed in order else len(order)


def _why(fact: str, best: Said, others: list[Said], now: datetime) -> tuple[str, str]:
    source = best.observed.source
    if not others:
        return "FAIT-SEUL", f"seule source : {source}"
    second = others[0]
    if best.observed.freshness(now) is not second.observed.freshness(now):
        return "FAIT-RECENT", f"{source} l'a dit récemment, {second.observed.source} non"
    if trust_rank(fact, best.feed) != trust_rank(fact, second.feed):
        return "FAIT-CONFIANCE", f"{source} fait foi avant {second.observed.source}"
    return "FAIT-DERNIER", f"{source} l'a changé en dernier"
