"""Connections of the server: whoever says nothing on one, or says it byte by byte, loses it."""

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_S: Final = 10.0
"""How long a connection has to say what it asks for, its body apart; `deploy/front.conf` leaves
as long. The library waits for ever until the first answer, and after it whenever a byte comes."""

UNREAD_S: Final = 60
"""How long what is sent may wait for whoever asked to take it: past it, they are gone."""


class HurriedProtocol(H11Protocol):
    """HTTP/1.1 on one connection, which is closed when nothing whole is asked of it in time."""

    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_awaiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Take what came; once a request is whole but for its body, it has the time it needs."""
        super().handle_events()
        if self._is_answering():
            self._stop_awaiting()

    def on_response_complete(self) -> None:
        """Wait for the next request, and for the end of a body that nobody will read."""
        super().on_response_complete()
        if not self._is_answering():
            self._await_request()

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        return cycle is not None and not cycle.response_complete

    def _await_request(self) -> None:
        self._stop_awaiting()
        self._due = self.loop.call_later(HEAD_S, self.timeout_keep_alive_handler)

    def _stop_awaiting(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
