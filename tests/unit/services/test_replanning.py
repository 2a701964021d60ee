"""Rides that nobody will do as promised are given to another vehicle, or said to be nobody's; the
way home is planned when it is asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from adapters.kit.holds import Overtaken
from adapters.roads.errors import PositionOffRoads
from regulation.cases import Case
from regulation.decisions import Actor, Role
from regulation.disclosure import Halt, MissionOrder, PharmacyNotice
from regulation.events import Event, EventKind
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position
from regulation.kernel.travel import TravelMatrix
from regulation.messages import OutgoingMessage
from regulation.ports import StaleVersion
from services import replanning
from services.exchange.ride_news import concerned_by
from services.following import Followed, Following, followed_in
from services.replanning import Replanner
from services.store import InMemoryStore, Store, Unit, open_store
from services.troubles import Why
from tests.unit.services.steps import decide, proposed, proposed_again
from tests.worlds import (
    MINUTE,
    NOON,
    PHARMACY_ID,
    PLACES,
    TAXI,
    VSL,
    StraightRoads,
    TinyWorld,
    at_km,
)
from transport.fleet import PromisedRide


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """What is compared is what was read: a database gives it back in its own way."""
    if request.param == "memory":
        yield InMemoryStore()
        return
    opened = open_store(f"sqlite:///{tmp_path}/essai.db")
    yield opened
    opened.close()


@pytest.fixture
def replanner(world: TinyWorld, store: Store) -> Replanner:
    return Replanner(world.runtime(), store)


async def decided(
    client: httpx.AsyncClient, store: Store, pharmacy_stop: str = "none"
) -> list[PromisedRide]:
    """Somebody who is driven both ways."""
    await proposed(client, pharmacy_stop=pharmacy_stop)
    assert (await decide(client)).status_code == 200
    with store.reading() as unit:
        return list(unit.promises.rides_of("appel-1"))


def refuse(store: Store, ride: PromisedRide, world: TinyWorld) -> None:
    facts = {"mission_id": ride.ride_id, "answer": "REFUSEE", "vehicle_id": ride.vehicle_id}
    told = Event(at=world.clock.now(), kind=EventKind.RIDE_ANSWERED, case_id="appel-1", facts=facts)
    with store.unit() as unit:
        unit.events.record(told)


def told(store: Store, ride: PromisedRide, at: datetime, status: str) -> None:
    facts = {"mission_id": ride.ride_id, "status": status, "vehicle_id": ride.vehicle_id}
    with store.unit() as unit:
        unit.events.record(Event(at=at, kind=EventKind.RIDE_STATUS, case_id="appel-1", facts=facts))


def seen_at(world: TinyWorld, vehicle_id: str, km_east: float) -> None:
    """Have a vehicle seen there, just now."""
    now = world.clock.now()
    where = Observed(at_km(0, km_east), now, "essai", 2 * MINUTE)
    world.vehicles = tuple(
        replace(one, position=where) if one.vehicle_id == vehicle_id else one
        for one in world.vehicles
    )


def want_home(store: Store, world: TinyWorld) -> None:
    actor = Actor(actor_id="LOCAL:dr-1", role=Role.REGULATING_DOCTOR)
    Following(world.runtime(), store).want_return("appel-1", actor)


def last_event(store: Store) -> Event:
    with store.reading() as unit:
        return unit.events.after(0, case_id="appel-1")[-1].event


def written(store: Store) -> list[OutgoingMessage]:
    with store.reading() as unit:
        return [one.message for one in unit.outbox.of_case("appel-1")]


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


async def test_a_company_that_cancels_what_it_took_is_no_longer_counted_on(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    told(store, there, NOON + MINUTE, "ANNULE")
    (trouble,) = replanner.troubles()
    assert trouble.why is Why.REFUSED
    assert replanner.mend(trouble)
    assert replanner.troubles() == ()


async def test_a_vehicle_no_longer_in_service_is_replaced_at_the_same_hours(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, home = await decided(client, store)
    assert there.vehicle_id == home.vehicle_id
    world.vehicles = tuple(one for one in world.vehicles if one.vehicle_id != there.vehicle_id)
    gone = replanner.troubles()
    assert [one.why for one in gone] == [Why.GONE, Why.GONE]
    assert replanner.mend(gone[0])
    given = promised(store)["appel-1:1~2/outward"]
    assert (given.pickup_at, given.dropoff_at) == (there.pickup_at, there.dropoff_at)
    assert given.vehicle_id != there.vehicle_id


async def test_a_vehicle_that_can_no_longer_be_there_in_time_is_relieved_by_another(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    world.clock.at = there.pickup_at - 15 * MINUTE
    told(store, there, NOON + MINUTE, "DECLENCHE")
    seen_at(world, there.vehicle_id, km_east=9)
    assert all(one.why is not Why.LATE for one in replanner.troubles())
    seen_at(world, there.vehicle_id, km_east=30)
    late = next(one for one in replanner.troubles() if one.ride == there)
    assert late.why is Why.LATE
    assert replanner.mend(late)
    assert promised(store)["appel-1:1~2/outward"].vehicle_id != there.vehicle_id
    assert last_event(store).facts["why"] == "LATE"


async def test_a_late_vehicle_on_its_way_is_not_called_off_and_its_hour_is_told_once(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    world.clock.at = there.pickup_at - 15 * MINUTE
    told(store, there, world.clock.at - MINUTE, "DEPART")
    seen_at(world, there.vehicle_id, km_east=30)
    late = next(one for one in replanner.troubles() if one.ride == there)
    assert late.is_underway
    assert not replanner.mend(late)
    said = last_event(store)
    assert said.kind is EventKind.RIDE_EXPECTED
    assert late.expected_at is not None
    assert said.facts["expected_at"] == late.expected_at.isoformat()
    assert late.expected_at > there.pickup_at + there.tolerance
    assert there.ride_id in promised(store)
    assert all(one.ride != there for one in replanner.troubles())
    seen_at(world, there.vehicle_id, km_east=40)
    assert any(one.why is Why.LATE for one in replanner.troubles())


async def test_a_vehicle_seen_too_long_ago_is_not_said_to_be_late(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    told(store, there, NOON + MINUTE, "DECLENCHE")
    seen_at(world, there.vehicle_id, km_east=30)
    world.clock.at = there.pickup_at - 15 * MINUTE
    assert all(one.why is not Why.LATE for one in replanner.troubles())


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


async def test_where_no_company_is_asked_silence_says_nothing(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    await decided(client, store)
    world.clock.at += world.runtime().answer_within + timedelta(seconds=1)
    runtime = world.runtime()
    assert Replanner(runtime, store).troubles()
    assert Replanner(replace(runtime, is_answered=False), store).troubles() == ()


async def test_a_vehicle_silent_past_its_hour_is_unknown_and_not_late(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    told(store, there, NOON + MINUTE, "DECLENCHE")
    world.clock.at = there.pickup_at + MINUTE
    seen_at(world, there.vehicle_id, km_east=30)
    assert all(one.ride != there for one in replanner.troubles())
    told(store, there, world.clock.at, "DEPART")
    assert any(one.ride == there and one.why is Why.LATE for one in replanner.troubles())


async def test_a_vehicle_off_the_roads_is_not_said_to_be_late(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    class NoWay(StraightRoads):
        def matrix(
            self, origins: Sequence[Position], destinations: Sequence[Position], depart_at: datetime
        ) -> TravelMatrix:
            raise PositionOffRoads(0, origins[0], 9000, 5000)

    there, _ = await decided(client, store)
    world.clock.at = there.pickup_at - 15 * MINUTE
    told(store, there, NOON + MINUTE, "DECLENCHE")
    seen_at(world, there.vehicle_id, km_east=30)
    lost = Replanner(replace(world.runtime(), travel=NoWay()), store)
    assert all(one.why is not Why.LATE for one in lost.troubles())


async def test_a_refusal_dated_later_than_our_clock_is_dealt_with_once(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    told(store, there, world.clock.now() + MINUTE, "DEPART")
    told(store, there, world.clock.now() + 4 * MINUTE, "ANNULE")
    assert replanner.mend(replanner.troubles()[0])
    assert promised(store)["appel-1:1~2/outward"].vehicle_id != there.vehicle_id
    assert replanner.troubles() == ()


async def test_a_ride_refused_again_after_it_was_taken_is_looked_at_again(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    every, world.vehicles = (
        world.vehicles,
        tuple(one for one in world.vehicles if one.vehicle_id == there.vehicle_id),
    )
    refuse(store, there, world)
    assert not replanner.mend(replanner.troubles()[0])
    refuse(store, there, world)
    world.vehicles = every
    assert replanner.mend(replanner.troubles()[0])


async def test_what_was_told_of_an_earlier_decision_is_not_taken_for_the_present_one(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    await decided(client, store)
    world.clock.at = NOON + 110 * MINUTE
    want_home(store, world)
    await proposed_again(client)
    assert (await decide(client, key="cle-2")).status_code == 200
    assert all(one.why is not Why.CALLED for one in replanner.troubles())


async def test_of_two_rides_in_trouble_both_are_found_another_vehicle_one_look_after_the_other(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, home = await decided(client, store)
    world.vehicles = tuple(one for one in world.vehicles if one.vehicle_id != there.vehicle_id)
    first, second = replanner.troubles()
    assert replanner.mend(first)
    with pytest.raises(StaleVersion):
        replanner.mend(second)
    assert replanner.mend(replanner.troubles()[0])
    given = promised(store)
    assert set(given) == {"appel-1:1~2/outward", "appel-1:1~2/return"}
    assert all(one.vehicle_id not in {there.vehicle_id, home.vehicle_id} for one in given.values())


async def test_a_company_that_answers_while_another_vehicle_is_sought_keeps_its_ride(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    world.clock.at += world.runtime().answer_within + timedelta(seconds=1)
    silent = replanner.troubles()[0]
    accepted = {"mission_id": there.ride_id, "answer": "ACCEPTEE", "vehicle_id": there.vehicle_id}
    with store.unit() as unit:
        unit.events.record(
            Event(
                at=world.clock.now(),
                kind=EventKind.RIDE_ANSWERED,
                case_id="appel-1",
                facts=accepted,
            )
        )
    with pytest.raises(StaleVersion):
        replanner.mend(silent)
    assert promised(store)[there.ride_id] == there


async def test_a_vehicle_said_to_be_late_that_can_be_there_after_all_is_said_so_once(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    world.clock.at = there.pickup_at - 15 * MINUTE
    told(store, there, world.clock.at - MINUTE, "DEPART")
    seen_at(world, there.vehicle_id, km_east=30)
    replanner.mend(next(one for one in replanner.troubles() if one.ride == there))
    seen_at(world, there.vehicle_id, km_east=2)
    again = next(one for one in replanner.troubles() if one.ride == there)
    assert again.why is Why.ON_TIME
    assert not replanner.mend(again)
    assert last_event(store).facts["expected_at"] == there.pickup_at.isoformat()
    assert all(one.ride != there for one in replanner.troubles())


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


async def test_a_vehicle_that_goes_out_of_service_again_is_dealt_with_again(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, home = await decided(client, store)
    world.clock.at = there.pickup_at - 30 * MINUTE
    for ride in (there, home):
        told(store, ride, NOON + MINUTE, "DECLENCHE")
    every = world.vehicles
    world.vehicles = ()
    assert not replanner.mend(replanner.troubles()[0])
    world.vehicles = tuple(one for one in every if one.vehicle_id == there.vehicle_id)
    seen_at(world, there.vehicle_id, km_east=1)
    assert replanner.troubles()[0].why is Why.ON_TIME
    replanner.mend(replanner.troubles()[0])
    world.vehicles = tuple(one for one in every if one.vehicle_id != there.vehicle_id)
    again = next(one for one in replanner.troubles() if one.ride == there)
    assert again.why is Why.GONE
    assert replanner.mend(again)


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


async def test_who_nobody_else_could_drive_is_looked_for_again_later(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    every = world.vehicles
    world.vehicles = tuple(one for one in every if one.vehicle_id == there.vehicle_id)
    refuse(store, there, world)
    assert not replanner.mend(replanner.troubles()[0])
    world.vehicles = every
    assert all(one.ride != there for one in replanner.troubles())
    world.clock.at += 20 * MINUTE
    again = next(one for one in replanner.troubles() if one.ride == there)
    assert replanner.mend(again)


async def test_a_vehicle_at_the_limit_is_not_said_late_and_on_time_again_and_again(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    world.clock.at = there.pickup_at - 5 * MINUTE
    told(store, there, world.clock.at - MINUTE, "DEPART")
    for km in (9.1, 8.9, 9.1, 8.9):
        seen_at(world, there.vehicle_id, km_east=km)
        for trouble in replanner.troubles():
            if trouble.ride == there:
                replanner.mend(trouble)
    assert kinds(store).count(EventKind.RIDE_EXPECTED) == 1


async def test_a_case_that_cannot_be_read_keeps_no_other_waiting(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, monkeypatch: pytest.MonkeyPatch
):
    there, _ = await decided(client, store)
    await proposed(client, "appel-2")
    await decide(client, "appel-2", key="cle-2")
    refuse(store, there, world)

    def odd(unit: Unit, case: Case) -> Followed:
        if case.case_id == "appel-2":
            raise ZeroDivisionError
        return followed_in(unit, case)

    monkeypatch.setattr(replanning, "followed_in", odd)
    (trouble,) = Replanner(world.runtime(), store).troubles()
    assert trouble.case.case_id == "appel-1"
