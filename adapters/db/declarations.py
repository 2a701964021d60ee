"""What effecteurs declare of themselves, in the database: the last word of each."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from adapters.db.rows import DeclarationRow
from regulation.declarations import Declaration, Openness
from regulation.kernel.ids import Identifier


class SqlDeclarations:
    """Declarations within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, declaration: Declaration) -> bool:
        """Keep the last word of an effecteur; tell whether it was the last."""
        name = str(declaration.effecteur_id)
        known = self._session.get(DeclarationRow, name)
        if known is not None and known.observed_at > declaration.observed_at:
            return False
        self._session.merge(
            DeclarationRow(
                effecteur_id=name,
                status=declaration.status,
                waiting_minutes=declaration.waiting_minutes,
                waiting=declaration.waiting,
                observed_at=declaration.observed_at,
                valid_until=declaration.valid_until,
                declared_by=declaration.declared_by,
                extra_patients=declaration.extra_patients,
            )
        )
        self._session.flush()
        return True

    def valid_at(self, now: datetime) -> Sequence[Declaration]:
        """Return those still to be believed, by effecteur."""
        rows = self._session.exec(
            select(DeclarationRow)
            .where(col(DeclarationRow.valid_until) > now)
            .order_by(col(DeclarationRow.effecteur_id))
        )
        return tuple(map(_declaration, rows))

    def forget(self, before: datetime) -> int:
        """Erase what was over by then, who declared it included; return how many."""
        over = delete(DeclarationRow).where(col(DeclarationRow.valid_until) <= before)
        return self._session.exec(over).rowcount


def _declaration(row: DeclarationRow) -> Declaration:
    return Declaration(
        effecteur_id=Identifier.parse(row.effecteur_id),
        status=Openness(row.status),
        waiting_minutes=row.waiting_minutes,
        waiting=row.waiting,
        observed_at=row.observed_at,
        valid_until=row.valid_until,
        declared_by=row.declared_by,
        extra_patients=row.extra_patients,
    )
