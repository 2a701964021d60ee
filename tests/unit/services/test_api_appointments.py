"""Agendas tell of appointments (INT_R03): created, changed, cancelled, told twice, refused."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from regulation.events import EventKind
from regulation.kernel.ids import Identifier
from services.store import Store
from tests.unit.adapters.sas.worlds import fixture
from tests.unit.services.steps import decide, proposed
from tests.worlds import MMG_AT_14, MMG_ID, NOON, TinyWorld, offer, slot

KEY = "https://agenda.example|0b8a2f6e-8c46-4f39-9d0e-6c0a4c1f7a11"
URL = "/fhir/Appointment"


def appointment(**changes: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(fixture("appointment_good.json"))
    return {k: v for k, v in (document | changes).items() if v is not None}


async def put(client: httpx.AsyncClient, asked: str = KEY, /, **changes: object):
    return await client.put(URL, params={"identifier": asked}, json=appointment(**changes))


def issue(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"].startswith("application/fhir+json")
    document = answer.json()
    assert document["resourceType"] == "OperationOutcome"
    only: dict[str, Any]
    (only,) = document["issue"]
    return only


async def test_an_appointment_is_created_and_read_where_it_says(client: httpx.AsyncClient):
    answer = await client.post(URL, json=appointment())
    assert answer.status_code == 201
    read = await client.get(answer.headers["Location"])
    assert read.json()["status"] == "booked"
    assert read.json()["start"] == "2026-11-23T09:00:00.000+01:00"
    assert read.headers["ETag"] == 'W/"1"'


async def test_the_same_appointment_sent_again_changes_nothing(
    client: httpx.AsyncClient, store: Store
):
    first = await client.post(URL, json=appointment())
    again = await client.post(URL, json=appointment())
    assert (again.status_code, again.headers["Location"]) == (200, first.headers["Location"])
    with store.reading() as unit:
        kinds = [one.event.kind for one in unit.events.after(0)]
    assert kinds == [EventKind.APPOINTMENT_TOLD]


async def test_another_appointment_under_the_same_number_is_refused(client: httpx.AsyncClient):
    await client.post(URL, json=appointment())
    answer = await client.post(URL, json=appointment(status="cancelled"))
    assert (answer.status_code, issue(answer)["code"]) == (422, "duplicate")


async def test_a_change_of_an_appointment_never_seen_creates_it(client: httpx.AsyncClient):
    answer = await put(client, status="cancelled")
    assert answer.status_code == 201
    assert (await client.get(answer.headers["Location"])).json()["status"] == "cancelled"


async def test_an_appointment_is_changed_by_its_identifier(client: httpx.AsyncClient):
    await client.post(URL, json=appointment())
    answer = await put(client, status="cancelled")
    assert (answer.status_code, answer.headers["ETag"]) == (200, 'W/"2"')
    again = await put(client, KEY.partition("|")[2], status="cancelled")
    assert (again.status_code, again.headers["ETag"]) == (200, 'W/"2"')


async def test_the_capital_of_the_guide_is_read_too(client: httpx.AsyncClient):
    answer = await client.put(URL, params={"Identifier": KEY}, json=appointment())
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"<Appointment/>", 400, "structure", "document"),
        (b"{}", 400, "structure", "resourceType"),
        (appointment(resourceType="Slot"), 400, "structure", "resourceType"),
        (appointment(status="libre"), 400, "structure", "status"),
        (appointment(start="2026-11-23T09:00:00"), 400, "structure", "start"),
        (appointment(extension=[{"url": "x"}]), 422, "business-rule", "extension"),
        (appointment(identifier=[{"value": "1"}]), 422, "business-rule", "identifier"),
        (appointment(end="2026-11-23T08:00:00.000+01:00"), 422, "business-rule", "end"),
        (appointment(created="2027-01-01T08:00:00.000+01:00"), 422, "business-rule", "created"),
    ],
)
async def test_what_is_wrong_is_said_with_the_element(
    client: httpx.AsyncClient, body: object, status: int, code: str, field: str
):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = await client.post(URL, content=raw)
    told = issue(answer)
    assert (answer.status_code, told["code"]) == (status, code)
    assert told["diagnostics"].startswith(f"{field}: ")


async def test_a_change_asked_for_another_appointment_is_refused(client: httpx.AsyncClient):
    answer = await put(client, "https://agenda.example|other")
    assert (answer.status_code, issue(answer)["expression"]) == (422, ["Appointment.identifier"])
    nothing = await client.put(URL, json=appointment())
    assert (nothing.status_code, issue(nothing)["code"]) == (400, "required")


async def test_an_appointment_that_is_not_there_is_not_found(client: httpx.AsyncClient):
    answer = await client.get(f"{URL}/12")
    assert (answer.status_code, issue(answer)["code"]) == (404, "not-found")


async def test_a_time_booked_elsewhere_is_no_longer_offered(
    client: httpx.AsyncClient, world: TinyWorld
):
    doctor = Identifier.parse("RPPS:19990000002")
    free = replace(MMG_AT_14, practitioner=doctor)
    later = replace(slot("mmg-17", MMG_ID, 300), practitioner=doctor)
    world.offer.publish(offer(free, later))
    body = appointment(
        start="2026-11-28T15:00:00.000+01:00",
        end="2026-11-28T15:20:00.000+01:00",
        created=NOON.isoformat(),
    )
    slots = {one["slot"]["id"] for one in (await proposed(client))["proposals"] if one["slot"]}
    assert "mmg-14" in slots
    assert (await client.post(URL, json=body)).status_code == 201
    answer = await proposed(client, "appel-2")
    assert "mmg-14" not in {one["slot"]["id"] for one in answer["proposals"] if one["slot"]}
    cancelled = await put(client, **(body | {"status": "cancelled"}))
    assert cancelled.status_code == 200, cancelled.text
    back = await proposed(client, "appel-3")
    assert "mmg-14" in {one["slot"]["id"] for one in back["proposals"] if one["slot"]}


async def test_an_appointment_of_ours_that_its_agenda_cancels_is_told_to_whoever_follows_the_case(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    doctor = Identifier.parse("RPPS:19990000002")
    world.offer.publish(offer(replace(MMG_AT_14, practitioner=doctor)))
    await proposed(client)
    assert (await decide(client)).status_code == 200
    body = appointment(
        start="2026-11-28T15:00:00.000+01:00",
        end="2026-11-28T15:20:00.000+01:00",
        created=NOON.isoformat(),
    )
    await client.post(URL, json=body)
    for _ in range(2):
        await put(client, **(body | {"status": "cancelled"}))
    with store.reading() as unit:
        of_case = [one.event.kind for one in unit.events.after(0, case_id="appel-1")]
    assert of_case.count(EventKind.SLOT_WITHDRAWN) == 1


async def test_an_appointment_of_ours_that_is_moved_is_told_and_one_that_was_over_is_not(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    doctor = Identifier.parse("RPPS:19990000002")
    world.offer.publish(offer(replace(MMG_AT_14, practitioner=doctor)))
    body = appointment(
        start="2026-11-28T15:00:00.000+01:00",
        end="2026-11-28T15:20:00.000+01:00",
        created=NOON.isoformat(),
    )
    await client.post(URL, json=body)
    await put(client, **(body | {"status": "cancelled"}))
    await proposed(client)
    assert (await decide(client)).status_code == 200
    longer = body | {"status": "cancelled", "end": "2026-11-28T15:30:00.000+01:00"}
    await put(client, **longer)
    assert withdrawn(store) == 0
    await put(client, **body)
    await put(client, **(body | {"start": "2026-11-28T15:10:00.000+01:00"}))
    assert withdrawn(store) == 1


def withdrawn(store: Store) -> int:
    with store.reading() as unit:
        of_case = [one.event.kind for one in unit.events.after(0, case_id="appel-1")]
    return of_case.count(EventKind.SLOT_WITHDRAWN)
