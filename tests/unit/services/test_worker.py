"""Workers: one of them dispatches, whoever slept changes nothing, what is over is forgotten."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.kit.holds import HOLD_LASTS, HeldElsewhere, Hold, HoldsUnavailable
from adapters.memory.holds import InMemoryHolds
from services.couriers import no_couriers
from services.demo import kept_here
from services.replanning import Replanner
from services.retention import CASES, EVERY, Retention
from services.runtime import Runtime
from services.store import InMemoryStore, Store
from services.troubles import Trouble
from services.worker import DISPATCHER, Dispatcher, Lease, Worker, again_and_again
from tests.unit.services.rides.news import promised, refuse
from tests.unit.services.steps import decide, proposed
from tests.worlds import TinyWorld


@pytest.fixture
def runtime(world: TinyWorld) -> Runtime:
    return replace(world.runtime(), holds=InMemoryHolds(world.clock))


def dispatcher(runtime: Runtime, store: Store, name: str) -> Dispatcher:
    made = Worker(name=name, runtime=runtime, store=store, couriers=no_couriers)
    return made.dispatcher()


def test_one_worker_dispatches_until_it_is_gone(runtime: Runtime, world: TinyWorld):
    first, second = Lease(runtime.holds, "worker-1"), Lease(runtime.holds, "worker-2")
    earlier = first.renew()
    with pytest.raises(HeldElsewhere):
        second.renew()
    later = first.renew()
    assert earlier is not None
    assert later is not None
    assert later > earlier
    world.clock.at += HOLD_LASTS + timedelta(seconds=1)
    inherited = second.renew()
    assert inherited is not None
    assert inherited > later
    assert second.is_mine


class Away(InMemoryHolds):
    """Holds that nobody can ask for."""

    def take(self, case_id: str, wanted: Mapping[str, int]) -> Hold:
        raise HoldsUnavailable("ConnectionError")


def test_that_nobody_may_dispatch_is_logged_once(
    world: TinyWorld, caplog: pytest.LogCaptureFixture
):
    lease = Lease(Away(world.clock), "worker-1")
    for _ in range(3):
        with pytest.raises(HoldsUnavailable):
            lease.renew()
    assert [one.message for one in caplog.records] == [
        "nobody dispatches: the lease cannot be asked for"
    ]


async def test_the_dispatcher_gives_a_refused_ride_to_another_and_the_others_look_on(
    client: httpx.AsyncClient, runtime: Runtime, store: Store, world: TinyWorld
):
    await proposed(client)
    await decide(client)
    there = min(promised(store).values(), key=lambda one: one.pickup_at)
    refuse(store, there, world)
    one, other = dispatcher(runtime, store, "worker-1"), dispatcher(runtime, store, "worker-2")
    assert (one.look(), other.look()) == (1, 0)
    assert "appel-1:1~2/outward" in promised(store)


async def test_a_dispatcher_that_slept_too_long_changes_nothing_and_then_catches_up(
    client: httpx.AsyncClient, runtime: Runtime, store: Store, world: TinyWorld
):
    await proposed(client)
    await decide(client)
    there = min(promised(store).values(), key=lambda one: one.pickup_at)
    refuse(store, there, world)
    with store.unit() as unit:
        unit.fences.come_through([DISPATCHER], 10**18)
    late = dispatcher(runtime, store, "worker-1")
    assert late.look() == 0
    assert there.ride_id in promised(store)
    assert late.look() == 1


async def test_cases_are_forgotten_in_their_time_and_once_an_hour(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    await proposed(client)
    retention = Retention(store, world.clock)
    first = retention.forget_when_due()
    assert first is not None
    assert first.cases == 0
    assert retention.forget_when_due() is None
    world.clock.at += CASES + EVERY
    later = retention.forget_when_due()
    assert later is not None
    assert later.cases == 1
    assert (await client.get("/cases/appel-1")).status_code == 404


async def test_a_worker_sends_what_waits_writes_the_sheet_and_stops_when_asked(
    client: httpx.AsyncClient, store: Store, runtime: Runtime, tmp_path: Path
):
    await proposed(client)
    await decide(client)
    worker = Worker(
        name="w",
        runtime=runtime,
        store=store,
        couriers=kept_here,
        look_every_s=0.01,
        sheet=tmp_path / "fiche.html",
    )
    stop = asyncio.Event()
    working = asyncio.create_task(worker.run(stop))
    async with asyncio.timeout(20):
        states = await asyncio.to_thread(_once_tried, store)
        stop.set()
        await working
    assert states == {"SENT"}
    assert "MMG du Nord" in (tmp_path / "fiche.html").read_text(encoding="utf-8")


def _once_tried(store: Store) -> set[str]:
    states = {"WAITING"}
    while "WAITING" in states:
        time.sleep(0.01)
        with store.reading() as unit:
            states = {str(state) for _, state in unit.outbox.counts()}
    return states


def test_a_worker_alone_needs_no_lease(world: TinyWorld):
    alone = dispatcher(world.runtime(), InMemoryStore(), "w")
    assert alone.look() == 0
    assert alone.lease.is_mine


async def test_what_fails_once_is_tried_again(caplog: pytest.LogCaptureFixture):
    tries, stop = [], asyncio.Event()

    def work() -> None:
        tries.append(1)
        if len(tries) > 1:
            stop.set()
            return
        raise ZeroDivisionError

    async with asyncio.timeout(10):
        await again_and_again(work, stop, 0.01)
    assert len(tries) == 2
    assert "failed" in caplog.text


async def test_one_case_in_disorder_keeps_no_other_waiting(
    client: httpx.AsyncClient, store: Store, world: TinyWorld, caplog: pytest.LogCaptureFixture
):
    for case_id in ("appel-1", "appel-2"):
        await proposed(client, case_id)
        await decide(client, case_id, key=case_id)
    world.clock.at += world.runtime().answer_within + timedelta(seconds=1)
    alone = dispatcher(world.runtime(), store, "w")

    @dataclass(frozen=True, slots=True)
    class Odd(Replanner):
        def mend(self, trouble: Trouble, token: int | None = None, thing: str = "") -> bool:
            if trouble.case.case_id == "appel-1":
                raise ZeroDivisionError
            return True

    odd = replace(alone, replanner=Odd(world.runtime(), store))
    assert odd.look() >= 1
    assert "could not be dealt with" in caplog.text
