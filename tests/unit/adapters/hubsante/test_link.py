"""The line to the Hub, over a real broker: kept, answered, acknowledged, in that order."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import aio_pika
import numpy as np
import pytest

from adapters.hubsante.errors import HubErrorCode
from adapters.hubsante.line import Around, HubSettings, NotNow, connect
from adapters.hubsante.link import Arrival, HubLink, HubPublisher
from adapters.hubsante.outgoing import Sending, reference
from adapters.hubsante.reading import find_distribution_id
from adapters.hubsante.usecases import USE_CASES
from adapters.hubsante.wire.envelope import Kind
from adapters.kit.clock import SystemClock
from adapters.kit.failures import FeedFailure
from adapters.kit.health import HealthTracker
from adapters.kit.poller import Pace
from regulation.snapshots import SourceState
from simulations.feeds.hub_dispatcher import HubDispatcher, lay_out
from tests.servers.rabbitmq_server import RabbitServer
from tests.unit.adapters.hubsante.worlds import fixture

US, LRM = "fr.health.ptfsas", "fr.health.samu310"
CLOCK = SystemClock()
QUICK = Pace(period_s=0.05, longest_s=0.4)
PATIENCE_S = 60.0


def around(name: str = "hub") -> Around:
    return Around(
        health=HealthTracker(name, silent_after=timedelta(minutes=1)),
        clock=CLOCK,
        draws=np.random.default_rng(1),
    )


def settings(url: str, client: str) -> HubSettings:
    return HubSettings(url=url, client_id=client, pace=QUICK)


def status(number: str, *, key: str = "resourcesStatus", name: str = "rs_sr") -> Sending:
    body = USE_CASES[key].decoder.decode(json.dumps(fixture(name)[key]))
    until = CLOCK.now() + timedelta(hours=1)
    return Sending(number=number, recipient=US, kind=Kind.REPORT, body=body, until=until)


class Keeper:
    """Keeps each delivery once by its number, counts how often it was given, answers it."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.given: list[str] = []
        self.refuse_for_now = 0

    async def take(self, arrival: Arrival) -> Sequence[Sending]:
        if self.refuse_for_now:
            self.refuse_for_now -= 1
            raise NotNow
        number = find_distribution_id(arrival.raw)
        assert number is not None
        self.given.append(number)
        if number not in self.kept:
            self.kept.append(number)
        return [
            Sending(
                number=f"ack-{number}",
                recipient=LRM,
                kind=Kind.ACK,
                body=reference(number, "INTEGRE"),
                until=CLOCK.now() + timedelta(hours=1),
            )
        ]


async def until(condition) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  what is waited for is on the other side
            await asyncio.sleep(0.02)


@asynccontextmanager
async def hub(url: str) -> AsyncIterator[HubDispatcher]:
    """The Hub at work on this broker, with two clients."""
    await lay_out(url, [US, LRM])
    dispatcher = HubDispatcher(url, [US, LRM], around("dispatch"), QUICK)
    task = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        dispatcher.stop()
        await asyncio.wait_for(task, PATIENCE_S)


@asynccontextmanager
async def receiving(url: str, keeper: Keeper, surroundings: Around) -> AsyncIterator[HubLink]:
    link = HubLink(settings(url, US), surroundings)
    task = asyncio.create_task(link.receive(keeper.take))
    try:
        yield link
    finally:
        link.stop()
        await asyncio.wait_for(task, PATIENCE_S)


async def waiting(url: str, queue: str) -> list[dict[str, Any]]:
    """Take what waits in a queue."""
    found = []
    async with await connect(settings(url, LRM)) as connection:
        channel = await connection.channel()
        waits = await channel.get_queue(queue, ensure=False)
        while (message := await waits.get(fail=False)) is not None:
            await message.ack()
            found.append(json.loads(message.body))
    return found


async def heard(url: str, count: int) -> set[str]:
    """Wait until the sender has heard of so many messages that they were kept."""
    numbers: set[str] = set()
    async with asyncio.timeout(PATIENCE_S):
        while len(numbers) < count:
            answers = [said(one)["reference"] for one in await waiting(url, f"{LRM}.ack")]
            assert all(one["step"] == "INTEGRE" for one in answers)
            numbers |= {one["distributionID"] for one in answers}
            await asyncio.sleep(0.05)
    return numbers


