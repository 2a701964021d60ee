"""Deciding under a hold: one at a time, never for ever, and the database judges without it."""

from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest

from adapters.kit.holds import HOLD_LASTS, Hold, HoldsUnavailable
from adapters.memory.holds import InMemoryHolds
from services.api.app import create_app
from services.store import Store
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, proposed
from tests.worlds import TinyWorld


@dataclass(slots=True)
class Deaf(InMemoryHolds):
    """Holds kept by a server that does not answer."""

    asked: int = 0

    def take(self, case_id: str, wanted: object) -> Hold:
        self.asked += 1
        raise HoldsUnavailable("ConnectionError")


def client_of(world: TinyWorld, store: Store, holds: InMemoryHolds) -> httpx.AsyncClient:
    return calling(create_app(replace(world.runtime(), holds=holds), store=store))


@pytest.fixture
def holds(world: TinyWorld) -> InMemoryHolds:
    return InMemoryHolds(world.clock)


async def test_what_somebody_else_is_deciding_on_is_refused_with_fresh_proposals(
    world: TinyWorld, store: Store, holds: InMemoryHolds
):
    async with client_of(world, store, holds) as client:
        answer = await proposed(client)
        slot = answer["proposals"][0]["slot"]["id"]
        holds.take("appel-autre", {f"slot/{slot}": 1})
        refused = await decide(client)
        assert (refused.status_code, refused.json()["field"]) == (409, "rank")
        assert "un autre régulateur décide" in refused.json()["detail"]
        assert refused.json()["proposals"]
        world.clock.at += HOLD_LASTS + timedelta(seconds=1)
        assert (await decide(client)).status_code == 200


async def test_nothing_stays_held_once_decided(
    world: TinyWorld, store: Store, holds: InMemoryHolds
):
    async with client_of(world, store, holds) as client:
        await proposed(client)
        assert (await decide(client)).status_code == 200
    assert holds.held() == {}


async def test_who_comes_with_a_hold_that_is_over_is_refused_by_the_database(
    world: TinyWorld, store: Store, holds: InMemoryHolds
):
    async with client_of(world, store, holds) as client:
        answer = await proposed(client)
        vehicle = answer["proposals"][0]["legs"][0]["vehicle_id"]
        ahead = holds.take("appel-autre", {"x": 1}).token + 10**9
        with store.unit() as unit:
            unit.fences.come_through([f"vehicle/{vehicle}"], ahead)
        refused = await decide(client)
        assert (refused.status_code, refused.json()["field"]) == (409, "rank")
        with store.reading() as unit:
            assert unit.bookings.find_booking("appel-1") is None
        assert (await decide(client)).status_code == 200


async def test_without_whoever_keeps_holds_the_database_judges_alone(
    world: TinyWorld, store: Store
):
    deaf = Deaf(world.clock)
    async with client_of(world, store, deaf) as client:
        for number in (1, 2):
            await proposed(client, f"appel-{number}")
            taken = await decide(client, f"appel-{number}", key=f"cle-{number}")
            assert taken.status_code == 200
    assert deaf.asked == 1, "a server that did not answer is left alone for a while"
