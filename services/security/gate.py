"""The gate in front of every endpoint: who is it, may they, are they not too many."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from adapters.accounts.reader import Account, AccountsRefused, LiveAccounts
from adapters.kit.logins import Session
from regulation.kernel.time import Clock
from services.security.identities import NOBODY, Identity, Proof
from services.security.keys import KeyRefused, signed_subject
from services.security.rates import Rates
from services.security.roles import STEPPED_UP, AccessRole, Permission
from services.security.routes import ENDPOINTS
from services.store import Store

COOKIE = "aiguilleur_session"
IDLE = timedelta(minutes=30)
"""A session unused for this long is over (assumption)."""
LONGEST = timedelta(hours=12)
"""A session lasts no longer than a shift (assumption)."""
SEEN_EVERY = timedelta(minutes=1)
"""How often it is written that a session is in use."""
STEP_UP = timedelta(minutes=10)
"""How long a fresh proof is good for what asks for one (assumption)."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class AccessMode(StrEnum):
    """REQUIRED: everybody proves who they are. DECLARED: whoever calls is believed, for the
    demonstration and for tests on one's own machine."""

    DECLARED = "declared"
    REQUIRED = "required"


@dataclass(slots=True, kw_only=True)
class Security:
    """What the gate rests on. `address`: ours, as others know it; machines sign for it."""

    mode: AccessMode
    territory: str
    clock: Clock
    store: Store
    accounts: LiveAccounts | None
    address: str
    rates: Rates
    draw: Callable[[], str] = lambda: secrets.token_urlsafe(32)

    def open_session(self, subject: str, *, now: datetime) -> str:
        """Open a session just proved; return the token that the browser keeps."""
        token = self.draw()
        session = Session(
            digest=digest_of(token),
            subject=subject,
            began_at=now,
            seen_at=now,
            stepped_up_until=now + STEP_UP,
        )
        with self.store.unit() as unit:
            unit.access.open(session)
        return token

    def end_session(self, token: str) -> None:
        """End the session of a token."""
        with self.store.unit() as unit:
            unit.access.end(digest_of(token))

    def identify(self, request: Request) -> Identity:
        """Tell who asks: by a signed token, by a session, or nobody; raise HTTPException."""
        bearer = request.headers.get("authorization", "")
        if bearer:
            return self._by_key(bearer)
        token = request.cookies.get(COOKIE)
        if token is None:
            return NOBODY
        identity = self._by_session(token)
        if identity is not NOBODY and request.method not in SAFE and not is_from_here(request):
            raise HTTPException(HTTPStatus.FORBIDDEN, "la demande vient d'une autre page")
        return identity

    def _by_key(self, bearer: str) -> Identity:
        now = self.clock.now()
        try:
            signed = signed_subject(bearer, self._account, audience=self.address, now=now)
        except KeyRefused as refusal:
            raise unidentified(str(refusal)) from None
        with self.store.unit() as unit:
            if not unit.access.use_once(signed.token_id, signed.expires_at):
                raise unidentified("ce jeton a déjà servi")
        account = self._account(signed.subject)
        return _identity(account, Proof.SIGNED_KEY) if account else NOBODY

    def _by_session(self, token: str) -> Identity:
        now, digest = self.clock.now(), digest_of(token)
        with self.store.reading() as unit:
            session = unit.access.find(digest)
        if session is None:
            return NOBODY
        account = self._account(session.subject)
        over = now - session.seen_at > IDLE or now - session.began_at > LONGEST
        if account is None or over:
            self.end_session(token)
            return NOBODY
        if now - session.seen_at >= SEEN_EVERY:
            with self.store.unit() as unit:
                unit.access.touch(session.seen(now))
        return _identity(account, Proof.PRO_SANTE_CONNECT, session.stepped_up_until)

    def _account(self, subject: str) -> Account | None:
        if self.accounts is None:
            return None
        try:
            return self.accounts.find(subject)
        except AccountsRefused:
            raise HTTPException(
                HTTPStatus.SERVICE_UNAVAILABLE, "le fichier des comptes est illisible"
            ) from None


def _identity(account: Account, proof: Proof, until: datetime | None = None) -> Identity:
    return Identity(
        subject=account.subject,
        role=AccessRole(account.role),
        territories=account.territories,
        proof=proof,
        stepped_up_until=until,
    )


def digest_of(token: str) -> str:
    """Return what is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_from_here(request: Request) -> bool:
    """Tell whether a browser says that the request comes from a page of ours (against CSRF)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin") or request.headers.get("referer") or ""
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


def unidentified(reason: str) -> HTTPException:
    """Make the refusal of somebody who has not proved who they are."""
    challenge = {"WWW-Authenticate": 'Bearer realm="aiguilleur"'}
    return HTTPException(HTTPStatus.UNAUTHORIZED, reason, headers=challenge)


def security_of(request: Request) -> Security:
    """Return the security of the application that serves the request."""
    security: Security = request.app.state.security
    return security


async def gate(request: Request) -> None:
    """Let a request in, or refuse it: 401 who is it, 403 they may not, 429 too many."""
    security = security_of(request)
    if security.mode is AccessMode.DECLARED:
        request.state.identity = None
        return
    identity = await run_in_threadpool(security.identify, request)
    client = request.client.host if request.client else ""
    security.rates.take(identity.subject if identity is not NOBODY else client)
    require(identity, permission_of(request), security)
    request.state.identity = identity


def permission_of(request: Request) -> Permission:
    """Return what the endpoint asks for; one that nobody wrote down is open to nobody."""
    template = getattr(request.scope.get("route"), "path", "")
    method = "GET" if request.method == "HEAD" else request.method
    try:
        return ENDPOINTS[method, template]
    except KeyError:
        raise HTTPException(HTTPStatus.FORBIDDEN, "personne n'a ouvert cette adresse") from None


def require(identity: Identity, permission: Permission, security: Security) -> None:
    """Refuse whoever may not do this here, or has not proved who they are a moment ago."""
    if not identity.may(permission, security.territory):
        if identity is NOBODY:
            raise unidentified("il faut se connecter")
        raise HTTPException(HTTPStatus.FORBIDDEN, "ce rôle n'en a pas le droit sur ce territoire")
    if permission in STEPPED_UP and not identity.is_stepped_up(security.clock.now()):
        raise unidentified("il faut prouver à nouveau son identité pour cette action")
