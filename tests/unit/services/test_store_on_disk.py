"""A real database, SQLite and PostgreSQL: several clients at once, what is there afterwards."""

import asyncio
import threading
from collections.abc import AsyncIterator

import httpx
import pytest

from regulation.ports import StaleVersion
from services.api.app import create_app
from services.store import SqlStore, open_store
from tests.contract.samples import RIDE
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, proposed, proposed_again
from tests.worlds import MMG_AT_14, MMG_ID, NOON, TinyWorld, offer, slot
from transport.promises import VehicleMoved

CLIENTS = 6


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('tmp_path')}/store.db"
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture
async def client(world: TinyWorld, url: str) -> AsyncIterator[httpx.AsyncClient]:
    store = open_store(url)
    async with calling(create_app(world.runtime(), store=store)) as opened:
        yield opened
    store.close()


async def test_a_slot_fought_over_is_booked_once(
    client: httpx.AsyncClient, world: TinyWorld, url: str
):
    world.offer.publish(offer(MMG_AT_14))
    names = [f"appel-{number}" for number in range(CLIENTS)]
    for name in names:
        await proposed(client, name)
    answers = await asyncio.gather(*(decide(client, name, key=f"cle-{name}") for name in names))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [409] * (CLIENTS - 1)
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert all(one["proposals"][0]["slot"] is None for one in refused)
    again = open_store(url)
    with again.unit() as unit:
        assert sum(unit.bookings.find_booking(name) is not None for name in names) == 1
        assert sum(len(unit.journal.decisions_of(name)) for name in names) == 1
        assert sum(len(unit.promises.rides_of(name)) for name in names) == 2
    again.close()


async def test_a_vehicle_fought_over_is_promised_once_for_what_was_seen(
    client: httpx.AsyncClient, world: TinyWorld, url: str
):
    world.vehicles = world.vehicles[:1]
    slots = [slot(f"mmg-{number}", MMG_ID, 120 + 60 * number) for number in range(CLIENTS)]
    world.offer.publish(offer(*slots))
    names = [f"appel-{number}" for number in range(CLIENTS)]
    for name in names:
        await proposed(client, name)
    answers = await asyncio.gather(*(decide(client, name, key=f"cle-{name}") for name in names))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (CLIENTS - 1)
    again = open_store(url)
    with again.unit() as unit:
        assert len(unit.promises.rides_after(NOON, besides="")) == 2
        assert unit.promises.versions() == {"VSL-1": 1}
    again.close()


async def test_one_decision_sent_by_impatient_hands_is_taken_once(
    client: httpx.AsyncClient, url: str
):
    await proposed(client)
    answers = await asyncio.gather(*(decide(client) for _ in range(CLIENTS)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    again = open_store(url)
    with again.unit() as unit:
        assert len(unit.journal.decisions_of("appel-1")) == 1
        assert len(unit.promises.rides_of("appel-1")) == 2
    again.close()


async def test_proposals_asked_at_once_are_all_kept(client: httpx.AsyncClient):
    await proposed(client)
    await asyncio.gather(*(proposed_again(client) for _ in range(2)))
    dossier = (await client.get("/cases/appel-1")).json()
    assert dossier["orientation_id"] == "appel-1:3"
    assert dossier["version"] == 3


async def test_a_restart_keeps_everything(world: TinyWorld, url: str):
    runtime = world.runtime(url)
    first = create_app(runtime)
    async with calling(first) as client:
        await proposed(client)
        taken = await decide(client)
        before = (await client.get("/cases/appel-1")).json()
    async with first.router.lifespan_context(first):
        pass
    second = create_app(runtime)
    async with calling(second) as client:
        assert (await client.get("/cases/appel-1")).json() == before
        assert (await decide(client)).json() == taken.json()
        other = await proposed(client, "appel-2")
        held = taken.json()["booking"]["slot_id"]
        assert held not in {one["slot"]["id"] for one in other["proposals"]}
    async with second.router.lifespan_context(second):
        pass


def test_what_several_threads_change_in_turn_is_never_lost(url: str):
    store = open_store(url)
    threads = [threading.Thread(target=_promise_again, args=(store,)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.unit() as unit:
        assert unit.promises.versions() == {"AMB-1": CLIENTS}
    store.close()


def _promise_again(store: SqlStore) -> None:
    """Read the version and set the next, as often as it takes: a lost update would show."""
    while True:
        try:
            with store.unit() as unit:
                unit.promises.replace("case-1", [RIDE], seen=unit.promises.versions())
        except (VehicleMoved, StaleVersion):
            continue
        return
