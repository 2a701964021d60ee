"""The Hub itself, on a broker of ours: judges what each client publishes and hands it on.

Behaves as the published description says: the routing key is the sender, errors come back to the
sender's `.info` queue with their number, and reports, acknowledgements and errors go to the
recipient's `.message`, `.ack` and `.info`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage

from adapters.hubsante.errors import HubErrorCode
from adapters.hubsante.line import (
    COMING_BACK,
    EXCHANGE,
    JSON,
    Around,
    HubSettings,
    Line,
    connect,
    publish,
)
from adapters.hubsante.link import QUEUES
from adapters.hubsante.outgoing import Sending, compose, error
from adapters.hubsante.reading import find_distribution_id, read_delivery
from adapters.hubsante.wire.envelope import Kind
from adapters.kit.judgement import Judgement
from adapters.kit.poller import Pace

HUB: Final = "fr.health.hub"
DISPATCH: Final = "hub.dispatch"
QUEUE_OF: Final = {
    Kind.REPORT: "message",
    Kind.UPDATE: "message",
    Kind.CANCEL: "message",
    Kind.ACK: "ack",
    Kind.ERROR: "info",
}
DAY_MS: Final = 86_400_000


async def lay_out(url: str, clients: Sequence[str]) -> None:
    """Declare the exchange and the queues of the clients; nothing happens when they are there."""
    settings = HubSettings(url=url, client_id=HUB)
    async with await connect(settings) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(
            EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True
        )
        dispatch = await channel.declare_queue(DISPATCH, durable=True)
        await dispatch.bind(exchange, "#")
        for client in clients:
            await _declare_queues(channel, client)


async def _declare_queues(channel: AbstractChannel, client: str) -> None:
    for name in QUEUES:
        await channel.declare_queue(
            f"{client}.{name}", durable=True, arguments={"x-message-ttl": DAY_MS}
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the Hub hands a message to nobody."""

    code: HubErrorCode
    cause: str


class HubDispatcher:
    """Judges and hands on, one message after the other."""

    def __init__(
        self, url: str, clients: Sequence[str], around: Around, pace: Pace = COMING_BACK
    ) -> None:
        self._clients = frozenset(clients)
        self._clock = around.clock
        self._line = Line(HubSettings(url=url, client_id=HUB, pace=pace), [DISPATCH], around)
        self.refused: list[Refusal] = []

    async def run(self) -> None:
        """Work until stopped."""
        await self._line.run(self._dispatch)

    def stop(self) -> None:
        """Take nothing more."""
        self._line.stop()

    async def _dispatch(self, message: AbstractIncomingMessage, channel: AbstractChannel) -> None:
        client = message.routing_key or ""
        to = channel.default_exchange  # a queue is reached by its name
        address = _fault_of_properties(message) or self._address(message.body, client)
        if isinstance(address, Refusal):
            self.refused.append(address)
            number = find_distribution_id(message.body) or "unknown"
            await self._answer_error(to, client, number, address)
        else:
            message_id = message.message_id or ""
            await publish(to, message.body, routing_key=address, message_id=message_id)
        await message.ack()

    def _address(self, body: bytes, client: str) -> str | Refusal:
        """Return the queue to hand the message to, or why to none."""
        delivery = read_delivery(body, Judgement(now=self._clock.now()))
        for fault in delivery.faults:
            return Refusal(fault.code, fault.cause)
        envelope = delivery.envelope
        if envelope is None:
            return Refusal(HubErrorCode.UNRECOGNIZED_MESSAGE_FORMAT, "there is no envelope")
        if envelope.sender_id != client:
            return Refusal(HubErrorCode.SENDER_INCONSISTENCY, "senderID is not the routing key")
        recipient = envelope.descriptor.explicit_address.explicit_address_value
        if recipient not in self._clients:
            return Refusal(HubErrorCode.UNROUTABLE_MESSAGE, "nobody has this address")
        return f"{recipient}.{QUEUE_OF[envelope.distribution_kind]}"

    async def _answer_error(
        self, to: AbstractExchange, client: str, number: str, refusal: Refusal
    ) -> None:
        if client not in self._clients:
            return
        now = self._clock.now()
        sending = Sending(
            number=f"error-{number}",
            recipient=client,
            kind=Kind.ERROR,
            body=error(number, refusal.code, refusal.cause),
            until=now.replace(year=now.year + 1),
        )
        await publish(
            to, compose(sending, HUB, now), routing_key=f"{client}.info", message_id=sending.number
        )


def _fault_of_properties(message: AbstractIncomingMessage) -> Refusal | None:
    if message.delivery_mode != aio_pika.DeliveryMode.PERSISTENT:
        return Refusal(HubErrorCode.DELIVERY_MODE_INCONSISTENCY, "delivery_mode is not 2")
    if message.content_type != JSON:
        return Refusal(HubErrorCode.NOT_ALLOWED_CONTENT_TYPE, f"content_type is not {JSON}")
    return None
