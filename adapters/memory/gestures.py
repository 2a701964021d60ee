"""What managers of territories settle by hand, in memory."""

from collections.abc import Mapping, Sequence

from adapters.memory.records import Records
from regulation.gestures import Gesture, GestureKind


class InMemoryGestures:
    """Gestures among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def record(self, gesture: Gesture) -> None:
        """Add a gesture at the end."""
        self._records.gestures.append(gesture)

    def latest(self, limit: int) -> Sequence[Gesture]:
        """Return the last gestures, latest first."""
        return tuple(self._records.gestures[::-1][:limit])

    def last_words(self, kind: GestureKind) -> Mapping[str, Gesture]:
        """Return the last gesture of a kind by what it is about."""
        return {one.about: one for one in self._records.gestures if one.kind is kind}

    def last_word(self, kind: GestureKind, about: str) -> Gesture | None:
        """Return the last gesture of a kind about one thing, None when there's none."""
        return self.last_words(kind).get(about)
