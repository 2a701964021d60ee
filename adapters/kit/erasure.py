"""Erasing cases whose time is over, whole: nothing that says who somebody was is left of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Erasure(Protocol):
    """Finds cases by what last happened to them, and erases them."""

    def over(self, before: datetime, limit: int) -> Sequence[str]:
        """Return cases to which nothing happened since the instant, and that hold nobody up."""
        ...

    def erase(self, case_id: str) -> None:
        """Erase a case with its answers, decisions, messages, events, notes and what they rest
        on. The audit trail keeps who saw it, until its own time is over."""
        ...
