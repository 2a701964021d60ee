"""Cases in the database, each with its journal."""

from collections.abc import Mapping, Sequence, Set
from itertools import groupby

from sqlalchemy import func, update
from sqlalchemy.engine import CursorResult
from sqlmodel import Session, col, select

from adapters.db.dossiers import from_dossier, to_dossier
from adapters.db.inserting import add, add_unless_there
from adapters.db.rows import CaseRow, TransitionRow
from regulation.cases import Case, CaseState, Transition
from regulation.ports import CaseExists, StaleVersion


class SqlCases:
    """Cases within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case: Case) -> None:
        """Keep a new case; raise CaseExists when its id is taken."""
        row = {
            "case_id": case.case_id,
            "version": case.version,
            "state": case.state,
            "dossier": to_dossier(case),
        }
        if not add_unless_there(self._session, CaseRow, row):
            raise CaseExists(f"case {case.case_id}")
        self._write_journal(case, since=0)

    def find(self, case_id: str) -> Case | None:
        """Return the case, None when there's none of this id."""
        row = self._session.get(CaseRow, case_id, populate_existing=True)
        return None if row is None else self._case(row)

    def hold(self, case_id: str) -> Case | None:
        """Return the case with its row locked, as an update that leaves its key alone would."""
        row = self._session.get(
            CaseRow, case_id, populate_existing=True, with_for_update={"key_share": True}
        )
        return None if row is None else self._case(row)

    def _case(self, row: CaseRow) -> Case:
        written = self._session.exec(
            select(TransitionRow)
            .where(col(TransitionRow.case_id) == row.case_id)
            .order_by(col(TransitionRow.number))
        )
        return from_dossier(
            row.case_id, row.dossier, CaseState(row.state), tuple(map(_transition, written))
        )

    def save(self, case: Case, expected_version: int) -> None:
        """Replace the case; raise StaleVersion when it has moved on since."""
        done = self._session.execute(
            update(CaseRow)
            .where(col(CaseRow.case_id) == case.case_id)
            .where(col(CaseRow.version) == expected_version)
            .values(version=case.version, state=case.state, dossier=to_dossier(case))
        )
        assert isinstance(done, CursorResult)
        if done.rowcount == 0:
            raise StaleVersion(f"case {case.case_id} is no longer at version {expected_version}")
        self._write_journal(case, since=expected_version)

    def latest(self, states: Set[CaseState], limit: int) -> Sequence[Case]:
        """Return the cases in these states, those that moved last first."""
        moved = (
            select(col(TransitionRow.case_id), func.max(col(TransitionRow.at)).label("at"))
            .group_by(col(TransitionRow.case_id))
            .subquery()
        )
        rows = self._session.exec(
            select(CaseRow)
            .outerjoin(moved, moved.c.case_id == col(CaseRow.case_id))
            .where(col(CaseRow.state).in_(sorted(states)))
            .order_by(moved.c.at.desc().nulls_first(), col(CaseRow.case_id).desc())
            .limit(limit)
            .execution_options(populate_existing=True)
        ).all()
        journals = self._journals([row.case_id for row in rows])
        return tuple(
            from_dossier(
                row.case_id, row.dossier, CaseState(row.state), journals.get(row.case_id, ())
            )
            for row in rows
        )

    def _journals(self, case_ids: Sequence[str]) -> Mapping[str, tuple[Transition, ...]]:
        written = self._session.exec(
            select(TransitionRow)
            .where(col(TransitionRow.case_id).in_(case_ids))
            .order_by(col(TransitionRow.case_id), col(TransitionRow.number))
        )
        grouped = groupby(written, key=lambda row: row.case_id)
        return {case_id: tuple(map(_transition, rows)) for case_id, rows in grouped}

    def _write_journal(self, case: Case, since: int) -> None:
        lines = (
            {
                "case_id": case.case_id,
                "number": number,
                "at": line.at,
                "before": line.before,
                "after": line.after,
                "actor": line.actor,
                "reason": line.reason,
            }
            for number, line in enumerate(case.journal[since:], start=since + 1)
        )
        add(self._session, TransitionRow, *lines)


def _transition(row: TransitionRow) -> Transition:
    return Transition(
        at=row.at,
        before=CaseState(row.before),
        after=CaseState(row.after),
        actor=row.actor,
        reason=row.reason,
    )
