"""Lines to a real broker with a Hub at work on it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import numpy as np

from adapters.hubsante.line import Around, HubSettings, connect
from adapters.hubsante.link import HubLink, HubPublisher, Taker
from adapters.hubsante.outgoing import Sending
from adapters.hubsante.usecases import USE_CASES
from adapters.hubsante.wire.envelope import Kind
from adapters.kit.clock import SystemClock
from adapters.kit.failures import FeedFailure
from adapters.kit.health import HealthTracker
from adapters.kit.poller import Pace
from simulations.feeds.hub_dispatcher import HubDispatcher, lay_out
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


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  what is waited for is on the other side
            await asyncio.sleep(0.05)


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
async def receiving(url: str, take: Taker, surroundings: Around) -> AsyncIterator[HubLink]:
    """Our client, taking what comes."""
    link = HubLink(settings(url, US), surroundings)
    task = asyncio.create_task(link.receive(take))
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


async def send_all(sender: HubPublisher, sendings: list[Sending]) -> None:
    """Send each message until the broker confirms it, as an outbox does."""
    for sending in sendings:
        while True:
            try:
                await sender.send(sending)
            except FeedFailure:
                await asyncio.sleep(0.1)
            else:
                break
