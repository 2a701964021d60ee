"""Asks a regulation software over a Hub: sends the scenario, and hears what comes back.

Apart from the adapter that exchanges for good: a few lines on the same library.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPError

from adapters.audit.exchanges import Evidence
from adapters.audit.hub_journal import Heard, evidence_of_steps, references
from adapters.audit.hub_scenario import HubParties, Step, scenario
from regulation.kernel.time import Clock

EXCHANGE = "hubsante"
QUEUES = ("message", "ack", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubManner:
    """How the software is asked: `pause_s` between two messages, `patience_s` after the last."""

    pause_s: float = 1.0
    patience_s: float = 60.0


async def audit_over_hub(
    url: str, parties: HubParties, manner: HubManner, clock: Clock
) -> Evidence:
    """Send every step, wait for the answers; raise nothing for what comes or doesn't."""
    heard: list[Heard] = []
    sent: list[tuple[Step, datetime]] = []
    try:
        async with await aio_pika.connect(url, timeout=10) as connection:
            channel = await connection.channel()
            for name in QUEUES:
                queue = await channel.get_queue(f"{parties.us}.{name}", ensure=False)
                await queue.consume(_hearing(heard, clock))
            exchange = await channel.get_exchange(EXCHANGE, ensure=False)
            for step in scenario(parties, clock.now()):
                sent.append((step, clock.now()))
                await exchange.publish(_written(step), routing_key=parties.us)
                await asyncio.sleep(manner.pause_s)
            await _until_all(sent, heard, manner.patience_s)
    except (AMQPError, OSError, TimeoutError) as lost:
        stopped = f"le courtier de messages n'est pas joignable ({type(lost).__name__})"
        return evidence_of_steps(sent, heard).stopped_by(stopped)
    return evidence_of_steps(sent, heard)


def _written(step: Step) -> aio_pika.Message:
    return aio_pika.Message(
        step.body(),
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=step.number,
    )


def _hearing(
    heard: list[Heard], clock: Clock
) -> Callable[[AbstractIncomingMessage], Awaitable[None]]:
    async def hear(message: AbstractIncomingMessage) -> None:
        try:
            read = json.loads(message.body)
        except ValueError:
            read = {}
        heard.append(Heard(at=clock.now(), message=read if isinstance(read, dict) else {}))
        await message.ack()

    return hear


async def _until_all(
    sent: Sequence[tuple[Step, datetime]], heard: Sequence[Heard], patience_s: float
) -> None:
    """Wait until each step has an answer, no longer than the patience."""
    asked = {step.number for step, _ in sent}
    try:
        async with asyncio.timeout(patience_s):
            while not asked <= {n for one in heard for n in references(one.message)}:  # noqa: ASYNC110  others send
                await asyncio.sleep(0.05)
    except TimeoutError:
        return
