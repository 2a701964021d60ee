"""What still works when something around us does not: each line of docs/exploitation.md, tried."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import event

from adapters.db.engine import make_engine
from adapters.db.schema import upgrade
from adapters.desk.sightings import seen_in
from adapters.kit.clock import SystemClock
from adapters.live.holds import RedisHolds
from adapters.territory.folder import read_territory
from adapters.territory.territory import Territory
from regulation.kernel.planner import Budget
from regulation.snapshots import SourceHealth, SourceState
from services.api.app import create_app
from services.bootstrap import assemble
from services.holding import PAUSE
from services.shared_offer import following
from services.sightings import live_of
from services.store import InMemoryStore, SqlStore, Store
from simulations.territories.catalogue import folder_of
from tests.servers.redis_server import OwnRedis
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, proposed, proposed_again
from tests.worlds import (
    HOUR,
    MMG_AT_14,
    MMG_ID,
    NOON,
    SURGERY_ID,
    TinyWorld,
    call,
    offer,
    tiny_world,
)

PAGES_LEFT = 4


@pytest.fixture
def world() -> TinyWorld:
    return tiny_world()


def haute_garonne() -> Territory:
    return read_territory(folder_of("haute_garonne"))


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[OwnRedis]:
    server = OwnRedis(tmp_path)
    server.start()
    yield server
    server.kill()


async def test_redis_killed_decisions_go_on_and_holds_come_back_with_it(
    world: TinyWorld, redis: OwnRedis
):
    holds = RedisHolds(Redis.from_url(redis.url), "essai")
    store = InMemoryStore()
    async with calling(create_app(replace(world.runtime(), holds=holds), store=store)) as client:
        for number, change in enumerate((lambda: None, redis.kill, redis.start)):
            change()
            world.clock.at += PAUSE + timedelta(seconds=1)
            await proposed(client, f"appel-{number}")
            taken = await decide(client, f"appel-{number}", key=f"cle-{number}")
            assert taken.status_code == 200
            assert (await client.get("/ready")).status_code == 200
    assert holds.held() == {}


def test_redis_killed_vehicles_keep_the_positions_they_had(
    world: TinyWorld, redis: OwnRedis, caplog: pytest.LogCaptureFixture
):
    live = live_of(redis.url)
    assert live is not None
    seen_at = seen_in(live(haute_garonne()))
    assert seen_at(world.vehicles, NOON) == world.vehicles
    redis.kill()
    for change in (lambda: None, lambda: None, redis.start, lambda: None):
        change()
        assert seen_at(world.vehicles, NOON) == world.vehicles
    said = [one.message.partition(" (")[0] for one in caplog.records]
    assert said == ["positions are lost", "positions are back"]


def test_redis_killed_what_was_heard_of_the_offer_ages_and_does_not_vanish_with_it(
    redis: OwnRedis,
):
    live, clock = live_of(redis.url), SystemClock()
    assert live is not None
    parts = assemble(folder_of("haute_garonne"), clock, live=live)
    shared = parts.desk.live
    first, second = (
        replace(one, effecteur_id=place)
        for one in offer(MMG_AT_14, seen_at=clock.now()).agendas.values()
        for place in (MMG_ID, SURGERY_ID)
    )
    with following(parts.offer, shared, clock):
        shared.put_agendas([first])
        wait_until(lambda: MMG_ID in parts.offer.agendas())
        redis.kill()
        redis.start()
        shared.put_agendas([second])
        wait_until(lambda: SURGERY_ID in parts.offer.agendas())
        assert parts.offer.agendas()[MMG_ID].slots.observed_at == first.slots.observed_at


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_every_feed_silent_is_said_and_nothing_is_taken_for_free(world: TinyWorld):
    silent = SourceHealth(
        name="sas-ps", state=SourceState.SILENT, last_success=NOON, message="rien depuis 2 h"
    )
    world.clock.at = NOON + timedelta(minutes=50)
    world.offer.publish(replace(world.offer.current(), sources=(silent,)))
    async with calling(create_app(world.runtime(), store=InMemoryStore())) as client:
        health = (await client.get("/health")).json()
        assert (health["status"], health["sources"][0]["state"]) == ("degraded", "SILENT")
        answer = await proposed(client)
    offered = [one["effecteur"] for one in answer["proposals"] if one.get("effecteur")]
    assert all(one["availability"] != "FREE" for one in offered)
    assert answer["proposals"], "there is always an answer"


async def test_a_solver_out_of_time_says_that_its_answer_was_cut(world: TinyWorld):
    hurried = Budget(deterministic=0.0)
    runtime = world.runtime()

    def desk(*args, **kwargs):
        return replace(runtime.desk(*args, **kwargs), budget=hurried)

    async with calling(create_app(replace(runtime, desk=desk), store=InMemoryStore())) as client:
        answer = await proposed(client)
    assert answer["solver"]["status"] == "TRUNCATED"
    assert answer["proposals"], "there is always an answer"


@pytest.mark.parametrize("jump", [-2 * HOUR, 2 * HOUR])
async def test_a_clock_that_jumps_loses_nothing_and_decides_nothing_in_the_past(
    world: TinyWorld, jump: timedelta
):
    store: Store = InMemoryStore()
    async with calling(create_app(world.runtime(), store=store)) as client:
        await proposed(client)
        assert (await decide(client)).status_code == 200
        await proposed(client, "appel-2")
        world.clock.at += jump
        world.offer.publish(offer(seen_at=world.clock.at))
        late = await decide(client, "appel-2", key="cle-2")
        assert late.status_code == 409
        fresh = await proposed_again(client, "appel-2")
        assert fresh["proposals"]
        assert (await decide(client)).status_code == 200, "told again, it is the same decision"
    with store.reading() as unit:
        assert len(unit.journal.decisions_of("appel-1")) == 1
        numbers = [one.number for one in unit.events.after(0)]
    assert numbers == sorted(numbers)


async def test_a_disk_that_is_full_refuses_takes_nothing_by_half_and_serves_again(
    world: TinyWorld, tmp_path: Path
):
    engine = make_engine(f"sqlite:///{tmp_path}/store.db")
    upgrade(engine)
    full = {"pages": 0}

    @event.listens_for(engine, "begin")
    def limit(connection) -> None:
        if full["pages"]:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {full['pages']}")
        else:
            connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")

    store = SqlStore(engine)
    async with calling(create_app(world.runtime(), store=store)) as client:
        assert (await client.post("/cases", json=call())).status_code == 201
        with engine.connect() as connection:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        full["pages"] = used + PAGES_LEFT
        statuses = [
            (await client.post("/cases", json=call(f"appel-plein-{number}"))).status_code
            for number in range(60)
        ]
        assert set(statuses) == {201, 503}
        assert (await client.get("/cases/appel-plein-59")).status_code in {404, 503}
        full["pages"] = 0
        assert (await client.post("/cases", json=call("appel-apres"))).status_code == 201
    store.close()
