"""What a rule book gets wrong although each of its rows is well formed; told in French."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from regulation.rules.conditions import facts_of, figures_of, tables_of
from regulation.rules.consistency import (
    A_DAY,
    days_within,
    faults_alone,
    faults_together,
    in_words,
    noon,
)
from regulation.rules.model import Parameter, Rule, Value
from regulation.rules.rulebook import RuleBook
from regulation.rules.sentences import figures_named
from regulation.rules.words import Vocabulary


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
        yield from dict.fromkeys(faults_together(name, rulebook, vocabulary))
    yield from wrong_values(rulebook.parameters, vocabulary)
    yield from _gaps(rulebook)
    yield from _ends(rulebook, vocabulary)


def _faults_of(rule: Rule, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    yield from _unknown(rule, vocabulary)
    yield from _values_that_are_not(rule, vocabulary)
    yield from _without_figure(rule, rulebook, vocabulary)
    yield from dict.fromkeys(faults_alone(rule, rulebook, vocabulary))


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
                yield f"effet {effect} : la valeur {in_words(one)} n'existe pas"
        if (wanted := vocabulary.shapes.get(effect)) and not wanted.admits(value):
            yield f"effet {effect} : {in_words(value)} : attendu : {wanted}"


def _values_that_are_not(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    """A condition on a value that a fact never has."""
    for table in tables_of(rule.when):
        for fact, wanted in table.items():
            possible = vocabulary.facts.get(fact)
            told = wanted if isinstance(wanted, list | tuple) else (wanted,)
            for one in told if possible is not None else ():
                if not isinstance(one, Mapping) and not _is_among(one, possible or ()):
                    yield f"fait {fact} : la valeur {in_words(one)} n'existe pas"


def _is_among(one: object, possible: Iterable[object]) -> bool:
    """Tell whether it is one of them: `true` is not 1."""
    return any(type(one) is type(value) and one == value for value in possible)


def _without_figure(rule: Rule, rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """A rule in force without the figure it compares with, or tells, could not be applied."""
    told = vocabulary.families[rule.family].carries_figures
    named = figures_named(rule.statement) if told else ()
    for name in sorted({*figures_of(rule.when), *named}):
        rows = [one for one in rulebook.parameters if one.name == name]
        for day in days_within(rule.validity, rows):
            if rulebook.find_parameter(name, noon(day)) is None:
                yield f"le chiffre {name} n'a pas de valeur au {day:%d/%m/%Y}"


def wrong_values(parameters: Sequence[Parameter], vocabulary: Vocabulary) -> Iterator[str]:
    """Figures whose value cannot be, or is not of the kind of the others of its name."""
    kinds: dict[str, str] = {}
    for one in reversed(parameters):  # a territory's own come first, and are held to the others
        possible, kind = vocabulary.figures.get(one.name), _kind(one.value)
        told = one.value if isinstance(one.value, tuple) else (one.value,)
        if unknown := [word for word in told if possible is not None and word not in possible]:
            yield f"{one.label} : la valeur {in_words(unknown[0])} n'existe pas"
        elif kinds.setdefault(one.name, kind) != kind:
            yield f"{one.label} : {kind} au lieu de : {kinds[one.name]}"
        elif (wanted := vocabulary.shape_of(one.name, one.value)) and not wanted.admits(one.value):
            yield f"{one.label} : {in_words(one.value)} : attendu : {wanted}"


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
            if until is not None and until + A_DAY < after.validity.since:
                days = f"entre le {until:%d/%m/%Y} et le {after.validity.since:%d/%m/%Y}"
                yield f"{after.label} : rien n'est écrit {days}"


def _ends(rulebook: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """Figures that have no value any more from some day on, although decisions go on."""
    rows: dict[tuple[str, str], list[Parameter]] = {}
    for one in rulebook.parameters:
        rows.setdefault((one.name, one.scope), []).append(one)
    for (name, scope), found in rows.items():
        last = max(found, key=lambda row: row.validity.until or date.max)
        until = last.validity.until
        if until is None or until == date.max:
            continue
        beside, after = vocabulary.may_end.get(name), noon(until + A_DAY)
        scoped = scope if beside == name else ""
        if beside is None or rulebook.find_parameter(beside, after, scoped) is not None:
            yield f"{last.label} : aucune valeur après le {until:%d/%m/%Y} : écrire la suite"
