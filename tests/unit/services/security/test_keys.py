"""Systems sign what they ask; each way to forge, replay or outlive a token is refused."""

import math
from datetime import timedelta

import pytest
from joserfc.jwk import OKPKey

from adapters.kit.clock import FixedClock
from services.security.identities import NOBODY, Proof
from tests.unit.services.security.worlds import SYSTEM, Guarded


async def answered(door: Guarded, token: str, scheme: str = "Bearer") -> tuple[int, str]:
    """Ask as a system who it is; return the status and what is said."""
    headers = {"Authorization": f"{scheme} {token}"}
    async with door.calling(headers=headers) as client:
        answer = await client.get("/moi")
    document = answer.json()
    return answer.status_code, document.get("detail") or document["subject"]


async def test_a_system_is_known_by_its_signature(door: Guarded):
    assert await answered(door, door.signed()) == (200, SYSTEM)


async def test_a_token_is_used_once(door: Guarded):
    token = door.signed()
    await answered(door, token)
    assert await answered(door, token) == (401, "ce jeton a déjà servi")
    assert await answered(door, door.signed(jti="jeton-0002")) == (200, SYSTEM)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"aud": "https://ailleurs.example"}, "pour un autre"),
        ({"sub": "LOCAL:osnp-ici"}, "d'un autre"),
        ({"kid": "LOCAL:osnp-ici"}, "n'est pas connue"),
        ({"kid": "LOCAL:personne"}, "n'est pas connue"),
        ({"jti": None}, "numéro"),
        ({"jti": "court"}, "numéro"),
        ({"exp": None}, "daté"),
        ({"exp": 0}, "valable maintenant"),
        ({"exp": 9_999_999_999}, "dure plus de"),
        ({"exp": math.nan}, "dure plus de"),
    ],
)
async def test_a_token_that_is_not_what_it_should_be_is_refused(door: Guarded, changed, why: str):
    status, said = await answered(door, door.signed(**changed))
    assert status == 401
    assert why in said


async def test_a_token_of_yesterday_is_refused(door: Guarded):
    token = door.signed()
    door.security.clock = FixedClock(door.security.clock.now() + timedelta(days=1))
    assert (await answered(door, token))[0] == 401


async def test_a_token_signed_by_another_key_is_refused(door: Guarded):
    token = door.signed(key=OKPKey.generate_key("Ed25519"))
    assert await answered(door, token) == (401, "la signature n'est pas la bonne")


async def test_a_token_without_a_signature_is_refused(door: Guarded):
    _, body, _ = door.signed().split(".")
    assert (await answered(door, f"eyJhbGciOiJub25lIiwia2lkIjoiTE9DQUw6ZWRpdGV1ci0xIn0.{body}."))[
        0
    ] == 401


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "x" * 10_000])
async def test_what_is_no_token_is_refused(door: Guarded, token: str):
    assert (await answered(door, token))[0] == 401


async def test_another_scheme_is_refused(door: Guarded):
    assert (await answered(door, "dXNlcjpwYXNz", "Basic"))[0] == 401


async def test_whoever_says_nothing_is_nobody(door: Guarded):
    async with door.calling() as client:
        told = (await client.get("/moi")).json()
    assert (told["subject"], told["proof"]) == (NOBODY.subject, Proof.NONE)
