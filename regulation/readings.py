"""The published readings of the class rules side by side, on every combination of criteria."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import chain, combinations, product

from regulation.assessment import (
    ARRETE,
    SIMULATOR_STATES,
    ClassReading,
    read_class,
    simulator_family,
)
from regulation.kernel.time import PARIS
from regulation.mobility import AUTONOMIES
from regulation.rules import RuleBook
from regulation.rules.conditions import Facts

CRITERIA = (
    "smur_team_needed",
    "lying_or_semi_sitting",
    "stretcher_or_carrying",
    "qualified_supervision",
    "oxygen",
    "asepsis",
    "stays_in_wheelchair",
    "walking_aid",
    "impairments.mental",
    "strict_hygiene",
    "disinfection_risk",
    "side_effect_risk",
)
"""Each is a yes or a no; one impairment stands for the three that a third party speaks for."""

GROUND_FLOOR = {"home.floor": 0, "home.lift": False, "home.can_use_stairs": True, "age": 47}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a state of the simulator does not conclude like the arrêté, and by which rules.

    `simplest` is what tells the combination with the fewest criteria, `count` how many there are.
    """

    state: str
    arrete: str
    simulator: str
    arrete_rules: tuple[str, ...]
    simulator_rules: tuple[str, ...]
    count: int
    simplest: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every combination tried, and the differences, by state of the simulator."""

    combinations: int
    differences: tuple[Difference, ...]

    def of(self, state: str) -> tuple[Difference, ...]:
        """Differences of one state."""
        return tuple(one for one in self.differences if one.state == state)


def every_combination() -> Iterator[Facts]:
    """Every set of criteria, the smallest first, however the person moves, escorted or not."""
    sizes = range(len(CRITERIA) + 1)
    for present in chain.from_iterable(combinations(CRITERIA, size) for size in sizes):
        told: dict[str, object] = {name: name in present for name in CRITERIA}
        told |= {"uses_wheelchair": told["stays_in_wheelchair"], **GROUND_FLOOR}
        told |= {"impairments.psychic": False, "impairments.cognitive": False}
        for autonomy, escorted in product(AUTONOMIES, (False, True)):
            yield {**told, "autonomy": autonomy, "companion_available": escorted}


def first_day(rulebook: RuleBook) -> datetime:
    """Noon of the first day on which every state of the simulator is written."""
    families = {simulator_family(state) for state in SIMULATOR_STATES}
    days = [one.validity.since for one in rulebook.rules if one.family in families]
    return datetime.combine(max(days), time(12), PARIS)


Key = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A state, the rules of the arrêté that apply, and those of the state."""


def compare_readings(rulebook: RuleBook, at: datetime) -> Comparison:
    """Weigh every combination by the arrêté and by each state of the simulator written by then."""
    tried = 0
    found: dict[Key, list[tuple[ClassReading, ClassReading, Facts]]] = {}
    families = {state: simulator_family(state) for state in SIMULATOR_STATES}
    written = {state: name for state, name in families.items() if rulebook.family(name, at)}
    for facts in every_combination():
        tried += 1
        arrete = read_class(ARRETE, facts, rulebook, at)
        for state, family in written.items():
            other = read_class(family, facts, rulebook, at)
            if other.conclusion != arrete.conclusion:
                key = (state, _spoken(arrete), _spoken(other))
                found.setdefault(key, []).append((arrete, other, facts))
    differences = [_difference(key, alike) for key, alike in found.items()]
    differences.sort(key=lambda one: (one.state, -one.count, one.arrete_rules))
    return Comparison(combinations=tried, differences=tuple(differences))


def _difference(key: Key, alike: Sequence[tuple[ClassReading, ClassReading, Facts]]) -> Difference:
    state, arrete_rules, simulator_rules = key
    arrete, simulator, simplest = alike[0]
    return Difference(
        state=state,
        arrete=arrete.conclusion,
        simulator=simulator.conclusion,
        arrete_rules=arrete_rules,
        simulator_rules=simulator_rules,
        count=len(alike),
        simplest=criteria_of(simplest),
    )


def _spoken(reading: ClassReading) -> tuple[str, ...]:
    return tuple(one.rule.rule_id for one in reading.applied)


def criteria_of(facts: Facts) -> Mapping[str, object]:
    """What tells a combination apart: the criteria present, the autonomy, the companion."""
    present = dict.fromkeys((name for name in CRITERIA if facts[name]), True)
    return present | {name: facts[name] for name in ("autonomy", "companion_available")}
