"""What has happened, in memory."""

from collections.abc import Sequence

from adapters.memory.records import Records
from regulation.events import Event, NumberedEvent


class InMemoryEventLog:
    """Events among the records of one unit of work; units follow one another, so numbers do."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def record(self, event: Event) -> None:
        """Keep an event under the next number."""
        self._records.events.append(NumberedEvent(number=self.last_number() + 1, event=event))

    def after(
        self, number: int, *, case_id: str | None = None, limit: int = 500
    ) -> Sequence[NumberedEvent]:
        """Return what came after the number, in order."""
        later = (one for one in self._records.events[number:])
        mine = [one for one in later if case_id is None or one.event.case_id == case_id]
        return tuple(mine[:limit])

    def last_number(self) -> int:
        """Return the number of the last event, 0 when there's none."""
        return len(self._records.events)
