"""Attempts, sessions and used tokens in the database."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from adapters.db.rows import LoginAttemptRow, SessionRow, UsedTokenRow
from adapters.kit.logins import LoginAttempt, Session


class SqlAccessLedger:
    """The ledger within one transaction, which the edge commits."""

    def __init__(self, session: Transaction) -> None:
        self._session = session

    def begin(self, attempt: LoginAttempt) -> None:
        """Keep an attempt until its answer comes."""
        self._session.add(
            LoginAttemptRow(
                state=attempt.state,
                nonce=attempt.nonce,
                verifier=attempt.verifier,
                back_to=attempt.back_to,
                expires_at=attempt.expires_at,
            )
        )

    def take(self, state: str, now: datetime) -> LoginAttempt | None:
        """Return the attempt, which is gone: of two answers to one attempt, one finds it."""
        row = self._session.get(LoginAttemptRow, state)
        if row is None:
            return None
        attempt = LoginAttempt(
            state=row.state,
            nonce=row.nonce,
            verifier=row.verifier,
            back_to=row.back_to,
            expires_at=row.expires_at,
        )
        self._session.expunge(row)
        gone = delete(LoginAttemptRow).where(col(LoginAttemptRow.state) == state)
        taken = self._count(gone) == 1
        return attempt if taken and now < attempt.expires_at else None

    def open(self, session: Session) -> None:
        """Keep a session."""
        self._session.add(
            SessionRow(
                digest=session.digest,
                subject=session.subject,
                began_at=session.began_at,
                seen_at=session.seen_at,
                stepped_up_until=session.stepped_up_until,
            )
        )

    def find(self, digest: str) -> Session | None:
        """Return a session, None when there's none."""
        row = self._session.exec(select(SessionRow).where(col(SessionRow.digest) == digest)).first()
        if row is None:
            return None
        return Session(
            digest=row.digest,
            subject=row.subject,
            began_at=row.began_at,
            seen_at=row.seen_at,
            stepped_up_until=row.stepped_up_until,
        )

    def touch(self, session: Session) -> None:
        """Keep when it was last seen; nothing happens when it has ended."""
        row = col(SessionRow.digest) == session.digest
        self._count(update(SessionRow).where(row).values(seen_at=session.seen_at))

    def end(self, digest: str) -> None:
        """End a session; nothing happens when it has ended."""
        self._count(delete(SessionRow).where(col(SessionRow.digest) == digest))

    def use_once(self, token_id: str, until: datetime) -> bool:
        """Note a token; tell whether it had not been used before."""
        try:
            with self._session.begin_nested():
                self._session.add(UsedTokenRow(token_id=token_id, until=until))
        except IntegrityError:
            return False
        return True

    def purge(self, now: datetime, seen_before: datetime) -> int:
        """Forget attempts and tokens that are over, and sessions last seen before; how many."""
        over = (
            delete(LoginAttemptRow).where(col(LoginAttemptRow.expires_at) <= now),
            delete(UsedTokenRow).where(col(UsedTokenRow.until) <= now),
            delete(SessionRow).where(col(SessionRow.seen_at) < seen_before),
        )
        return sum(self._count(statement) for statement in over)

    def _count(self, statement: Any) -> int:  # noqa: ANN401  an UPDATE or a DELETE
        return cast("CursorResult[Any]", self._session.execute(statement)).rowcount
