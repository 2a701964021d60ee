"""What wraps every answer: headers, size limit, log lines that say nothing of anybody."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from regulation.usecases import Desk
from services.api.app import create_app
from services.api.envelope import MAX_BODY_BYTES
from services.api.problems import detail_of
from services.store import InMemoryStore, StoreUnavailable, Unit
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, opened, proposed
from tests.worlds import TinyWorld, call
from transport.fleet import PromisedRide, Vehicle

CALL_ON_THE_PAGE = {
    "patient.age": "40",
    "patient.position": "31000 Toulouse",
    "need.code": "GP",
    "need.care_level": "R3",
}


class BrokenStore:
    """A store that fails with the fault it was given."""

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def unit(self) -> AbstractContextManager[Unit]:
        raise self._fault

    def reading(self) -> AbstractContextManager[Unit]:
        raise self._fault

    def ring(self, bell: Callable[[], None]) -> None:
        pass

    def is_answering(self) -> bool:
        return False


def broken_app(world: TinyWorld, fault: Exception) -> FastAPI:
    return create_app(world.runtime(), store=BrokenStore(fault))


async def test_every_answer_carries_the_same_safe_headers(client: httpx.AsyncClient):
    for answer in (await client.get("/health"), await client.get("/"), await client.get("/none")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_address_that_does_not_exist_is_a_problem_too(client: httpx.AsyncClient):
    for answer, status, told in (
        (await client.get("/none"), 404, "il n'y a rien à cette adresse : la vérifier"),
        (await client.get("/static/none.js"), 404, "il n'y a rien à cette adresse"),
        (await client.delete("/cases"), 405, "n'admet pas la méthode employée : employer POST"),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert told in answer.json()["detail"]


@pytest.mark.parametrize("status", [404, 405, 418])
def test_what_only_the_framework_refuses_is_told_in_french(status: int):
    detail = detail_of(HTTPException(status))
    assert detail != HTTPStatus(status).phrase
    assert detail.endswith(("l'API", "l'API admet", "une autre méthode"))
    assert detail_of(HTTPException(status, "trop tôt")) == "trop tôt"


async def test_a_body_larger_than_any_case_is_refused(client: httpx.AsyncClient):
    body = b'{"id": "' + b"a" * MAX_BODY_BYTES + b'"}'
    said = await client.post("/cases", content=body, headers={"content-type": "application/json"})
    assert said.status_code == 413

    async def unannounced():
        yield body

    streamed = await client.post(
        "/cases", content=unannounced(), headers={"content-type": "application/json"}
    )
    assert streamed.status_code == 413


async def test_a_body_that_trickles_in_is_not_waited_for(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.api.envelope.BODY_S", 0.05)
    never = asyncio.Event()

    async def trickling():
        yield b'{"id": '
        await never.wait()

    slow = await client.post(
        "/cases", content=trickling(), headers={"content-type": "application/json"}
    )
    assert (slow.status_code, slow.json()["detail"]) == (408, "demande reçue trop lentement")


async def test_a_fault_of_ours_is_told_without_its_message(
    world: TinyWorld, caplog: pytest.LogCaptureFixture
):
    async with calling(broken_app(world, RuntimeError("Irène, 7 impasse"))) as client:
        answer = await client.post("/cases", json=call())
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Irène" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text
    assert "test_envelope.py" in caplog.text


async def test_a_database_that_does_not_answer_is_told(world: TinyWorld):
    async with calling(broken_app(world, StoreUnavailable("gone"))) as client:
        opening = await client.post("/cases", json=call())
        health = await client.get("/health")
        page = await client.post("/", data=CALL_ON_THE_PAGE)
    assert (opening.status_code, health.status_code, page.status_code) == (503, 503, 503)
    assert "La base ne répond pas" in page.text


async def test_the_log_names_routes_and_nobody(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    person = {"age": 47.125, "position": {"lat": 43.61234, "lon": 1.45678}}
    await opened(client, "Irene-1959", patient=person)
    await client.post("/cases/Irene-1959/proposals")
    await decide(client, "Irene-1959", motive="Irène préfère", key="cle-Irene")
    await client.get("/cases/Irene-1959")
    await client.get("/Irene")
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("httpx")]
    log = "\n".join(ours)
    assert "POST /cases/{case_id}/proposals 200" in log
    assert "Ir" not in log.replace("(no route)", "")
    assert "43.61234" not in log
    assert "47.125" not in log


class SlowDesk:
    """A desk that takes its time: it says when it is at work and waits to be let go."""

    def __init__(self, world: TinyWorld) -> None:
        self._world = world
        self.at_work, self.let_go, self.done = (threading.Event() for _ in range(3))

    def __call__(
        self,
        now: datetime,
        promised: Sequence[PromisedRide],
        vehicles: Sequence[Vehicle] | None = None,
    ) -> Desk:
        self.at_work.set()
        self.let_go.wait(timeout=5)
        self.done.set()
        return self._world.desk(now, promised, vehicles)


async def test_proposals_do_not_hold_up_other_requests(world: TinyWorld):
    slow = SlowDesk(world)
    app = create_app(replace(world.runtime(), desk=slow), store=InMemoryStore())
    async with calling(app) as client:
        answering = asyncio.create_task(proposed(client))
        await asyncio.to_thread(slow.at_work.wait, 5)
        assert (await client.get("/sources")).status_code == 200
        assert not slow.done.is_set()
        slow.let_go.set()
        await answering


async def test_a_screen_that_asks_again_before_it_has_said_all_is_no_fault(
    app: FastAPI, caplog: pytest.LogCaptureFixture
):
    told = iter([{"type": "http.request", "body": b"patient", "more_body": True}])
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return next(told, {"type": "http.disconnect"})

    async def send(message: object) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/appel/lecture",
        "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
    }
    await app(scope, receive, send)
    assert sent == []
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
