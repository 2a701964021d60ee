"""The seals of the audit trail in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from adapters.db.rows import AuditRow, AuditSealRow
from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.audit_chain import AuditSeal, NumberedEntry


class SqlAuditSeals:
    """The seals within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def settled(self, before: datetime, limit: int) -> Sequence[NumberedEntry]:
        """Return lines under no seal yet and older than this, in order.

        The first that is younger ends them: a seal has no hole.
        """
        last = self.last()
        reached = last.last if last else 0
        after = select(AuditRow).where(col(AuditRow.number) > reached)
        young = self._session.exec(
            select(func.min(AuditRow.number)).where(
                col(AuditRow.number) > reached, col(AuditRow.at) >= before
            )
        ).one()
        if young is not None:
            after = after.where(col(AuditRow.number) < young)
        rows = self._session.exec(after.order_by(col(AuditRow.number)).limit(limit))
        return tuple(_numbered(row) for row in rows)

    def last(self) -> AuditSeal | None:
        """Return the last seal, None when there's none."""
        newest = select(AuditSealRow).order_by(col(AuditSealRow.rank).desc()).limit(1)
        row = self._session.exec(newest).first()
        return None if row is None else _seal(row)

    def add(self, seal: AuditSeal) -> None:
        """Keep a seal; raise ValueError when another has its rank."""
        row = AuditSealRow(
            rank=seal.rank,
            first=seal.first,
            last=seal.last,
            count=seal.count,
            digest=seal.digest,
            sealed_at=seal.sealed_at,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            raise ValueError(f"seal {seal.rank} is kept already") from None

    def all(self) -> Sequence[AuditSeal]:
        """Return every seal, in order."""
        rows = self._session.exec(select(AuditSealRow).order_by(col(AuditSealRow.rank)))
        return tuple(_seal(row) for row in rows)

    def between(self, first: int, last: int) -> Sequence[NumberedEntry]:
        """Return the lines of these numbers, in order."""
        within = select(AuditRow).where(col(AuditRow.number) >= first, col(AuditRow.number) <= last)
        rows = self._session.exec(within.order_by(col(AuditRow.number)))
        return tuple(_numbered(row) for row in rows)

    def count_after(self, number: int) -> int:
        """Count the lines numbered higher."""
        return self._session.exec(
            select(func.count()).select_from(AuditRow).where(col(AuditRow.number) > number)
        ).one()

    def purge(self, seal: AuditSeal, now: datetime) -> None:
        """Erase the lines under a seal, and say so on it first: the database refuses otherwise."""
        of_seal = col(AuditSealRow.rank) == seal.rank
        self._session.execute(update(AuditSealRow).where(of_seal).values(purged_at=now))
        self._session.execute(
            delete(AuditRow).where(
                col(AuditRow.number) >= seal.first, col(AuditRow.number) <= seal.last
            )
        )


def _numbered(row: AuditRow) -> NumberedEntry:
    assert row.number is not None
    entry = AuditEntry(
        at=row.at,
        who=row.who,
        action=AuditAction(row.action),
        case_id=row.case_id,
        outcome=AuditOutcome(row.outcome),
    )
    return NumberedEntry(number=row.number, entry=entry)


def _seal(row: AuditSealRow) -> AuditSeal:
    return AuditSeal(
        rank=row.rank,
        first=row.first,
        last=row.last,
        count=row.count,
        digest=row.digest,
        sealed_at=row.sealed_at,
        purged_at=row.purged_at,
    )
