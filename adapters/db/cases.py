"""Cases in the database, each with its journal."""

from collections.abc import Mapping, Sequence, Set
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, func, insert, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from adapters.db.dossiers import from_dossier, to_dossier
from adapters.db.rows import CaseRow, TransitionRow
from adapters.db.writing import Values, add, add_unless_there, change, changes_two, table_of
from regulation.cases import Case, CaseState, Transition
from regulation.ports import CaseExists, StaleVersion

CASES, TRANSITIONS = table_of(CaseRow), table_of(TransitionRow)
FOUND = (
    select_columns(CASES.c.state, CASES.c.dossier, *TRANSITIONS.c)
    .outerjoin(TRANSITIONS, TRANSITIONS.c.case_id == CASES.c.case_id)
    .where(CASES.c.case_id == bindparam("named"))
    .order_by(TRANSITIONS.c.number)
)
"""A case with its journal, a line each; one line without a number where nothing has happened."""

LOCKED = (
    select_columns(CASES.c.case_id)
    .where(CASES.c.case_id == bindparam("named"))
    .with_for_update(key_share=True)
)
"""Locks a case. Read with its journal in the same statement, it would come with the journal of
before whoever held it."""

MOVED = update(CASES).where(
    CASES.c.case_id == bindparam("named"), CASES.c.version == bindparam("seen")
)
LINE = (
    *(TRANSITIONS.c.number, TRANSITIONS.c.at, TRANSITIONS.c.before),
    *(TRANSITIONS.c.after, TRANSITIONS.c.actor, TRANSITIONS.c.reason),
)
NOW = {name: bindparam(name, type_=CASES.c[name].type) for name in ("version", "state", "dossier")}
FOLLOWED = MOVED.values(**NOW).returning(CASES.c.case_id).cte("moved")
MOVED_BY_ONE = (
    insert(TRANSITIONS)
    .from_select(
        ["case_id", *(one.name for one in LINE)],
        select_columns(FOLLOWED.c.case_id, *(bindparam(one.name, type_=one.type) for one in LINE)),
    )
    .execution_options(preserve_rowcount=True)
)
"""Replaces a case and writes the one line of its journal, where a statement may change two tables;
nothing is written unless the case is at the version that was seen."""


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
        rows = self._session.connection().execute(FOUND, {"named": case_id}).all()
        if not rows:
            return None
        journal = tuple(_transition(row) for row in rows if row.number is not None)
        return from_dossier(case_id, rows[0].dossier, CaseState(rows[0].state), journal)

    def hold(self, case_id: str) -> Case | None:
        """Return the case with its row locked, as an update that leaves its key alone would."""
        self._session.connection().execute(LOCKED, {"named": case_id})
        return self.find(case_id)

    def save(self, case: Case, expected_version: int) -> None:
        """Replace the case; raise StaleVersion when it has moved on since."""
        now = {"version": case.version, "state": case.state, "dossier": to_dossier(case)}
        found = {"named": case.case_id, "seen": expected_version}
        lines = _lines(case, since=expected_version)
        at_once = len(lines) == 1 and changes_two(self._session)
        if at_once:
            moved = change(self._session, MOVED_BY_ONE, **found, **now, **lines[0])
        else:
            moved = change(self._session, MOVED, **found, **now)
        if not moved:
            raise StaleVersion(f"case {case.case_id} is no longer at version {expected_version}")
        if not at_once:
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
        lines = _lines(case, since)
        add(self._session, TransitionRow, *({"case_id": case.case_id, **one} for one in lines))


def _lines(case: Case, since: int) -> Sequence[Values]:
    return [
        {
            "number": number,
            "at": line.at,
            "before": line.before,
            "after": line.after,
            "actor": line.actor,
            "reason": line.reason,
        }
        for number, line in enumerate(case.journal[since:], start=since + 1)
    ]


def _transition(row: Any) -> Transition:  # noqa: ANN401  a row read as an object, or as a line
    return Transition(
        at=row.at,
        before=CaseState(row.before),
        after=CaseState(row.after),
        actor=row.actor,
        reason=row.reason,
    )
