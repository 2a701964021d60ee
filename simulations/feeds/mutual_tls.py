"""A door of mutual TLS before a mock server: certificate, name, unit are checked (SAS mTLS V3.2).

uvicorn does not show an application the certificate of its caller; this does so before it.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from simulations.feeds.boards import Board
from simulations.feeds.serving import LOOPBACK, START_S, STOP_S, listen

CHUNK = 65_536
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class DoorFault(StrEnum):
    """What a careless door lets in, by name."""

    ANY_CALLER = "any_caller"
    ANY_NAME = "any_name"
    ANY_UNIT = "any_unit"


TOLD: Final[Mapping[DoorFault, str]] = {
    DoorFault.ANY_CALLER: "laisse entrer qui ne montre aucun certificat",
    DoorFault.ANY_NAME: "ne regarde pas le nom (CN) du certificat",
    DoorFault.ANY_UNIT: "ne regarde pas l'unité (OU) du certificat",
}
"""What the door does, in French, for the page of the faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who is let in: certificates of these authorities, with this name (CN) and unit (OU).

    `certificate` is the PEM of the server itself, its key included. Without a board a caller who
    shows no certificate is turned away by the handshake; with one, after it, unless that is the
    fault shown.
    """

    certificate: Path
    authorities: Path
    name: str
    unit: str
    board: Board[DoorFault] | None = None

    def context(self) -> ssl.SSLContext:
        """Build the context: TLS 1.2 at least, a certificate asked of the caller."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(self.authorities))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED if self.board is None else ssl.CERT_OPTIONAL
        context.load_cert_chain(self.certificate)
        return context

    def lets_in(self, certificate: Mapping[str, Any]) -> bool:
        """Tell whether the bearer of a certificate may pass; an empty one is none."""
        shown = frozenset() if self.board is None else self.board.shown
        if not certificate:
            return DoorFault.ANY_CALLER in shown
        subject = {field: value for part in certificate.get("subject", ()) for field, value in part}
        named = subject.get("commonName") == self.name
        of_unit = subject.get("organizationalUnitName") == self.unit
        return (named or DoorFault.ANY_NAME in shown) and (of_unit or DoorFault.ANY_UNIT in shown)


@contextmanager
def behind(door: Door, inner_port: int, port: int = 0) -> Iterator[str]:
    """Open a door before a server of this machine; yields the https address."""
    listener = listen(port)
    started = threading.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(
        target=_run, args=(loop, listener, door, inner_port, started), daemon=True
    )
    thread.start()
    try:
        if not started.wait(START_S):
            raise RuntimeError("the door of mutual TLS did not open")
        yield f"https://localhost:{listener.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STOP_S)
        listener.close()


def _run(
    loop: asyncio.AbstractEventLoop,
    listener: socket.socket,
    door: Door,
    inner_port: int,
    started: threading.Event,
) -> None:
    asyncio.set_event_loop(loop)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await _pass_on(reader, writer, door, inner_port)
        writer.close()

    server = loop.run_until_complete(
        asyncio.start_server(pass_on, sock=listener, ssl=door.context())
    )
    started.set()
    loop.run_forever()
    server.close()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, door: Door, inner_port: int
) -> None:
    certificate = writer.get_extra_info("peercert") or {}
    if not door.lets_in(certificate):
        await reader.read(CHUNK)
        writer.write(REFUSED)
        await writer.drain()
        return
    inner_reader, inner_writer = await asyncio.open_connection(LOOPBACK, inner_port)
    outward = asyncio.create_task(_copy(inner_reader, writer))
    await _copy(reader, inner_writer)
    await outward


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while block := await reader.read(CHUNK):
        writer.write(block)
        await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.close()
