"""What a rule book gets wrong although each of its rows is well formed."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import combinations, pairwise

from regulation.kernel.time import PARIS
from regulation.rules.conditions import facts_of, figures_of, tables_of
from regulation.rules.model import Parameter, Rule
from regulation.rules.rulebook import RuleBook

EFFECTS: Mapping[str, frozenset[str]] = {
    "classe_arrete": frozenset({"class", "crew"}),
    "classe_simulateur": frozenset({"class"}),
    "exclusions": frozenset(),
    "accompagnement": frozenset(
        {"companion", "equipment", "unshared", "inform", "confirm", "contradiction"}
    ),
    "besoins_locaux": frozenset({"needs"}),
    "drapeaux_rouges": frozenset(),
    "competences": frozenset({"refuse", "also"}),
    "regimes": frozenset({"regime", "part"}),
    "questions": frozenset({"facts"}),
    "prise_en_charge": frozenset(
        {"covered", "document", "rate", "franchise", "payer", "prior_approval", "otherwise"}
    ),
    "objectif": frozenset({"term", "tier", "weight"}),
}
"""Effects each family may have; a family not listed is free."""

SETTLES = frozenset({"class", "covered", "regime"})
"""Effects of which one condition can have only one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What rules may speak of: facts, then effects, each with the values it can have.

    A fact with no values listed (None) can have any; so can an effect that isn't named.
    `families` narrows a family to the facts it is given; one that isn't named may read them all.
    """

    facts: Mapping[str, Set[object] | None]
    effects: Mapping[str, Set[object]] = field(default_factory=dict)
    families: Mapping[str, Set[str]] = field(default_factory=dict)

    def known_to(self, family: str) -> Set[str]:
        """Names of the facts a family is given."""
        return self.families.get(family, self.facts.keys())


def review(rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield each fault, naming the rule or the figure: unknown facts, effects or values, rules
    that repeat or deny each other, rules no answer can reach, figures with a gap in time."""
    for rule in rulebook.rules:
        yield from _unknown(rule, vocabulary)
        yield from _unreachable(rule, vocabulary)
        yield from _without_figure(rule, rulebook)
    yield from _repeated(rulebook.rules)
    yield from _gaps(rulebook.parameters)


def _unknown(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    for fact in sorted(facts_of(rule.when) - vocabulary.known_to(rule.family)):
        yield f"{rule.rule_id}: unknown fact {fact}"
    allowed = EFFECTS.get(rule.family)
    for effect in sorted(set(rule.then) - (allowed or set())) if allowed is not None else ():
        yield f"{rule.rule_id}: unknown effect {effect}"
    for effect, value in rule.then.items():
        possible = vocabulary.effects.get(effect)
        for one in value if isinstance(value, tuple) else (value,):
            if possible is not None and one not in possible:
                yield f"{rule.rule_id}: effect {effect}: no such value {one!r}"


def _unreachable(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    """A condition on a value that a fact never has, or on a thing and its contrary."""
    for table in tables_of(rule.when):
        for fact, wanted in table.items():
            possible = vocabulary.facts.get(fact)
            told = wanted if isinstance(wanted, list | tuple) else (wanted,)
            for one in told if possible is not None else ():
                if not isinstance(one, Mapping) and not _is_among(one, possible or ()):
                    yield f"{rule.rule_id}: fact {fact}: no such value {one!r}"
            if isinstance(wanted, Mapping) and _is_empty(wanted):
                yield f"{rule.rule_id}: fact {fact}: no number is within these bounds"
        never = table.get("not")
        if isinstance(never, Mapping) and all(table.get(k) == v for k, v in never.items()):
            yield f"{rule.rule_id}: can never apply, it asks for a thing and its contrary"


def _is_among(one: object, possible: Iterable[object]) -> bool:
    """Tell whether it is one of them: `true` is not 1."""
    return any(type(one) is type(value) and one == value for value in possible)


def _is_empty(bounds: Mapping[str, object]) -> bool:
    """Tell whether the bounds exclude each other; figures are not looked at."""
    numbers = {name: one for name, one in bounds.items() if isinstance(one, int | float)}
    lows = [(one, name == "gt") for name, one in numbers.items() if name in {"gt", "ge"}]
    highs = [(one, name == "lt") for name, one in numbers.items() if name in {"lt", "le"}]
    return any(
        low > high or (low == high and (above or below))
        for low, above in lows
        for high, below in highs
    )


def _without_figure(rule: Rule, rulebook: RuleBook) -> Iterator[str]:
    """A rule in force before the figure it compares with could not be applied."""
    first_noon = datetime.combine(rule.validity.since, time(12), PARIS)
    for name in sorted(figures_of(rule.when)):
        if rulebook.find_parameter(name, first_noon) is None:
            yield f"{rule.rule_id}: figure {name} has no value on {rule.validity.since}"


def _repeated(rules: tuple[Rule, ...]) -> Iterator[str]:
    for one, two in combinations(rules, 2):
        same = (one.family, one.when) == (two.family, two.when)
        if not same or not one.validity.overlaps(two.validity):
            continue
        if one.then == two.then:
            yield f"{two.rule_id}: says again what {one.rule_id} says"
        for effect in sorted(SETTLES & one.then.keys() & two.then.keys()):
            if one.then[effect] != two.then[effect]:
                yield f"{two.rule_id}: {effect} is not what {one.rule_id} says of the same case"


def _gaps(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    by_name: dict[tuple[str, str], list[Parameter]] = {}
    for one in parameters:
        by_name.setdefault((one.name, one.scope), []).append(one)
    for values in by_name.values():
        ordered = sorted(values, key=lambda one: one.validity.since)
        for before, after in pairwise(ordered):
            until = before.validity.until
            if until is not None and until + timedelta(days=1) < after.validity.since:
                yield f"{after.name}: no value between {until} and {after.validity.since}"
