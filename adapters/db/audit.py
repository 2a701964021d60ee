"""The audit trail in the database: rows are added, never changed."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from adapters.db.rows import AuditRow
from adapters.db.writing import add
from regulation.audit import AuditAction, AuditEntry, AuditOutcome


class SqlAuditTrail:
    """The trail within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, entry: AuditEntry) -> None:
        """Add a line at the end."""
        row = {
            "at": entry.at,
            "who": entry.who,
            "action": entry.action,
            "case_id": entry.case_id,
            "outcome": entry.outcome,
        }
        add(self._session, AuditRow, row)

    def entries_of(self, case_id: str) -> Sequence[AuditEntry]:
        """Return the lines of a case, oldest first."""
        rows = self._session.exec(
            select(AuditRow).where(col(AuditRow.case_id) == case_id).order_by(col(AuditRow.number))
        )
        return tuple(
            AuditEntry(
                at=row.at,
                who=row.who,
                action=AuditAction(row.action),
                case_id=row.case_id,
                outcome=AuditOutcome(row.outcome),
            )
            for row in rows
        )
