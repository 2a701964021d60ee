"""The faults a mock system shows at the moment, whichever family of faults it knows."""

from enum import StrEnum
from typing import Generic, TypeVar

Named = TypeVar("Named", bound=StrEnum)


class Board(Generic[Named]):
    """The faults shown; change them while the system runs."""

    def __init__(self, *faults: Named) -> None:
        self._shown = frozenset(faults)

    @property
    def shown(self) -> frozenset[Named]:
        """Faults shown now."""
        return self._shown

    def show(self, *faults: Named) -> None:
        """Show these from now on, and no other."""
        self._shown = frozenset(faults)
