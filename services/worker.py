"""What a worker does: sends what waits, replans what is refused, forgets what is over, writes the
paper sheet, and learns what people told other processes: declarations, records judged alike.

Any number of workers send. One of them at a time, the dispatcher, replans and forgets: it renews a
lease before each change, and shows its token to the database, which lets through none older than
one it has seen. A dispatcher that slept too long changes nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from adapters.kit.holds import HeldElsewhere, Holds, HoldsUnavailable, Overtaken
from regulation.ports import StaleVersion
from services.couriers import Couriers
from services.declaring import LEARN_EVERY_S, DeclarationDesk, Learns, learning
from services.exchange.hub_line import exchanging
from services.managing import ManagingDesk
from services.replanning import Replanner
from services.retention import Retention
from services.runtime import Runtime
from services.sending import Sender
from services.sheet_file import SheetFile
from services.store import Store, StoreUnavailable
from services.troubles import Trouble
from transport.promises import VehicleMoved

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
DISPATCHER: Final = "dispatcher"


@dataclass(slots=True)
class Lease:
    """The right to dispatch, of one worker at a time; without holds, this process is alone."""

    holds: Holds | None
    name: str
    is_mine: bool = field(default=False, init=False)
    _is_unknown: bool = field(default=False, init=False)

    def renew(self) -> int | None:
        """Return a token larger than any before, None when this process is alone.

        Raise HeldElsewhere when another worker has the lease, HoldsUnavailable when nobody knows.
        """
        if self.holds is None:
            self.is_mine = True
            return None
        try:
            token = self.holds.take(self.name, {DISPATCHER: 1}).token
        except (HeldElsewhere, HoldsUnavailable) as refusal:
            self.is_mine = False
            self._note(unknown=isinstance(refusal, HoldsUnavailable))
            raise
        self._note(unknown=False)
        if not self.is_mine:
            log.info("this worker dispatches from now on", extra={"worker": self.name})
        self.is_mine = True
        return token

    def _note(self, *, unknown: bool) -> None:
        """Say once that nobody may dispatch while nobody knows whose lease it is."""
        if unknown and not self._is_unknown:
            log.warning("nobody dispatches: the lease cannot be asked for")
        self._is_unknown = unknown

    def move_past(self, refusal: Overtaken) -> None:
        """Ask for later tokens than one the database has seen."""
        if self.holds is not None:
            self.holds.move_past(refusal.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """Replans rides in trouble, and forgets what is over, under the lease."""

    lease: Lease
    replanner: Replanner
    retention: Retention

    def look(self) -> int:
        """Deal with whatever is in trouble now, if the lease is ours; return how many rides."""
        dealt_with = 0
        try:
            self.lease.renew()
            for trouble in self.replanner.troubles():
                dealt_with += self._mend(trouble)
            self.retention.forget_when_due(self.lease.renew(), DISPATCHER)
        except (HeldElsewhere, HoldsUnavailable):
            return dealt_with
        except Overtaken as refusal:
            self.lease.move_past(refusal)
        return dealt_with

    def _mend(self, trouble: Trouble) -> int:
        try:
            self.replanner.mend(trouble, self.lease.renew(), DISPATCHER)
        except (StaleVersion, VehicleMoved):  # moved meanwhile: seen anew at the next look
            return 0
        except (Overtaken, HeldElsewhere, HoldsUnavailable, StoreUnavailable):
            raise
        except Exception:  # one case in disorder keeps no other waiting
            log.exception("a ride in trouble could not be dealt with")
            return 0
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One worker of a territory, until it is asked to stop. `sheet`: where it writes the paper
    sheet, every 15 minutes; None: nowhere."""

    name: str
    runtime: Runtime
    store: Store
    couriers: Couriers
    look_every_s: float = LOOK_EVERY_S
    learn_every_s: float = LEARN_EVERY_S
    sheet: Path | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work; what is under way when asked to stop is seen through."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(learning(*self._desks(), every_s=self.learn_every_s))
            alone = await stack.enter_async_context(self.couriers())
            at_the_hub = exchanging(self.runtime, self.store, alone)
            opened = await stack.enter_async_context(at_the_hub)
            sender = Sender(
                store=self.store,
                couriers=opened,
                clock=self.runtime.clock,
                draws=np.random.default_rng(),
            )
            async with asyncio.TaskGroup() as group:
                group.create_task(sender.run(stop))
                every_s, look = self.look_every_s, self.dispatcher().look
                group.create_task(again_and_again(look, stop, every_s))
                if self.sheet is not None:
                    kept = SheetFile(self.runtime, self.sheet)
                    group.create_task(again_and_again(kept.write_when_due, stop, every_s))

    def dispatcher(self) -> Dispatcher:
        """Make what this worker dispatches with."""
        return Dispatcher(
            lease=Lease(self.runtime.holds, self.name),
            replanner=Replanner(self.runtime, self.store),
            retention=Retention(self.store, self.runtime.clock),
        )

    def _desks(self) -> tuple[Learns, ...]:
        """What people told other processes is in the database: the offer here takes it too."""
        store, sources, clock = self.store, self.runtime.sources, self.runtime.clock
        return (
            DeclarationDesk(store=store, sources=sources, clock=clock),
            ManagingDesk(store=store, sources=sources, clock=clock),
        )


async def again_and_again(work: Callable[[], object], stop: asyncio.Event, every_s: float) -> None:
    """Do it now and then until asked to stop, whatever becomes of one time."""
    lost = False
    while not stop.is_set():
        try:
            await asyncio.to_thread(work)
            lost = False
        except StoreUnavailable as refusal:
            if not lost:
                log.warning("the dispatcher waits for the database: %s", refusal)
            lost = True
        except Exception:  # whatever it is, it is tried again, and somebody reads the log
            log.exception("what is done now and then failed")
        await _pause(stop, every_s)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
