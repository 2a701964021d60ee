"""Attempts, sessions and used tokens in memory."""

from datetime import datetime

from adapters.kit.logins import LoginAttempt, Session
from adapters.memory.records import Records


class InMemoryAccessLedger:
    """The ledger in the records of a unit."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def begin(self, attempt: LoginAttempt) -> None:
        """Keep an attempt until its answer comes."""
        self._records.attempts[attempt.state] = attempt

    def take(self, state: str, now: datetime) -> LoginAttempt | None:
        """Return the attempt, which is gone."""
        attempt = self._records.attempts.pop(state, None)
        return attempt if attempt is not None and now < attempt.expires_at else None

    def open(self, session: Session) -> None:
        """Keep a session."""
        self._records.sessions[session.digest] = session

    def find(self, digest: str) -> Session | None:
        """Return a session, None when there's none."""
        return self._records.sessions.get(digest)

    def touch(self, session: Session) -> None:
        """Keep when it was last seen; nothing happens when it has ended."""
        kept = self._records.sessions.get(session.digest)
        if kept is not None:
            self._records.sessions[session.digest] = kept.seen(session.seen_at)

    def end(self, digest: str) -> None:
        """End a session; nothing happens when it has ended."""
        self._records.sessions.pop(digest, None)

    def use_once(self, token_id: str, until: datetime) -> bool:
        """Note a token; tell whether it had not been used before."""
        return self._records.used_tokens.setdefault(token_id, until) is until

    def purge(self, now: datetime, seen_before: datetime) -> int:
        """Forget attempts and tokens that are over, and sessions last seen before; how many."""
        records = self._records
        attempts = [key for key, one in records.attempts.items() if one.expires_at <= now]
        tokens = [key for key, until in records.used_tokens.items() if until <= now]
        sessions = [key for key, one in records.sessions.items() if one.seen_at < seen_before]
        for key in attempts:
            del records.attempts[key]
        for key in tokens:
            del records.used_tokens[key]
        for key in sessions:
            del records.sessions[key]
        return len(attempts) + len(tokens) + len(sessions)
