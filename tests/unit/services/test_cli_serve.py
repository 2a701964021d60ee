"""`aiguilleur serve`: a real server on loopback, and what it refuses to begin with."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from adapters.kit.clock import SystemClock
from regulation.events import Event, EventKind
from regulation.kernel.ids import Identifier
from regulation.marketplace import Community
from regulation.messages import DeliveryState
from services.cli import build
from services.cli.serve import address_of, listen, server_of
from services.couriers import couriers_of
from services.errors import BadInput
from services.runtime import Runtime
from services.store import open_store
from simulations.feeds.community_doctors import CommunityDoctors
from simulations.feeds.recipient import Recipient
from simulations.feeds.serving import serve_in_thread
from tests.contract.test_messages import found, keep, message
from tests.unit.services.steps import decision
from tests.worlds import MMG_ID, SURGERY_ID, TinyWorld, call


@contextmanager
def serving(runtime: Runtime) -> Iterator[str]:
    listener = listen("127.0.0.1", 0)
    server = server_of(runtime)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield address_of(listener)
    server.handle_exit(2, None)
    thread.join()
    listener.close()


@pytest.fixture
def address(world: TinyWorld, tmp_path: Path) -> Iterator[str]:
    with serving(world.runtime(f"sqlite:///{tmp_path}/store.db")) as url:
        yield url


def test_a_head_that_never_ends_is_cut(address: str):
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: ici\r\n")
        heard = b""
        with suppress(ConnectionError):
            for number in range(1_000):
                line.sendall(b"X-%d: " % number + b"a" * 1_000 + b"\r\n")
            line.sendall(b"\r\n")
            heard = line.recv(64)
    assert not heard.startswith(b"HTTP/1.1 200")


def test_a_call_is_answered_over_a_real_connection(address: str):
    with httpx.Client(base_url=address) as client:
        assert client.get("/health").json()["status"] == "ok"
        assert client.post("/cases", json=call()).status_code == 201
        assert client.post("/cases/appel-1/proposals").status_code == 200
        assert client.post("/cases/appel-1/decision", json=decision()).status_code == 200
        assert "<title>Appel" in client.get("/").text
        assert "server" not in client.get("/").headers


def test_a_port_that_is_taken_is_refused_by_name():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"--port: {port}"):
            listen("127.0.0.1", port)


def test_what_is_answered_leaves_without_waiting_for_what_left_before_to_be_acknowledged():
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        taken, _ = listener.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_none_is_refused():
    with pytest.raises(BadInput, match="--port: 70000"):
        listen("127.0.0.1", 70_000)


def test_a_territory_that_is_not_there_is_refused_by_name():
    result = CliRunner().invoke(build(), ["serve", "--port", "0", "--territory", "Atlantide"])
    assert isinstance(result.exception, BadInput)
    assert result.exception.field == "--territory"
    assert "Atlantide" in result.exception.reason


@pytest.mark.parametrize("url", ["sqlite:////proc/none/store.db", "none"])
def test_a_server_s_database_that_cannot_be_reached_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, url: str
):
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", url)
    result = CliRunner().invoke(build(), ["serve", "--port", "0"])
    assert isinstance(result.exception, BadInput)
    assert result.exception.field == "database_url"


def test_a_process_that_serves_alone_sends_what_leaves(world: TinyWorld, tmp_path: Path):
    recipient = Recipient(troubles=[503])
    with serve_in_thread(recipient.app()) as elsewhere:
        book = tmp_path / "destinataires.toml"
        book.write_text(f'[transporter."*"]\nurl = "{elsewhere}/missions"\n', encoding="utf-8")
        runtime = world.runtime(f"sqlite:///{tmp_path}/store.db")
        runtime = replace(runtime, clock=SystemClock(), couriers=couriers_of(book, SystemClock()))
        store = open_store(runtime.database_url)
        now = runtime.clock.now()
        keep(store, replace(message(), created_at=now, until=now + timedelta(hours=1)))
        with store.unit() as unit:  # what happened to nobody lately is forgotten
            unit.events.record(Event(at=now, kind=EventKind.CASE_OPENED, case_id="case-1"))
        with serving(runtime):
            while found(store).state is not DeliveryState.SENT:
                time.sleep(0.05)
        store.close()
    assert recipient.received == {"m-1": 1}


def test_an_address_book_at_fault_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIGUILLEUR_RECIPIENTS", str(tmp_path / "none.toml"))
    result = CliRunner().invoke(build(), ["serve", "--port", "0"])
    assert isinstance(result.exception, BadInput)
    assert result.exception.field == "AIGUILLEUR_RECIPIENTS"


def test_of_two_doctors_of_a_community_one_takes_the_patient_by_their_own_link(
    world: TinyWorld, tmp_path: Path
):
    doctors = CommunityDoctors()
    cpts = Identifier.parse("FINESS:990000028")
    community = Community(community_id=cpts, name="CPTS", members=(MMG_ID, SURGERY_ID))
    with serve_in_thread(doctors.app()) as elsewhere:
        book = tmp_path / "destinataires.toml"
        book.write_text(f'[effecteur."*"]\nurl = "{elsewhere}/"\n', encoding="utf-8")
        runtime = replace(
            world.runtime(f"sqlite:///{tmp_path}/store.db"),
            couriers=couriers_of(book, SystemClock()),
            communities={cpts: community},
        )
        with serving(runtime) as address, httpx.Client(base_url=address) as desk:
            assert desk.post("/cases", json=call()).status_code == 201
            asked = desk.post("/cases/appel-1/appeals", json={"community": str(cpts)})
            assert asked.status_code == 200
            while len(doctors.asked) < 2:
                time.sleep(0.05)
            with ThreadPoolExecutor() as pool:
                answers = pool.map(lambda path: doctors.accept(path, desk), list(doctors.asked))
            assert sorted(one.status_code for one in answers) == [303, 409]
            while not doctors.withdrawn:
                time.sleep(0.05)
    assert doctors.withdrawn == [("appel-1:cpts-1", "TAKEN")]


def test_calls_that_wait_for_a_search_hold_nobody_else_up(world: TinyWorld, tmp_path: Path):
    runtime, many = world.runtime(f"sqlite:///{tmp_path}/store.db"), 45
    with (
        serving(runtime) as url,
        httpx.Client(base_url=url, timeout=30) as client,
        ThreadPoolExecutor(many) as pool,
    ):
        with runtime.search:
            asked = [pool.submit(client.post, "/cases/nobody/proposals") for _ in range(many)]
            for _ in range(20):
                assert client.get("/ready", timeout=10).status_code == 200
            assert not any(one.done() for one in asked)
        assert {one.result().status_code for one in asked} == {404}
