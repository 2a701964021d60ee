"""What conditions can come to, tried on every value that matters to them.

A fact with a closed list of values takes each of them; any other takes what the conditions name
and one value between, below and above. Conditions with too many cases are left alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise, product
from math import prod

from regulation.rules.conditions import WORDS, Condition, Facts, tables_of

When = Mapping[str, object]
Figures = Callable[[str], float]
Known = Mapping[str, Set[object] | None]
"""Facts by name, with the closed list of their values or None."""

MOST_CASES = 20_000
ANOTHER = "\0another"
"""A word that no rule names."""


def cases(whens: Iterable[When], known: Known, figures: Figures) -> Sequence[Facts] | None:
    """Every case that may matter to these conditions; None when there are too many."""
    named: dict[str, set[object]] = {}
    bounds: dict[str, set[float]] = {}
    for fact, wanted in _leaves(whens):
        named.setdefault(fact, set())
        if isinstance(wanted, Mapping):
            limits = {_limit(one, figures) for one in wanted.values()}
            bounds.setdefault(fact, set()).update(limits)
        else:
            named[fact].update(wanted if isinstance(wanted, list | tuple) else [wanted])
    values = [_values(known.get(n), found, bounds.get(n, set())) for n, found in named.items()]
    if prod(map(len, values)) > MOST_CASES:
        return None
    return [dict(zip(named, one, strict=True)) for one in product(*values)]


def can_hold(condition: Condition, among: Sequence[Facts]) -> bool:
    """Tell whether some case meets the condition."""
    return any(condition(one) for one in among)


def always_holds(condition: Condition, among: Sequence[Facts]) -> bool:
    """Tell whether every case meets it."""
    return all(condition(one) for one in among)


def implies(one: Condition, other: Condition, among: Sequence[Facts]) -> bool:
    """Tell whether every case that meets the one meets the other."""
    return all(other(case) for case in among if one(case))


def _leaves(whens: Iterable[When]) -> Iterator[tuple[str, object]]:
    for when in whens:
        for table in tables_of(when):
            yield from ((fact, wanted) for fact, wanted in table.items() if fact not in WORDS)


def _limit(limit: object, figures: Figures) -> float:
    return figures(limit) if isinstance(limit, str) else float(str(limit))


def _values(closed: Set[object] | None, named: Set[object], bounds: Set[float]) -> Sequence[object]:
    if closed is not None:
        return sorted(closed, key=repr)
    if not bounds:
        return [*sorted(named, key=repr), ANOTHER]
    steps = sorted(bounds | {float(one) for one in named if isinstance(one, int | float)})
    between = [(low + high) / 2 for low, high in pairwise(steps)]
    return [steps[0] - 1, *steps, *between, steps[-1] + 1]
