"""Sends what waits in the outbox: at least once, with pauses that grow, until it is too late.

What nobody takes becomes a dead letter: an alert tells a person, who sends it again or calls.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.kit.retry import Draws
from regulation.events import Event, EventKind
from regulation.kernel.time import Clock
from regulation.messages import Channel, Courier, Delivery, DeliveryFailed
from services.logs import place_of
from services.store import Store, StoreUnavailable

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(seconds=60)
"""How long a sender has for what it took; longer than any courier tries."""

COURIER_S = 30.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=5)
LOOK_EVERY_S = 1.0
NO_COURIER = "aucun moyen d'envoi n'est réglé pour ce destinataire : l'appeler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Takes messages out of the outbox and hands them to the courier of their channel."""

    store: Store
    couriers: Mapping[Channel, Courier]
    clock: Clock
    draws: Draws

    async def run(self, stop: asyncio.Event) -> None:
        """Send until asked to stop; what is being handed over then is seen through."""
        lost = False
        while not stop.is_set():
            try:
                sent = await self.send_due()
                lost = False
            except StoreUnavailable as refusal:
                if not lost:
                    log.warning("the sender waits for the database: %s", refusal)
                sent, lost = 0, True
            except Exception as fault:  # noqa: BLE001  nothing would leave any more, and silently
                if not lost:
                    log.error("the sender tries again after a fault: %s", place_of(fault))  # noqa: TRY400  no message
                sent, lost = 0, True
            if not sent:
                await _pause(stop, LOOK_EVERY_S)

    async def send_due(self) -> int:
        """Send what is due, at once; return how many messages were taken out."""
        taken = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self._send(delivery) for delivery in taken))
        return len(taken)

    def _claim(self) -> Sequence[Delivery]:
        with self.store.unit() as unit:
            return unit.outbox.claim(self.clock.now(), lease=LEASE, limit=BATCH)

    async def _send(self, delivery: Delivery) -> None:
        try:
            await self._deliver(delivery)
        except DeliveryFailed as failure:
            again_at = None if failure.permanent else self._again_at(delivery)
            await asyncio.to_thread(self._failed, delivery, failure.reason, again_at)
        else:
            await asyncio.to_thread(self._sent, delivery)

    async def _deliver(self, delivery: Delivery) -> None:
        message = delivery.message
        courier = self.couriers.get(message.channel)
        if self.clock.now() > message.until:
            reason = delivery.last_error or "il n'a pas pu partir à temps"
            raise DeliveryFailed(f"trop tard : {reason}", permanent=True)
        if courier is None:
            raise DeliveryFailed(NO_COURIER, permanent=True)
        try:
            async with asyncio.timeout(COURIER_S):
                await courier.deliver(message)
        except TimeoutError:
            raise DeliveryFailed(f"pas pris en {COURIER_S:g} s") from None

    def _again_at(self, delivery: Delivery) -> datetime:
        """Pauses double, drawn over their second half; there is always a last try in time."""
        doubled = FIRST_PAUSE * 2.0 ** min(delivery.attempts - 1, 20)
        pause = min(LONGEST_PAUSE, doubled) * (0.5 + self.draws.random() / 2)
        now, until = self.clock.now(), delivery.message.until
        return now + min(pause, max(FIRST_PAUSE / 2, (until - now) / 2))

    def _sent(self, delivery: Delivery) -> None:
        now, message = self.clock.now(), delivery.message
        with self.store.unit() as unit:
            if unit.outbox.mark_sent(message.message_id, now):
                unit.events.record(_event(delivery, EventKind.MESSAGE_SENT, now))

    def _failed(self, delivery: Delivery, reason: str, again_at: datetime | None) -> None:
        with self.store.unit() as unit:
            waited = unit.outbox.mark_failed(delivery.message.message_id, reason, again_at=again_at)
            if waited and again_at is None:
                dead = _event(delivery, EventKind.MESSAGE_DEAD, self.clock.now())
                unit.events.record(dead)
                log.warning("a message to %s is dead: %s", delivery.message.channel, reason)


def _event(delivery: Delivery, kind: EventKind, at: datetime) -> Event:
    message = delivery.message
    return Event(
        at=at,
        kind=kind,
        case_id=message.case_id,
        facts={
            "message_id": message.message_id,
            "channel": message.channel,
            "about": message.about,
            "attempts": delivery.attempts,
        },
    )


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
