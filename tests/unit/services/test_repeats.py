"""Commands under their idempotency key: asked again they answer the same, and do nothing more."""

from collections.abc import AsyncIterator

import httpx
import pytest

from adapters.kit.commands import Command
from services.api.app import create_app
from services.casework import Casework
from services.keyed import Unkeyed
from services.schemas.case import CaseIn
from services.store import InMemoryStore, Store, StoreUnavailable, Unit
from tests.unit.services.conftest import calling
from tests.unit.services.steps import proposed
from tests.worlds import HOUR, TinyWorld, call

KEY = {"Idempotency-Key": "cle-1"}
ACTOR = {"actor": {"id": "LOCAL:dr-1", "role": "REGULATING_DOCTOR"}}


@pytest.fixture
def store() -> Store:
    return InMemoryStore()


@pytest.fixture
async def client(world: TinyWorld, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(world.runtime(), store=store)) as opened:
        yield opened


def lines_of(store: Store, case_id: str) -> int:
    with store.reading() as unit:
        return len(unit.audit.entries_of(case_id))


async def test_a_command_asked_twice_under_one_key_answers_the_same(client: httpx.AsyncClient):
    await proposed(client)
    first = await client.post("/cases/appel-1/proposals", headers=KEY)
    again = await client.post("/cases/appel-1/proposals", headers=KEY)
    assert again.content == first.content
    assert again.headers["orientation-id"] == first.headers["orientation-id"] == "appel-1:2"
    other = await client.post("/messages/resend", headers=KEY, json={"message_id": "m"})
    assert (other.status_code, other.json()["field"]) == (409, "idempotency_key")


async def test_a_short_command_asked_again_says_what_it_said_then_and_leaves_nothing(
    client: httpx.AsyncClient, store: Store
):
    opened = await client.post("/cases", json=call(), headers=KEY)
    cancelling = {"Idempotency-Key": "cle-2"}
    url = "/cases/appel-1/cancel"
    cancelled = await client.post(url, json=ACTOR, headers=cancelling)
    before = lines_of(store, "appel-1")
    again = await client.post("/cases", json=call(), headers=KEY)
    assert (again.status_code, again.content) == (201, opened.content)
    assert again.headers["location"] == "/cases/appel-1"
    assert (await client.post(url, json=ACTOR, headers=cancelling)).content == cancelled.content
    assert lines_of(store, "appel-1") == before


async def test_a_search_asked_again_while_it_lasts_is_refused(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    await client.post("/cases", json=call())
    url = "/cases/appel-1/proposals"
    first = await client.post(url, headers=KEY)
    with store.unit() as unit:
        begun = unit.commands.begin(Command(key="cle-1", digest="", began_at=world.clock.now()))
        assert begun is not None
        unit.commands.forget(world.clock.now() + HOUR)
        unit.commands.begin(Command(key="cle-1", digest=begun.digest, began_at=world.clock.now()))
    seen = await client.post(url, headers=KEY)
    assert (first.status_code, seen.status_code) == (200, 409)
    assert "en cours" in seen.json()["detail"]


async def test_a_command_that_was_refused_may_be_asked_again_under_its_key(
    client: httpx.AsyncClient,
):
    for url, body in (("/cases/appel-1/proposals", None), ("/cases/appel-1/cancel", ACTOR)):
        missing = await client.post(url, json=body, headers={"Idempotency-Key": url})
        assert missing.status_code == 404
    await proposed(client)
    for url, body in (("/cases/appel-1/proposals", None), ("/cases/appel-1/cancel", ACTOR)):
        found = await client.post(url, json=body, headers={"Idempotency-Key": url})
        assert found.status_code == 200


class Forgetful(Unkeyed):
    """A key whose answer cannot be kept."""

    def ends(self, unit: Unit, done: object) -> None:
        raise StoreUnavailable("OperationalError")


def test_what_is_answered_is_kept_with_what_was_done_or_neither(world: TinyWorld, store: Store):
    case = CaseIn.model_validate(call()).to_case(world.runtime().gazetteer)
    with pytest.raises(StoreUnavailable):
        Casework(world.runtime(), store).open_case(case, "dr-1", Forgetful())
    with store.reading() as unit:
        assert unit.cases.find("appel-1") is None
    assert lines_of(store, "appel-1") == 0
