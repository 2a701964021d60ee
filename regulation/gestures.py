"""What whoever manages a territory settles by hand: kept line by line, never changed.

A gesture is undone by another, which says the contrary: the last word on a thing is in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from regulation.kernel.time import require_aware


class GestureKind(StrEnum):
    """What was settled."""

    PAIR_JUDGED = "pair.judged"
    LINK_WITHDRAWN = "link.withdrawn"
    RECORDS_REPLAYED = "records.replayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """Who settled what, and when. `about` names the thing, `said` is a code or a count: no text
    that somebody typed."""

    at: datetime
    who: str
    kind: GestureKind
    about: str
    said: str

    def __post_init__(self) -> None:
        require_aware(self.at, "gesture")


class GestureBook(Protocol):
    """Keeps gestures, in order and for ever."""

    def record(self, gesture: Gesture) -> None:
        """Add a gesture at the end."""
        ...

    def latest(self, limit: int) -> Sequence[Gesture]:
        """Return the last gestures, latest first."""
        ...

    def last_words(self, kind: GestureKind) -> Mapping[str, Gesture]:
        """Return the last gesture of a kind by what it is about."""
        ...

    def last_word(self, kind: GestureKind, about: str) -> Gesture | None:
        """Return the last gesture of a kind about one thing, None when there's none."""
        ...
