"""The broker of the national exchange killed while its messages come in: each is kept once."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from datetime import timedelta

import numpy as np

from adapters.hubsante.link import HubPublisher
from adapters.hubsante.outgoing import Sending
from adapters.hubsante.usecases import USE_CASES
from adapters.hubsante.wire.envelope import Kind
from adapters.kit.departments import Department
from adapters.kit.quarantine import InMemoryQuarantine
from services.exchange.drafting import Drafting
from services.exchange.hub import HubReception
from services.exchange.hub_effects import HubEffects
from services.store import SqlStore, open_store
from tests.servers.rabbitmq_server import RabbitServer, own_rabbitmq
from tests.unit.adapters.hubsante.lines import (
    CLOCK,
    LRM,
    US,
    around,
    hub,
    receiving,
    send_all,
    settings,
)
from tests.unit.adapters.hubsante.worlds import fixture, message_of
from tests.worlds import tiny_world

BY_KILL = 40
PATIENCE_S = 120.0


def shared(count: int) -> list[Sending]:
    """So many cases shared by another regulation, each with its own number."""
    body = message_of(fixture("rs_eda"))["createCaseHealth"]
    decoder = USE_CASES["createCaseHealth"].decoder
    until = CLOCK.now() + timedelta(hours=1)
    return [
        Sending(
            number=f"{number}",
            recipient=US,
            kind=Kind.REPORT,
            body=decoder.decode(json.dumps(body | {"caseId": f"{LRM}.DRFR31-{number}"})),
            until=until,
        )
        for number in range(count)
    ]


def killed(kills: int, database_url: str) -> bool:
    """Kill the broker so many times under load, print what was kept; tell whether it is right."""
    store = open_store(database_url)
    try:
        with own_rabbitmq() as broker:
            asyncio.run(_under_fire(broker, store, kills))
        return _judge(store, kills * BY_KILL, kills)
    finally:
        store.close()


async def _under_fire(broker: RabbitServer, store: SqlStore, kills: int) -> None:
    world = tiny_world()
    world.clock.at = CLOCK.now()
    reception = HubReception(
        store=store,
        effects=HubEffects(drafting=Drafting(world.runtime()), client_id=US, area=Department("31")),
        quarantine=InMemoryQuarantine(),
        clock=CLOCK,
        seen=lambda _: None,
    )
    draws, messages = np.random.default_rng(11), shared(kills * BY_KILL)
    with broker.virtual_host() as url:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(hub(url))
            await stack.enter_async_context(receiving(url, reception.take, around()))
            sender = HubPublisher(settings(url, LRM), CLOCK)
            for number in range(kills):
                batch = messages[number * BY_KILL : (number + 1) * BY_KILL]
                sending = asyncio.create_task(send_all(sender, batch))
                await asyncio.sleep(draws.uniform(0.05, 1.5))
                await asyncio.to_thread(broker.kill)
                await asyncio.to_thread(broker.start)
                await sending
            await asyncio.to_thread(_settle, store, len(messages))
            await sender.close()


def _settle(store: SqlStore, wanted: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while _drafted(store) < wanted and time.monotonic() < deadline:
        time.sleep(0.2)


def _drafted(store: SqlStore) -> int:
    with store.reading() as unit:
        return len(unit.drafts.latest(10**6))


def _judge(store: SqlStore, wanted: int, kills: int) -> bool:
    with store.reading() as unit:
        drafts = unit.drafts.latest(10**6)
        events = [one.event.kind for one in unit.events.after(0, limit=10**6)]
    again = sum(one.revision > 1 for one in drafts)
    told = events.count("case.drafted")  # type: ignore[arg-type]
    print(f"broker: {kills} kills, {wanted} messages sent, {len(drafts)} kept, {told} effects")
    return len(drafts) == told == wanted and not again
