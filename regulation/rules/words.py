"""What rules may speak of: families and the facts they are given, effects, figures."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from sys import float_info

from regulation.rules.model import Value


class Shape(StrEnum):
    """What a figure must be for the program to read it; nothing is ever below zero."""

    NUMBER = "un nombre, au moins 0"
    WHOLE = "un nombre entier, au moins 0"
    COUNT = "un nombre entier, au moins 1"
    PERCENT = "un nombre entier, de 0 à 100"
    LIST = "des nombres entiers, au moins 0"
    PAIRS = "des paires de nombres entiers, au moins 0"
    NUMBERS = "des nombres, au moins 0"
    RISING = "des nombres de plus en plus grands, plus que 0"

    def admits(self, value: Value) -> bool:
        """Tell whether a figure may have this value."""
        listed = value if isinstance(value, tuple) else (value,)
        if isinstance(value, tuple) and self not in _LISTED:
            return False
        if self is Shape.PAIRS and len(listed) % 2:
            return False
        kinds = {int, float} if self in _FRACTIONS else {int}
        least = 1 if self is Shape.COUNT else 0
        most = 100 if self is Shape.PERCENT else float_info.max
        if not all(type(one) in kinds and least <= float(one) <= most for one in listed):
            return False
        return self is not Shape.RISING or _rises(value)


_LISTED = frozenset({Shape.LIST, Shape.PAIRS, Shape.NUMBERS, Shape.RISING})
_FRACTIONS = frozenset({Shape.NUMBER, Shape.NUMBERS, Shape.RISING})


def _rises(value: Value) -> bool:
    """Tell whether it lists at least one number, each above the one before, the first above 0."""
    if not isinstance(value, tuple) or not value:
        return False
    steps = [0.0, *map(float, value)]
    return all(before < after for before, after in pairwise(steps))


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
    of the figures that have a closed list of them, `shapes` says what a figure or an effect of
    this name must be to be read. `may_end` names the figures that may have no value any more from
    some day on, once the figure named beside it has none.
    """

    facts: Mapping[str, Set[object] | None]
    families: Mapping[str, Family]
    effects: Mapping[str, Set[object]] = field(default_factory=dict)
    ranks: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    figures: Mapping[str, Set[object]] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    may_end: Mapping[str, str] = field(default_factory=dict)

    def shape_of(self, name: str, value: Value) -> Shape | None:
        """What a figure of this name must be; no number, alone or listed, escapes being one."""
        told = self.shapes.get(name)
        listed = value if isinstance(value, tuple) else (value,)
        if told or not any(type(one) in {int, float} for one in listed):
            return told
        return Shape.NUMBERS if isinstance(value, tuple) else Shape.NUMBER

    def known_to(self, family: str) -> Set[str]:
        """Names of the facts a family is given."""
        told = self.families[family].facts
        return self.facts.keys() if told is None else told
