"""A mock of Pro Santé Connect: the same discovery, flow and claims, over synthetic professionals.

Whoever asks chooses whom to be: for development on one's own machine, never for real people.
"""

import hashlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from html import escape
from http import HTTPStatus
from urllib.parse import unquote, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from regulation.kernel.time import Clock
from simulations.feeds.boards import Board
from simulations.feeds.fault_desk import FaultDesk
from simulations.feeds.psc_faults import SLOW_S, Handler, PscFault, misbehaving, spoilt_claims

REALM = "/auth/realms/esante-wallet"
OIDC = f"{REALM}/protocol/openid-connect"
TOKEN_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticProfessional:
    """Somebody who does not exist. `name_id` is 8 + RPPS, empty for who has no number."""

    subject: str
    name_id: str
    family_name: str
    profession: str
    may_regulate: bool

    def claims(self) -> dict[str, object]:
        """Return what UserInfo says."""
        return {
            "sub": self.subject,
            "preferred_username": self.name_id or self.subject,
            "SubjectNameID": self.name_id,
            "given_name": "Alex",
            "family_name": self.family_name,
            "SubjectRole": [f"{self.profession}^1.2.250.1.213.1.1.5.5"],
            "Acces_Regulation_Medicale": "VRAI" if self.may_regulate else "FAUX",
        }


PROFESSIONALS = (
    SyntheticProfessional(
        subject="f:essai:medecin",
        name_id="819990000010",
        family_name="Synthétique-Médecin",
        profession="10",
        may_regulate=True,
    ),
    SyntheticProfessional(
        subject="f:essai:osnp",
        name_id="",
        family_name="Synthétique-OSNP",
        profession="",
        may_regulate=True,
    ),
    SyntheticProfessional(
        subject="f:essai:autre",
        name_id="819990000028",
        family_name="Synthétique-Autre",
        profession="10",
        may_regulate=False,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    professional: SyntheticProfessional
    nonce: str
    challenge: str
    redirect_uri: str


@dataclass(slots=True, kw_only=True)
class PscProvider:
    """One provider. `client` is the id and the secret of the one relying party it knows."""

    clock: Clock
    draw: Callable[[], str]
    client: tuple[str, str]
    professionals: tuple[SyntheticProfessional, ...] = PROFESSIONALS
    key: RSAKey = field(
        default_factory=lambda: RSAKey.generate_key(2048, {"kid": "essai", "use": "sig"})
    )
    board: Board[PscFault] = field(default_factory=Board[PscFault])
    slow_s: float = SLOW_S
    other_key: RSAKey = field(
        default_factory=lambda: RSAKey.generate_key(2048, {"kid": "essai", "use": "sig"})
    )
    _grants: dict[str, _Grant] = field(default_factory=dict)
    _bearers: dict[str, SyntheticProfessional] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Build the application."""
        well_known = f"{REALM}/.well-known/wallet-openid-configuration"
        return Starlette(
            routes=[
                Route(well_known, self._faulty(self.discover), methods=["GET"]),
                Route("/auth", self.authorize, methods=["GET"]),
                Route(f"{OIDC}/token", self._faulty(self.exchange), methods=["POST"]),
                Route(f"{OIDC}/userinfo", self._faulty(self.tell), methods=["GET"]),
                Route(f"{OIDC}/certs", self._faulty(self.keys), methods=["GET"]),
                *FaultDesk(self.board, PscFault).routes(),
            ]
        )

    def _faulty(self, handler: Handler) -> Handler:
        return misbehaving(handler, self.board, self.slow_s)

    async def discover(self, request: Request) -> Response:
        """Tell where the endpoints are."""
        base = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "issuer": f"{base}{REALM}",
                "authorization_endpoint": f"{base}/auth",
                "token_endpoint": f"{base}{OIDC}/token",
                "userinfo_endpoint": f"{base}{OIDC}/userinfo",
                "jwks_uri": f"{base}{OIDC}/certs",
                "end_session_endpoint": f"{base}{OIDC}/logout",
            }
        )

    async def authorize(self, request: Request) -> Response:
        """Offer to be one of the professionals; once chosen (`as`), go back with a code."""
        asked = request.query_params
        if asked.get("client_id") != self.client[0] or asked.get("code_challenge_method") != "S256":
            return JSONResponse({"error": "invalid_request"}, HTTPStatus.BAD_REQUEST)
        chosen = asked.get("as")
        found = next((one for one in self.professionals if one.subject == chosen), None)
        if found is None:
            return HTMLResponse(_choice(asked, self.professionals))
        code = self.draw()
        self._grants[code] = _Grant(
            professional=found,
            nonce=asked.get("nonce", ""),
            challenge=asked.get("code_challenge", ""),
            redirect_uri=asked.get("redirect_uri", ""),
        )
        back = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{asked.get('redirect_uri', '')}?{back}", HTTPStatus.SEE_OTHER)

    async def exchange(self, request: Request) -> Response:
        """Exchange a code, once, for tokens."""
        form = await request.form()
        grant = self._grants.pop(str(form.get("code", "")), None)
        if not self._knows(request.headers.get("authorization", "")):
            return JSONResponse({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        verifier = str(form.get("code_verifier", ""))
        if (
            grant is None
            or grant.redirect_uri != form.get("redirect_uri")
            or not compare_digest(challenge_of(verifier), grant.challenge)
        ):
            return JSONResponse({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
        bearer = self.draw()
        self._bearers[bearer] = grant.professional
        issuer = f"{str(request.base_url).rstrip('/')}{REALM}"
        token = self.id_token(issuer, grant.professional, grant.nonce)
        answer = {"access_token": bearer, "id_token": token, "token_type": "Bearer"}
        return JSONResponse(answer)

    def id_token(
        self, issuer: str, professional: SyntheticProfessional, nonce: str, /, **changed: object
    ) -> str:
        """Sign an ID token; `changed` claims take the place of the right ones."""
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": issuer,
            "aud": self.client[0],
            "sub": professional.subject,
            "nonce": nonce,
            "iat": now,
            "exp": now + TOKEN_S,
            **changed,
        }
        shown = self.board.shown
        key = self.other_key if PscFault.WRONG_KEY in shown else self.key
        return jwt.encode({"alg": "RS256", "kid": "essai"}, spoilt_claims(claims, shown), key)

    async def tell(self, request: Request) -> Response:
        """Tell who the bearer of an access token is."""
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        professional = self._bearers.get(bearer)
        if professional is None:
            return JSONResponse({"error": "invalid_token"}, HTTPStatus.UNAUTHORIZED)
        if PscFault.OTHER_PERSON in self.board.shown:
            professional = next(one for one in self.professionals if one != professional)
        return JSONResponse(professional.claims())

    async def keys(self, _: Request) -> Response:
        """Publish the public half of the key."""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def _knows(self, header: str) -> bool:
        try:
            pair = b64decode(header.removeprefix("Basic ")).decode()
        except ValueError:
            return False
        given = tuple(unquote(part) for part in pair.split(":", 1))
        return given == self.client


def challenge_of(verifier: str) -> str:
    """Return the PKCE challenge of a verifier (S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _choice(asked: Mapping[str, str], professionals: tuple[SyntheticProfessional, ...]) -> str:
    links = "".join(
        f'<li><a href="?{escape(urlencode({**asked, "as": one.subject}))}">'
        f"{escape(one.family_name)}</a></li>"
        for one in professionals
    )
    return f'<!doctype html><html lang="fr"><title>Essai</title><h1>Qui être ?</h1><ul>{links}</ul>'
