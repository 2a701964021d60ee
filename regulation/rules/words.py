"""What rules may speak of: families and the facts they are given, effects, figures."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from regulation.rules.model import Value


class Whole(StrEnum):
    """How many whole numbers a figure is: one, any, or pairs of them; none below zero."""

    ONE = "un nombre entier, au moins 0"
    LIST = "des nombres entiers, au moins 0"
    PAIRS = "des paires de nombres entiers, au moins 0"

    def admits(self, value: Value) -> bool:
        """Tell whether a figure may have this value."""
        listed = value if isinstance(value, tuple) else (value,)
        if self is Whole.ONE and isinstance(value, tuple):
            return False
        if self is Whole.PAIRS and len(listed) % 2:
            return False
        return all(type(one) is int and one >= 0 for one in listed)


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
    of the figures that have a closed list of them, `whole` says how many whole numbers a figure
    or an effect of this name is. `may_end` names the figures that may have no value any more from
    some day on, once the figure named beside it has none.
    """

    facts: Mapping[str, Set[object] | None]
    families: Mapping[str, Family]
    effects: Mapping[str, Set[object]] = field(default_factory=dict)
    ranks: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    figures: Mapping[str, Set[object]] = field(default_factory=dict)
    whole: Mapping[str, Whole] = field(default_factory=dict)
    may_end: Mapping[str, str] = field(default_factory=dict)

    def known_to(self, family: str) -> Set[str]:
        """Names of the facts a family is given."""
        told = self.families[family].facts
        return self.facts.keys() if told is None else told
