"""Who holds a connection without asking anything of it, over a real one."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from tests.unit.services.test_cli_serve import serving
from tests.unit.services.test_stream import listening, read_events
from tests.worlds import TinyWorld, call

HEAD = b"POST /cases HTTP/1.1\r\nHost: ici\r\nContent-Type: application/json\r\n"


@pytest.fixture
def address(world: TinyWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("services.connections.HEAD_S", 0.3)
    with serving(world.runtime(f"sqlite:///{tmp_path}/store.db")) as url:
        yield url


@contextmanager
def line_to(address: str) -> Iterator[socket.socket]:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        yield line


def trickle(line: socket.socket, said: Iterator[bytes]) -> bytes:
    """Say it byte by byte until the line is cut; return what was heard before."""
    heard = b""
    deadline = time.monotonic() + 20
    with suppress(ConnectionError):
        while time.monotonic() < deadline:
            line.sendall(next(said))
            line.settimeout(0.02)
            try:
                came = line.recv(4096)
            except TimeoutError:
                continue
            if not came:
                return heard
            heard += came
        pytest.fail("the line was never cut")
    return heard


def test_a_connection_that_says_nothing_is_closed(address: str):
    with line_to(address) as line:
        assert line.recv(64) == b""


def test_a_head_said_byte_by_byte_is_cut(address: str):
    with line_to(address) as line:
        line.sendall(HEAD + b"X-A: ")
        assert trickle(line, cycle([b"a"])) == b""


def test_a_body_that_came_too_slowly_to_be_read_holds_no_connection_afterwards(
    address: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.api.envelope.BODY_S", 0.2)
    with line_to(address) as line:
        line.sendall(HEAD + b"Content-Length: 60000\r\n\r\n")
        assert trickle(line, cycle([b" "])).startswith(b"HTTP/1.1 408 ")


def test_a_connection_of_which_something_was_asked_is_left_the_time_it_needs(address: str):
    with listening(address) as lines:
        assert next(lines) == "retry: 1000"
        time.sleep(1)
        httpx.post(f"{address}/cases", json=call())
        assert read_events(lines, 1)[0]["kind"] == "case.opened"
