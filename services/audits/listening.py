"""Our webhook while an audit lasts: a transport company sends there what it has to tell."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.audit.webhook_probe import HEADER, Webhook
from services.errors import BadInput

START_S, STOP_S = 10.0, 5.0
MOST_BYTES: Final = 64_000
TOO_LONG: Final = 413


def webhook_app(webhook: Webhook) -> Starlette:
    """Make the application that takes deliveries where the service itself does."""

    async def take(request: Request) -> Response:
        raw = await request.body()
        if len(raw) > MOST_BYTES:
            return Response(status_code=TOO_LONG)
        return Response(status_code=webhook.take(raw, request.headers.get(HEADER, "")))

    return Starlette(routes=[Route("/transporteurs/{company}/evenements", take, methods=["POST"])])


def address_of(text: str) -> tuple[str, int]:
    """Read HOST:PORT; raise BadInput."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise BadInput("--listen", f"{text!r} n'est pas HOST:PORT")
    return host, int(port)


@contextmanager
def listening(webhook: Webhook, host: str, port: int) -> Iterator[None]:
    """Take deliveries there while the context lasts; raise BadInput when the port is taken."""
    try:
        listener = socket.create_server((host, port))
    except (OSError, OverflowError):
        raise BadInput("--listen", f"{host}:{port} ne peut servir") from None
    config = uvicorn.Config(webhook_app(webhook), log_level="warning", access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + START_S
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_S)
        listener.close()
