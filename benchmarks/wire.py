"""The client of a load: it asks by HTTP and reads what it needs of the answer, no more.

Regulators sit at other machines than the servers; here they share the cores that are measured. A
whole client library would take from them what is to be measured. It says that it takes gzip, as a
browser does, and unpacks only what somebody reads.
"""

import asyncio
import gzip
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

import httptools
import msgspec

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        return HTTPStatus.OK <= self.status_code < HTTPStatus.MULTIPLE_CHOICES

    @property
    def text(self) -> str:
        return self._unpacked().decode()

    def json(self) -> Any:  # noqa: ANN401  whatever JSON can hold
        return msgspec.json.decode(self._unpacked())

    def _unpacked(self) -> bytes:
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.content) if packed else self.content


class Line(asyncio.Protocol):
    """One connection, on which one thing at a time is asked."""

    def __init__(self) -> None:
        self.is_open = True
        self._transport: asyncio.Transport
        self._answer: asyncio.Future[Answer] | None = None

    async def ask(self, request: bytes) -> Answer:
        """Ask and wait for the whole answer; raise OSError when the line is cut."""
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            self._answer = None

    def close(self) -> None:
        self.is_open = False
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError(f"cut before the answer: {exc}"))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self._answer is None or self._answer.done():
            return
        if not self._parser.should_keep_alive():
            self.is_open = False
        status, content = self._parser.get_status_code(), b"".join(self._body)
        self._answer.set_result(Answer(status, self._headers, content))


@dataclass(slots=True)
class Client:
    """Asks on as many connections as things are asked at once (each kept for the next, or not)."""

    connections_last: bool = True
    _idle: dict[tuple[str, int], list[Line]] = field(default_factory=lambda: defaultdict(list))

    async def post(self, url: str, *, json: object, headers: Mapping[str, str]) -> Answer:
        """Ask; raise OSError when there is no answer."""
        address, path = _parted(url)
        body = b"" if json is None else msgspec.json.encode(json)
        async with asyncio.timeout(TIMEOUT_S):
            line = await self._line(address)
            try:
                answer = await line.ask(_written(address, path, headers, body))
            except BaseException:
                line.close()
                raise
        if self.connections_last and line.is_open:
            self._idle[address].append(line)
        else:
            line.close()
        return answer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for lines in self._idle.values():
            for line in lines:
                line.close()

    async def _line(self, address: tuple[str, int]) -> Line:
        while self._idle[address]:
            line = self._idle[address].pop()
            if line.is_open:
                return line
        _, line = await asyncio.get_running_loop().create_connection(Line, *address)
        return line


def _parted(url: str) -> tuple[tuple[str, int], str]:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return _address(f"{scheme}://{host}"), slash + path


@cache
def _address(origin: str) -> tuple[str, int]:
    parted = urlsplit(origin)
    assert parted.hostname is not None
    assert parted.port is not None
    return parted.hostname, parted.port


def _written(address: tuple[str, int], path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    told = {
        "Host": f"{address[0]}:{address[1]}",
        "Accept-Encoding": "gzip",
        "Content-Length": str(len(body)),
        **({"Content-Type": "application/json"} if body else {}),
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body
