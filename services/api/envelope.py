"""What every answer is wrapped in: limits, headers, one log line, no fault shown outside."""

import asyncio
import logging
import time
from http import HTTPStatus
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.problems import refusal
from services.logs import place_of
from services.metrics import METHODS, Meters

log = logging.getLogger(__name__)

BODY_S = 20.0
"""How long a client has to send a body: whoever trickles holds nothing up."""

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
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
OVER_TLS = "max-age=31536000"
"""For a year, browsers come back by TLS alone; said only where they came by it."""


class Envelope:
    """The outermost middleware. Its log lines hold the route, never the path nor a value."""

    def __init__(self, app: ASGIApp, meters: Meters | None = None) -> None:
        self._app = app
        self._meters = meters or Meters()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        try:
            if exchange.announced_too_large():
                await _too_large(scope)(scope, receive, exchange.send)
            else:
                await self._app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            pass  # a screen that asked again meanwhile: nobody is there to be answered
        except Exception as fault:  # noqa: BLE001  the last resort: said without its message
            log.error("fault in %s: %s", exchange.route, place_of(fault))  # noqa: TRY400  no message
            if not exchange.status:
                await _fault(scope)(scope, receive, exchange.send)
        took_s = exchange.took_s()
        exchange.log_line(took_s)
        self._meters.answered(exchange.route, exchange.status, took_s)


class _Exchange:
    """One request and its answer on their way through."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._began = time.perf_counter()
        self._received = 0
        self._is_whole = False
        self._request_id = str(uuid4())
        self.status = 0

    @property
    def route(self) -> str:
        """The method and the template of the route; a path is not logged, it may hold anything."""
        route, method = self._scope.get("route"), self._scope["method"]
        named = method if method in METHODS else "OTHER"
        return f"{named} {getattr(route, 'path', '(no route)')}"

    def announced_too_large(self) -> bool:
        """Tell whether the request says it is larger than any case."""
        length = Headers(scope=self._scope).get("content-length", "")
        return length.isdigit() and int(length) > MAX_BODY_BYTES

    async def receive(self) -> Message:
        """Hand over the body, up to the limit."""
        message = await self._next_message()
        self._received += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._received > MAX_BODY_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "plus grand qu'aucun dossier")
        return message

    async def _next_message(self) -> Message:
        """Wait for the rest of the body as long as it may take; once it is whole, for ever."""
        if self._is_whole:
            return await self._receive()
        left_s = BODY_S - self.took_s()
        try:
            async with asyncio.timeout(max(left_s, 0)):
                return await self._receive()
        except TimeoutError:
            raise HTTPException(
                HTTPStatus.REQUEST_TIMEOUT, "demande reçue trop lentement"
            ) from None

    async def send(self, message: Message) -> None:
        """Add the headers, unless the answer has its own."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = self._request_id
            if self._scope.get("scheme") == "https":
                headers.setdefault("Strict-Transport-Security", OVER_TLS)
        await self._send(message)

    def took_s(self) -> float:
        """Seconds since the request came."""
        return time.perf_counter() - self._began

    def log_line(self, took_s: float) -> None:
        """Say what was asked and how it ended."""
        carried = {
            "route": self.route,
            "status": self.status,
            "took_ms": round(took_s * 1000, 1),
            "request_id": self._request_id,
        }
        log.info("%s %d in %.0f ms", self.route, self.status, took_s * 1000, extra=carried)


def _too_large(scope: Scope) -> ASGIApp:
    told = f"plus de {MAX_BODY_BYTES} octets : aucun dossier n'est aussi grand"
    return refusal(Request(scope), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told, "body")


def _fault(scope: Scope) -> ASGIApp:
    told = "une erreur de notre côté : elle est notée au journal"
    return refusal(Request(scope), HTTPStatus.INTERNAL_SERVER_ERROR, told)
