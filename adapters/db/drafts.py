"""Drafts of cases, in the database."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from adapters.db.rows import DraftRow
from regulation.drafts import CaseDraft
from regulation.ports import StaleVersion

KEPT = ("case_ref", "source", "sender", "told_at", "is_closed", "revision")
"""What a row keeps as it is, besides its id and what was said."""


class SqlDrafts:
    """Drafts within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, draft_id: str) -> CaseDraft | None:
        """Return the draft, None when there's none of this id."""
        row = self._session.get(DraftRow, draft_id, populate_existing=True)
        return None if row is None else _draft(row)

    def of_case(self, case_ref: str) -> Sequence[CaseDraft]:
        """Return the drafts of a case where it comes from, by id."""
        rows = self._session.exec(
            select(DraftRow)
            .where(col(DraftRow.case_ref) == case_ref)
            .order_by(col(DraftRow.draft_id))
            .execution_options(populate_existing=True)
        )
        return tuple(map(_draft, rows))

    def save(self, draft: CaseDraft) -> None:
        """Keep a draft, or its next revision; raise StaleVersion when another was kept before."""
        values = {name: getattr(draft, name) for name in KEPT} | {"said": dict(draft.said)}
        if draft.revision == 1:
            try:
                with self._session.begin_nested():
                    self._session.add(DraftRow(draft_id=draft.draft_id, **values))
            except IntegrityError:
                raise StaleVersion(f"draft {draft.draft_id} is kept already") from None
            return
        done = self._session.execute(
            update(DraftRow)
            .where(col(DraftRow.draft_id) == draft.draft_id)
            .where(col(DraftRow.revision) == draft.revision - 1)
            .values(**values)
        )
        assert isinstance(done, CursorResult)
        if done.rowcount == 0:
            raise StaleVersion(f"draft {draft.draft_id} is past revision {draft.revision - 1}")

    def latest(self, limit: int) -> Sequence[CaseDraft]:
        """Return the open drafts told of last, latest first."""
        rows = self._session.exec(
            select(DraftRow)
            .where(col(DraftRow.is_closed).is_(False))
            .order_by(col(DraftRow.told_at).desc(), col(DraftRow.draft_id).desc())
            .limit(limit)
        )
        return tuple(map(_draft, rows))


def _draft(row: DraftRow) -> CaseDraft:
    return CaseDraft(
        draft_id=row.draft_id,
        case_ref=row.case_ref,
        source=row.source,
        sender=row.sender,
        told_at=row.told_at,
        said=row.said,
        is_closed=row.is_closed,
        revision=row.revision,
    )
