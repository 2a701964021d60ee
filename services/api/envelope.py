"""What every answer is wrapped in: size limit, headers, one log line, no fault shown outside."""

import logging
import time
import traceback
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.problems import problem

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 64 * 1024
"""A case is under 4 kB; anything near the limit is not one."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "img-src data:; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Envelope:
    """The outermost middleware. Its log lines hold the route, never the path nor a value."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        try:
            if exchange.announced_too_large():
                await _too_large()(scope, receive, exchange.send)
            else:
                await self._app(scope, exchange.receive, exchange.send)
        except Exception as fault:  # noqa: BLE001  the last resort: said without its message
            log.error("fault in %s: %s", exchange.route, _where(fault))  # noqa: TRY400  no message
            if not exchange.status:
                await _fault()(scope, receive, exchange.send)
        exchange.log_line()


class _Exchange:
    """One request and its answer on their way through."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._began = time.perf_counter()
        self._received = 0
        self.status = 0

    @property
    def route(self) -> str:
        """The method and the template of the route; a path is not logged, it may hold anything."""
        route = self._scope.get("route")
        return f"{self._scope['method']} {getattr(route, 'path', '(no route)')}"

    def announced_too_large(self) -> bool:
        """Tell whether the request says it is larger than any case."""
        length = Headers(scope=self._scope).get("content-length", "")
        return length.isdigit() and int(length) > MAX_BODY_BYTES

    async def receive(self) -> Message:
        """Hand over the body, up to the limit."""
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > MAX_BODY_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "larger than any case")
        return message

    async def send(self, message: Message) -> None:
        """Add the headers, unless the answer has its own."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)

    def log_line(self) -> None:
        """Say what was asked and how it ended."""
        took_ms = (time.perf_counter() - self._began) * 1000
        log.info("%s %d in %.0f ms", self.route, self.status, took_ms)


def _too_large() -> ASGIApp:
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {MAX_BODY_BYTES} bytes", "body")


def _fault() -> ASGIApp:
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of ours: it has been logged")


def _where(fault: Exception) -> str:
    """Type and place of a fault; its message could hold personal data."""
    frames = traceback.extract_tb(fault.__traceback__)[-3:]
    places = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{type(fault).__name__} at {places}"
