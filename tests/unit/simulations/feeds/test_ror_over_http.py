"""The adapter asks the mock ROR over real HTTP, well behaved and not."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import numpy as np
import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.kit.oauth import ClientCredentials
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.ror.gateway import RorRegistry, open_ror
from regulation.snapshots import SourceState
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.ror_server import OFFER_FAULTS, RorServer
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

HOURS = timedelta(hours=1)


class Running:
    """A mock ROR on a port of its own, with a clock and faults a test sets."""

    def __init__(self) -> None:
        self.board = FaultBoard()
        self.clock = Clock()
        self.quarantine = InMemoryQuarantine()
        self.server = RorServer(
            Registers(some_of_haute_garonne(), seed=1),
            self.clock,
            self.board,
            slow_s=0.5,
            largest_page=20,
        )
        self.url = ""

    @asynccontextmanager
    async def opened(
        self, secret: str = "demo", timeout_s: float = 3.0
    ) -> AsyncIterator[RorRegistry]:
        async with open_ror(
            f"{self.url}/ror",
            token_url=f"{self.url}/ror/token",
            credentials=ClientCredentials(client_id="demo", secret=secret),
            area=AREA,
            calendar=PublicHolidays("31"),
            quarantine=self.quarantine,
            draws=np.random.default_rng(1),
            feed=hasty("adapters.ror", "ror", timeout_s=timeout_s),
        ) as registry:
            yield registry


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    running = Running()
    with serving(running.server.routes()) as url:
        running.url = url
        yield running


@pytest.fixture
def ror(served: Running) -> Running:
    served.board.show()
    served.server.says_empty = False
    served.clock.at = NOW
    served.quarantine = InMemoryQuarantine()
    return served


async def test_every_page_is_read_and_every_place_is_told_with_its_hours(ror):
    async with ror.opened() as registry:
        health = await registry.refresh(NOW)
        records = registry.records(AROUND)
    assert (health.state, health.quarantined) == (SourceState.OK, 0)
    assert len(records) == len(ror.server._known) > 50
    duty = [one for one in records if one.openings and one.openings.duty]
    assert len(duty) == 14
    assert all(one.observed_at == NOW for one in records)


async def test_an_increment_asks_for_what_changed_and_confirms_the_rest(ror):
    async with ror.opened() as registry:
        await registry.refresh(NOW)
        before = len(registry.records(AROUND))
        ror.clock.at = NOW + HOURS
        await registry.refresh(NOW + HOURS)
        after = registry.records(AROUND)
    assert len(after) == before
    assert {one.observed_at for one in after} == {NOW + HOURS}


async def test_a_wrong_secret_leaves_everything_unknown(ror):
    async with ror.opened(secret="wrong") as registry:
        health = await registry.refresh(NOW)
        assert registry.records(AROUND) == ()
    assert (health.state, health.message) == (
        SourceState.SILENT,
        "HTTP 401: nos identifiants ou nos droits sont refusés",
    )


async def test_a_token_that_expired_is_asked_again(ror):
    async with ror.opened() as registry:
        await registry.refresh(NOW)
        ror.server._granted.clear()
        assert (await registry.refresh(NOW + timedelta(minutes=1))).state is SourceState.OK


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.SLOW, "pas de réponse entière en 0.2 s"),
        (Fault.UNAUTHORIZED, "HTTP 401: nos identifiants ou nos droits sont refusés"),
        (Fault.TOO_MANY, "HTTP 429: demandé trop souvent"),
        (Fault.SERVER_ERROR, "HTTP 500"),
        (Fault.TRUNCATED, "le serveur d'autorisation n'a pas donné de jeton"),
        (Fault.HTML, "réponse inutilisable (document: "),
        (Fault.CLOCK_SKEW, "l'horloge de la source est à +10 min de la nôtre"),
    ],
)
async def test_an_answer_that_cannot_be_used_leaves_everything_unknown(ror, fault, why):
    ror.board.show(fault)
    async with ror.opened(timeout_s=0.2 if fault is Fault.SLOW else 3.0) as registry:
        health = await registry.refresh(NOW)
        assert registry.records(AROUND) == ()
    assert health.message.startswith(why)
    assert health.state is SourceState.SILENT


@pytest.mark.parametrize("fault", sorted(OFFER_FAULTS))
async def test_bad_offers_are_put_aside_and_the_others_kept(ror, fault):
    ror.board.show(fault)
    async with ror.opened() as registry:
        health = await registry.refresh(NOW)
        records = registry.records(AROUND)
    assert 0 < len(records) < len(ror.server._known)
    assert health.state is SourceState.DEGRADED
    assert health.quarantined > 20


async def test_an_offer_told_twice_is_one_place(ror):
    ror.board.show(Fault.DUPLICATE)
    async with ror.opened() as registry:
        await registry.refresh(NOW)
        assert len(registry.records(AROUND)) == len(ror.server._known)


async def test_a_load_that_is_suddenly_empty_is_not_believed(ror):
    async with ror.opened() as registry:
        await registry.refresh(NOW)
        known = len(registry.records(AROUND))
        ror.server.says_empty = True
        ror.clock.at = NOW + timedelta(hours=25)
        health = await registry.refresh(ror.clock.at)
        assert len(registry.records(AROUND)) == known
    assert "pas cru" in health.message


async def test_an_offer_now_at_fault_keeps_its_last_word_which_ages(ror):
    async with ror.opened() as registry:
        await registry.refresh(NOW)
        ror.board.show(Fault.SCHEMA_DRIFT)
        later = NOW + timedelta(hours=25)
        ror.clock.at = later
        await registry.refresh(later)
        said = {one.observed_at for one in registry.records(AROUND)}
    assert said == {NOW, later}
