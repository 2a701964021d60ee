"""The rules by which two records are of one place, or may be; each with its reason and source."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.places import crow_distance_m
from regulation.likeness import name_key, street_key
from regulation.records import PlaceRecord

HOUSE = "Règle d'Aiguilleur (issue des flux, novembre 2026)"
NUMBERS = "Répertoires FINESS et Sirene : un numéro désigne un établissement"

FARTHEST_M = 2_000.0
"""Records of one number farther apart than this contradict each other (assumption)."""

GENERIC = frozenset({EffecteurKind.CABINET, EffecteurKind.MSP, EffecteurKind.CDS})
"""Kinds that sources take for one another."""

IN_TOWN = GENERIC | {EffecteurKind.MMG, EffecteurKind.SOS, EffecteurKind.TELE}
"""Kinds that a source without a category for them calls CABINET."""


@dataclass(frozen=True)
class Traits:
    """What two records are compared by, worked out once."""

    record: PlaceRecord

    @cached_property
    def door(self) -> str:
        """Postal code, number and street; empty when one is missing."""
        address = self.record.address
        street = street_key(address.line) if address else ""
        return f"{address.postal_code} {street}" if address and street else ""

    @cached_property
    def name(self) -> str:
        """The name, as names are compared."""
        return name_key(self.record.name)

    @cached_property
    def named_town(self) -> str:
        """Name and postal code; empty when one is missing."""
        address = self.record.address
        return f"{address.postal_code} {self.name}" if address and self.name else ""

    def numbers(self, kind: IdKind) -> frozenset[Identifier]:
        """Its numbers of one kind."""
        return frozenset(one for one in self.record.numbers if one.kind is kind)


def shares_number(one: Traits, other: Traits, kind: IdKind) -> bool:
    """Tell whether both have a number of that kind in common."""
    return bool(one.numbers(kind) & other.numbers(kind))


def have_other_numbers(one: Traits, other: Traits) -> bool:
    """Tell whether a register numbers them apart."""
    return any(
        one.numbers(kind) and other.numbers(kind) and not shares_number(one, other, kind)
        for kind in (IdKind.FINESS, IdKind.SIRET)
    )


def are_kinds_alike(first: EffecteurKind | None, second: EffecteurKind | None) -> bool:
    """Tell whether two sources may call one place so."""
    if first is None or second is None or first is second:
        return True
    both = {first, second}
    return both <= GENERIC or (EffecteurKind.CABINET in both and both <= IN_TOWN)


def are_far_apart(one: PlaceRecord, other: PlaceRecord) -> bool:
    """Tell whether both say where they are, and not in the same place."""
    if one.position is None or other.position is None:
        return False
    return crow_distance_m(one.position, other.position) > FARTHEST_M


def _has_same_phone(one: Traits, other: Traits) -> bool:
    return bool(set(one.record.phones) & set(other.record.phones))


def _has_same_door(one: Traits, other: Traits) -> bool:
    return bool(one.door) and one.door == other.door


def _has_same_name(one: Traits, other: Traits) -> bool:
    return bool(one.name) and one.name == other.name


Test = Callable[[Traits, Traits], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """A rule by which two records are of one place (`merges`), or may be."""

    rule_id: str
    reason: str
    source: str
    merges: bool
    test: Test


RULES: tuple[MatchRule, ...] = (
    MatchRule(
        rule_id="RAPPR-FINESS",
        reason="même numéro FINESS",
        source=NUMBERS,
        merges=True,
        test=lambda one, other: shares_number(one, other, IdKind.FINESS),
    ),
    MatchRule(
        rule_id="RAPPR-SIRET",
        reason="même numéro SIRET",
        source=NUMBERS,
        merges=True,
        test=lambda one, other: shares_number(one, other, IdKind.SIRET),
    ),
    MatchRule(
        rule_id="RAPPR-RPPS-ADRESSE",
        reason="même praticien (RPPS) à la même adresse",
        source=HOUSE,
        merges=True,
        test=lambda one, other: (
            _has_same_door(one, other)
            and bool(one.record.practitioners & other.record.practitioners)
        ),
    ),
    MatchRule(
        rule_id="RAPPR-TEL-ADRESSE",
        reason="même téléphone et même adresse",
        source=HOUSE,
        merges=True,
        test=lambda one, other: _has_same_door(one, other) and _has_same_phone(one, other),
    ),
    MatchRule(
        rule_id="RAPPR-NOM-ADRESSE",
        reason="même nom et même adresse",
        source=HOUSE,
        merges=True,
        test=lambda one, other: _has_same_door(one, other) and _has_same_name(one, other),
    ),
    MatchRule(
        rule_id="DOUTE-TELEPHONE",
        reason="même téléphone, adresses différentes",
        source=HOUSE,
        merges=False,
        test=_has_same_phone,
    ),
    MatchRule(
        rule_id="DOUTE-NOM",
        reason="même nom dans la même commune, adresses différentes ou inconnues",
        source=HOUSE,
        merges=False,
        test=lambda one, other: bool(one.named_town) and one.named_town == other.named_town,
    ),
    MatchRule(
        rule_id="DOUTE-ADRESSE",
        reason="même adresse et même sorte de lieu, noms différents",
        source=HOUSE,
        merges=False,
        test=lambda one, other: (
            _has_same_door(one, other)
            and one.record.kind is not None
            and one.record.kind is other.record.kind
        ),
    ),
)
"""Read in order: the first that holds speaks. Those that merge come first."""

BY_NUMBER = frozenset({"RAPPR-FINESS", "RAPPR-SIRET"})


def judge_pair(one: Traits, other: Traits) -> tuple[MatchRule, str] | None:
    """Return the rule that speaks of a pair, and its reason; None when nothing is alike.

    A rule that would merge what contradicts itself (kinds, distance, numbers) makes the pair
    doubtful.
    """
    rule = next((rule for rule in RULES if rule.test(one, other)), None)
    if rule is None:
        return None
    apart = rule.rule_id not in BY_NUMBER and have_other_numbers(one, other)
    if not rule.merges:
        return None if apart else (rule, rule.reason)
    contradiction = _contradiction(one.record, other.record, numbered_apart=apart)
    if not contradiction:
        return rule, rule.reason
    if apart and one.name != other.name:
        return None  # two practices of one building, each with its own number
    return CONTRADICTED, f"{rule.reason}, mais {contradiction}"


CONTRADICTED = MatchRule(
    rule_id="DOUTE-CONTRADICTION",
    reason="rapprochés par une règle, mais contradictoires",
    source=HOUSE,
    merges=False,
    test=lambda one, other: False,  # noqa: ARG005  said of a pair another rule found
)


def _contradiction(one: PlaceRecord, other: PlaceRecord, *, numbered_apart: bool) -> str:
    if numbered_apart:
        return "chacun a son numéro"
    if not are_kinds_alike(one.kind, other.kind):
        return f"l'un est {one.kind}, l'autre {other.kind}"
    if are_far_apart(one, other):
        return f"à plus de {FARTHEST_M / 1000:g} km l'un de l'autre"
    return ""
