"""What tells how a process is: ready or not, its counters, its log; nothing of anybody."""

import json
import logging
import re

import httpx
import pytest
from fastapi import FastAPI

from services.cli.serve import DrainingServer, server_of
from services.logs import JsonLines, Lines, LogFormat, set_up
from services.metrics import Meters
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, proposed
from tests.unit.services.test_envelope import broken_app
from tests.worlds import TinyWorld


def counted(text: str, name: str) -> dict[str, float]:
    """The samples of a metric by their labels."""
    found = re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


async def test_a_process_that_stops_is_not_ready_and_still_answers(
    client: httpx.AsyncClient, app: FastAPI
):
    assert (await client.get("/ready")).json() == {"ready": True}
    app.state.readiness.is_draining = True
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
    assert (await client.get("/health")).status_code == 200


async def test_a_process_without_its_database_is_not_ready(world: TinyWorld):
    async with calling(broken_app(world, RuntimeError("gone"))) as client:
        answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["detail"]) == (503, "la base ne répond pas")


async def test_counters_name_routes_and_nobody(client: httpx.AsyncClient):
    await proposed(client, "Irene-1959")
    await decide(client, "Irene-1959", key="cle-Irene")
    await client.request("IRENE", "/Irene")
    text = (await client.get("/metrics")).text
    answers = counted(text, "aiguilleur_requests_total")
    assert answers['route="POST /cases/{case_id}/decision",status="200"'] == 1
    assert counted(text, "aiguilleur_database_up") == {"": 1}
    assert counted(text, "aiguilleur_source_ok") == {'source="sas-ps"': 1}
    waiting = counted(text, "aiguilleur_outbox_messages")
    assert sum(waiting.values()) > 0
    assert "rene" not in text.lower()


def test_each_process_counts_apart():
    one, other = Meters(), Meters()
    one.answered("GET /", 200, 0.1)
    assert b'route="GET /"' in one.written()
    assert b'route="GET /"' not in other.written()


def fault() -> ValueError:
    """A fault raised where one looks for it, whose message names somebody."""
    try:
        int("Irène, 7 impasse")
    except ValueError as raised:
        return raised
    raise AssertionError("it is no number")


@pytest.fixture
def record() -> logging.LogRecord:
    """That fault, with facts of which one may be carried."""
    raised = fault()
    told = (type(raised), raised, raised.__traceback__)
    made = logging.LogRecord("services", logging.ERROR, __file__, 1, "%s", ("fault",), told)
    made.route, made.patient = "GET /cases/{case_id}", "Irène"
    return made


def test_a_line_of_json_carries_what_is_listed_and_nothing_else(record: logging.LogRecord):
    line = JsonLines().format(record)
    said = json.loads(line)
    assert said["route"] == "GET /cases/{case_id}"
    assert said["fault"].startswith("ValueError at ")
    assert "Irène" not in line


def test_a_line_of_text_tells_where_a_fault_was_and_not_its_message(record: logging.LogRecord):
    line = Lines("%(message)s").format(record)
    assert "ValueError at " in line
    assert "Irène" not in line


def test_the_log_of_a_process_is_written_as_asked(capsys: pytest.CaptureFixture[str]):
    set_up(LogFormat.JSON)
    logging.getLogger("services").info("bonjour", extra={"status": 200})
    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["status"], line["level"]) == ("bonjour", 200, "INFO")


def test_asked_to_stop_a_server_says_so_before_it_stops(world: TinyWorld, tmp_path):
    server = server_of(world.runtime(f"sqlite:///{tmp_path}/store.db"), drain_s=60)
    assert isinstance(server, DrainingServer)
    server.handle_exit(15, None)
    assert not server.should_exit
    assert server.config.app.state.readiness.against() is not None  # type: ignore[union-attr]
    server.handle_exit(15, None)
    assert server.should_exit


@pytest.mark.parametrize(
    "body", [b"[" * 30_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"id": 1' + b"0" * 9000]
)
async def test_a_body_no_reader_can_take_is_refused_by_name(client: httpx.AsyncClient, body: bytes):
    answer = await client.post("/cases", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["field"]) == (422, "body")


async def test_over_tls_browsers_are_told_to_stay_there(app: FastAPI):
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://essai") as client:
        safe = await client.get("/health")
    assert "max-age" in safe.headers["strict-transport-security"]
    assert safe.headers["x-frame-options"] == "DENY"
