"""The relying party: sends people to Pro Santé Connect, and checks what comes back."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from adapters.kit.failures import FeedFailure
from adapters.kit.http import Question, Reply, ask
from adapters.kit.logins import LoginAttempt
from adapters.psc.attempts import authorization_url
from adapters.psc.errors import NotIdentified, ProviderUnavailable
from adapters.psc.people import Professional, professional_of
from adapters.psc.provider import WELL_KNOWN, Provider, read_provider
from adapters.psc.tokens import verified_claims

DEADLINE_S = 7.0
MOST_BYTES = 200_000


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the token endpoint; refresh tokens are not kept."""

    access_token: str
    id_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How we are known to Pro Santé Connect. `issuer` is the one provider believed."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(slots=True)
class ProSanteConnect:
    """One provider. Discovery and keys are kept; keys are fetched again when one is unknown."""

    http: httpx.AsyncClient
    registration: Registration
    _provider: Provider | None = None
    _keys: KeySet | None = None

    async def address_for(self, attempt: LoginAttempt) -> str:
        """Return where to send the browser; raise ProviderUnavailable."""
        return authorization_url(
            await self._discovered(),
            attempt,
            client_id=self.registration.client_id,
            redirect_uri=self.registration.redirect_uri,
        )

    async def identify(self, code: str, attempt: LoginAttempt, now: datetime) -> Professional:
        """Exchange a code; return who it is, or raise NotIdentified or ProviderUnavailable."""
        provider = await self._discovered()
        tokens = await self._exchange(provider, code, attempt)
        claims = await self._checked(provider, tokens, attempt, now)
        told = await self._ask(
            Question(
                url=provider.userinfo_endpoint,
                headers={"Authorization": f"Bearer {tokens.access_token}"},
            )
        )
        if told.status != 200:  # noqa: PLR2004  OK
            raise NotIdentified("Pro Santé Connect ne dit pas qui est cette personne")
        return professional_of(_object(told), subject=str(claims.get("sub", "")))

    async def _discovered(self) -> Provider:
        if self._provider is None:
            issuer = self.registration.issuer
            reply = await self._ask(Question(url=f"{issuer}{WELL_KNOWN}"))
            self._provider = read_provider(reply, issuer)
        return self._provider

    async def _exchange(self, provider: Provider, code: str, attempt: LoginAttempt) -> Tokens:
        registration = self.registration
        pair = f"{quote(registration.client_id)}:{quote(registration.client_secret)}"
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": registration.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        reply = await self._ask(
            Question(
                url=provider.token_endpoint,
                method="POST",
                content=urlencode(body).encode(),
                headers={
                    "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
        )
        if reply.status != 200:  # noqa: PLR2004  OK
            raise NotIdentified("Pro Santé Connect refuse cette connexion : recommencer")
        try:
            return msgspec.json.decode(reply.body, type=Tokens)
        except msgspec.DecodeError:
            raise ProviderUnavailable("token: the answer is not of the form promised") from None

    async def _checked(
        self, provider: Provider, tokens: Tokens, attempt: LoginAttempt, now: datetime
    ) -> dict[str, object]:
        """Check the ID token with the keys known, then once more with fresh ones: keys rotate."""
        about = {
            "issuer": provider.issuer,
            "client_id": self.registration.client_id,
            "nonce": attempt.nonce,
        }
        if self._keys is not None:
            try:
                return dict(verified_claims(tokens.id_token, self._keys, **about, now=now))
            except NotIdentified:
                self._keys = None
        keys = await self._fetch_keys(provider)
        claims = verified_claims(tokens.id_token, keys, **about, now=now)
        self._keys = keys
        return dict(claims)

    async def _fetch_keys(self, provider: Provider) -> KeySet:
        reply = await self._ask(Question(url=provider.jwks_uri))
        try:
            return KeySet.import_key_set(_object(reply))  # type: ignore[arg-type]  # any JSON
        except (JoseError, ValueError, KeyError, TypeError):
            raise ProviderUnavailable("keys: not a key set") from None

    async def _ask(self, question: Question) -> Reply:
        try:
            return await ask(self.http, question, deadline_s=DEADLINE_S, most_bytes=MOST_BYTES)
        except FeedFailure as failure:
            raise ProviderUnavailable(failure.reason) from None


def _object(reply: Reply) -> dict[str, object]:
    try:
        return msgspec.json.decode(reply.body, type=dict[str, object])
    except msgspec.DecodeError:
        raise ProviderUnavailable("the answer is not a JSON object") from None
