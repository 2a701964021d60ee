"""A mock recipient of our messages: an SI that takes them by HTTP, once each, or misbehaves."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain, repeat
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(slots=True)
class Recipient:
    """Keeps what it receives; `troubles` are the statuses it answers first, taking nothing."""

    troubles: Sequence[int] = ()
    received: Counter[str] = field(default_factory=Counter)
    effects: dict[str, Any] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    bytes_received: list[bytes] = field(default_factory=list)
    _left: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self._left = chain(self.troubles, repeat(HTTPStatus.OK))

    def app(self) -> Starlette:
        """Make its web application: POST anywhere to tell it something, GET /effects to look."""
        return Starlette(
            routes=[
                Route("/effects", self._effects, methods=["GET"]),
                Route("/{path:path}", self._take, methods=["POST"]),
            ]
        )

    async def _take(self, request: Request) -> Response:
        status = next(self._left)
        if status != HTTPStatus.OK:
            return Response(status_code=status)
        letter = await request.json()
        message_id = letter["message_id"]
        self.headers.append(dict(request.headers))
        self.bytes_received.append(await request.body())
        self.received[message_id] += 1
        self.effects.setdefault(message_id, letter)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _effects(self, _request: Request) -> Response:
        return JSONResponse({"received": dict(self.received), "effects": sorted(self.effects)})
