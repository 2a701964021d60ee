"""Rules that cannot speak, say the same twice, deny each other or leave a case out; in French.

Each is tried on every day that may change what it says: its first, the first of each figure it
compares with, the day after either ends.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import permutations

from regulation.kernel.time import PARIS
from regulation.rules.conditions import ConditionError, Facts, facts_of, figures_of
from regulation.rules.model import Parameter, Rule, Validity, Value
from regulation.rules.reach import TooManyCasesError, Values, Wanted, find_case, values_that_matter
from regulation.rules.rulebook import CompiledRule, RuleBook, UnknownParameterError
from regulation.rules.words import Vocabulary

SETTLES = frozenset({"class", "covered", "regime"})
"""Effects of which one condition can have only one value."""

SAYS_ITS_STATEMENT = frozenset({"adds", "otherwise", "confirm", "contradiction", "says", "warns"})
"""Effects whose content is the statement of the rule."""


TOO_MANY = "trop de cas pour être vérifiée : l'écrire plus simplement, ou en plusieurs règles"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Day:
    """Rules with the figures of a day, and the values of the facts that matter to them."""

    rules: Sequence[CompiledRule]
    values: Values

    def case(self, *speaks: bool | None) -> Facts | None:
        """A case in which each rule in turn speaks (True), is silent (False), or either (None)."""
        wanted = [
            Wanted(one.holds, one.waits, met)
            for one, met in zip(self.rules, speaks, strict=False)
            if met is not None
        ]
        return find_case(wanted, self.values)


def faults_alone(rule: Rule, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what is wrong with the condition of a rule, without its name."""
    for day in _days_of([rule], rulebook):
        weighed = _weighed([rule], day, rulebook, vocabulary)
        try:
            if weighed is not None and weighed.case(True) is None:
                yield "aucune réponse ne peut la rendre vraie"
            elif weighed is not None and rule.when and weighed.case(False) is None:
                yield "elle est vraie quelles que soient les réponses : sa condition ne dit rien"
        except TooManyCasesError:
            yield TOO_MANY


def faults_together(name: str, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what the rules of a family say twice, against each other, or not at all."""
    rules = [one for one in rulebook.rules if one.family == name]
    for one, other in permutations(rules, 2):
        if one.validity.overlaps(other.validity):
            yield from _against(one, other, rulebook, vocabulary)
    if vocabulary.families[name].first_only:
        for day in _days_of(rules, rulebook, whole=True):
            yield from _in_order(name, day, rulebook, vocabulary)


def days_within(validity: Validity, rows: Iterable[Rule | Parameter]) -> Sequence[date]:
    """Days of a validity that may change something: its first, those when a row begins or ended."""
    days = {validity.since, *_changes(rows)}
    return sorted(day for day in days if validity.holds_at(noon(day)))


def noon(day: date) -> datetime:
    """An instant of the day."""
    return datetime.combine(day, time(12), PARIS)


def _changes(rows: Iterable[Rule | Parameter]) -> Iterator[date]:
    for row in rows:
        yield row.validity.since
        if row.validity.until is not None and row.validity.until < date.max:
            yield row.validity.until + A_DAY


def _days_of(rules: Sequence[Rule], rulebook: RuleBook, *, whole: bool = False) -> Sequence[date]:
    """Days on which what the rules say may change: of those they share, or of the whole family."""
    names = {name for one in rules for name in figures_of(one.when)}
    figures = [one for one in rulebook.parameters if one.name in names]
    if whole:
        first = min((one.validity.since for one in rules), default=date.max)
        return sorted({day for day in _changes([*rules, *figures]) if day >= first})
    ends = [one.validity.until for one in rules if one.validity.until is not None]
    shared = Validity(since=max(one.validity.since for one in rules), until=min(ends, default=None))
    return days_within(shared, figures)


def _weighed(
    rules: Sequence[Rule], day: date, rulebook: RuleBook, vocabulary: Vocabulary
) -> _Day | None:
    """The rules as they are that day; None when one of their figures has no value then."""
    at = noon(day)
    try:
        compiled = [rulebook.compiled(one, at) for one in rules]
        values = values_that_matter(
            [one.when for one in rules], vocabulary.facts, lambda name: rulebook.number(name, at)
        )
    except (ConditionError, UnknownParameterError):
        return None
    return _Day(compiled, values)


def _against(one: Rule, other: Rule, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """What is wrong with the one, given the other."""
    if not facts_of(other.when) <= facts_of(one.when):
        return
    first_only = vocabulary.families[one.family].first_only
    adds_nothing = not first_only and _adds_nothing(one, other, vocabulary)
    denied = [n for n in SETTLES & one.then.keys() & other.then.keys() if _differ(n, one, other)]
    if not adds_nothing and not denied:
        return
    try:
        implied, same = _likeness(one, other, rulebook, vocabulary)
    except TooManyCasesError:
        yield f"{one.label} : avec {other.rule_id}, {TOO_MANY}"
        return
    later = _stands_after(one, other, rulebook)
    if adds_nothing and implied and (later or not same):
        yield f"{one.label} : ne dit rien que {other.rule_id} ne dise déjà"
    if denied and same and later:
        yield f"{one.label} : {denied[0]} n'est pas ce que {other.rule_id} dit du même cas"


def _likeness(
    one: Rule, other: Rule, rulebook: RuleBook, vocabulary: Vocabulary
) -> tuple[bool, bool]:
    """Whether the one never speaks without the other, on any day; whether, on some day, each
    speaks exactly when the other does."""
    pair = [one, other]
    days = (_weighed(pair, day, rulebook, vocabulary) for day in _days_of(pair, rulebook))
    weighed = [day for day in days if day is not None and day.case(True) is not None]
    implied = [day for day in weighed if day.case(True, False) is None]
    same = any(day.case(False, True) is None for day in implied)
    return bool(weighed) and len(implied) == len(weighed), same


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
    rules = [one for one in rulebook.rules if one.family == name]
    ordered = [one for one in rules if one.validity.holds_at(noon(day))]
    weighed = _weighed(ordered, day, rulebook, vocabulary)
    if weighed is None:
        return
    try:
        for place, one in enumerate(ordered):
            silent = [False] * place
            if one.validity.since == day and weighed.case(*silent, True) is None:
                yield f"{one.label} : une règle écrite avant elle parle toujours à sa place"
        left = weighed.case(*[False] * len(ordered))
    except TooManyCasesError:
        yield f"famille {name} : au {day:%d/%m/%Y}, {TOO_MANY}"
        return
    if left is not None and vocabulary.families[name].whole:
        yield f"famille {name} : au {day:%d/%m/%Y}, aucune règle ne parle{_when(left)}"


def _when(case: Facts) -> str:
    told = ", ".join(f"{fact} = {in_words(value)}" for fact, value in case.items())
    return f" quand {told}" if told else ""


def in_words(value: object) -> str:
    """A value as rule files write it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
