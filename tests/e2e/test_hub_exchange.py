"""The exchange with the Hub on a real broker and a real database, killed while it is at work."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

from adapters.hubsante.link import HubPublisher
from adapters.hubsante.outgoing import Sending
from adapters.hubsante.usecases import USE_CASES
from adapters.hubsante.wire.envelope import Kind
from adapters.kit.departments import Department
from adapters.kit.quarantine import InMemoryQuarantine
from services.exchange.drafting import Drafting
from services.exchange.hub import HubReception
from services.exchange.hub_effects import HubEffects
from services.store import open_store
from tests.servers.rabbitmq_server import RabbitServer
from tests.unit.adapters.hubsante.lines import (
    CLOCK,
    LRM,
    US,
    around,
    heard,
    hub,
    receiving,
    send_all,
    settings,
    until,
    waiting,
)
from tests.unit.adapters.hubsante.worlds import fixture, message_of
from tests.worlds import tiny_world

COUNT = 60


def shared_cases(now: datetime) -> list[Sending]:
    """As many cases as COUNT, each with its own number."""
    body = message_of(fixture("rs_eda"))["createCaseHealth"]
    decoder = USE_CASES["createCaseHealth"].decoder
    return [
        Sending(
            number=str(number),
            recipient=US,
            kind=Kind.REPORT,
            body=decoder.decode(json.dumps(body | {"caseId": f"{LRM}.DRFR31-{number}"})),
            until=now + timedelta(hours=1),
        )
        for number in range(COUNT)
    ]


async def test_a_broker_killed_mid_stream_loses_no_message_and_no_effect_happens_twice(
    rabbitmq_broker: RabbitServer, postgres_url: str
):
    world, store = tiny_world(), open_store(postgres_url)
    world.clock.at = CLOCK.now()
    reception = HubReception(
        store=store,
        effects=HubEffects(drafting=Drafting(world.runtime()), client_id=US, area=Department("31")),
        quarantine=InMemoryQuarantine(),
        clock=CLOCK,
        seen=lambda _: None,
    )

    def opened() -> int:
        with store.reading() as unit:
            return len(unit.drafts.latest(2 * COUNT))

    with rabbitmq_broker.virtual_host() as url:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(hub(url))
            await stack.enter_async_context(receiving(url, reception.take, around()))
            sender = HubPublisher(settings(url, LRM), CLOCK)
            sending = asyncio.create_task(send_all(sender, shared_cases(CLOCK.now())))
            await until(lambda: opened() > COUNT // 3)
            await asyncio.to_thread(rabbitmq_broker.kill)
            await asyncio.to_thread(rabbitmq_broker.start)
            await sending
            await until(lambda: opened() == COUNT)
            await sender.close()
            assert await heard(url, COUNT) == {f"{LRM}_{number}" for number in range(COUNT)}
        assert await waiting(url, f"{US}.message") == []
        assert await waiting(url, f"{LRM}.info") == []
    with store.reading() as unit:
        told = [one.event for one in unit.events.after(0, limit=4 * COUNT)]
        drafts = unit.drafts.latest(2 * COUNT)
    store.close()
    assert {one.revision for one in drafts} == {1}
    assert sum(one.kind == "case.drafted" for one in told) == COUNT
    assert sum(one.kind == "case.opened" for one in told) == COUNT
