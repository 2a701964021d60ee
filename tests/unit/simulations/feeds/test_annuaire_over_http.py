"""The adapter asks the mock Annuaire over real HTTP, well behaved and not."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import count

import httpx
import numpy as np
import pytest

from adapters.annuaire.gateway import AnnuaireRegistry, open_annuaire
from adapters.kit.quarantine import InMemoryQuarantine
from regulation.snapshots import SourceState
from simulations.feeds.annuaire_server import MOST_PER_S, STRUCTURE_FAULTS, AnnuaireServer
from simulations.feeds.faults import Fault, FaultBoard
from simulations.registers import Registers
from tests.unit.simulations.feeds.registries import (
    AREA,
    AROUND,
    NOW,
    Clock,
    hasty,
    serving,
    some_of_haute_garonne,
)

HOUR = timedelta(hours=1)


async def no_sleep(_seconds: float) -> None:
    return


class Stopwatch:
    """Seconds that pass only while somebody waits for their turn."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s

    async def sleep(self, seconds: float) -> None:
        self.s += seconds


class Running:
    """A mock Annuaire on a port of its own; a second passes between two questions of its."""

    def __init__(self) -> None:
        self.board, self.clock = FaultBoard(), Clock()
        self.quarantine = InMemoryQuarantine()
        self.server = AnnuaireServer(
            Registers(some_of_haute_garonne(), seed=1),
            self.clock,
            self.board,
            slow_s=0.5,
            largest_page=20,
            elapsed_s=partial(next, count()),
        )
        self.url = ""

    @asynccontextmanager
    async def opened(
        self, api_key: str = "demo", timeout_s: float = 3.0
    ) -> AsyncIterator[AnnuaireRegistry]:
        async with open_annuaire(
            f"{self.url}/annuaire/fhir/v2",
            api_key=api_key,
            area=AREA,
            quarantine=self.quarantine,
            draws=np.random.default_rng(1),
            sleep=no_sleep,
            feed=hasty("adapters.annuaire", "annuaire", timeout_s=timeout_s),
        ) as registry:
            yield registry


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    running = Running()
    with serving(running.server.routes()) as url:
        running.url = url
        yield running


@pytest.fixture
def annuaire(served: Running) -> Running:
    served.board.show()
    served.clock.at = NOW
    served.quarantine = InMemoryQuarantine()
    return served


async def test_every_sector_and_every_page_is_read(annuaire):
    async with annuaire.opened() as registry:
        health = await registry.refresh(NOW)
        records = registry.records(AROUND)
    assert (health.state, health.quarantined) == (SourceState.OK, 0)
    assert len(records) == len(annuaire.server._known) > 40
    assert any(one.practitioners for one in records)


async def test_an_increment_confirms_what_has_not_changed(annuaire):
    async with annuaire.opened() as registry:
        await registry.refresh(NOW)
        annuaire.clock.at = NOW + HOUR
        await registry.refresh(annuaire.clock.at)
        assert {one.observed_at for one in registry.records(AROUND)} == {NOW + HOUR}


async def test_a_wrong_key_leaves_everything_unknown(annuaire):
    async with annuaire.opened(api_key="wrong") as registry:
        health = await registry.refresh(NOW)
        assert registry.records(AROUND) == ()
    assert health.message == "HTTP 401: nos identifiants ou nos droits sont refusés"


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.SLOW, "pas de réponse entière en 0.2 s"),
        (Fault.TOO_MANY, "HTTP 429"),
        (Fault.SERVER_ERROR, "HTTP 500"),
        (Fault.TRUNCATED, "réponse inutilisable (document: "),
        (Fault.HTML, "réponse inutilisable (document: "),
        (Fault.CLOCK_SKEW, "l'horloge de la source est à +"),
    ],
)
async def test_an_answer_that_cannot_be_used_leaves_what_is_known(annuaire, fault, why):
    async with annuaire.opened(timeout_s=0.2 if fault is Fault.SLOW else 3.0) as registry:
        await registry.refresh(NOW)
        known = registry.records(AROUND)
        annuaire.board.show(fault)
        health = await registry.refresh(NOW + timedelta(minutes=1))
        assert registry.records(AROUND) == known
    assert health.message.startswith(why)
    assert health.state is SourceState.DEGRADED


@pytest.mark.parametrize("fault", sorted(STRUCTURE_FAULTS))
async def test_bad_structures_are_put_aside_and_the_others_kept(annuaire, fault):
    annuaire.board.show(fault)
    async with annuaire.opened() as registry:
        health = await registry.refresh(NOW)
        assert 0 < len(registry.records(AROUND)) < len(annuaire.server._known)
    assert health.state is SourceState.DEGRADED


async def test_a_structure_told_twice_is_one(annuaire):
    annuaire.board.show(Fault.DUPLICATE)
    async with annuaire.opened() as registry:
        await registry.refresh(NOW)
        assert len(registry.records(AROUND)) == len(annuaire.server._known)


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def rationed(watch: Stopwatch) -> Iterator[str]:
    """The address of a mock that counts the seconds of the stopwatch, one structure a page."""
    registers = Registers(some_of_haute_garonne(), seed=1)
    server = AnnuaireServer(registers, Clock(), largest_page=1, elapsed_s=watch)
    with serving(server.routes()) as url:
        yield f"{url}/annuaire/fhir/v2"


async def test_the_mock_refuses_more_than_17_questions_a_second_and_says_when_to_come_back(
    rationed, watch
):
    key = {"ESANTE-API-KEY": "demo"}
    async with httpx.AsyncClient(base_url=rationed, headers=key) as http:
        answers = [await http.get("/Organization") for _ in range(MOST_PER_S + 1)]
        watch.s += 1.0
        later = await http.get("/Organization")
    assert [one.status_code for one in answers] == [200] * MOST_PER_S + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert later.status_code == 200


async def test_the_adapter_keeps_within_17_questions_a_second(rationed, watch):
    async with open_annuaire(
        rationed,
        api_key="demo",
        area=AREA,
        quarantine=InMemoryQuarantine(),
        draws=np.random.default_rng(1),
        sleep=watch.sleep,
        elapsed_s=watch,
        feed=hasty("adapters.annuaire", "annuaire"),
    ) as registry:
        health = await registry.refresh(NOW)
        structures = len(registry.records(AROUND))
    assert (health.state, health.message) == (SourceState.OK, "")
    assert structures > 2 * MOST_PER_S
    assert watch.s >= (structures - 1) / MOST_PER_S, "a question a structure, no faster"
