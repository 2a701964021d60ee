"""The live stream: one reader of the events per process, and whoever listens to it.

The events in the store are the truth. A bell (rung in this process, or by another) only says that
there may be some; without any bell they are seen at the next look, half a second later. While the
store cannot be read nobody is left to believe that nothing happens: streams end.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence

from regulation.events import NumberedEvent
from services.logs import place_of
from services.store import Store, StoreUnavailable

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
HEARTBEAT_S = 15.0
"""How long a listener goes without a word: proxies and consoles know then that it still lives."""

REMEMBERED = 2000
"""Events kept in memory for those who listen; whoever is further behind reads the store."""

BATCH = 500


class EventStream:
    """Events as they come, for any number of listeners on one event loop."""

    def __init__(self, store: Store, look_every_s: float = LOOK_EVERY_S) -> None:
        self._store = store
        self._look_every_s = look_every_s
        self._recent: deque[NumberedEvent] = deque(maxlen=REMEMBERED)
        self._last: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reader: asyncio.Task[None] | None = None
        self._rung = asyncio.Event()
        self._news = asyncio.Event()
        self._is_lost = False
        self.closing = False
        store.ring(self.ring)

    def ring(self) -> None:
        """Say, from whatever thread, that there may be something new."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)

    def close(self) -> None:
        """End every stream, so that a server that stops needn't wait for those who listen."""
        self.closing = True
        self._told()
        if self._reader is not None:
            self._reader.cancel()

    async def last_number(self) -> int:
        """Return the number of the last event known; raise StoreUnavailable."""
        if self._is_lost:
            raise StoreUnavailable("what happens cannot be read")
        return await asyncio.to_thread(self._kept_last) if self._last is None else self._last

    async def so_far(self, after: int, case_id: str | None) -> AsyncIterator[NumberedEvent]:
        """Yield what is kept after a number, then end."""
        while batch := await asyncio.to_thread(self._kept_after, after, case_id):
            for one in batch:
                yield one
            after = batch[-1].number

    async def listen(self, after: int, case_id: str | None) -> AsyncIterator[NumberedEvent | None]:
        """Yield what comes after a number, as long as it can be known; None now and then, as a
        heartbeat."""
        self._begin()
        while not (self.closing or self._is_lost):
            news = self._news
            batch, after = await self._next(after, case_id)
            for one in batch:
                yield one
            if not batch and not await _happens(news, HEARTBEAT_S):
                yield None

    def _begin(self) -> None:
        """Start the reader on the loop of the listener, unless it runs there already."""
        loop = asyncio.get_running_loop()
        if self._reader is None or self._reader.done() or self._loop is not loop:
            self._loop = loop
            self._rung, self._news = asyncio.Event(), asyncio.Event()
            self._reader = loop.create_task(self._read())

    async def _read(self) -> None:
        while not self.closing:
            self._rung.clear()
            try:
                await self._look()
                self._is_lost = False
            except StoreUnavailable as refusal:
                self._lose(logging.WARNING, f"waits for the database: {refusal}")
            except Exception as fault:  # noqa: BLE001  who listens would hear nothing, and not know
                self._lose(logging.ERROR, f"looks again after a fault: {place_of(fault)}")
            await _happens(self._rung, self._look_every_s)

    def _lose(self, level: int, why: str) -> None:
        """End the streams, and say why once."""
        if not self._is_lost:
            log.log(level, "the live stream %s", why)
        self._is_lost = True
        self._told()

    async def _look(self) -> None:
        """Take in what is new and tell the listeners."""
        if self._last is None:
            self._last = await asyncio.to_thread(self._kept_last)
            self._told()
        while batch := await asyncio.to_thread(self._kept_after, self._last, None):
            self._recent.extend(batch)
            self._last = batch[-1].number
            self._told()

    def _told(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _next(self, after: int, case_id: str | None) -> tuple[Sequence[NumberedEvent], int]:
        """Return what comes next, and the number up to which nothing else is to be told."""
        last = self._last
        if last is None or after >= last:
            return (), after
        if self._recent and self._recent[0].number <= after + 1:
            later = [one for one in self._recent if one.number > after]
            return [one for one in later if case_id in {None, one.event.case_id}], last
        try:
            batch = await asyncio.to_thread(self._kept_after, after, case_id)
        except StoreUnavailable:
            return (), after
        if len(batch) == BATCH:
            return batch, batch[-1].number
        return batch, max(last, batch[-1].number if batch else 0)

    def _kept_after(self, number: int, case_id: str | None) -> Sequence[NumberedEvent]:
        with self._store.reading() as unit:
            return unit.events.after(number, case_id=case_id, limit=BATCH)

    def _kept_last(self) -> int:
        with self._store.reading() as unit:
            return unit.events.last_number()


async def _happens(event: asyncio.Event, within_s: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), within_s)
    except TimeoutError:
        return False
    return True
