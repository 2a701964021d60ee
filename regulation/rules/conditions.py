"""Conditions as data, compiled to functions of three values: true, false, or not known yet.

A condition is a table. Each key is a fact with what it must be: a literal, a list (any of), or
a table of comparisons `lt`, `le`, `gt`, `ge`, each with a number or the name of a figure of the
rule book. All must hold. `any` holds a list of tables of which one must hold, `not` a table that
must not. Unknown is neither yes nor no (Kleene).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import ge, gt, le, lt

Facts = Mapping[str, object]
"""Facts by name; a fact that is absent, or None, is not known."""

Truth = bool | None
"""None: it depends on a fact that is not known."""

Condition = Callable[[Facts], Truth]

Figures = Callable[[str], float]
"""Value of a figure by name; LookupError when there is none, TypeError when it isn't a number."""

WORDS = frozenset({"any", "not"})
"""Keys that hold conditions rather than name a fact."""

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {"lt": lt, "le": le, "gt": gt, "ge": ge}


class ConditionError(ValueError):
    """A condition that means nothing; the message, in French, names the rule and the key."""

    def __init__(self, owner: str, reason: str) -> None:
        super().__init__(f"{owner} : {reason}")


def no_figure(name: str) -> float:
    """Know no figure at all."""
    raise LookupError(name)


def compile_condition(
    when: Mapping[str, object], owner: str, figures: Figures = no_figure
) -> Condition:
    """Compile a condition table; raise ConditionError naming the owner and the key."""
    parts = [_part(key, wanted, owner, figures) for key, wanted in when.items()]
    return _all(parts)


def compile_waiting(
    when: Mapping[str, object], owner: str, figures: Figures = no_figure
) -> Callable[[Facts], frozenset[str]]:
    """Compile what tells, while a condition is not known, the facts it waits for.

    A fact not known that can no longer change the outcome is not waited for.
    """
    parts = [
        (_part(key, wanted, owner, figures), _waiting(key, wanted, owner, figures))
        for key, wanted in when.items()
    ]

    def waits(facts: Facts) -> frozenset[str]:
        found = (waiting(facts) for holds, waiting in parts if holds(facts) is None)
        return frozenset().union(*found)

    return waits


def _waiting(
    key: str, wanted: object, owner: str, figures: Figures
) -> Callable[[Facts], frozenset[str]]:
    if key == "not" and isinstance(wanted, Mapping):
        return compile_waiting(wanted, owner, figures)
    if key == "any" and isinstance(wanted, Sequence):
        tables = [
            (compile_condition(one, owner, figures), compile_waiting(one, owner, figures))
            for one in wanted
        ]
        return lambda facts: frozenset().union(
            *(waits(facts) for holds, waits in tables if holds(facts) is None)
        )
    fact: frozenset[str] = frozenset({key})
    return lambda facts: fact if facts.get(key) is None else frozenset()


def tables_of(when: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield a condition that compiles, and each condition written inside it."""
    yield when
    for key in WORDS & when.keys():
        inside = when[key] if key == "any" else [when[key]]
        assert isinstance(inside, Sequence)
        for table in inside:
            yield from tables_of(table)


def facts_of(when: Mapping[str, object]) -> frozenset[str]:
    """Names of the facts a condition reads."""
    return frozenset(key for table in tables_of(when) for key in table if key not in WORDS)


def figures_of(when: Mapping[str, object]) -> frozenset[str]:
    """Names of the figures a condition compares with."""
    told = [table[fact] for table in tables_of(when) for fact in table.keys() - WORDS]
    bounds = [wanted for wanted in told if isinstance(wanted, Mapping)]
    return frozenset(limit for one in bounds for limit in one.values() if isinstance(limit, str))


def _part(key: str, wanted: object, owner: str, figures: Figures) -> Condition:
    if key == "any":
        listed = wanted if isinstance(wanted, Sequence) and not isinstance(wanted, str) else ()
        if not listed or not all(isinstance(one, Mapping) for one in listed):
            raise ConditionError(owner, "any : une liste de conditions est attendue")
        return _any([compile_condition(table, owner, figures) for table in listed])
    if key == "not":
        if not isinstance(wanted, Mapping):
            raise ConditionError(owner, "not : une condition est attendue")
        return _negated(compile_condition(wanted, owner, figures))
    if isinstance(wanted, Mapping):
        limits = {name: _limit(key, limit, owner, figures) for name, limit in wanted.items()}
        return _all([_compared(key, name, limit, owner) for name, limit in limits.items()])
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return _among(key, tuple(wanted))
    return _equal(key, wanted)


def _limit(fact: str, limit: object, owner: str, figures: Figures) -> object:
    if not isinstance(limit, str):
        return limit
    try:
        return figures(limit)
    except LookupError:
        raise ConditionError(owner, f"{fact} : aucun chiffre ne s'appelle {limit}") from None
    except TypeError as error:
        raise ConditionError(owner, f"{fact} : {error}") from None


def _equal(fact: str, wanted: object) -> Condition:
    def holds(facts: Facts) -> Truth:
        value = facts.get(fact)
        return None if value is None else value == wanted

    return holds


def _among(fact: str, wanted: tuple[object, ...]) -> Condition:
    def holds(facts: Facts) -> Truth:
        value = facts.get(fact)
        return None if value is None else value in wanted

    return holds


def _compared(fact: str, name: str, limit: object, owner: str) -> Condition:
    compare = COMPARISONS.get(name)
    if compare is None or isinstance(limit, bool) or not isinstance(limit, int | float):
        raise ConditionError(owner, f"{fact} : {name} {limit!r} n'est pas une comparaison")

    def holds(facts: Facts) -> Truth:
        value = facts.get(fact)
        return compare(value, limit) if isinstance(value, int | float) else None

    return holds


def _all(parts: Sequence[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]

    def holds(facts: Facts) -> Truth:
        outcome: Truth = True
        for part in parts:
            found = part(facts)
            if found is False:
                return False
            if found is None:
                outcome = None
        return outcome

    return holds


def _any(parts: Sequence[Condition]) -> Condition:
    def holds(facts: Facts) -> Truth:
        outcome: Truth = False
        for part in parts:
            found = part(facts)
            if found is True:
                return True
            if found is None:
                outcome = None
        return outcome

    return holds


def _negated(part: Condition) -> Condition:
    def holds(facts: Facts) -> Truth:
        found = part(facts)
        return None if found is None else not found

    return holds
