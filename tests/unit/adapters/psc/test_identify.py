"""Somebody is who Pro Santé Connect says, or nobody: each way to cheat is refused."""

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from adapters.kit.clock import FixedClock
from adapters.kit.logins import LoginAttempt
from adapters.psc.attempts import begin_attempt
from adapters.psc.client import ProSanteConnect, Registration
from adapters.psc.errors import NotIdentified, ProviderUnavailable
from simulations.feeds.psc_faults import TOLD, PscFault
from simulations.feeds.psc_provider import OIDC, PROFESSIONALS, REALM, PscProvider

NOW = datetime.fromisoformat("2026-11-24T09:40:00+01:00")
BASE = "http://127.0.0.1:9080"
DOCTOR = PROFESSIONALS[0]
Claims = dict[str, Any]


class World:
    """A provider within the process, and the relying party that asks it."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "essai", "use": "sig"})
        self.provider = self.made(self.key)
        self.psc = ProSanteConnect(self.client(), self.registration())

    def made(self, key: RSAKey) -> PscProvider:
        return PscProvider(
            clock=FixedClock(NOW), draw=secrets.token_hex, client=("nous", "secret"), key=key
        )

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.provider.app()), base_url=BASE)

    @staticmethod
    def registration(**changed: str) -> Registration:
        told = {
            "issuer": f"{BASE}{REALM}",
            "client_id": "nous",
            "client_secret": "secret",
            "redirect_uri": "http://nous/connexion/retour",
        }
        return Registration(**(told | changed))

    async def code_for(self, attempt: LoginAttempt, subject: str = DOCTOR.subject) -> str:
        """Log in at the provider as somebody; return the code."""
        address = await self.psc.address_for(attempt)
        async with self.client() as browser:
            back = await browser.get(f"{address}&as={subject}")
        return str(httpx.URL(back.headers["location"]).params["code"])


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture
def attempt() -> LoginAttempt:
    return begin_attempt("/", NOW)


async def test_a_professional_is_identified_by_their_national_number(world, attempt):
    found = await world.psc.identify(await world.code_for(attempt), attempt, NOW)
    assert str(found.rpps) == "RPPS:19990000010"
    assert found.may_regulate


async def test_somebody_without_a_number_is_known_by_the_provider_s_own_id(world, attempt):
    found = await world.psc.identify(await world.code_for(attempt, "f:essai:osnp"), attempt, NOW)
    assert (found.rpps, found.subject) == (None, "f:essai:osnp")


async def test_the_browser_is_sent_with_a_challenge_a_state_and_a_nonce(world, attempt):
    asked = httpx.URL(await world.psc.address_for(attempt)).params
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] not in {"", attempt.verifier}
    assert (asked["state"], asked["nonce"]) == (attempt.state, attempt.nonce)
    assert asked["acr_values"] == "eidas1"


async def test_a_code_is_good_once(world, attempt):
    code = await world.code_for(attempt)
    await world.psc.identify(code, attempt, NOW)
    with pytest.raises(NotIdentified, match="recommencer"):
        await world.psc.identify(code, attempt, NOW)


async def test_a_stolen_code_is_useless_without_its_verifier(world, attempt):
    code = await world.code_for(attempt)
    with pytest.raises(NotIdentified):
        await world.psc.identify(code, begin_attempt("/", NOW), NOW)


def signing(world: World, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """Have the provider answer this ID token."""
    monkeypatch.setattr(PscProvider, "id_token", lambda *_, **__: token)


LATE = int((NOW - timedelta(hours=2)).timestamp())
SOON = int((NOW + timedelta(hours=2)).timestamp())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"nonce": "d'une autre demande"}, "une autre demande"),
        ({"aud": "un-autre"}, "un autre service"),
        ({"aud": ["nous", "un-autre"]}, "demandé par un autre service"),
        ({"aud": None}, "un autre service"),
        ({"iss": "https://ailleurs.example"}, "un autre fournisseur"),
        ({"exp": LATE}, "expiré"),
        ({"iat": LATE}, "expiré"),
        ({"iat": SOON}, "pas encore valable"),
        ({"nbf": SOON}, "pas encore valable"),
        ({"exp": "demain"}, "pas daté"),
        ({"sub": "f:essai:autre"}, "quelqu'un d'autre"),
    ],
)
async def test_a_token_that_is_not_what_it_should_be_is_refused(
    world, attempt, monkeypatch, changed: Claims, why: str
):
    true = world.provider.id_token(f"{BASE}{REALM}", DOCTOR, attempt.nonce, **changed)
    signing(world, monkeypatch, true)
    with pytest.raises(NotIdentified, match=why):
        await world.psc.identify(await world.code_for(attempt), attempt, NOW)


def claims_of(attempt: LoginAttempt) -> Claims:
    issued = int(NOW.timestamp())
    about = {"iss": f"{BASE}{REALM}", "aud": "nous", "sub": DOCTOR.subject}
    return {**about, "nonce": attempt.nonce, "iat": issued, "exp": issued + 300}


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (PscFault.SLOW, ProviderUnavailable),
        (PscFault.TOO_MANY, NotIdentified),
        (PscFault.SERVER_ERROR, NotIdentified),
        (PscFault.TRUNCATED, ProviderUnavailable),
        (PscFault.HTML, ProviderUnavailable),
        (PscFault.WRONG_ISSUER, NotIdentified),
        (PscFault.WRONG_AUDIENCE, NotIdentified),
        (PscFault.WRONG_NONCE, NotIdentified),
        (PscFault.EXPIRED, NotIdentified),
        (PscFault.WRONG_KEY, NotIdentified),
        (PscFault.OTHER_PERSON, NotIdentified),
    ],
)
async def test_nobody_is_let_in_under_a_fault_and_everybody_after_it(
    world, attempt, monkeypatch, fault: PscFault, refusal: type[Exception]
):
    monkeypatch.setattr("adapters.psc.client.DEADLINE_S", 0.05)
    code = await world.code_for(attempt)
    world.provider.slow_s = 0.2
    world.provider.board.show(fault)
    try:
        with pytest.raises(refusal):
            await world.psc.identify(code, attempt, NOW)
    finally:
        world.provider.board.show()
    again = begin_attempt("/", NOW)
    assert (await world.psc.identify(await world.code_for(again), again, NOW)).may_regulate


def test_every_fault_is_said_in_french():
    assert set(TOLD) == set(PscFault)


async def test_a_token_without_a_signature_is_refused(world, attempt, monkeypatch):
    head, body = "eyJhbGciOiJub25lIn0", jwt.encode({"alg": "RS256"}, claims_of(attempt), world.key)
    signing(world, monkeypatch, f"{head}.{body.split('.')[1]}.")
    with pytest.raises(NotIdentified, match="pas signé"):
        await world.psc.identify(await world.code_for(attempt), attempt, NOW)


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(
    world, attempt, monkeypatch
):
    head, body = (
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "HS256", "kid": "essai"}, claims_of(attempt))
    )
    secret = world.key.as_pem(private=False)
    mac = hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
    token = f"{head}.{body}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    signing(world, monkeypatch, token)
    with pytest.raises(NotIdentified, match="pas signé"):
        await world.psc.identify(await world.code_for(attempt), attempt, NOW)


async def test_a_token_signed_by_another_key_is_refused(world, attempt, monkeypatch):
    other = RSAKey.generate_key(2048, {"kid": "essai"})
    token = jwt.encode({"alg": "RS256", "kid": "essai"}, claims_of(attempt), other)
    signing(world, monkeypatch, token)
    with pytest.raises(NotIdentified, match="pas signé"):
        await world.psc.identify(await world.code_for(attempt), attempt, NOW)


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "é.é.é", "." * 3])
async def test_a_token_that_is_none_is_refused(world, attempt, monkeypatch, token):
    signing(world, monkeypatch, token)
    with pytest.raises(NotIdentified, match="pas signé"):
        await world.psc.identify(await world.code_for(attempt), attempt, NOW)


async def test_keys_that_have_been_renewed_are_fetched_again(attempt):
    world = World()
    await world.psc.identify(await world.code_for(attempt), attempt, NOW)
    world.provider = world.made(RSAKey.generate_key(2048, {"kid": "essai", "use": "sig"}))
    world.psc.http = world.client()
    later = begin_attempt("/", NOW)
    found = await world.psc.identify(await world.code_for(later), later, NOW)
    assert found.may_regulate


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"issuer": "https://ailleurs.example"}, "issuer"),
        ({"token_endpoint": "http://ailleurs.example/token"}, "neither https nor local"),
        ({"jwks_uri": "ftp://127.0.0.1/keys"}, "neither https nor local"),
        ({"userinfo_endpoint": ""}, "userinfo_endpoint"),
    ],
)
async def test_a_discovery_that_cannot_be_trusted_is_not(attempt, document: Claims, why: str):
    true = {
        "issuer": f"{BASE}{REALM}",
        "authorization_endpoint": f"{BASE}/auth",
        "token_endpoint": f"{BASE}{OIDC}/token",
        "userinfo_endpoint": f"{BASE}{OIDC}/userinfo",
        "jwks_uri": f"{BASE}{OIDC}/certs",
    }
    server = httpx.MockTransport(lambda _: httpx.Response(200, json=true | document))
    psc = ProSanteConnect(httpx.AsyncClient(transport=server), World.registration())
    with pytest.raises(ProviderUnavailable, match=why):
        await psc.address_for(attempt)


@pytest.mark.parametrize("status", [404, 500])
async def test_a_provider_that_does_not_answer_is_said_to_be_so(attempt, status: int):
    server = httpx.MockTransport(lambda _: httpx.Response(status))
    psc = ProSanteConnect(httpx.AsyncClient(transport=server), World.registration())
    with pytest.raises(ProviderUnavailable, match=str(status)):
        await psc.address_for(attempt)


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example", "//ailleurs", "/\\ailleurs", ""])
def test_one_comes_back_to_a_page_of_ours_and_to_no_other(elsewhere: str):
    assert begin_attempt(elsewhere, NOW).back_to == "/"
    assert begin_attempt("/dossiers/a?x=1", NOW).back_to == "/dossiers/a?x=1"
