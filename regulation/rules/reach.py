"""What conditions can come to: a case that meets some of them and not the others, or none.

A fact with a closed list of values takes each of them; any other takes what the conditions name
and one value between, below and above. Facts are tried one by one, and only while a condition
still waits for one of them: what cannot matter any more is never tried.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

from regulation.rules.conditions import WORDS, Facts, Truth, tables_of

When = Mapping[str, object]
Figures = Callable[[str], float]
Known = Mapping[str, Set[object] | None]
"""Facts by name, with the closed list of their values or None."""

Values = Mapping[str, Sequence[object]]
"""By fact, the values that matter."""

MOST_CASES = 20_000
ANOTHER = "\0another"
"""A word that no rule names."""


class TooManyCasesError(Exception):
    """The conditions could not be told apart within MOST_CASES cases."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A condition, with what it waits for, and whether it must be met."""

    holds: Callable[[Facts], Truth]
    waits: Callable[[Facts], frozenset[str]]
    met: bool


def values_that_matter(whens: Iterable[When], known: Known, figures: Figures) -> Values:
    """The values of each fact that these conditions can tell apart."""
    named: dict[str, set[object]] = {}
    bounds: dict[str, set[float]] = {}
    for fact, wanted in _leaves(whens):
        named.setdefault(fact, set())
        if isinstance(wanted, Mapping):
            limits = {_limit(one, figures) for one in wanted.values()}
            bounds.setdefault(fact, set()).update(limits)
        else:
            named[fact].update(wanted if isinstance(wanted, list | tuple) else [wanted])
    return {n: _values(known.get(n), found, bounds.get(n, set())) for n, found in named.items()}


def find_case(wanted: Sequence[Wanted], values: Values) -> Facts | None:
    """A case in which each condition is met, or not, as wanted; what it leaves out is indifferent.

    None when there is no such case; raise TooManyCasesError when nobody can tell.
    """
    return _Search(wanted, values).below({})


@dataclass(slots=True)
class _Search:
    """Depth first; `tried` counts the cases looked at."""

    wanted: Sequence[Wanted]
    values: Values
    tried: int = field(default=0, init=False)

    def below(self, case: Facts) -> Facts | None:
        """The first case that completes this one."""
        self.tried += 1
        if self.tried > MOST_CASES:
            raise TooManyCasesError
        open_facts: frozenset[str] = frozenset()
        for one in self.wanted:
            found = one.holds(case)
            open_facts = open_facts or (one.waits(case) if found is None else frozenset())
            if bool(found) is not one.met and (found is not None or not one.waits(case)):
                return None
        if not open_facts:
            return case
        fact = min(open_facts)
        below = (self.below({**case, fact: value}) for value in self.values[fact])
        return next((found for found in below if found is not None), None)


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
