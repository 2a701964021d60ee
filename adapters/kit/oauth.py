"""OAuth2 client credentials: a token asked once, used until it expires."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from adapters.kit.asking import Asker
from adapters.kit.failures import FeedFailure
from adapters.kit.http import Question

EARLY = timedelta(seconds=30)
"""A token is renewed this long before it expires: it must live through one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """Who we are to the authorization server; `secret` is empty when a certificate says it
    (RFC 8705), and is never shown."""

    client_id: str
    secret: str = field(default="", repr=False)
    scope: str = ""


class _Grant(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = 60.0
    token_type: str = "Bearer"  # noqa: S105  the kind of token, not one


_GRANT = msgspec.json.Decoder(_Grant)


class TokenSource:
    """Asks for tokens at one address."""

    def __init__(self, asker: Asker, url: str, credentials: ClientCredentials) -> None:
        self._asker = asker
        self._url = url
        self._credentials = credentials
        self._token = ""
        self._good_until: datetime | None = None

    async def header(self, now: datetime) -> dict[str, str]:
        """Return the header that carries a token good at this instant; raise FeedFailure."""
        if self._good_until is None or now >= self._good_until:
            await self._renew(now)
        return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """Drop the token: the server has just refused it."""
        self._good_until = None

    async def _renew(self, now: datetime) -> None:
        reply = await self._asker.ask(self._question(), now)
        try:
            grant = _GRANT.decode(reply.body)
        except msgspec.DecodeError:
            raise FeedFailure(
                "le serveur d'autorisation n'a pas donné de jeton", retryable=False
            ) from None
        self._token = grant.access_token
        self._good_until = now + max(timedelta(0), timedelta(seconds=grant.expires_in) - EARLY)

    def _question(self) -> Question:
        credentials = self._credentials
        told = {"grant_type": "client_credentials", "client_id": credentials.client_id}
        optional = {"client_secret": credentials.secret, "scope": credentials.scope}
        told |= {name: value for name, value in optional.items() if value}
        return Question(
            url=self._url,
            method="POST",
            content=urlencode(told).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
