"""The client of the load: it keeps its lines, reads what somebody reads, says what is cut."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from benchmarks.wire import Client

PACKED = gzip.compress(b'{"state": "DECIDED"}')
HEAD = f"HTTP/1.1 200 OK\r\nOrientation-Id: a:1\r\nContent-Length: {len(PACKED)}\r\n"
ANSWER = f"{HEAD}Content-Encoding: gzip\r\n\r\n".encode() + PACKED
PARTING = ANSWER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


class Server:
    """Answers what it is told to, in turn (empty: cuts the line)."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.asked: list[bytes] = []
        self.lines: list[asyncio.Task[None] | None] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.append(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].split()[0])
                self.asked.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0)
                writer.write(answer)
                if not answer:
                    break
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def asking(
    server: Server, *, connections_last: bool = True
) -> AsyncIterator[tuple[Client, str]]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with Client(connections_last) as client:
        yield client, f"http://127.0.0.1:{port}/cases"
    await asyncio.gather(*filter(None, server.lines))
    listening.close()
    await listening.wait_closed()


async def test_an_answer_is_read_and_its_line_kept_for_the_next():
    server = Server(ANSWER, ANSWER)
    async with asking(server) as (client, url):
        for body in ({"rank": 1}, None):
            answer = await client.post(url, json=body, headers={"Idempotency-Key": "k"})
            assert (answer.status_code, answer.is_success) == (200, True)
            assert answer.headers["orientation-id"] == "a:1"
            assert answer.json() == {"state": "DECIDED"}
    assert len(server.lines) == 1
    assert server.asked[0].startswith(b"POST /cases HTTP/1.1\r\n")
    assert b"Idempotency-Key: k\r\n" in server.asked[0]
    assert server.asked[0].endswith(b'\r\n\r\n{"rank":1}')
    assert server.asked[1].endswith(b"\r\n\r\n")


@pytest.mark.parametrize(("answer", "last"), [(ANSWER, False), (PARTING, True)])
async def test_a_line_that_is_not_to_last_is_asked_once(answer: bytes, *, last: bool):
    server = Server(answer, answer)
    async with asking(server, connections_last=last) as (client, url):
        for _ in range(2):
            assert (await client.post(url, json=None, headers={})).is_success
    assert len(server.lines) == 2


async def test_a_line_cut_before_the_answer_is_said_and_the_next_asks_on_another():
    server = Server(b"", ANSWER)
    async with asking(server) as (client, url):
        with pytest.raises(ConnectionError):
            await client.post(url, json=None, headers={})
        assert (await client.post(url, json=None, headers={})).is_success
    assert len(server.lines) == 2
