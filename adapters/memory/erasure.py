"""Erasing cases in memory."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.records import Records
from regulation.basis import Part
from regulation.cases import CaseState

UNDER_WAY = frozenset({CaseState.DECIDED, CaseState.UNDER_WAY})
OF_ONE_CASE = (Part.CASE, Part.HELD)


class InMemoryErasure:
    """Erasure among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def over(self, before: datetime, limit: int) -> Sequence[str]:
        """Return cases to which nothing happened since the instant, and that hold nobody up."""
        lately = {one.event.case_id for one in self._records.events if one.event.at >= before}
        cases = self._records.cases.values()
        over = (one.case_id for one in cases if one.state not in UNDER_WAY)
        return sorted(one for one in over if one not in lately)[:limit]

    def erase(self, case_id: str) -> None:
        """Erase a case with everything of it."""
        records = self._records
        mine = [one for one in records.orientations if one.orientation.case_id == case_id]
        told = [one.basis.parts for one in mine if one.basis is not None]
        digests = {parts[part] for parts in told for part in OF_ONE_CASE if part in parts}
        records.archive = {k: doc for k, doc in records.archive.items() if k not in digests}
        records.orientations = [one for one in records.orientations if one not in mine]
        records.decisions = [one for one in records.decisions if one.decision.case_id != case_id]
        records.bookings = [one for one in records.bookings if one.case_id != case_id]
        records.events = [one for one in records.events if one.event.case_id != case_id]
        records.notes = [one for one in records.notes if one.case_id != case_id]
        records.outbox = {
            name: one for name, one in records.outbox.items() if one.message.case_id != case_id
        }
        records.appeals = {
            name: one for name, one in records.appeals.items() if one.case_id != case_id
        }
        records.rides.pop(case_id, None)
        records.drafts.pop(case_id, None)
        records.cases.pop(case_id, None)
