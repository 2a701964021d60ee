"""The seals of the audit trail in memory; a line's number is its place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from adapters.memory.records import Records
from regulation.audit_chain import AuditSeal, NumberedEntry


class InMemoryAuditSeals:
    """The seals in the records of a unit."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def settled(self, before: datetime, limit: int) -> Sequence[NumberedEntry]:
        """Return lines under no seal yet and older than this, in order."""
        last = self.last()
        after = self.between(last.last + 1 if last else 1, len(self._records.audit))
        return tuple(takewhile(lambda one: one.entry.at < before, after))[:limit]

    def last(self) -> AuditSeal | None:
        """Return the last seal, None when there's none."""
        return self._records.seals[-1] if self._records.seals else None

    def add(self, seal: AuditSeal) -> None:
        """Keep a seal; raise ValueError when another has its rank."""
        if any(one.rank == seal.rank for one in self._records.seals):
            raise ValueError(f"seal {seal.rank} is kept already")
        self._records.seals.append(seal)

    def all(self) -> Sequence[AuditSeal]:
        """Return every seal, in order."""
        return tuple(self._records.seals)

    def between(self, first: int, last: int) -> Sequence[NumberedEntry]:
        """Return the lines of these numbers, in order."""
        return tuple(
            NumberedEntry(number=number, entry=entry)
            for number, entry in enumerate(self._records.audit, start=1)
            if first <= number <= last and number not in self._records.purged
        )

    def count_after(self, number: int) -> int:
        """Count the lines numbered higher."""
        return max(0, len(self._records.audit) - number)

    def purge(self, seal: AuditSeal, now: datetime) -> None:
        """Erase the lines under a seal, and say so on it."""
        place = self._records.seals.index(seal)
        self._records.seals[place] = replace(seal, purged_at=now)
        self._records.purged |= set(range(seal.first, seal.last + 1))
