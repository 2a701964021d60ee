"""The way home is planned when it is asked for."""

from dataclasses import replace

import httpx
import pytest

from regulation.disclosure import (
    Halt,
    MissionOrder,
    PatientNotice,
    PharmacyNotice,
    RideNotice,
)
from regulation.events import EventKind
from regulation.kernel.modes import LegKind, Mode
from regulation.messages import Channel, DeliveryState, OutgoingMessage
from services.replanning import Replanner
from services.store import Store
from services.troubles import Why
from tests.unit.services.rides.news import (
    decided,
    last_event,
    promised,
    refuse,
    seen_at,
    told,
    want_home,
    written,
)
from tests.unit.services.steps import decide, proposed_again
from tests.worlds import (
    MINUTE,
    NOON,
    PHARMACY_ID,
    PLACES,
    TinyWorld,
)


async def test_who_is_ready_early_is_fetched_at_once_and_the_company_asked_for_the_new_hour(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, home = await decided(client, store)
    world.clock.at = NOON + 122 * MINUTE
    for ride in (there, home):
        told(store, ride, NOON + MINUTE, "DECLENCHE")
    assert replanner.troubles() == ()
    want_home(store, world)
    (called,) = replanner.troubles()
    assert (called.ride, called.why) == (home, Why.CALLED)
    assert replanner.mend(called)
    given = promised(store)["appel-1:1~2/return"]
    assert world.clock.at <= given.pickup_at < home.pickup_at - 5 * MINUTE
    withdrawn, order = written(store)[-2:]
    assert withdrawn.about == home.ride_id
    assert isinstance(order.body, MissionOrder)
    assert order.body.halts[0] == Halt(position=home.pickup, at=given.pickup_at)
    said = last_event(store)
    assert said.kind is EventKind.RIDE_RETIMED
    assert said.facts["moved_s"] == (given.pickup_at - home.pickup_at).total_seconds()
    assert replanner.troubles() == ()


async def test_who_comes_out_late_is_fetched_when_they_do(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    _, home = await decided(client, store)
    world.clock.at = home.pickup_at + 40 * MINUTE
    want_home(store, world)
    called = next(one for one in replanner.troubles() if one.why is Why.CALLED)
    assert replanner.mend(called)
    given = promised(store)["appel-1:1~2/return"]
    assert world.clock.at <= given.pickup_at <= world.clock.at + 30 * MINUTE


PHONE = "+33500000000"
CALLER = {"at": "2026-11-28T12:58:00+01:00", "phone": PHONE}


def told_to_the_patient(store: Store) -> list[OutgoingMessage]:
    return [one for one in written(store) if one.channel is Channel.PATIENT]


async def test_who_left_a_number_is_written_the_new_hour_of_their_way_home(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    _, home = await decided(client, store, caller=CALLER)
    world.clock.at = NOON + 122 * MINUTE
    want_home(store, world)
    assert replanner.mend(next(one for one in replanner.troubles() if one.why is Why.CALLED))
    given = promised(store)["appel-1:1~2/return"]
    first, again = told_to_the_patient(store)
    assert isinstance(first.body, PatientNotice)
    assert isinstance(again.body, RideNotice)
    assert (again.recipient, again.about) == (first.recipient, first.about)
    assert (again.body.way, again.body.pickup_at) == (LegKind.RETURN, given.pickup_at)
    assert again.until == given.pickup_at
    assert first.body.home_at is not None
    sooner = home.pickup_at - given.pickup_at
    assert abs(first.body.home_at - again.body.arrives_at - sooner) <= MINUTE


@pytest.mark.parametrize(("mode", "told_anew"), [(Mode.VSL, []), (Mode.TAXI, [Mode.TAXI])])
async def test_another_vehicle_at_the_hour_that_was_told_is_told_when_it_is_of_another_kind(
    mode: Mode, told_anew: list[Mode], client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    _, home = await decided(client, store, caller=CALLER)
    refuse(store, home, world)
    (first,) = (one for one in world.vehicles if one.vehicle_id == home.vehicle_id)
    assert first.mode is Mode.VSL
    world.vehicles = (first, replace(first, vehicle_id="AUTRE-9", mode=mode))
    world.clock.at = NOON + 122 * MINUTE
    replanner = Replanner(world.runtime(), store)
    assert replanner.mend(next(one for one in replanner.troubles() if one.ride == home))
    assert last_event(store).kind is EventKind.RIDE_REASSIGNED
    again = [one.body for one in told_to_the_patient(store)[1:]]
    assert [one.mode for one in again if isinstance(one, RideNotice)] == told_anew


async def test_of_a_ride_given_twice_only_the_last_vehicle_is_told(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    there, home = await decided(client, store, caller=CALLER)
    (first,) = (one for one in world.vehicles if one.vehicle_id == home.vehicle_id)
    taxi = replace(first, vehicle_id="AUTRE-8", mode=Mode.TAXI)
    third = replace(first, vehicle_id="AUTRE-9", mode=Mode.VSL)
    told(store, there, NOON + MINUTE, "DECLENCHE")
    world.clock.at = NOON + 4 * MINUTE
    for given_up, other in ((first, taxi), (taxi, third)):
        ride = next(one for one in promised(store).values() if one.dropoff == home.dropoff)
        refuse(store, ride, world)
        world.vehicles = (given_up, other)
        replanner = Replanner(world.runtime(), store)
        assert replanner.mend(next(one for one in replanner.troubles() if one.ride == ride))
    with store.reading() as unit:
        sms = [one for one in unit.outbox.of_case("appel-1") if one.message.recipient == PHONE]
    assert [(one.state, getattr(one.message.body, "mode", None)) for one in sms] == [
        (DeliveryState.WAITING, None),
        (DeliveryState.WITHDRAWN, Mode.TAXI),
        (DeliveryState.WAITING, Mode.VSL),
    ]


async def test_who_left_no_number_is_written_nothing(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    await decided(client, store)
    world.clock.at = NOON + 122 * MINUTE
    want_home(store, world)
    assert replanner.mend(next(one for one in replanner.troubles() if one.why is Why.CALLED))
    assert told_to_the_patient(store) == []


async def test_a_way_home_that_is_already_when_it_is_wanted_asks_nothing_again(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    _, home = await decided(client, store)
    told(store, home, NOON + MINUTE, "DECLENCHE")
    world.clock.at = home.pickup_at - MINUTE
    before = written(store)
    want_home(store, world)
    called = next(one for one in replanner.troubles() if one.why is Why.CALLED)
    assert replanner.mend(called)
    assert promised(store)[home.ride_id] == home
    assert written(store) == before
    assert last_event(store).facts["moved_s"] == 0
    assert all(one.why is not Why.CALLED for one in replanner.troubles())


async def test_a_way_home_by_a_pharmacy_still_halts_there_with_another_vehicle(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    _, home = await decided(client, store, pharmacy_stop="certain")
    assert [one.position for one in home.vias] == [PLACES[PHARMACY_ID].position]
    refuse(store, home, world)
    assert replanner.mend(replanner.troubles()[0])
    given = promised(store)["appel-1:1~2/return"]
    assert [one.position for one in given.vias] == [PLACES[PHARMACY_ID].position]
    order = written(store)[-1].body
    assert isinstance(order, MissionOrder)
    assert [one.position for one in order.halts][1] == PLACES[PHARMACY_ID].position


async def test_the_pharmacy_is_told_when_the_patient_comes_sooner(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    await decided(client, store, pharmacy_stop="certain")
    world.clock.at = NOON + 122 * MINUTE
    want_home(store, world)
    replanner.mend(next(one for one in replanner.troubles() if one.why is Why.CALLED))
    first, again = [one for one in written(store) if isinstance(one.body, PharmacyNotice)]
    assert isinstance(first.body, PharmacyNotice)
    assert isinstance(again.body, PharmacyNotice)
    assert again.about == first.about
    assert again.message_id != first.message_id
    assert again.body.earliest < first.body.earliest


async def test_who_asks_to_go_home_by_a_company_that_refused_is_fetched_by_another(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    _, home = await decided(client, store)
    refuse(store, home, world)
    world.clock.at = NOON + 122 * MINUTE
    want_home(store, world)
    called = next(one for one in replanner.troubles() if one.why is Why.CALLED)
    assert replanner.mend(called)
    assert promised(store)["appel-1:1~2/return"].vehicle_id != home.vehicle_id


async def test_who_asks_to_go_home_when_nobody_drives_is_told_and_looked_for_again(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    await decided(client, store)
    world.clock.at, world.vehicles = NOON + 122 * MINUTE, ()
    want_home(store, world)
    called = next(one for one in replanner.troubles() if one.why is Why.CALLED)
    assert not replanner.mend(called)
    assert last_event(store).facts["why"] == "CALLED"
    assert all(one.why is not Why.CALLED for one in replanner.troubles())
    world.clock.at += 6 * MINUTE
    assert any(one.why is Why.CALLED for one in replanner.troubles())


async def test_a_vehicle_that_drives_to_who_calls_for_it_is_not_called_off(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    _, home = await decided(client, store)
    world.clock.at = NOON + 122 * MINUTE
    told(store, home, world.clock.at - MINUTE, "DEPART")
    seen_at(world, home.vehicle_id, km_east=14)
    before = written(store)
    want_home(store, world)
    assert replanner.mend(next(one for one in replanner.troubles() if one.why is Why.CALLED))
    assert promised(store)[home.ride_id] == home
    assert written(store) == before


async def test_who_called_to_go_home_is_fetched_by_another_when_the_first_refuses_late(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    _, home = await decided(client, store)
    told(store, home, NOON + MINUTE, "DECLENCHE")
    world.clock.at = NOON + 122 * MINUTE
    want_home(store, world)
    replanner.mend(next(one for one in replanner.troubles() if one.why is Why.CALLED))
    given = promised(store)["appel-1:1~2/return"]
    world.clock.at = given.pickup_at + MINUTE
    refuse(store, given, world)
    called = next(one for one in replanner.troubles() if one.ride == given)
    assert called.why is Why.CALLED
    assert replanner.mend(called)
    other = promised(store)["appel-1:1~3/return"]
    assert other.vehicle_id != given.vehicle_id
    assert other.pickup_at >= world.clock.at


async def test_what_was_told_of_an_earlier_decision_is_not_taken_for_the_present_one(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    await decided(client, store)
    world.clock.at = NOON + 110 * MINUTE
    want_home(store, world)
    await proposed_again(client)
    assert (await decide(client, key="cle-2")).status_code == 200
    assert all(one.why is not Why.CALLED for one in replanner.troubles())
