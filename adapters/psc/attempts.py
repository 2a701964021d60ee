"""One attempt to log in: what is sent along, and what the answer must match."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from adapters.kit.logins import LoginAttempt
from adapters.psc.provider import Provider

ATTEMPT_LASTS = timedelta(minutes=10)
"""A professional has this long to prove who they are (assumption)."""

SCOPES = "openid scope_all"
ACR = "eidas1"

Token = Callable[[], str]
"""Draws an unguessable token; an argument, so that a test knows it."""


def unguessable() -> str:
    """Draw 256 bits."""
    return secrets.token_urlsafe(32)


def begin_attempt(back_to: str, now: datetime, draw: Token = unguessable) -> LoginAttempt:
    """Draw a new attempt that leads back to a path of ours, to the first page from elsewhere."""
    local = back_to.startswith("/") and not back_to.startswith(("//", "/\\"))
    return LoginAttempt(
        state=draw(),
        nonce=draw(),
        verifier=draw(),
        back_to=back_to if local else "/",
        expires_at=now + ATTEMPT_LASTS,
    )


def authorization_url(
    provider: Provider, attempt: LoginAttempt, *, client_id: str, redirect_uri: str
) -> str:
    """Write where the browser is sent to prove who is before it."""
    digest = hashlib.sha256(attempt.verifier.encode("ascii")).digest()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPES,
        "acr_values": ACR,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"),
        "code_challenge_method": "S256",
    }
    return f"{provider.authorization_endpoint}?{urlencode(asked)}"
