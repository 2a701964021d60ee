"""Proposals over HTTP: the answer as design gives it, kept, and aware of what is held."""

import httpx

from regulation.kernel.places import Position
from services.schemas.answers import OrientationOut
from services.store import Store
from tests.unit.services.steps import Document, decide, opened, proposed, proposed_again
from tests.worlds import (
    MINUTE,
    MMG_AT_14,
    MMG_ID,
    NOON,
    TinyWorld,
    call,
    offer,
    slot,
)


def first_slot(answer: Document) -> str:
    name: str = answer["proposals"][0]["slot"]["id"]
    return name


async def test_the_answer_has_the_shape_it_is_said_to_have(client: httpx.AsyncClient):
    answer = await proposed(client)
    OrientationOut.model_validate(answer)
    first = answer["proposals"][0]
    assert [leg["kind"] for leg in first["legs"]] == ["outward", "return"]
    assert {leg["vehicle_id"] for leg in first["legs"]} <= {"VSL-1", "TAXI-1"}
    assert first["slot"]["source"] == "sas-ps"
    assert first["objective"]
    assert first["explanation"]
    assert answer["solver"]["status"] == "OPTIMAL"


async def test_the_answer_is_kept_and_found_with_the_case(client: httpx.AsyncClient):
    await opened(client)
    response = await client.post("/cases/appel-1/proposals")
    dossier = (await client.get("/cases/appel-1")).json()
    assert dossier["orientation"] == response.json()
    assert dossier["orientation_id"] == response.headers["orientation-id"] == "appel-1:1"
    assert dossier["state"] == "PROPOSED"


async def test_a_red_flag_is_handed_over_without_slot_or_leg(client: httpx.AsyncClient):
    answer = await proposed(client, need={"code": "GP", "care_level": "R3", "priority": "P0"})
    (only,) = answer["proposals"]
    assert (only["kind"], only["legs"], only["slot"]) == ("AMU", [], None)
    assert answer["solver"] is None


async def test_there_is_an_answer_when_nothing_fits(client: httpx.AsyncClient, world: TinyWorld):
    world.offer.publish(offer())
    answer = await proposed(client)
    (only,) = answer["proposals"]
    assert only["kind"] == "ADVICE"
    assert only["warnings"]
    assert {one["rule_id"] for one in answer["excluded"]} == {"ELIG-DISPO-INCONNUE"}


async def test_a_slot_we_hold_is_not_offered_to_the_next_patient(client: httpx.AsyncClient):
    held = first_slot(await proposed(client))
    assert (await decide(client)).status_code == 200
    other = await proposed(client, "appel-2")
    offered = {one["slot"]["id"] for one in other["proposals"]}
    assert offered
    assert held not in offered


async def test_a_slot_we_hold_stays_open_to_its_own_patient(client: httpx.AsyncClient):
    held = first_slot(await proposed(client))
    await decide(client)
    assert first_slot(await proposed_again(client)) == held


async def test_journeys_are_planned_around_those_already_promised(
    client: httpx.AsyncClient, world: TinyWorld
):
    world.vehicles = world.vehicles[:1]
    world.offer.publish(offer(MMG_AT_14, slot("mmg-14-bis", MMG_ID, 120)))
    unshared = {**call()["mobility"], "sharing_excluded": True}
    first = (await proposed(client, mobility=unshared))["proposals"][0]
    assert (await decide(client)).status_code == 200
    other = (await proposed(client, "appel-2", mobility=unshared))["proposals"][0]
    assert other["slot"]["start"] == first["slot"]["start"]
    assert other["legs"][0]["dropoff_at"] < first["legs"][0]["pickup_at"]
    assert other["legs"][1]["pickup_at"] > first["legs"][1]["pickup_at"]


async def test_a_closed_case_is_not_answered_again(client: httpx.AsyncClient):
    await proposed(client, need={"code": "GP", "care_level": "R1"})
    assert (await decide(client)).status_code == 200
    answer = await client.post("/cases/appel-1/proposals")
    assert (answer.status_code, answer.json()["field"]) == (409, "case_id")


async def test_answers_are_numbered_and_the_first_is_kept(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    await proposed(client)
    world.clock.at = NOON + 5 * MINUTE
    world.offer.publish(offer(MMG_AT_14, seen_at=world.clock.at))
    await proposed_again(client)
    with store.unit() as unit:
        first = unit.journal.get_orientation("appel-1:1")
        second = unit.journal.get_orientation("appel-1:2")
    assert (first.at, second.at) == (NOON, NOON + 5 * MINUTE)
    assert first.orientation.snapshot_id != second.orientation.snapshot_id
    assert isinstance(first.orientation.proposals[0].legs[0].origin, Position)
