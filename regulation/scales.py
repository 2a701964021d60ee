"""The level of mobility, and what it is called in other scales (HL7, NHS, NEMT)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from regulation.mobility import MobilityAnswers, VehicleClass
from regulation.rules import CompiledRule, Fired, RuleBook, fired, words_of
from regulation.rules.conditions import Facts

FAMILY = "echelles"
SIGNS = "signes"
EFFECTS = frozenset({"level", "classes", "hl7_v2", "hl7_v3", "nhs", "nemt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """One person in every scale. `level` None: an answer not known can still change it.

    `hl7_v2` holds the codes of the level and of each sign, `fired` the rules behind them.
    """

    level: str | None
    hl7_v2: tuple[str, ...]
    hl7_v3: tuple[str, ...]
    nhs: tuple[str, ...]
    nemt: str | None
    fired: tuple[Fired, ...]


def scales_of(
    answers: MobilityAnswers, vehicle_class: VehicleClass | None, rulebook: RuleBook, at: datetime
) -> Scales:
    """Place a person in each scale; `vehicle_class` None: not settled yet."""
    facts = {**answers.facts(), "vehicle_class": vehicle_class and str(vehicle_class)}
    level = _level(rulebook.family(FAMILY, at), facts)
    signs = [one for one in rulebook.family(SIGNS, at) if one.holds(facts)]
    spoken = [*([level] if level else []), *signs]
    told = level.rule.then if level else {}
    return Scales(
        level=str(told["level"]) if level else None,
        hl7_v2=tuple(
            dict.fromkeys(code for one in spoken for code in words_of(one.rule, "hl7_v2"))
        ),
        hl7_v3=words_of(level.rule, "hl7_v3") if level else (),
        nhs=words_of(level.rule, "nhs") if level else (),
        nemt=str(told["nemt"]) if level else None,
        fired=tuple(fired(one.rule) for one in spoken),
    )


def _level(rules: Iterable[CompiledRule], facts: Facts) -> CompiledRule | None:
    """The first rule that holds, when every rule before it is known not to."""
    for one in rules:
        holds = one.holds(facts)
        if holds is None:
            return None
        if holds:
            return one
    return None
