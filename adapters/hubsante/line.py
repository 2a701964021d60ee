"""The line to a broker: comes back after each loss, hands over one message after the other.

A message that has not been acknowledged when the line is lost is given again by the broker.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import aio_pika
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
)
from aio_pika.connection import make_url
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from adapters.kit.failures import FeedFailure
from adapters.kit.health import HealthTracker
from adapters.kit.http import ClientCertificate, mutual_context
from adapters.kit.poller import Pace
from adapters.kit.retry import Draws, Sleep
from regulation.kernel.time import Clock

log = logging.getLogger(__name__)
for noisy in ("aiormq", "aio_pika"):
    # They say each attempt of a broker that is away; a source's health says it once.
    logging.getLogger(noisy).setLevel(logging.CRITICAL)

EXCHANGE: Final = "hubsante"
JSON: Final = "application/json"
CONNECT_S: Final = 10.0
LOST: Final = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError)
"""What a broker that is away, or dies, raises; the second by what is done on a line just lost."""


COMING_BACK: Final = Pace(period_s=1.0, longest_s=60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Where the Hub is and who we are there. `url` holds the virtual host of the model's version;
    without a certificate the line is not encrypted, which only a broker of tests accepts."""

    url: str
    client_id: str
    certificate: ClientCertificate | None = None
    prefetch: int = 16
    pace: Pace = COMING_BACK


class NotNow(Exception):  # noqa: N818  a state of the outside
    """It cannot be kept for the moment: the broker keeps it until we come back."""


OnMessage = Callable[[AbstractIncomingMessage, AbstractChannel], Awaitable[None]]
"""Deals with one message and acknowledges it; raises NotNow, or any fault of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a line needs of its surroundings."""

    health: HealthTracker
    clock: Clock
    draws: Draws
    sleep: Sleep = asyncio.sleep


class Line:
    """Consumes some queues of the broker until stopped."""

    def __init__(self, settings: HubSettings, queues: Sequence[str], around: Around) -> None:
        self._settings = settings
        self._queues = queues
        self._around = around
        self._stopped = False
        self._arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()

    async def run(self, on_message: OnMessage) -> None:
        """Hand over what comes; the broker may go and come back meanwhile."""
        failures = 0
        while not self._stopped:
            try:
                await self._run_while_connected(on_message)
                failures = 0
            except (NotNow, *LOST) as failure:
                failures += 1
                now = self._around.clock.now()
                self._around.health.record_failure(now, f"Hub: {type(failure).__name__}")
            if not self._stopped:
                await self._around.sleep(self._pause_s(failures))

    def stop(self) -> None:
        """Take nothing more; the message at hand is finished."""
        self._stopped = True
        self._wake()

    async def _run_while_connected(self, on_message: OnMessage) -> None:
        self._arrived = asyncio.Queue()
        async with await connect(self._settings) as connection:
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=self._settings.prefetch)
            connection.close_callbacks.add(self._wake)
            channel.close_callbacks.add(self._wake)
            for name in self._queues:
                queue = await channel.get_queue(name, ensure=False)
                await queue.consume(self._arrived.put)
            self._around.health.record_success(self._around.clock.now())
            while not self._stopped:
                await self._hand_over(on_message, channel)

    async def _hand_over(self, on_message: OnMessage, channel: AbstractChannel) -> None:
        message = await self._arrived.get()
        if channel.is_closed:
            raise ConnectionError("le courtier a coupé la ligne")
        if message is None:
            return
        try:
            await on_message(message, channel)
        except (NotNow, *LOST):
            raise
        except Exception as fault:  # noqa: BLE001  one bad message must not end the line
            # The message of a fault could hold personal data: its type alone is said.
            log.error("a delivery failed (%s): asked for again", type(fault).__name__)  # noqa: TRY400
            complaint = f"une remise a échoué : {type(fault).__name__}"
            self._around.health.record_success(self._around.clock.now(), complaint)
            await message.nack(requeue=True)
            await self._around.sleep(self._pause_s(0))
        else:
            self._around.health.record_success(self._around.clock.now())

    def _pause_s(self, failures: int) -> float:
        return self._settings.pace.pause_s(failures, self._around.draws.random())

    def _wake(self, *_closed: object) -> None:
        self._arrived.put_nowait(None)


async def connect(settings: HubSettings) -> AbstractConnection:
    """Open the line; TLS with our certificate unless the settings have none."""
    certificate = settings.certificate
    connection = aio_pika.Connection(
        make_url(settings.url),
        ssl_context=None if certificate is None else mutual_context(certificate),
    )
    try:
        await connection.connect(timeout=CONNECT_S)
    except BaseException:
        await connection.close()  # left to the collector, it would close outside any loop
        raise
    return connection


async def publish(
    exchange: AbstractExchange, body: bytes, *, routing_key: str, message_id: str
) -> None:
    """Publish JSON, and return once the broker keeps it (publisher confirms, persistent)."""
    message = aio_pika.Message(
        body,
        content_type=JSON,
        content_encoding="utf-8",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=message_id,
    )
    await exchange.publish(message, routing_key=routing_key, timeout=CONNECT_S)


def as_failure(lost: BaseException) -> FeedFailure:
    """Say the loss of the broker as any other source's."""
    return FeedFailure(f"Hub: {type(lost).__name__}", retryable=True)
