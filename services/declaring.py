"""What effecteurs declare of themselves: kept before it is published, found again at a restart."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

from adapters.kit.defective import PayloadRefused
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.manual.mapping import read_batch
from regulation.declarations import Declaration
from regulation.kernel.ids import Identifier
from regulation.kernel.time import Clock
from services.errors import BadInput
from services.runtime import Sources
from services.store import Store, StoreUnavailable

log = logging.getLogger(__name__)

KEPT_AFTER: Final = timedelta(days=1)
"""Assumption: how long after its end a declaration is still kept, to be looked into."""

LEARN_EVERY_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """How many declarations were taken, and what was put aside."""

    accepted: int
    defects: tuple[Defect, ...]


@dataclass(slots=True, kw_only=True)
class DeclarationDesk:
    """Takes declarations made by hand, and learns of those that other processes took."""

    store: Store
    sources: Sources
    clock: Clock
    _published: dict[Identifier, Declaration] = field(default_factory=dict)

    def hear(self, raw: bytes) -> Declared:
        """Keep and publish declarations as sent; raise BadInput when there are none."""
        now = self.clock.now()
        try:
            reading = read_batch(raw, Judgement(now=now))
        except PayloadRefused as refused:
            raise BadInput(refused.defect.field, refused.defect.reason) from None
        self.take([one.declaration for one in reading.heard])
        return Declared(accepted=len(reading.heard), defects=reading.defects)

    def take(self, told: Sequence[Declaration]) -> None:
        """Keep declarations, then publish those that are the last of their effecteur."""
        with self.store.unit() as unit:
            unit.declarations.forget(self.clock.now() - KEPT_AFTER)
            last = [one for one in told if unit.declarations.put(one)]
        self._publish(last)

    def restore(self) -> int:
        """Publish what is still to be believed and was not yet; return how many there were."""
        with self.store.reading() as unit:
            kept = unit.declarations.valid_at(self.clock.now())
        return self._publish(kept)

    def _publish(self, told: Iterable[Declaration]) -> int:
        news = [one for one in told if self._published.get(one.effecteur_id) != one]
        for one in news:
            self.sources.declare(one)
            self._published[one.effecteur_id] = one
        return len(news)


class Learns(Protocol):
    """Publishes what is kept and was not published by this process."""

    def restore(self) -> int:
        """Publish it; return how much there was."""
        ...


@asynccontextmanager
async def learning(*desks: Learns, every_s: float = LEARN_EVERY_S) -> AsyncIterator[None]:
    """Publish what was kept, then what other processes are told, while the context lasts."""
    stop = asyncio.Event()

    async def look() -> None:
        with suppress(StoreUnavailable):  # said by whoever else needs the database
            for desk in desks:
                await asyncio.to_thread(desk.restore)

    async def learn() -> None:
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every_s)
            if not stop.is_set():
                try:
                    await look()
                except Exception as fault:  # noqa: BLE001  one look at fault must not be the last
                    log.error("what other processes were told cannot be learnt: %r", type(fault))  # noqa: TRY400  its message may name somebody

    await look()
    task = asyncio.create_task(learn())
    try:
        yield
    finally:
        stop.set()
        await task
