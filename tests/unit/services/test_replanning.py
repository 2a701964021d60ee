"""A ride refused, or not answered for, is given to another vehicle, or said to be nobody's."""

from datetime import timedelta

import httpx
import pytest

from adapters.kit.holds import Overtaken
from regulation.events import Event, EventKind
from services.exchange.ride_news import concerned_by
from services.replanning import Replanner, Why
from services.store import Store
from tests.unit.services.steps import decide, proposed
from tests.worlds import TAXI, VSL, TinyWorld
from transport.fleet import PromisedRide


@pytest.fixture
def replanner(world: TinyWorld, store: Store) -> Replanner:
    return Replanner(world.runtime(), store)


async def decided(client: httpx.AsyncClient, store: Store) -> list[PromisedRide]:
    """Somebody who is driven both ways."""
    await proposed(client)
    assert (await decide(client)).status_code == 200
    with store.reading() as unit:
        return list(unit.promises.rides_of("appel-1"))


def refuse(store: Store, ride: PromisedRide, world: TinyWorld) -> None:
    facts = {"mission_id": ride.ride_id, "answer": "REFUSEE", "vehicle_id": ride.vehicle_id}
    told = Event(at=world.clock.now(), kind=EventKind.RIDE_ANSWERED, case_id="appel-1", facts=facts)
    with store.unit() as unit:
        unit.events.record(told)


def promised(store: Store) -> dict[str, PromisedRide]:
    with store.reading() as unit:
        return {one.ride_id: one for one in unit.promises.rides_of("appel-1")}


def kinds(store: Store) -> list[EventKind]:
    with store.reading() as unit:
        return [one.event.kind for one in unit.events.after(0, case_id="appel-1")]


async def test_a_refused_ride_is_given_to_another_vehicle_at_the_same_hours(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, home = await decided(client, store)
    refuse(store, there, world)
    (trouble,) = replanner.troubles()
    assert (trouble.ride, trouble.why) == (there, Why.REFUSED)
    assert replanner.mend(trouble)
    after = promised(store)
    assert after[home.ride_id] == home
    given = after["appel-1:1~2/outward"]
    assert {given.vehicle_id, there.vehicle_id} == {VSL.vehicle_id, TAXI.vehicle_id}
    assert (given.pickup_at, given.dropoff_at) == (there.pickup_at, there.dropoff_at)
    assert kinds(store)[-1] is EventKind.RIDE_REASSIGNED
    assert replanner.troubles() == ()


async def test_the_company_that_refused_is_told_otherwise_before_the_other_is_asked(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    refuse(store, there, world)
    replanner.mend(replanner.troubles()[0])
    with store.reading() as unit:
        written = [one.message for one in unit.outbox.of_case("appel-1")][-2:]
        concerned = concerned_by(unit, written[-1].about)
    assert [type(one.body).__name__ for one in written] == ["Withdrawal", "MissionOrder"]
    assert written[0].about == there.ride_id
    assert written[1].message_id == "appel-1:1~2/outward/transporter"
    assert concerned.case_id == "appel-1"


async def test_a_company_that_says_nothing_in_time_is_no_longer_counted_on(
    client: httpx.AsyncClient, world: TinyWorld, store: Store, replanner: Replanner
):
    await decided(client, store)
    assert replanner.troubles() == ()
    world.clock.at += world.runtime().answer_within + timedelta(seconds=1)
    silent = replanner.troubles()
    assert [one.why for one in silent] == [Why.SILENT, Why.SILENT]
    assert replanner.mend(silent[0])


async def test_when_nobody_else_can_come_it_is_said_once_and_the_promise_stays(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    before = promised(store)
    world.vehicles = tuple(one for one in world.vehicles if one.vehicle_id == there.vehicle_id)
    refuse(store, there, world)
    assert not replanner.mend(replanner.troubles()[0])
    assert promised(store) == before
    assert kinds(store)[-1] is EventKind.RIDE_UNSERVED
    assert replanner.troubles() == ()


async def test_who_comes_with_a_lease_that_is_over_changes_nothing(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    before = promised(store)
    refuse(store, there, world)
    with store.unit() as unit:
        unit.fences.come_through(["dispatcher"], 9)
    with pytest.raises(Overtaken):
        replanner.mend(replanner.troubles()[0], token=8, thing="dispatcher")
    assert promised(store) == before
