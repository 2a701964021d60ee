"""What a manager judged in one process makes the picture of every other, by the database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.memory.live import InMemoryLiveStore
from regulation.kernel.time import TimeWindow
from regulation.pair_verdicts import Pair, PairSays
from regulation.records import PlaceRecord
from regulation.snapshots import SourceHealth, SourceState
from services.api.app import create_app
from services.console.post import COOKIE
from services.couriers import no_couriers
from services.declaring import learning
from services.live import LiveOffer
from services.shared_offer import tell_others
from services.store import open_store
from services.worker import Worker
from tests.unit.regulation.recorded import FINESS_A, address, said
from tests.unit.services.conftest import calling
from tests.unit.services.console.conftest import DOCTOR
from tests.unit.services.test_declaring import PLACE, told
from tests.unit.simulations.feeds.registries import NOW, Clock, some_of_haute_garonne
from tests.worlds import MINUTE, TinyWorld, offer, slot

ONE = replace(said("ror", "1", FINESS_A), observed_at=NOW)
OTHER = replace(said("annuaire", "1", address=address("3 rue Autre")), observed_at=NOW)
PAIR = Pair.of(ONE.key, OTHER.key)
SOON_S = 0.01
SOON = TimeWindow(NOW + 15 * MINUTE, NOW + 35 * MINUTE)


class Registry:
    """A registry that says two records which look alike."""

    name = "registre"
    period = timedelta(days=1)

    async def refresh(self, now: datetime) -> SourceHealth:
        return self.health(now)

    def records(self, around: TimeWindow) -> tuple[PlaceRecord, ...]:
        return ONE, OTHER

    def health(self, now: datetime) -> SourceHealth:
        return SourceHealth(name=self.name, state=SourceState.OK, last_success=now)


class Process:
    """A process that reads the registry, on a connection of its own to the shared database."""

    def __init__(self, world: TinyWorld, url: str) -> None:
        self.offer = LiveOffer(some_of_haute_garonne(), PublicHolidays("31"), Clock())
        self.store = open_store(url)
        self.runtime = replace(
            world.runtime(), clock=Clock(), sources=self.offer, snapshots=self.offer
        )

    def places(self) -> int:
        """How many places its picture makes of the two records."""
        place_of = self.offer.review().place_of
        return len({place_of[ONE.key], place_of[OTHER.key]})


@pytest.fixture
async def processes(world: TinyWorld, postgres_url: str) -> AsyncIterator[list[Process]]:
    async with AsyncExitStack() as stack:
        made = [Process(world, postgres_url) for _ in range(3)]
        for one in made:
            stack.callback(one.store.close)
            await one.offer.refresh_places(Registry())
        yield made


@asynccontextmanager
async def working(process: Process) -> AsyncIterator[None]:
    """Have a worker at work in this process."""
    worker = Worker(
        name="w",
        runtime=process.runtime,
        store=process.store,
        couriers=no_couriers,
        learn_every_s=SOON_S,
    )
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  another process learns
            await asyncio.sleep(SOON_S)


async def judge(client: httpx.AsyncClient, says: PairSays) -> None:
    done = await client.post("/territoire/doublons", data={"paire": PAIR.about, "dit": says})
    assert done.status_code == 303


async def test_what_is_judged_in_one_process_makes_the_picture_of_a_worker_and_of_another_process(
    processes: list[Process],
):
    here, there, worker = processes
    app, other = (create_app(one.runtime, store=one.store) for one in (here, there))
    async with calling(app) as client, working(worker):
        client.cookies.set(COOKIE, DOCTOR)
        async with learning(other.state.managing, every_s=SOON_S):
            assert [one.places() for one in processes] == [2, 2, 2]
            await judge(client, PairSays.SAME)
            assert here.places() == 1
            await until(lambda: [one.places() for one in processes] == [1, 1, 1])
            assert worker.offer.doubts() == there.offer.doubts() == here.offer.doubts()
            await judge(client, PairSays.OPEN)
            await until(lambda: [one.places() for one in processes] == [2, 2, 2])
    assert [len(one.offer.review().doubtful) for one in processes] == [1, 1, 1]


async def test_a_worker_learns_what_is_declared_and_tells_the_others_the_agendas_as_they_were_read(
    processes: list[Process],
):
    here, _, worker = processes
    read = offer(replace(slot("dans-un-quart-d-heure", PLACE, 0), window=SOON), seen_at=NOW).agendas
    worker.offer.hear_others(read)
    app, shared = create_app(here.runtime, store=here.store), InMemoryLiveStore()
    async with calling(app) as client, working(worker):
        answer = await client.post("/declarations", content=told(PLACE, "CLOSED"))
        assert answer.status_code == 200
        await until(lambda: PLACE in worker.offer.current().declarations)
    assert worker.offer.current().agendas[PLACE].slots.value == ()
    tell_others(worker.offer, shared)
    assert shared.agendas_of([PLACE]) == read
