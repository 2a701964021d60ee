"""Erasing cases in the database: every row of theirs, in the order references allow."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from adapters.db.rows import (
    AppealRow,
    ArchiveRow,
    BookingRow,
    CaseRow,
    DecisionRow,
    DraftRow,
    EventRow,
    NoteRow,
    OrientationRow,
    OutboxRow,
    PromisedRideRow,
    TransitionRow,
)
from regulation.basis import Part
from regulation.cases import CaseState

UNDER_WAY: Final = (CaseState.DECIDED, CaseState.UNDER_WAY)
OF_ONE_CASE: Final = (Part.CASE, Part.HELD)
"""Parts of a basis that tell of people; the others are offers, vehicles and rules."""


class SqlErasure:
    """Erasure within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def over(self, before: datetime, limit: int) -> Sequence[str]:
        """Return cases to which nothing happened since the instant, and that hold nobody up."""
        last = (
            select(EventRow.case_id)
            .where(col(EventRow.case_id).is_not(None))
            .group_by(col(EventRow.case_id))
            .having(func.max(EventRow.at) >= before)
        )
        return self._session.exec(
            select(CaseRow.case_id)
            .where(col(CaseRow.case_id).not_in(last))
            .where(col(CaseRow.state).not_in(UNDER_WAY))
            .order_by(col(CaseRow.case_id))
            .limit(limit)
        ).all()

    def erase(self, case_id: str) -> None:
        """Erase a case with everything of it."""
        self._forget_what_answers_rest_on(case_id)
        every: tuple[tuple[Any, Any], ...] = (
            (EventRow, EventRow.case_id),
            (NoteRow, NoteRow.case_id),
            (AppealRow, AppealRow.case_id),
            (OutboxRow, OutboxRow.case_id),
            (BookingRow, BookingRow.case_id),
            (PromisedRideRow, PromisedRideRow.journey_id),
            (DecisionRow, DecisionRow.case_id),
            (OrientationRow, OrientationRow.case_id),
            (TransitionRow, TransitionRow.case_id),
            (DraftRow, DraftRow.draft_id),
            (CaseRow, CaseRow.case_id),
        )
        for row, column in every:
            self._session.execute(delete(row).where(column == case_id))

    def _forget_what_answers_rest_on(self, case_id: str) -> None:
        bases = self._session.exec(
            select(OrientationRow.basis).where(col(OrientationRow.case_id) == case_id)
        )
        digests = {
            basis["parts"][part]
            for basis in bases
            if basis is not None
            for part in OF_ONE_CASE
            if part in basis["parts"]
        }
        self._session.execute(delete(ArchiveRow).where(col(ArchiveRow.digest).in_(digests)))
