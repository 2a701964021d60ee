"""Opening and reading cases; what is refused names its field and stores nothing."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from services.schemas.dossier import CaseOut, DossierOut
from services.schemas.problem import ProblemOut
from services.store import Store
from tests.unit.services.steps import decide, opened
from tests.worlds import FAR_AWAY, call


def changed(path: str, value: object) -> Mapping[str, Any]:
    """A call with one thing in it changed."""
    document: dict[str, Any] = {**call()}
    *parents, last = path.split(".")
    place = document
    for parent in parents:
        place[parent] = {**place[parent]}
        place = place[parent]
    place[last] = value
    return document


async def test_a_case_is_opened_and_says_where_it_is(client: httpx.AsyncClient):
    answer = await client.post("/cases", json=call())
    assert answer.status_code == 201
    assert answer.headers["location"] == "/cases/appel-1"
    CaseOut.model_validate(answer.json())
    assert answer.json()["state"] == "OPEN"


async def test_a_case_is_read_as_it_was_told(client: httpx.AsyncClient):
    told = call(caller={"at": "2026-11-28T12:58:00+01:00", "phone": "+33 5 00 00 00 00"})
    await client.post("/cases", json=told)
    answer = await client.get("/cases/appel-1")
    assert answer.status_code == 200
    DossierOut.model_validate(answer.json())
    read = answer.json()
    assert read["caller"]["phone"] == "+33 5 00 00 00 00"
    assert read["caller"]["at"] == "2026-11-28T12:58:00+01:00"
    assert read["mobility"] == {**told["mobility"], "age": 47}
    assert read["patient"]["position"] == {"lat": 43.6, "lon": 1.44}
    assert (read["orientation"], read["decisions"], read["journal"]) == (None, [], [])


async def test_what_is_read_of_a_case_can_be_sent_again(client: httpx.AsyncClient):
    mobility = {"oxygen": "unknown", "home": {"steps": "unknown"}, "impairments": ["motor"]}
    await opened(client, mobility=mobility, return_to={"insee": "31555"})
    read = (await client.get("/cases/appel-1")).json()
    told = {name: value for name, value in read.items() if name in call() or name == "return_to"}
    again = await client.post("/cases", json=told | {"id": "appel-2"})
    assert again.status_code == 201, again.text
    assert (await client.get("/cases/appel-2")).json() == read | {"id": "appel-2"}


async def test_the_same_case_sent_again_changes_nothing(client: httpx.AsyncClient):
    first = await client.post("/cases", json=call())
    again = await client.post("/cases", json=call())
    assert (again.status_code, again.json()) == (201, first.json())


async def test_the_id_of_another_case_is_refused(client: httpx.AsyncClient):
    await opened(client)
    answer = await client.post("/cases", json=changed("patient.age", 48))
    assert answer.status_code == 409
    assert answer.json()["field"] == "id"
    assert (await client.get("/cases/appel-1")).json()["patient"]["age"] == 47


BAD = [
    ("patient.nickname", "Jojo", "patient.nickname"),
    ("patient.age", 200, "patient.age"),
    ("patient.age", -1, "patient.age"),
    ("patient.age", "quarante", "patient.age"),
    ("patient.position", FAR_AWAY, "patient.position"),
    ("patient.position", {"insee": "75056"}, "patient.position"),
    ("patient.position", {"address": "12 rue de Nulle Part"}, "patient.position"),
    ("patient.position", {"lat": 43.6}, "patient.position"),
    ("patient.position", {"lat": 43.6, "lon": 1.44, "insee": "31555"}, "patient.position"),
    ("patient.position", {"lat": 143.6, "lon": 1.44}, "patient.position.lat"),
    ("return_to", FAR_AWAY, "return_to"),
    ("caller.at", "2026-11-28T12:58:00", "caller.at"),
    ("caller.at", "demain", "caller.at"),
    ("caller.at", 1764331080, "caller.at"),
    ("caller.at", "9999-12-31T23:59:59+00:00", "caller.at"),
    ("caller.at", "0001-01-01T00:00:00+14:00", "caller.at"),
    ("caller.at", "1764331080", "caller.at"),
    ("caller.phone", "Mme Untel, 06", "caller.phone"),
    ("need.code", "MAGIC", "need.code"),
    ("need.care_level", "R9", "need.care_level"),
    ("need.deadline_minutes", 0, "need.deadline_minutes"),
    ("mobility.oxygen", "peut-être", "mobility.oxygen"),
    ("mobility.home.floor", "third", "mobility.home.floor"),
    ("mobility.impairments", ["moteur"], "mobility.impairments.0"),
    ("mobility.age", 46, "mobility.age"),
    ("preferred_effecteur", "Dr Untel", "preferred_effecteur"),
    ("pharmacy_stop", "maybe", "pharmacy_stop"),
    ("id", "../etc", "id"),
]


@pytest.mark.parametrize(("path", "value", "field"), BAD, ids=[f"{p}={v}"[:40] for p, v, _ in BAD])
async def test_bad_input_names_its_field_and_stores_nothing(
    client: httpx.AsyncClient, path: str, value: object, field: str
):
    answer = await client.post("/cases", json=changed(path, value))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    ProblemOut.model_validate(answer.json())
    assert answer.json()["field"] == field
    assert (await client.get("/cases/appel-1")).status_code == 404


async def test_a_missing_field_is_named(client: httpx.AsyncClient):
    told = {name: value for name, value in call().items() if name != "need"}
    answer = await client.post("/cases", json=told)
    assert (answer.status_code, answer.json()["field"]) == (422, "need")


async def test_every_fault_is_told_at_once(client: httpx.AsyncClient):
    told = {**changed("patient.age", 200), "pharmacy_stop": "maybe"}
    answer = await client.post("/cases", json=told)
    fields = [fault["field"] for fault in answer.json()["errors"]]
    assert fields == ["patient.age", "pharmacy_stop"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("caller.phone", "Irène 0600000000"),
        ("patient.position", {"address": "7 impasse Irène"}),
        ("preferred_effecteur", "Irène"),
        ("patient.sex", "Irène"),
        ("mobility.language", "Irène"),
    ],
)
async def test_a_refusal_never_repeats_what_was_said(
    client: httpx.AsyncClient, path: str, value: object
):
    answer = await client.post("/cases", json=changed(path, value))
    assert answer.status_code == 422
    assert "Irène" not in answer.text


async def test_what_is_not_json_is_refused(client: httpx.AsyncClient):
    answer = await client.post(
        "/cases", content=b"{not json", headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "body")


@pytest.mark.parametrize("text", ["\ud800", "a\x00b"], ids=["lone surrogate", "nul"])
async def test_text_that_cannot_be_kept_is_refused(client: httpx.AsyncClient, text: str):
    await opened(client)
    answer = await client.post(
        "/cases/appel-1/decision",
        content=f'{{"rank": 1, "motive": "{text.encode("unicode_escape").decode()}"}}'.replace(
            "\\x00", "\\u0000"
        ),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert "motive" in {fault["field"] for fault in answer.json()["errors"]}


async def test_a_case_that_does_not_exist_is_not_found(client: httpx.AsyncClient):
    for answer in (
        await client.get("/cases/appel-9"),
        await client.post("/cases/appel-9/proposals"),
        await decide(client, "appel-9"),
    ):
        assert (answer.status_code, answer.json()["field"]) == (404, "case_id")


async def test_each_access_leaves_its_line(client: httpx.AsyncClient, store: Store):
    who = {"Actor-Id": "LOCAL:arm-7"}
    await client.post("/cases", json=call(), headers=who)
    await client.post("/cases", json=call(), headers=who)
    await client.post("/cases", json=changed("patient.age", 3), headers=who)
    await client.get("/cases/appel-1")
    await client.post("/cases/appel-1/proposals", headers=who)
    await decide(client, rank=9)
    await decide(client)
    await decide(client)
    await decide(client, key="cle-2")
    await client.get("/cases/appel-9")
    with store.unit() as unit:
        lines = unit.audit.entries_of("appel-1")
        (stranger,) = unit.audit.entries_of("appel-9")
    assert [(line.who, str(line.action), str(line.outcome)) for line in lines] == [
        ("LOCAL:arm-7", "OPEN", "DONE"),
        ("LOCAL:arm-7", "OPEN", "REPEATED"),
        ("LOCAL:arm-7", "OPEN", "CONFLICT"),
        ("unnamed", "READ", "DONE"),
        ("LOCAL:arm-7", "PROPOSE", "DONE"),
        ("LOCAL:dr-1", "DECIDE", "REFUSED"),
        ("LOCAL:dr-1", "DECIDE", "DONE"),
        ("LOCAL:dr-1", "DECIDE", "REPEATED"),
        ("LOCAL:dr-1", "DECIDE", "CONFLICT"),
    ]
    assert str(stranger.outcome) == "NOT_FOUND"


async def test_bad_input_leaves_no_line(client: httpx.AsyncClient, store: Store):
    await client.post("/cases", json=changed("patient.age", 200))
    with store.unit() as unit:
        assert list(unit.audit.entries_of("appel-1")) == []
