"""A new version takes the place of two processes, one after the other, and nobody sees an error."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import pytest
import uvicorn

from services.cli.serve import listen, server_of
from services.runtime import Runtime
from tests.servers.process import is_listening
from tests.worlds import call, tiny_world

SOON_S, LATER_S = 0.1, 1.0


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return tiny_world().runtime(f"sqlite:///{tmp_path}/store.db")


@dataclass
class Running:
    """A server on a port, until it is asked to stop."""

    server: uvicorn.Server
    thread: threading.Thread
    port: int

    def stop(self) -> None:
        self.server.handle_exit(15, None)
        self.thread.join()


@contextmanager
def running(runtime: Runtime, port: int = 0, drain_s: float = SOON_S) -> Iterator[Running]:
    listener = listen("127.0.0.1", port)
    server = server_of(runtime, drain_s=drain_s)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    wait_until(lambda: server.started)
    one = Running(server, thread, listener.getsockname()[1])
    yield one
    one.stop()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_call_that_came_as_the_process_stops_is_answered(runtime: Runtime):
    with (
        running(runtime, drain_s=LATER_S) as one,
        socket.create_connection(("127.0.0.1", one.port)) as came,
    ):
        wait_until(lambda: len(one.server.server_state.connections) == 1)
        one.server.handle_exit(15, None)
        wait_until(lambda: not is_listening(one.port))
        came.sendall(b"GET /cases/nobody HTTP/1.1\r\nHost: essai\r\n\r\n")
        came.settimeout(30)
        assert came.recv(100).startswith(b"HTTP/1.1 404")


@dataclass
class Calling:
    """Opens case after case, of one process or the other; goes on to the next when refused."""

    ports: tuple[int, int]
    kept: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        numbers = count()
        while not self.stop.is_set():
            number = next(numbers)
            try:
                answer = httpx.post(self._address(number), json=call(f"appel-{number}"))
            except httpx.ConnectError:
                continue  # not sent: the next process is asked
            except httpx.TransportError as fault:
                self.errors.append(repr(fault))
                continue
            (self.kept if answer.is_success else self.errors).append(f"appel-{number}")

    def _address(self, number: int) -> str:
        return f"http://127.0.0.1:{self.ports[number % 2]}/cases"


def test_processes_replaced_in_turn_under_load_lose_nothing_and_answer_without_error(
    runtime: Runtime,
):
    with running(runtime) as first, running(runtime) as second:
        calling = Calling((first.port, second.port))
        thread = threading.Thread(target=calling.work)
        thread.start()
        first.stop()
        with running(runtime, first.port):
            second.stop()
            with running(runtime, second.port):
                already = len(calling.kept)
                wait_until(lambda: len(calling.kept) >= already + 4)
                calling.stop.set()
                thread.join()
                kept = set(calling.kept)
                found = {name for name in kept if _is_kept(second.port, name)}
    assert calling.errors == []
    assert found == kept
    assert already > 0


def _is_kept(port: int, case_id: str) -> bool:
    return httpx.get(f"http://127.0.0.1:{port}/cases/{case_id}").is_success
