"""Drafts of cases, in memory."""

from collections.abc import Sequence

from adapters.memory.records import Records
from regulation.drafts import CaseDraft
from regulation.ports import StaleVersion


class InMemoryDrafts:
    """Drafts among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def find(self, draft_id: str) -> CaseDraft | None:
        """Return the draft, None when there's none of this id."""
        return self._records.drafts.get(draft_id)

    def of_case(self, case_ref: str) -> Sequence[CaseDraft]:
        """Return the drafts of a case where it comes from, by id."""
        mine = (one for one in self._records.drafts.values() if one.case_ref == case_ref)
        return tuple(sorted(mine, key=lambda one: one.draft_id))

    def save(self, draft: CaseDraft) -> None:
        """Keep a draft, or its next revision; raise StaleVersion when another was kept before."""
        kept = self._records.drafts.get(draft.draft_id)
        if (kept.revision if kept else 0) != draft.revision - 1:
            raise StaleVersion(f"draft {draft.draft_id} is not at revision {draft.revision - 1}")
        self._records.drafts[draft.draft_id] = draft

    def latest(self, limit: int) -> Sequence[CaseDraft]:
        """Return the open drafts told of last, latest first."""
        unfinished = [one for one in self._records.drafts.values() if not one.is_closed]
        unfinished.sort(key=lambda one: (one.told_at, one.draft_id), reverse=True)
        return tuple(unfinished[:limit])
