"""Logging in by Pro Santé Connect, and out. Browsers come here, not programs."""

import logging
import re
from hmac import compare_digest
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from adapters.kit.logins import LoginAttempt
from adapters.psc.attempts import ATTEMPT_LASTS, begin_attempt
from adapters.psc.client import ProSanteConnect
from adapters.psc.errors import NotIdentified, ProviderUnavailable
from adapters.psc.people import Professional
from services.security.gate import (
    COOKIE,
    LONGEST,
    Security,
    is_from_here,
    security_of,
)
from services.security.identities import NOBODY, Identity
from services.security.roles import AccessRole

log = logging.getLogger(__name__)

_UNFIT = re.compile(r"[^A-Za-z0-9._/-]")
"""What an id of ours can't hold; providers write colons in theirs."""

ATTEMPT_COOKIE = "aiguilleur_connexion"
LOGIN_PATH = "/connexion"
MOST = 2_000
REGULATES = frozenset({AccessRole.REGULATING_DOCTOR, AccessRole.OSNP, AccessRole.ARM})
"""Roles for which Pro Santé Connect must vouch for access to regulation."""

router = APIRouter(include_in_schema=False)
_templates = Environment(
    loader=PackageLoader("services.security"), autoescape=True, undefined=StrictUndefined
)

Guard = Annotated[Security, Depends(security_of)]
Text = Annotated[str, Query(max_length=MOST)]
Back = Annotated[str, Query(alias="retour", max_length=MOST)]


def psc_of(request: Request) -> ProSanteConnect:
    """Return the relying party; ProviderUnavailable when none is configured."""
    psc: ProSanteConnect | None = request.app.state.psc
    if psc is None:
        raise ProviderUnavailable("no provider is configured")
    return psc


@router.get(LOGIN_PATH)
async def begin(request: Request, guard: Guard, back_to: Back = "/") -> Response:
    """Send the browser to prove who is before it."""
    guard.rates.take(f"connexion {_client(request)}")
    attempt = begin_attempt(back_to, guard.clock.now(), guard.draw)
    try:
        address = await psc_of(request).address_for(attempt)
    except ProviderUnavailable as fault:
        return _unavailable(fault)
    await run_in_threadpool(_keep, guard, attempt)
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    longest = int(ATTEMPT_LASTS.total_seconds())
    _set(answer, guard, ATTEMPT_COOKIE, attempt.state, longest)
    return answer


@router.get(f"{LOGIN_PATH}/retour")
async def finish(request: Request, guard: Guard, code: Text = "", state: Text = "") -> Response:
    """Check what Pro Santé Connect answered, once, for the browser that asked; open a session."""
    guard.rates.take(f"connexion {_client(request)}")
    asked = request.cookies.get(ATTEMPT_COOKIE, "")
    if not code or not state or not compare_digest(asked.encode(), state.encode()):
        return _refused("cette réponse n'est pas celle d'une connexion demandée ici")
    now = guard.clock.now()
    attempt = await run_in_threadpool(_take, guard, state)
    if attempt is None:
        return _refused("cette connexion a déjà servi, ou a trop duré")
    try:
        person = await psc_of(request).identify(code, attempt, now)
        subject = subject_of(person, guard)
    except NotIdentified as refusal:
        return _refused(str(refusal))
    except ProviderUnavailable as fault:
        return _unavailable(fault)
    token = await run_in_threadpool(lambda: guard.open_session(subject, now=now))
    answer = RedirectResponse(attempt.back_to, HTTPStatus.SEE_OTHER)
    _set(answer, guard, COOKIE, token, int(LONGEST.total_seconds()))
    answer.delete_cookie(ATTEMPT_COOKIE, path="/")
    return answer


@router.post("/deconnexion")
async def leave(request: Request, guard: Guard) -> Response:
    """End the session."""
    token = request.cookies.get(COOKIE)
    if token is not None and is_from_here(request):
        await run_in_threadpool(guard.end_session, token)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/moi")
def who(request: Request) -> Response:
    """Tell the browser who it is logged in as, and how that was proved."""
    identity: Identity = getattr(request.state, "identity", None) or NOBODY
    told = {"subject": identity.subject, "role": identity.role, "proof": identity.proof}
    return JSONResponse({**told, "territories": sorted(identity.territories)})


def subject_of(person: Professional, guard: Security) -> str:
    """Find the account of a professional; raise NotIdentified for who isn't let in here."""
    known_as = _UNFIT.sub(".", person.subject)
    subject = str(person.rpps) if person.rpps else f"LOCAL:{known_as}"
    account = guard.accounts.find(subject) if guard.accounts else None
    if account is None:
        raise NotIdentified("ce compte n'est pas ouvert ici : le demander à l'administrateur")
    if AccessRole(account.role) in REGULATES and not person.may_regulate:
        raise NotIdentified("Pro Santé Connect n'atteste pas d'un accès à la régulation médicale")
    return subject


def _keep(guard: Security, attempt: LoginAttempt) -> None:
    with guard.store.unit() as unit:
        unit.access.begin(attempt)


def _take(guard: Security, state: str) -> LoginAttempt | None:
    with guard.store.unit() as unit:
        return unit.access.take(state, guard.clock.now())


def _set(answer: Response, guard: Security, name: str, value: str, max_age_s: int) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        secure=guard.address.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _refused(reason: str) -> HTMLResponse:
    return _page(HTTPStatus.FORBIDDEN, f"Connexion refusée : {reason}.")


def _unavailable(fault: ProviderUnavailable) -> HTMLResponse:
    log.warning("Pro Santé Connect: %s", fault)
    told = "Pro Santé Connect ne répond pas comme prévu. Réessayer, ou prévenir l'administrateur."
    return _page(HTTPStatus.SERVICE_UNAVAILABLE, told)


def _page(status: HTTPStatus, message: str) -> HTMLResponse:
    html = _templates.get_template("login.html").render(message=message, login=LOGIN_PATH)
    return HTMLResponse(html, status)
