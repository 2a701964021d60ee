"""Rules in French words: what they say, on what condition, and what they rest on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from regulation.lexicon import (
    EFFECTS,
    EQUIPMENT,
    FACTS,
    FAMILIES_OF_FACTS,
    FIGURES,
    SPANS,
    STATUSES,
    VALUES,
)
from regulation.premises import FIELDS, LISTS
from regulation.premises import NAMES as NEEDS
from regulation.readings import Comparison, Difference
from regulation.rules import Parameter, Rule, Validity
from regulation.rules.sentences import CENTS, in_euros

COMPARISONS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥"}


def fact_in_french(name: str) -> str:
    """Name of a fact in French; a name nobody translated is left as it is."""
    if name in FACTS:
        return FACTS[name]
    for prefix, words in FAMILIES_OF_FACTS.items():
        if name.startswith(prefix):
            last = name.removeprefix(prefix)
            return words + NEEDS.get(last, VALUES.get(last, last))
    if name in FIELDS or name.partition(".")[0] in LISTS:
        return f"champ {name}"
    return name


def rule_in_words(rule: Rule) -> Iterator[str]:
    """Say a rule line by line: its sentence, its condition, its effect, what it rests on."""
    yield f"{rule.rule_id} : {rule.statement}"
    if rule.when:
        yield f"Si : {condition_in_words(rule.when)}"
    if rule.then:
        yield f"Alors : {effect_in_words(rule.then)}"
    yield from _grounds(rule)


def figure_in_words(figure: Parameter) -> Iterator[str]:
    """Say a figure line by line."""
    scope = f" ({figure.scope})" if figure.scope else ""
    yield f"{figure.name}{scope} : {figure.statement}"
    yield f"Valeur : {measure_in_words(figure.name, figure.value, figure.unit)}"
    if figure.overridable:
        yield "Réglable par un territoire."
    yield from _grounds(figure)


def _grounds(row: Rule | Parameter) -> Iterator[str]:
    yield f"Source : {row.source}"
    yield f"Statut : {STATUSES[row.status]} ; {validity_in_words(row.validity)}"
    where = f" ; écrit en {row.place}" if row.place else ""
    yield f"Famille : {row.family}{where}"


def validity_in_words(validity: Validity) -> str:
    """Say on which days something holds."""
    since = f"en vigueur depuis le {validity.since:%d/%m/%Y}"
    return f"{since}, jusqu'au {validity.until:%d/%m/%Y}" if validity.until else since


def condition_in_words(when: Mapping[str, object]) -> str:
    """Say a condition; each fact goes with the name it has in the files."""
    return " et ".join(_part(key, wanted) for key, wanted in when.items())


def _part(key: str, wanted: object) -> str:
    if key == "any" and isinstance(wanted, list | tuple):
        return "(" + " ou ".join(condition_in_words(one) for one in wanted) + ")"
    if key == "not" and isinstance(wanted, Mapping):
        return f"sauf si ({condition_in_words(wanted)})"
    name = f"{fact_in_french(key)} [{key}]"
    match wanted:
        case Mapping():
            bounds = (f"{COMPARISONS[n]} {_bound(v)}" for n, v in wanted.items())
            return f"{name} {' et '.join(bounds)}"
        case list() | tuple():
            return f"{name} parmi {', '.join(_one_of(key, one) for one in wanted)}"
        case _:
            return f"{name} = {value_in_words(wanted)}"


def _one_of(key: str, value: object) -> str:
    """Say a value of a fact; where it is itself a fact, by the name of that one."""
    return FACTS.get(f"{key}.{value}") or value_in_words(value)


def comparison_in_words(compared: Comparison) -> Iterator[str]:
    """Say how often each state of the simulator differs from the arrêté, and why."""
    yield f"{compared.combinations} combinaisons des critères, de l'autonomie et de l'accompagnant."
    for state in sorted({one.state for one in compared.differences}):
        found = compared.of(state)
        yield f"État ({state}) : {sum(one.count for one in found)} différences avec l'arrêté."
        for one in found:
            yield f"· {one.count} : arrêté {one.arrete}, simulateur {one.simulator}"
            yield f"  le plus simple : {case_in_words(one.simplest)}"
            yield f"  {reason_of(one)}"


def case_in_words(told: Mapping[str, object]) -> str:
    """Say a combination: its criteria, how one moves, whether somebody goes along."""
    criteria = [fact_in_french(name) for name, value in told.items() if value is True]
    moves = f"se déplace {value_in_words(told['autonomy'])}"
    alone = [] if told["companion_available"] else ["personne ne peut l'accompagner"]
    return ", ".join([*criteria, moves, *alone])


def reason_of(one: Difference) -> str:
    """Say which rules make the two readings differ."""
    arrete = _applied("l'arrêté", one.arrete_rules)
    state = _applied(f"l'état ({one.state})", one.simulator_rules)
    return f"{arrete} ; {state}"


def _applied(reading: str, rules: Sequence[str]) -> str:
    return f"{reading} applique {' et '.join(rules)}" if rules else f"rien dans {reading}"


def _bound(limit: object) -> str:
    return _figure(limit) if isinstance(limit, str) else value_in_words(limit)


def _figure(name: str) -> str:
    """Say a figure by what it is, with the name it has in the files."""
    return f"{FIGURES[name]} [{name}]" if name in FIGURES else f"le chiffre {name}"


def effect_in_words(then: Mapping[str, object]) -> str:
    """Say what a rule does."""
    return " ; ".join(
        EFFECTS.get(name, name)
        if value is True
        else f"{EFFECTS.get(name, name)} : {_told(name, value)}"
        for name, value in then.items()
    )


def _told(name: str, value: object) -> str:
    match value:
        case str() if name == "rate":
            return _figure(value)
        case list() | tuple() if name == "facts":
            return ", ".join(fact_in_french(one) for one in value)
        case _:
            return value_in_words(value)


def equipment_in_words(codes: Iterable[str]) -> list[str]:
    """Name what a vehicle must have; a code that nobody translated is left as it is."""
    return sorted(EQUIPMENT.get(one, one) for one in codes)


def measure_in_words(name: str, value: object, unit: str = "") -> str:
    """Say the value of a figure with its unit: a range, pairs, each of a list."""
    if not isinstance(value, list | tuple) or not unit:
        return f"{value_in_words(value)} {unit}".rstrip()
    if name in SPANS:
        return "de " + " à ".join(measure_in_words("", one, unit) for one in value)
    first, _, second = unit.partition(", ")
    if second:
        pairs = zip(value[::2], value[1::2], strict=True)
        return ", ".join(
            f"{value_in_words(one)} {first} : {_amount(of, second)}" for one, of in pairs
        )
    return ", ".join(measure_in_words("", one, unit) for one in value)


def _amount(value: object, unit: str) -> str:
    if unit == CENTS and isinstance(value, int):
        return in_euros(value)
    return f"{value_in_words(value)} {unit}"


def value_in_words(value: object) -> str:
    """Say a value as it is read in French."""
    match value:
        case bool():
            return "oui" if value else "non"
        case list() | tuple():
            return ", ".join(value_in_words(one) for one in value) or "aucun"
        case str():
            return VALUES.get(value, value)
        case _:
            return str(value).replace(".", ",")
