"""Cases in the database, each with its journal."""

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from adapters.db.dossiers import from_dossier, to_dossier
from adapters.db.rows import CaseRow, TransitionRow
from regulation.cases import Case, CaseState, Transition
from regulation.ports import CaseExists, StaleVersion


class SqlCases:
    """Cases within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case: Case) -> None:
        """Keep a new case; raise CaseExists when its id is taken."""
        row = CaseRow(
            case_id=case.case_id,
            version=case.version,
            state=case.state,
            dossier=to_dossier(case),
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            raise CaseExists(f"case {case.case_id}") from None
        self._write_journal(case, since=0)

    def find(self, case_id: str) -> Case | None:
        """Return the case, None when there's none of this id."""
        row = self._session.get(CaseRow, case_id, populate_existing=True)
        if row is None:
            return None
        written = self._session.exec(
            select(TransitionRow)
            .where(col(TransitionRow.case_id) == case_id)
            .order_by(col(TransitionRow.number))
        )
        return from_dossier(
            case_id, row.dossier, CaseState(row.state), tuple(map(_transition, written))
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

    def _write_journal(self, case: Case, since: int) -> None:
        for number, line in enumerate(case.journal[since:], start=since + 1):
            self._session.add(
                TransitionRow(
                    case_id=case.case_id,
                    number=number,
                    at=line.at,
                    before=line.before,
                    after=line.after,
                    actor=line.actor,
                    reason=line.reason,
                )
            )
        self._session.flush()


def _transition(row: TransitionRow) -> Transition:
    return Transition(
        at=row.at,
        before=CaseState(row.before),
        after=CaseState(row.after),
        actor=row.actor,
        reason=row.reason,
    )
