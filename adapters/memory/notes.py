"""Handover notes, in memory."""

from collections.abc import Sequence

from adapters.memory.records import Records
from regulation.notes import Note


class InMemoryNotes:
    """Notes among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, note: Note) -> None:
        """Keep a note."""
        self._records.notes.append(note)

    def latest(self, limit: int) -> Sequence[Note]:
        """Return the last notes, latest first."""
        return tuple(self._records.notes[::-1][:limit])

    def of_case(self, case_id: str) -> Sequence[Note]:
        """Return the notes of a case, oldest first."""
        return tuple(one for one in self._records.notes if one.case_id == case_id)
