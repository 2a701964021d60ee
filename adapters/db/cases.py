"""Cases in the database, each with its journal."""

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from adapters.db.answers import read_answers
from adapters.db.documents import from_document, to_document
from adapters.db.rows import CaseRow, Document, TransitionRow
from regulation.cases import Caller, CareNeed, Case, CaseState, Patient, Transition
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.places import Position
from regulation.ports import CaseExists, StaleVersion

KEPT_APART = frozenset({"case_id", "state", "journal"})
"""Fields of a case that have columns or rows of their own."""


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
            dossier=_dossier(case),
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
        return _case(row, tuple(map(_transition, written)))

    def save(self, case: Case, expected_version: int) -> None:
        """Replace the case; raise StaleVersion when it has moved on since."""
        done = self._session.execute(
            update(CaseRow)
            .where(col(CaseRow.case_id) == case.case_id)
            .where(col(CaseRow.version) == expected_version)
            .values(version=case.version, state=case.state, dossier=_dossier(case))
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


def _case(row: CaseRow, journal: tuple[Transition, ...]) -> Case:
    told = row.dossier
    return Case(
        case_id=row.case_id,
        caller=from_document(told["caller"], Caller),
        patient=from_document(told["patient"], Patient),
        need=from_document(told["need"], CareNeed),
        mobility=read_answers(told["mobility"]),
        pharmacy_stop=PharmacyNeed(told["pharmacy_stop"]),
        return_to=told["return_to"] and from_document(told["return_to"], Position),
        preferred_effecteur=told["preferred_effecteur"]
        and from_document(told["preferred_effecteur"], Identifier),
        state=CaseState(row.state),
        journal=journal,
    )


def _dossier(case: Case) -> Document:
    document = to_document(case)
    return {name: value for name, value in document.items() if name not in KEPT_APART}
