"""Rides that nobody will do as promised are given to another vehicle, or said to be nobody's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from adapters.kit.holds import Overtaken
from adapters.roads.errors import PositionOffRoads
from regulation.cases import Case
from regulation.events import Event, EventKind
from regulation.kernel.places import Position
from regulation.kernel.travel import TravelMatrix
from regulation.ports import StaleVersion
from services import replanning
from services.exchange.ride_news import concerned_by
from services.following import Followed, followed_in
from services.replanning import Replanner
from services.store import Store, Unit
from services.troubles import Why
from tests.unit.services.rides.news import (
    decided,
    kinds,
    last_event,
    promised,
    refuse,
    seen_at,
    told,
)
from tests.unit.services.steps import decide, proposed
from tests.worlds import (
    MINUTE,
    NOON,
    TAXI,
    VSL,
    StraightRoads,
    TinyWorld,
)
from transport.memo import TravelMemo


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


async def test_a_vehicle_seen_too_long_ago_is_not_said_to_be_late(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, replanner: Replanner
):
    there, _ = await decided(client, store)
    told(store, there, NOON + MINUTE, "DECLENCHE")
    seen_at(world, there.vehicle_id, km_east=30)
    world.clock.at = there.pickup_at - 15 * MINUTE
    assert all(one.why is not Why.LATE for one in replanner.troubles())


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


async def test_a_planner_that_fails_is_not_said_to_have_found_nobody(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    class NoRoads(StraightRoads):
        def matrix(
            self, origins: Sequence[Position], destinations: Sequence[Position], depart_at: datetime
        ) -> TravelMatrix:
            raise LookupError("the roads are at fault")

    there, _ = await decided(client, store)
    refuse(store, there, world)
    world.travel = TravelMemo(NoRoads())
    broken = Replanner(world.runtime(), store)
    (trouble,) = broken.troubles()
    assert not broken.mend(trouble)
    news = last_event(store)
    assert (news.kind, news.facts["failed"]) == (EventKind.RIDE_UNSERVED, True)
    assert there in promised(store).values()


async def test_a_search_that_fails_is_made_again_soon_then_less_and_less_often(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    there, _ = await decided(client, store)
    world.clock.at = there.pickup_at - 300 * MINUTE
    refuse(store, there, world)
    soon_again = []
    for failed in (False, True, True):
        facts = {"mission_id": there.ride_id, "why": "REFUSED", "failed": failed}
        at, kind = world.clock.now(), EventKind.RIDE_UNSERVED
        with store.unit() as unit:
            unit.events.record(Event(at=at, kind=kind, case_id="appel-1", facts=facts))
        world.clock.at = at + 6 * MINUTE
        troubles = Replanner(world.runtime(), store).troubles()
        soon_again.append(any(one.ride == there for one in troubles))
        world.clock.at = at + 40 * MINUTE
    assert soon_again == [False, True, False]


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
