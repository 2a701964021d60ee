"""Attempts to log in, sessions and tokens used once: what the access to the service rests on."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from regulation.kernel.time import require_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAttempt:
    """`state` binds the answer to the browser that asked, `nonce` the token to this attempt,
    `verifier` the code to whoever asked for it (RFC 7636). `back_to` is a path of ours."""

    state: str
    nonce: str
    verifier: str
    back_to: str
    expires_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.expires_at, "login attempt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody logged in. `digest` is of the token the browser holds, which is kept nowhere.

    `stepped_up_until`: until when what asks for a fresh proof may be done, None: not at all.
    """

    digest: str
    subject: str
    began_at: datetime
    seen_at: datetime
    stepped_up_until: datetime | None = None

    def seen(self, now: datetime) -> "Session":
        """Return the same, seen at this instant."""
        return replace(self, seen_at=now)


class AccessLedger(Protocol):
    """Keeps attempts, sessions and used tokens; each is gone once its time is over."""

    def begin(self, attempt: LoginAttempt) -> None:
        """Keep an attempt until its answer comes."""
        ...

    def take(self, state: str, now: datetime) -> LoginAttempt | None:
        """Return the attempt, which is gone; None when there is none, it is over or was taken."""
        ...

    def open(self, session: Session) -> None:
        """Keep a session."""
        ...

    def find(self, digest: str) -> Session | None:
        """Return a session, None when there's none."""
        ...

    def touch(self, session: Session) -> None:
        """Keep when it was last seen; nothing happens when it has ended."""
        ...

    def end(self, digest: str) -> None:
        """End a session; nothing happens when it has ended."""
        ...

    def use_once(self, token_id: str, until: datetime) -> bool:
        """Note a token; tell whether it had not been used before."""
        ...

    def purge(self, now: datetime, seen_before: datetime) -> int:
        """Forget attempts and tokens that are over, and sessions last seen before; how many."""
        ...
