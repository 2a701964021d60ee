"""Whoever waits is told once what several deliveries say at once, in every store."""

import httpx
import pytest

from regulation.disclosure import ComingNotice
from regulation.messages import DeliveryState
from services.api.app import create_app
from services.store import Store
from tests.contract.test_seeking_at_once import at_once
from tests.unit.services.conftest import calling
from tests.unit.services.rides.company import Company, awaited, kinds
from tests.worlds import MINUTE, NOON, TinyWorld, tiny_world


@pytest.fixture
def world() -> TinyWorld:
    return tiny_world()


@pytest.fixture
def client(world: TinyWorld, store: Store) -> httpx.AsyncClient:
    return calling(create_app(world.runtime(), store=store))


async def test_what_several_deliveries_say_at_once_is_told_once(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    there, home = await awaited(client, store)
    company = Company(world, store)
    at_once(
        lambda: company.says(there, "ACCEPTEE"),
        lambda: company.says(there, "DEPART"),
        lambda: company.says(home, "ACCEPTEE"),
        lambda: company.says(there, "ACCEPTEE", at=NOON - MINUTE),
    )
    assert kinds(store) == [(DeliveryState.WAITING, ComingNotice)]


async def test_of_an_agreement_and_a_refusal_at_once_what_is_told_is_the_last_that_came(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    there, _ = await awaited(client, store)
    company = Company(world, store)
    at_once(lambda: company.says(there, "ACCEPTEE"), lambda: company.says(there, "REFUSEE"))
    with store.reading() as unit:
        said = [one.event.facts.get("answer") for one in unit.events.after(0, case_id="appel-1")]
    waits = (DeliveryState.WAITING, ComingNotice) in kinds(store)
    assert waits is (said[-1] == "ACCEPTEE")
