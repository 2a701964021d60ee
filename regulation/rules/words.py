"""What rules may speak of: families and the facts they are given, effects, figures."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from regulation.rules.model import Value


class Shape(StrEnum):
    """What a figure must be for the program to read it; nothing is ever below zero."""

    NUMBER = "un nombre, au moins 0"
    WHOLE = "un nombre entier, au moins 0"
    COUNT = "un nombre entier, au moins 1"
    LIST = "des nombres entiers, au moins 0"
    PAIRS = "des paires de nombres entiers, au moins 0"

    def admits(self, value: Value) -> bool:
        """Tell whether a figure may have this value."""
        listed = value if isinstance(value, tuple) else (value,)
        if isinstance(value, tuple) and self not in {Shape.LIST, Shape.PAIRS}:
            return False
        if self is Shape.PAIRS and len(listed) % 2:
            return False
        kinds = {int, float} if self is Shape.NUMBER else {int}
        least = 1 if self is Shape.COUNT else 0
        return all(type(one) in kinds and float(one) >= least for one in listed)


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

    def known_to(self, family: str) -> Set[str]:
        """Names of the facts a family is given."""
        told = self.families[family].facts
        return self.facts.keys() if told is None else told
