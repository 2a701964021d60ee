"""One client of the Hub: takes its deliveries, answers them, sends its own.

What a delivery says is kept before it is answered, and it is answered before it is acknowledged:
whatever dies in between, the broker gives it again, and it is recognised by its number.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
)
from aio_pika.exceptions import DeliveryError

from adapters.hubsante.line import (
    EXCHANGE,
    LOST,
    Around,
    HubSettings,
    Line,
    as_failure,
    connect,
    publish,
)
from adapters.hubsante.outgoing import Sending, compose
from adapters.kit.failures import FeedFailure
from regulation.kernel.time import Clock

QUEUES: Final = ("message", "ack", "info")
"""Reports, acknowledgements, errors: one queue each, after the client's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One delivery as it came. `given_before`: the broker has given it once already."""

    raw: bytes
    content_type: str | None
    given_before: bool


Taker = Callable[[Arrival], Awaitable[Sequence[Sending]]]
"""Keeps what a delivery says, in one transaction, and returns what to answer.

Given the same delivery again, it answers the same without doing anything twice. Raises NotNow; at
any other exception the delivery is given once more.
"""


class HubLink:
    """Receives for one client and answers."""

    def __init__(self, settings: HubSettings, around: Around) -> None:
        self._client_id = settings.client_id
        self._clock = around.clock
        queues = [f"{settings.client_id}.{name}" for name in QUEUES]
        self._line = Line(settings, queues, around)

    async def receive(self, take: Taker) -> None:
        """Take what comes until stopped."""

        async def on_message(message: AbstractIncomingMessage, channel: AbstractChannel) -> None:
            arrival = Arrival(
                raw=message.body,
                content_type=message.content_type,
                given_before=bool(message.redelivered),
            )
            answers = await take(arrival)
            exchange = await channel.get_exchange(EXCHANGE, ensure=False)
            for answer in answers:
                await _publish(exchange, answer, self._client_id, self._clock)
            await message.ack()

        await self._line.run(on_message)

    def stop(self) -> None:
        """Take nothing more; the delivery at hand is finished."""
        self._line.stop()


class HubPublisher:
    """Sends for one client over a line of its own, opened when there is something to say."""

    def __init__(self, settings: HubSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._connection: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None
        self._turn = asyncio.Lock()

    async def send(self, sending: Sending) -> None:
        """Return once the broker keeps the message; raise FeedFailure when it doesn't."""
        async with self._turn:
            try:
                exchange = await self._opened()
                await _publish(exchange, sending, self._settings.client_id, self._clock)
            except ValueError as refused:
                raise FeedFailure(str(refused), retryable=False) from None
            except DeliveryError:
                raise FeedFailure(
                    "le Hub ne prend aucun de nos messages", retryable=False
                ) from None
            except LOST as lost:
                await self.close()
                raise as_failure(lost) from None

    async def close(self) -> None:
        """Give the line back."""
        connection, self._connection, self._exchange = self._connection, None, None
        if connection is not None:
            await connection.close()

    async def _opened(self) -> AbstractExchange:
        if self._exchange is None:
            self._connection = await connect(self._settings)
            channel = await self._connection.channel()
            self._exchange = await channel.get_exchange(EXCHANGE, ensure=False)
        return self._exchange


async def _publish(
    exchange: AbstractExchange, sending: Sending, client_id: str, clock: Clock
) -> None:
    body = compose(sending, client_id, clock.now())
    message_id = f"{client_id}_{sending.number}"
    await publish(exchange, body, routing_key=client_id, message_id=message_id)