def said(envelope: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = envelope["content"][0]["jsonContent"]["embeddedJsonContent"][
        "message"
    ]
    return message


async def test_a_message_is_kept_and_its_sender_hears_that_it_was(rabbitmq_url: str):
    keeper, surroundings = Keeper(), around()
    async with hub(rabbitmq_url), receiving(rabbitmq_url, keeper, surroundings):
        sender = HubPublisher(settings(rabbitmq_url, LRM), CLOCK)
        await sender.send(status("1"))
        await until(lambda: keeper.kept)
        await sender.close()
        await until(lambda: surroundings.health.at(CLOCK.now()).state is SourceState.OK)
        assert await heard(rabbitmq_url, 1) == {f"{LRM}_1"}
    assert keeper.kept == [f"{LRM}_1"]
    assert await waiting(rabbitmq_url, f"{US}.message") == []


async def test_what_cannot_be_kept_for_the_moment_stays_with_the_broker(rabbitmq_url: str):
    keeper = Keeper()
    keeper.refuse_for_now = 2
    async with hub(rabbitmq_url), receiving(rabbitmq_url, keeper, around()):
        sender = HubPublisher(settings(rabbitmq_url, LRM), CLOCK)
        for number in ("1", "2", "3"):
            await sender.send(status(number))
        await until(lambda: len(keeper.kept) == 3)
        await sender.close()
    assert keeper.kept == [f"{LRM}_1", f"{LRM}_2", f"{LRM}_3"]


async def test_the_hub_tells_a_sender_what_is_wrong_with_a_message(rabbitmq_url: str):
    async with (
        hub(rabbitmq_url) as dispatcher,
        await connect(settings(rabbitmq_url, LRM)) as connection,
    ):
        channel = await connection.channel()
        exchange = await channel.get_exchange("hubsante", ensure=False)
        expired, stranger = fixture("rs_rr"), fixture("rs_rr")
        expired |= {"dateTimeSent": "2022-01-01T00:00:00+01:00"}
        expired |= {"dateTimeExpires": "2022-01-01T01:00:00+01:00"}
        stranger["descriptor"]["explicitAddress"]["explicitAddressValue"] = "fr.health.nobody"
        stranger |= {"dateTimeExpires": "2072-01-01T00:00:00+01:00"}
        stranger |= {"dateTimeSent": "2022-01-01T00:00:00+01:00"}
        for body, kind, mode, client in [
            (b"<xml/>", "application/xml", 2, LRM),
            (b"not json", "application/json", 2, LRM),
            (encoded(expired), "application/json", 1, LRM),
            (encoded(expired), "application/json", 2, LRM),
            (encoded(stranger), "application/json", 2, LRM),
            (encoded(stranger), "application/json", 2, US),
        ]:
            message = aio_pika.Message(body, content_type=kind, delivery_mode=mode)
            await exchange.publish(message, routing_key=client)
        await until(lambda: len(dispatcher.refused) == 6)
    errors = await waiting(rabbitmq_url, f"{LRM}.info") + await waiting(rabbitmq_url, f"{US}.info")
    assert [said(one)["error"]["errorCode"]["statusCode"] for one in errors] == [
        HubErrorCode.NOT_ALLOWED_CONTENT_TYPE,
        HubErrorCode.UNRECOGNIZED_MESSAGE_FORMAT,
        HubErrorCode.DELIVERY_MODE_INCONSISTENCY,
        HubErrorCode.EXPIRED_MESSAGE_BEFORE_ROUTING,
        HubErrorCode.UNROUTABLE_MESSAGE,
        HubErrorCode.SENDER_INCONSISTENCY,
    ]


async def test_a_broker_that_is_away_is_said_to_be(rabbitmq_url: str):
    absent = HubPublisher(
        HubSettings(url="amqp://guest:guest@127.0.0.1:1/none", client_id=LRM), CLOCK
    )
    with pytest.raises(FeedFailure) as failure:
        await absent.send(status("1"))
    assert failure.value.retryable


async def test_a_broker_killed_mid_stream_loses_nothing_and_nothing_is_done_twice(
    rabbitmq_broker: RabbitServer,
):
    count, keeper = 150, Keeper()
    with rabbitmq_broker.virtual_host() as url:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(hub(url))
            await stack.enter_async_context(receiving(url, keeper, around()))
            sender = HubPublisher(settings(url, LRM), CLOCK)
            sending = asyncio.create_task(send_all(sender, count))
            await until(lambda: len(keeper.kept) > count // 3)
            await asyncio.to_thread(rabbitmq_broker.kill)
            await asyncio.to_thread(rabbitmq_broker.start)
            await sending
            await until(lambda: len(keeper.kept) == count)
            await sender.close()
            assert await heard(url, count) == set(keeper.kept)
        assert sorted(keeper.kept) == sorted(f"{LRM}_{number}" for number in range(count))
        assert await waiting(url, f"{US}.message") == []


async def send_all(sender: HubPublisher, count: int) -> None:
    """Send each message until the broker confirms it, as an outbox does."""
    for number in range(count):
        while True:
            try:
                await sender.send(status(str(number)))
            except FeedFailure:
                await asyncio.sleep(0.1)
            else:
                break


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()
