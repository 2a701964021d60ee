"""The faults a mock system shows at the moment, whichever family of faults it knows."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, Generic, TypeVar

from simulations.draws import Draws

Named = TypeVar("Named", bound=StrEnum)
Record = TypeVar("Record")

DEFAULT_SEED: Final = 1
"""Seed of whom a fault touches, when none is given."""


class Board(Generic[Named]):
    """The faults shown, and the seed of whom they touch; change both while the system runs."""

    def __init__(self, *faults: Named, seed: int = DEFAULT_SEED) -> None:
        self._shown = frozenset(faults)
        self._seed = seed

    @property
    def shown(self) -> frozenset[Named]:
        """Faults shown now."""
        return self._shown

    @property
    def seed(self) -> int:
        """Seed of whom they touch."""
        return self._seed

    def show(self, *faults: Named, seed: int | None = None) -> None:
        """Show these from now on, and no other; the seed stays unless another is given."""
        self._shown = frozenset(faults)
        self._seed = self._seed if seed is None else seed


def victims(
    records: Sequence[Record], fault: str, seed: int, key: Callable[[Record], str]
) -> list[Record]:
    """Draw whom a fault touches: half of the records, and one at least if there are any.

    Drawn by the seed and by what `key` names each record, not by its rank: the same question
    finds the same victims, in whatever order the answer is written.
    """
    return in_drawn_order(records, fault, seed, key)[: (len(records) + 1) // 2]


def in_drawn_order(
    records: Sequence[Record], fault: str, seed: int, key: Callable[[Record], str]
) -> list[Record]:
    """Shuffle the records by the seed, each named by its key."""
    draws = Draws(seed)
    return sorted(records, key=lambda one: (draws.unit(fault, key(one)), key(one)))
