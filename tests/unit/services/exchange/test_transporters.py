"""Companies tell of their own missions and vehicles: signed, once, each event on its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from adapters.couriers.letters import signature_of
from regulation.ports import StaleVersion
from services.api.app import create_app
from services.runtime import Runtime
from services.store import InMemoryStore, Store, Unit
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, proposed
from tests.worlds import MINUTE, NOON, TinyWorld
from transport.fleet import PromisedRide

COMPANY, SECRET = "Transports d'essai", b"un secret d'essai"


@pytest.fixture
def runtime(world: TinyWorld) -> Runtime:
    return replace(world.runtime(), secrets={COMPANY: SECRET, "Autre": b"autre secret"})


@pytest.fixture
def app(runtime: Runtime, store: Store) -> FastAPI:
    return create_app(runtime, store=store)


async def tell(
    client: httpx.AsyncClient,
    *events: dict[str, Any],
    message_id: str = "envoi-1",
    company: str = COMPANY,
    secret: bytes = SECRET,
    late: timedelta = timedelta(0),
) -> httpx.Response:
    raw = json.dumps({"message_id": message_id, "events": events}).encode()
    signature = signature_of(raw, secret, NOON - late)
    return await client.post(
        f"/transporteurs/{quote(company)}/evenements",
        content=raw,
        headers={"Aiguilleur-Signature": signature},
    )


def position(**changes: object) -> dict[str, Any]:
    told = {"type": "position", "at": NOON.isoformat(), "vehicle_id": "VSL-1", "lat": 43.61}
    return told | {"lon": 1.45, "available": True} | changes


async def promised(client: httpx.AsyncClient, store: Store) -> PromisedRide:
    """Decide on a journey with a vehicle; return its first ride."""
    found = await proposed(client)
    rank = next(one["rank"] for one in found["proposals"] if any(_driven(one)))
    answer = await decide(client, rank=rank)
    assert answer.status_code == 200, answer.text
    with store.reading() as unit:
        return unit.promises.rides_of("appel-1")[0]


def _driven(proposal: dict[str, Any]) -> list[object]:
    return [leg["vehicle_id"] for leg in proposal["legs"] if leg.get("vehicle_id")]


async def test_where_a_vehicle_says_it_is_is_where_it_is_seen(
    client: httpx.AsyncClient, runtime: Runtime
):
    answer = await tell(client, position())
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    seen = runtime.live.sightings_of(["VSL-1"])["VSL-1"]
    assert (seen.position.lat, seen.is_free, seen.source) == (43.61, True, f"transporter:{COMPANY}")


async def test_a_mission_is_answered_and_followed(client: httpx.AsyncClient, store: Store):
    ride = await promised(client, store)
    mission = {"at": NOON.isoformat(), "mission_id": ride.ride_id, "vehicle_id": ride.vehicle_id}
    answer = await tell(
        client,
        mission | {"type": "answer", "answer": "ACCEPTEE"},
        mission | {"type": "status", "status": "DEPART"},
    )
    assert answer.json() == {"accepted": 2, "repeated": False, "quarantined": []}
    with store.reading() as unit:
        told = [one.event for one in unit.events.after(0) if one.event.kind.startswith("ride.")]
    assert [(one.case_id, one.facts["mission_id"]) for one in told] == 2 * [
        ("appel-1", ride.ride_id)
    ]
    assert (told[0].facts["answer"], told[1].facts["status"]) == ("ACCEPTEE", "DEPART")


class BusyOnce(InMemoryStore):
    """A store where somebody else is in the way of the next unit, once asked to be."""

    is_busy = False

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        with super().unit() as unit:
            yield unit
            if self.is_busy:
                self.is_busy = False
                raise StaleVersion("a lock not given")


async def test_what_a_company_says_while_somebody_else_moves_the_case_is_taken_all_the_same(
    world: TinyWorld, runtime: Runtime
):
    store = BusyOnce()
    client = calling(create_app(runtime, store=store))
    ride = await promised(client, store)
    mission = {"at": NOON.isoformat(), "mission_id": ride.ride_id, "vehicle_id": ride.vehicle_id}
    store.is_busy = True
    answer = await tell(client, mission | {"type": "answer", "answer": "ACCEPTEE"})
    assert answer.json() == {"accepted": 1, "repeated": False, "quarantined": []}


async def test_a_delivery_sent_again_changes_nothing(client: httpx.AsyncClient, store: Store):
    ride = await promised(client, store)
    event = {
        "type": "answer",
        "at": NOON.isoformat(),
        "mission_id": ride.ride_id,
        "answer": "REFUSEE",
        "reason": "NO_VEHICLES_AVAILABLE",
    }
    await tell(client, event)
    assert (await tell(client, event)).json() == {
        "accepted": 0,
        "repeated": True,
        "quarantined": [],
    }
    await tell(client, event, message_id="envoi-2")
    with store.reading() as unit:
        kinds = [one.event.kind for one in unit.events.after(0)]
    assert kinds.count("ride.answered") == 1  # type: ignore[arg-type]  # a kind is its text


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": b"forged"},
        {"company": "Inconnue"},
        {"company": "Autre"},
        {"late": 6 * MINUTE},
        {"late": -6 * MINUTE},
    ],
)
async def test_what_is_not_signed_by_the_company_and_for_now_is_refused(
    client: httpx.AsyncClient, runtime: Runtime, changes: dict[str, Any]
):
    answer = await tell(client, position(), **changes)
    assert answer.status_code == 401
    assert runtime.live.sightings_of(["VSL-1"]) == {}


async def test_without_a_signature_nothing_is_read(client: httpx.AsyncClient):
    url = f"/transporteurs/{quote(COMPANY)}/evenements"
    assert (await client.post(url, content=b"{}")).status_code == 401


async def test_a_signature_dated_after_the_last_of_days_is_refused_as_any_other(
    client: httpx.AsyncClient,
):
    answer = await client.post(
        f"/transporteurs/{quote(COMPANY)}/evenements",
        content=b"{}",
        headers={"Aiguilleur-Signature": f"t={'9' * 12},v1={'0' * 64}"},
    )
    assert answer.status_code == 401


async def test_a_company_speaks_of_its_own_vehicles_and_missions_alone(
    client: httpx.AsyncClient, store: Store
):
    ride = await promised(client, store)
    other = await tell(client, position(), company="Autre", secret=b"autre secret")
    assert other.json()["quarantined"] == [
        {"index": 0, "field": "vehicle_id", "reason": "n'est pas un véhicule de cette société"}
    ]
    mission = {"type": "answer", "at": NOON.isoformat(), "answer": "REFUSEE"}
    stolen = await tell(
        client,
        mission | {"mission_id": ride.ride_id},
        company="Autre",
        secret=b"autre secret",
        message_id="envoi-2",
    )
    assert stolen.json()["quarantined"][0]["field"] == "mission_id"
    unknown = await tell(client, mission | {"mission_id": "nobody/1/outward"})
    assert unknown.json()["quarantined"][0]["field"] == "mission_id"


async def test_an_event_at_fault_is_named_and_the_others_are_kept(
    client: httpx.AsyncClient, runtime: Runtime
):
    answer = await tell(client, position(lat="nord"), position(), position(at="hier"))
    told = answer.json()
    assert told["accepted"] == 1
    assert [(one["index"], one["field"]) for one in told["quarantined"]] == [(0, "lat"), (2, "at")]
    assert "VSL-1" in runtime.live.sightings_of(["VSL-1"])


async def test_what_is_no_delivery_is_refused_by_its_field(client: httpx.AsyncClient):
    raw = b'{"message_id": "envoi-1", "events": []}'
    answer = await client.post(
        f"/transporteurs/{quote(COMPANY)}/evenements",
        content=raw,
        headers={"Aiguilleur-Signature": signature_of(raw, SECRET, NOON)},
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "events")
