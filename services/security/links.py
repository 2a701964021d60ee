"""Links that prove one thing for a while: whoever holds one may speak for one place, until then.

A link is a signed token (JWT, HS256) with a subject, a purpose and an expiry; it opens nothing else
and no session. Without a key of its own the process draws one, and its links die with it.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

GOOD_FOR = timedelta(days=30)
"""Assumption: a link printed at the desk of a duty house is changed every month."""
MOST_CHARACTERS = 1_000
ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link proves, since when and until when."""

    subject: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads links. `secret`: what they are signed with; empty: one is drawn."""

    secret: bytes = field(default=b"", repr=False)
    _key: OctKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        key = OctKey.import_key(self.secret or secrets.token_bytes(32))
        object.__setattr__(self, "_key", key)  # a frozen dataclass sets it no other way

    def make(
        self, subject: str, *, purpose: str, now: datetime, good_for: timedelta = GOOD_FOR
    ) -> str:
        """Make the token of a link, good from now on for so long."""
        claims = {
            "sub": subject,
            "aud": purpose,
            "iat": now.timestamp(),  # to the fraction: a link made just after a withdrawal is good
            "exp": int((now + good_for).timestamp()),
        }
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])

    def read(self, token: str, *, purpose: str, now: datetime) -> Link | None:
        """Return what a link proves; None when it is not ours, or for another purpose, or over."""
        if len(token) > MOST_CHARACTERS:
            return None
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, UnicodeEncodeError):
            return None
        subject, expires = claims.get("sub"), claims.get("exp")
        if claims.get("aud") != purpose or not isinstance(subject, str):
            return None
        if not isinstance(expires, int) or expires <= now.timestamp():
            return None
        return Link(
            subject=subject,
            since=datetime.fromtimestamp(claims.get("iat", 0), UTC),
            until=datetime.fromtimestamp(expires, UTC),
        )
