"""The line to the Hub, over a real broker: kept, answered, acknowledged, in that order."""

import json
from collections.abc import Sequence
from datetime import timedelta

import aio_pika
import pytest

from adapters.hubsante.errors import HubErrorCode
from adapters.hubsante.line import HubSettings, NotNow, connect
from adapters.hubsante.link import Arrival, HubPublisher
from adapters.hubsante.outgoing import Sending, reference
from adapters.hubsante.reading import find_distribution_id
from adapters.hubsante.wire.envelope import Kind
from adapters.kit.failures import FeedFailure
from regulation.snapshots import SourceState
from tests.unit.adapters.hubsante.lines import (
    CLOCK,
    LRM,
    US,
    around,
    heard,
    hub,
    receiving,
    said,
    settings,
    status,
    until,
    waiting,
)
from tests.unit.adapters.hubsante.worlds import fixture


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


@pytest.mark.requirement("int-l02@accuse", "rc-ref@step", "hub-sante@routing-key")
async def test_a_message_is_kept_and_its_sender_hears_that_it_was(rabbitmq_url: str):
    keeper, surroundings = Keeper(), around()
    async with hub(rabbitmq_url), receiving(rabbitmq_url, keeper.take, surroundings):
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
    async with hub(rabbitmq_url), receiving(rabbitmq_url, keeper.take, around()):
        sender = HubPublisher(settings(rabbitmq_url, LRM), CLOCK)
        for number in ("1", "2", "3"):
            await sender.send(status(number))
        await until(lambda: len(keeper.kept) == 3)
        await sender.close()
    assert keeper.kept == [f"{LRM}_1", f"{LRM}_2", f"{LRM}_3"]


@pytest.mark.requirement("rs-error@300", "rs-error@codes")
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


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()
