"""Decisions over HTTP: whole or not at all, once, by who may, on what still holds."""

from typing import Any

import httpx
import pytest

from services.schemas.decision import OutcomeOut
from services.schemas.problem import ConflictOut
from services.store import Store
from tests.unit.services.steps import decide, decision, opened, proposed, proposed_again
from tests.worlds import (
    HERE,
    HOUR,
    MINUTE,
    MMG_AT_14,
    MMG_AT_15,
    NOON,
    SURGERY_AT_16,
    TinyWorld,
    call,
    offer,
)


async def test_a_decision_holds_the_slot_and_the_seats(client: httpx.AsyncClient, store: Store):
    answer = await proposed(client)
    response = await decide(client)
    assert response.status_code == 200
    OutcomeOut.model_validate(response.json())
    outcome = response.json()
    assert outcome["proposal"] == answer["proposals"][0]
    with store.unit() as unit:
        booking = unit.bookings.find_booking("appel-1")
        rides = unit.promises.rides_of("appel-1")
        case = unit.cases.find("appel-1")
        taken = unit.journal.decisions_of("appel-1")
    assert booking is not None
    assert booking.slot_id == outcome["booking"]["slot_id"] == answer["proposals"][0]["slot"]["id"]
    assert [ride.ride_id for ride in rides] == [
        ride["ride_id"] for ride in outcome["promised_rides"]
    ]
    assert len(rides) == 2
    assert case is not None
    assert (case.state, case.version) == ("DECIDED", 2)
    assert [one.idempotency_key for one in taken] == ["cle-1"]


async def test_a_decision_asked_twice_is_taken_once(client: httpx.AsyncClient, store: Store):
    await proposed(client)
    first = await decide(client)
    again = await decide(client)
    assert (again.status_code, again.json()) == (200, first.json())
    with store.unit() as unit:
        assert len(unit.journal.decisions_of("appel-1")) == 1
        assert len(unit.promises.rides_of("appel-1")) == 2
        versions = set(unit.promises.versions().values())
    assert versions == {1}


async def test_a_decision_is_repeated_even_after_things_have_moved(
    client: httpx.AsyncClient, world: TinyWorld
):
    await proposed(client)
    first = await decide(client)
    world.clock.at = NOON + 6 * HOUR
    world.offer.publish(offer(seen_at=world.clock.at))
    assert (await decide(client)).json() == first.json()


@pytest.mark.parametrize(
    "changes", [{"rank": 2}, {"motive": "autre"}, {"actor": {"id": "LOCAL:x", "role": "ARM"}}]
)
async def test_a_key_cannot_serve_for_another_decision(
    client: httpx.AsyncClient, changes: dict[str, Any]
):
    await proposed(client)
    await decide(client)
    answer = await decide(client, **changes)
    assert (answer.status_code, answer.json()["field"]) == (409, "idempotency_key")


async def test_the_key_may_come_in_the_header(client: httpx.AsyncClient):
    await proposed(client)
    told = decision()
    del told["idempotency_key"]
    url, key = "/cases/appel-1/decision", {"Idempotency-Key": "cle-7"}
    missing = await client.post(url, json=told)
    assert (missing.status_code, missing.json()["field"]) == (422, "idempotency_key")
    taken = await client.post(url, json=told, headers=key)
    assert taken.json()["decision"]["idempotency_key"] == "cle-7"
    both = await client.post(url, json=decision(), headers=key)
    assert (both.status_code, both.json()["field"]) == (422, "idempotency_key")


async def test_another_rank_needs_a_motive(client: httpx.AsyncClient):
    await proposed(client)
    refused = await decide(client, rank=2, motive="  ")
    assert (refused.status_code, refused.json()["field"]) == (422, "motive")
    taken = await decide(client, rank=2, motive="plus près de sa fille")
    assert taken.status_code == 200
    assert taken.json()["decision"]["motive"] == "plus près de sa fille"


async def test_a_rank_that_was_not_proposed_is_refused(client: httpx.AsyncClient):
    await proposed(client)
    answer = await decide(client, rank=9)
    assert (answer.status_code, answer.json()["field"]) == (422, "rank")


async def test_a_case_without_proposals_cannot_be_decided(client: httpx.AsyncClient):
    await opened(client)
    answer = await decide(client)
    assert (answer.status_code, answer.json()["field"]) == (409, "case_id")


@pytest.mark.parametrize("role", ["OSNP", "ARM"])
async def test_what_a_doctor_must_confirm_only_a_doctor_validates(
    client: httpx.AsyncClient, role: str, store: Store
):
    to_confirm = {"autonomy": "alone", "walking_aid": True}
    await proposed(client, mobility=to_confirm)
    refused = await decide(client, actor={"id": "LOCAL:op-3", "role": role})
    assert (refused.status_code, refused.json()["field"]) == (403, "actor.role")
    with store.unit() as unit:
        case = unit.cases.find("appel-1")
        assert case is not None
        assert case.state == "PROPOSED"
        assert unit.bookings.find_booking("appel-1") is None
    assert (await decide(client)).status_code == 200


