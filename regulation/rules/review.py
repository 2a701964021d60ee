"""What a rule book gets wrong although each of its rows is well formed; told in French."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise, permutations

from regulation.kernel.time import PARIS
from regulation.rules.conditions import ConditionError, facts_of, figures_of, tables_of
from regulation.rules.model import Parameter, Rule, Value
from regulation.rules.reach import always_holds, can_hold, cases, implies
from regulation.rules.rulebook import CompiledRule, RuleBook, UnknownParameterError
from regulation.rules.sentences import figures_named

SETTLES = frozenset({"class", "covered", "regime"})
"""Effects of which one condition can have only one value."""

SAYS_ITS_STATEMENT = frozenset({"adds", "otherwise", "confirm", "contradiction", "says", "warns"})
"""Effects whose content is the statement of the rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What the rules of a family may say.

    `facts` are those it is given (None: all of them), `effects` those it may have, `needed`
    those each rule has. `first_only`: the first rule that holds speaks alone. `whole`: some rule
    must hold in every case. `carries_figures`: its sentences name figures in braces.
    """

    facts: Set[str] | None = None
    effects: Set[str] = frozenset()
    needed: Set[str] = frozenset()
    first_only: bool = False
    whole: bool = False
    carries_figures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What rules may speak of: facts, then effects, each with the values it can have.

    A fact with no values listed (None) can have any; so can an effect that isn't named.
    `ranks` orders the values of an effect of which the greatest wins; `figures` lists the values
    of the figures that have a closed list of them.
    """

    facts: Mapping[str, Set[object] | None]
    families: Mapping[str, Family]
    effects: Mapping[str, Set[object]] = field(default_factory=dict)
    ranks: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    figures: Mapping[str, Set[object]] = field(default_factory=dict)

    def known_to(self, family: str) -> Set[str]:
        """Names of the facts a family is given."""
        told = self.families[family].facts
        return self.facts.keys() if told is None else told


