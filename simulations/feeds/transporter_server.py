"""The mock transport company on the network: takes letters, posts its deliveries to a webhook."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from regulation.kernel.time import Clock
from simulations.feeds.boards import Board
from simulations.feeds.fault_desk import FaultDesk
from simulations.feeds.transporter_company import MockTransporter, Outgoing, TransporterFault

HEADER: Final = "Aiguilleur-Signature"
LOOK_EVERY_S: Final = 0.25
DEADLINE_S: Final = 10.0
NOBODY: Final = 503
"""What an address that nobody answers at is taken for: it is tried again."""


class TransporterServer:
    """Serves one company; `webhook` is where it tells what happens."""

    def __init__(
        self,
        company: MockTransporter,
        board: Board[TransporterFault],
        clock: Clock,
        webhook: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._company = company
        self._board = board
        self._clock = clock
        self._webhook = webhook
        self._sleep = sleep

    def routes(self) -> list[Route]:
        """Return the addresses it answers, with the desk of its faults."""
        return [
            Route("/missions", self.take, methods=["POST"]),
            *FaultDesk(self._board, TransporterFault).routes(),
        ]

    async def take(self, request: Request) -> Response:
        """Take a letter."""
        raw, signature = await request.body(), request.headers.get(HEADER, "")
        return Response(status_code=self._company.take(raw, signature, self._clock.now()))

    @asynccontextmanager
    async def telling(self, _app: Starlette) -> AsyncIterator[None]:
        """Tell what there is to tell while the application is served."""
        async with httpx.AsyncClient(trust_env=False, timeout=DEADLINE_S) as client:
            task = asyncio.create_task(self._tell(client))
            try:
                yield
            finally:
                task.cancel()

    async def _tell(self, client: httpx.AsyncClient) -> None:
        while True:
            for one in self._company.due(self._clock.now()):
                await self._post(client, one)
            await self._sleep(LOOK_EVERY_S)

    async def _post(self, client: httpx.AsyncClient, one: Outgoing) -> None:
        signature = self._company.signature(one.raw, self._clock.now())
        try:
            answer = await client.post(
                self._webhook,
                content=one.raw,
                headers={"Content-Type": "application/json", HEADER: signature},
            )
            status = answer.status_code
        except httpx.HTTPError:
            status = NOBODY
        self._company.answered(one, status, self._clock.now())