async def test_an_osnp_validates_what_needs_no_doctor(client: httpx.AsyncClient):
    drives = {"autonomy": "alone", "walking_aid": False, "own_vehicle_available": True}
    await proposed(client, mobility={**call()["mobility"], **drives, "impairments": []})
    taken = await decide(client, actor={"id": "LOCAL:op-3", "role": "OSNP"})
    assert taken.status_code == 200


async def test_a_slot_gone_gives_fresh_proposals(client: httpx.AsyncClient, world: TinyWorld):
    first = (await proposed(client))["proposals"][0]["slot"]["id"]
    every = [MMG_AT_14, MMG_AT_15, SURGERY_AT_16]
    world.offer.publish(offer(*(one for one in every if one.slot_id != first)))
    answer = await decide(client)
    assert answer.status_code == 409
    ConflictOut.model_validate(answer.json())
    offered = [one["slot"]["id"] for one in answer.json()["proposals"]]
    assert offered
    assert first not in offered
    assert answer.json()["orientation_id"] == "appel-1:2"
    assert (await decide(client)).status_code == 200


async def test_a_slot_become_unknown_is_not_booked(client: httpx.AsyncClient, world: TinyWorld):
    await proposed(client)
    world.clock.at = NOON + 31 * MINUTE
    answer = await decide(client)
    assert answer.status_code == 409
    assert answer.json()["proposals"][0]["slot"] is None


async def test_a_time_to_leave_that_has_passed_is_not_promised(
    client: httpx.AsyncClient, world: TinyWorld
):
    half_an_hour_away = {"lat": HERE.lat - 0.14, "lon": HERE.lon}
    world.offer.publish(offer(MMG_AT_14))
    await proposed(client, patient={"age": 47, "position": half_an_hour_away})
    world.clock.at = NOON + 110 * MINUTE
    world.offer.publish(offer(MMG_AT_14, SURGERY_AT_16, seen_at=world.clock.at))
    answer = await decide(client)
    assert (answer.status_code, answer.json()["field"]) == (409, "rank")
    assert "partir" in answer.json()["detail"]
    assert answer.json()["proposals"][0]["slot"]["id"] == SURGERY_AT_16.slot_id


async def test_a_vehicle_promised_meanwhile_gives_fresh_proposals(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    world.vehicles = world.vehicles[:1]
    await proposed(client)
    await proposed(client, "appel-2")
    other_slot = await decide(client, "appel-2", rank=2, key="cle-2")
    assert other_slot.status_code == 200
    answer = await decide(client)
    assert answer.status_code == 409
    assert "véhicule" in answer.json()["detail"]
    assert answer.json()["proposals"]
    with store.unit() as unit:
        assert unit.bookings.find_booking("appel-1") is None
    assert (await decide(client)).status_code == 200


async def test_the_second_regulator_on_a_case_is_told(client: httpx.AsyncClient):
    await proposed(client)
    await decide(client)
    answer = await decide(client, key="cle-2")
    assert (answer.status_code, answer.json()["field"]) == (409, "case_id")
    assert "proposals" not in answer.json()
    assert (await client.get("/cases/appel-1")).json()["state"] == "DECIDED"


async def test_a_decision_on_an_older_answer_is_refused(client: httpx.AsyncClient):
    await proposed(client)
    await proposed_again(client)
    answer = await decide(client, orientation_id="appel-1:1")
    assert (answer.status_code, answer.json()["field"]) == (409, "orientation_id")
    assert answer.json()["orientation_id"] == "appel-1:3"
    assert (await decide(client, orientation_id="appel-1:3")).status_code == 200


async def test_handing_over_ends_the_case_and_holds_nothing(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, need={"code": "GP", "care_level": "R1"})
    taken = await decide(client, actor={"id": "LOCAL:arm-7", "role": "ARM"})
    assert taken.json()["state"] == "HANDED_TO_AMU"
    assert (taken.json()["booking"], taken.json()["promised_rides"]) == (None, [])
    with store.unit() as unit:
        assert unit.bookings.find_booking("appel-1") is None


async def test_deciding_again_gives_back_what_was_held(client: httpx.AsyncClient, store: Store):
    await proposed(client)
    first = (await decide(client)).json()
    await proposed_again(client)
    with store.unit() as unit:
        assert unit.bookings.find_booking("appel-1") is not None
    second = (await decide(client, rank=2, key="cle-2")).json()
    assert second["booking"]["slot_id"] != first["booking"]["slot_id"]
    with store.unit() as unit:
        held = unit.bookings.find_booking("appel-1")
        taken = unit.bookings.taken_after(NOON, besides="")
        assert len(unit.promises.rides_of("appel-1")) == len(second["promised_rides"])
        assert len(unit.journal.decisions_of("appel-1")) == 2
    assert held is not None
    assert taken == {held.slot_id: 1}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rank": 0}, "rank"),
        ({"actor": {"id": "LOCAL:x", "role": "KING"}}, "actor.role"),
        ({"actor": {"id": "x y", "role": "ARM"}}, "actor.id"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_a_decision_badly_written_names_its_field(
    client: httpx.AsyncClient, changes: dict[str, Any], field: str
):
    await proposed(client)
    answer = await decide(client, **changes)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