def review(rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield each fault, naming the row, where it is written, and the reason."""
    rows: list[Rule | Parameter] = [*rulebook.rules, *rulebook.parameters]
    for row in rows:
        if row.family not in vocabulary.families:
            yield f"{row.label} : famille inconnue : {row.family}"
    rules = [one for one in rulebook.rules if one.family in vocabulary.families]
    for rule in rules:
        yield from (f"{rule.label} : {fault}" for fault in _faults_of(rule, rulebook, vocabulary))
    for name in sorted(vocabulary.families):
        yield from _together(name, rulebook, vocabulary)
    yield from _wrong_values(rulebook.parameters, vocabulary)
    yield from _gaps(rulebook)


def _faults_of(rule: Rule, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    yield from _unknown(rule, vocabulary)
    yield from _values_that_are_not(rule, vocabulary)
    yield from _without_figure(rule, rulebook, vocabulary)
    one = _compiled(rule, rulebook)
    among = _cases_of([rule], rulebook, vocabulary)
    if one is None or among is None:
        return
    if not can_hold(one.holds, among):
        yield "aucune réponse ne peut la rendre vraie"
    elif rule.when and always_holds(one.holds, among):
        yield "elle est vraie quelles que soient les réponses : sa condition ne dit rien"


def _unknown(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    family = vocabulary.families[rule.family]
    for fact in sorted(facts_of(rule.when) - vocabulary.known_to(rule.family)):
        yield f"fait inconnu : {fact}"
    for effect in sorted(rule.then.keys() - family.effects):
        yield f"effet inconnu : {effect}"
    for effect in sorted(family.needed - rule.then.keys()):
        yield f"effet absent : {effect}"
    for effect, value in rule.then.items():
        possible = vocabulary.effects.get(effect)
        for one in value if isinstance(value, tuple) else (value,):
            if possible is not None and one not in possible:
                yield f"effet {effect} : la valeur {_told(one)} n'existe pas"


def _values_that_are_not(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    """A condition on a value that a fact never has."""
    for table in tables_of(rule.when):
        for fact, wanted in table.items():
            possible = vocabulary.facts.get(fact)
            told = wanted if isinstance(wanted, list | tuple) else (wanted,)
            for one in told if possible is not None else ():
                if not isinstance(one, Mapping) and not _is_among(one, possible or ()):
                    yield f"fait {fact} : la valeur {_told(one)} n'existe pas"


def _is_among(one: object, possible: Iterable[object]) -> bool:
    """Tell whether it is one of them: `true` is not 1."""
    return any(type(one) is type(value) and one == value for value in possible)


def _told(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)


def _without_figure(rule: Rule, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """A rule in force before the figure it compares with, or tells, could not be applied."""
    told = vocabulary.families[rule.family].carries_figures
    named = figures_named(rule.statement) if told else ()
    for name in sorted({*figures_of(rule.when), *named}):
        if rulebook.find_parameter(name, _noon(rule.validity.since)) is None:
            yield f"le chiffre {name} n'a pas de valeur au {rule.validity.since:%d/%m/%Y}"


def _together(name: str, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """What the rules of a family say twice, against each other, or not at all."""
    rules = [one for one in rulebook.rules if one.family == name]
    for one, other in permutations(rules, 2):
        if one.validity.overlaps(other.validity):
            yield from _against(one, other, rulebook, vocabulary)
    if vocabulary.families[name].first_only:
        for day in sorted({one.validity.since for one in rules}):
            yield from _in_order(name, day, rulebook, vocabulary)


def _against(one: Rule, other: Rule, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """What is wrong with the one, given the other."""
    if not facts_of(other.when) <= facts_of(one.when):
        return
    first_only = vocabulary.families[one.family].first_only
    adds_nothing = not first_only and _adds_nothing(one, other, vocabulary)
    denied = [n for n in SETTLES & one.then.keys() & other.then.keys() if _differ(n, one, other)]
    if not adds_nothing and not denied:
        return
    narrow, wide = _compiled(one, rulebook), _compiled(other, rulebook)
    among = _cases_of([one, other], rulebook, vocabulary)
    if narrow is None or wide is None or among is None:
        return
    if not implies(narrow.holds, wide.holds, among) or not can_hold(narrow.holds, among):
        return
    same = implies(wide.holds, narrow.holds, among)
    later = _stands_after(one, other, rulebook)
    if adds_nothing and (later or not same):
        yield f"{one.label} : ne dit rien que {other.rule_id} ne dise déjà"
    if denied and same and later:
        yield f"{one.label} : {denied[0]} n'est pas ce que {other.rule_id} dit du même cas"


def _stands_after(one: Rule, other: Rule, rulebook: RuleBook) -> bool:
    ranks = {id(rule): rank for rank, rule in enumerate(rulebook.rules)}
    return ranks[id(one)] > ranks[id(other)]


def _differ(effect: str, one: Rule, other: Rule) -> bool:
    return one.then[effect] != other.then[effect]


def _adds_nothing(one: Rule, other: Rule, vocabulary: Vocabulary) -> bool:
    """Tell whether every effect of the one is in those of the other."""
    if one.then.keys() & SAYS_ITS_STATEMENT and one.statement != other.statement:
        return False
    return all(
        effect in other.then and _is_within(value, other.then[effect], vocabulary.ranks.get(effect))
        for effect, value in one.then.items()
    )


def _is_within(value: Value, other: Value, ranks: Sequence[Value] | None) -> bool:
    if ranks is not None and {value, other} <= set(ranks):
        return ranks.index(value) <= ranks.index(other)
    if isinstance(value, tuple) and isinstance(other, tuple):
        return set(value) <= set(other)
    return value == other


def _in_order(name: str, day: date, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """Rules that an earlier one always hides, cases of which none speaks."""
    try:
        ordered = rulebook.family(name, _noon(day))
    except ConditionError:
        return
    left = _cases_of([one.rule for one in ordered], rulebook, vocabulary)
    if left is None:
        return
    for one in ordered:
        kept = [case for case in left if not one.holds(case)]
        if len(kept) == len(left) and one.rule.validity.since == day:
            yield f"{one.rule.label} : une règle écrite avant elle parle toujours à sa place"
        left = kept
    if left and vocabulary.families[name].whole:
        case = ", ".join(f"{fact} = {_told(value)}" for fact, value in left[0].items())
        yield f"famille {name} : au {day:%d/%m/%Y}, aucune règle ne parle quand {case}"


def _wrong_values(parameters: Sequence[Parameter], vocabulary: Vocabulary) -> Iterator[str]:
    """Figures whose value cannot be, or is not of the kind of the others of its name."""
    kinds: dict[str, str] = {}
    for one in reversed(parameters):  # a territory's own come first, and are held to the others
        possible, kind = vocabulary.figures.get(one.name), _kind(one.value)
        if possible is not None and one.value not in possible:
            yield f"{one.label} : la valeur {_told(one.value)} n'existe pas"
        elif kinds.setdefault(one.name, kind) != kind:
            yield f"{one.label} : {kind} au lieu de : {kinds[one.name]}"


def _kind(value: Value) -> str:
    match value:
        case bool():
            return "true ou false"
        case int() | float():
            return "un nombre"
        case str():
            return "un mot"
        case _:
            return "une liste"


def _gaps(rulebook: RuleBook) -> Iterator[str]:
    """Rows of one name with days between them on which none holds."""
    rows: dict[tuple[str, str], list[Rule | Parameter]] = {}
    for rule in rulebook.rules:
        rows.setdefault((rule.rule_id, rule.family), []).append(rule)
    for one in rulebook.parameters:
        rows.setdefault((one.name, one.scope), []).append(one)
    for found in rows.values():
        ordered = sorted(found, key=lambda row: row.validity.since)
        for before, after in pairwise(ordered):
            until = before.validity.until
            if until is not None and until + timedelta(days=1) < after.validity.since:
                days = f"entre le {until:%d/%m/%Y} et le {after.validity.since:%d/%m/%Y}"
                yield f"{after.label} : rien n'est écrit {days}"


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), PARIS)


def _compiled(rule: Rule, rulebook: RuleBook) -> CompiledRule | None:
    """The rule as it is on its first day; None when one of its figures has no value then."""
    try:
        return rulebook.compiled(rule, _noon(rule.validity.since))
    except ConditionError:
        return None


def _cases_of(
    rules: Sequence[Rule], rulebook: RuleBook, vocabulary: Vocabulary
) -> Sequence[Mapping[str, object]] | None:
    day = _noon(max(one.validity.since for one in rules))
    try:
        return cases(
            [one.when for one in rules], vocabulary.facts, lambda name: rulebook.number(name, day)
        )
    except UnknownParameterError:
        return None
