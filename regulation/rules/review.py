"""What a rule book gets wrong although each of its rows is well formed."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import combinations, pairwise

from regulation.kernel.time import PARIS
from regulation.rules.conditions import facts_of, figures_of
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


def review(rulebook: RuleBook, known_facts: frozenset[str]) -> Iterator[str]:
    """Yield each fault, naming the rule or the figure: unknown facts or effects, rules that say
    the same twice, rules no answer can reach, figures with a gap in time."""
    for rule in rulebook.rules:
        yield from _unknown(rule, known_facts)
        yield from _without_figure(rule, rulebook)
    yield from _repeated(rulebook.rules)
    yield from _gaps(rulebook.parameters)


def _unknown(rule: Rule, known_facts: frozenset[str]) -> Iterator[str]:
    for fact in sorted(facts_of(rule.when) - known_facts):
        yield f"{rule.rule_id}: unknown fact {fact}"
    allowed = EFFECTS.get(rule.family)
    for effect in sorted(set(rule.then) - (allowed or set())) if allowed is not None else ():
        yield f"{rule.rule_id}: unknown effect {effect}"
    never = rule.when.get("not")
    if isinstance(never, Mapping) and all(rule.when.get(k) == v for k, v in never.items()):
        yield f"{rule.rule_id}: can never apply, it asks for a thing and its contrary"


def _without_figure(rule: Rule, rulebook: RuleBook) -> Iterator[str]:
    """A rule in force before the figure it compares with could not be applied."""
    first_noon = datetime.combine(rule.validity.since, time(12), PARIS)
    for name in sorted(figures_of(rule.when)):
        if rulebook.find_parameter(name, first_noon) is None:
            yield f"{rule.rule_id}: figure {name} has no value on {rule.validity.since}"


def _repeated(rules: tuple[Rule, ...]) -> Iterator[str]:
    for one, two in combinations(rules, 2):
        same = (one.family, one.when, one.then) == (two.family, two.when, two.then)
        if same and one.validity.overlaps(two.validity):
            yield f"{two.rule_id}: says again what {one.rule_id} says"


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
