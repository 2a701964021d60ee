"""A Hub and a regulation software at work on a broker of ours, for as long as the bench serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import numpy as np
from starlette.routing import Route

from adapters.hubsante.line import Around
from adapters.kit.health import HealthTracker
from regulation.kernel.time import Clock
from simulations.feeds.boards import Board
from simulations.feeds.fault_desk import FaultDesk
from simulations.feeds.hub_dispatcher import HubDispatcher, lay_out
from simulations.feeds.lrm_peer import LrmPeer
from simulations.feeds.lrm_software import LrmFault, MockLrm

SOFTWARE: Final = "fr.health.samu310"
PLATFORM: Final = "fr.health.ptfsas"
"""Who they are at the Hub: the mock software, and whoever asks it (`aiguilleur audit --as`)."""

SILENT_AFTER: Final = timedelta(minutes=1)


class HubBench:
    """The Hub and one software on the broker at `url`; its faults are shown at a desk."""

    def __init__(
        self, url: str, clock: Clock, seed: int, board: Board[LrmFault] | None = None
    ) -> None:
        self._url = url
        self._clock = clock
        self._draws = np.random.default_rng(seed)
        self.software = MockLrm(SOFTWARE, board=board)

    def routes(self) -> list[Route]:
        """Return the addresses of the desk."""
        return FaultDesk(self.software.board, LrmFault).routes()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Lay the queues out, and work until the context ends."""
        await lay_out(self._url, [SOFTWARE, PLATFORM])
        dispatcher = HubDispatcher(self._url, [SOFTWARE, PLATFORM], self._around("hub"))
        peer = LrmPeer(self._url, SOFTWARE, self.software, self._around("lrm"))
        tasks = [asyncio.create_task(one.run()) for one in (dispatcher, peer)]
        try:
            yield
        finally:
            dispatcher.stop()
            peer.stop()
            await asyncio.gather(*tasks)

    def _around(self, name: str) -> Around:
        health = HealthTracker(name, silent_after=SILENT_AFTER)
        return Around(health=health, clock=self._clock, draws=self._draws)
