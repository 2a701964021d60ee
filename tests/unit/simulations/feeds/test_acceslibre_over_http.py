"""The adapter reads the mock Acceslibre over real HTTP: the file once, then what changed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import numpy as np
import pytest

from adapters.acceslibre.gateway import AccessRegistry, open_acceslibre
from adapters.kit.quarantine import InMemoryQuarantine
from regulation.snapshots import SourceState
from simulations.feeds.access_server import AccessApi, access_table, known
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.file_server import FileServer, half_of_lines
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

DAY = timedelta(days=1)
SPOILERS = {Fault.SCHEMA_DRIFT: half_of_lines(lambda line: line + b",1")}


class Running:
    """A mock site and its API on one port."""

    def __init__(self) -> None:
        self.board, self.clock = FaultBoard(), Clock()
        self.quarantine = InMemoryQuarantine()
        self.registers = Registers(some_of_haute_garonne(), seed=1)
        make = partial(access_table, self.registers)
        self.file = FileServer(
            "/a.csv", make, self.clock, self.board, spoilers=SPOILERS, slow_s=0.5
        )
        self.api = AccessApi(self.registers, self.clock, self.board, slow_s=0.5)
        self.url = ""

    @asynccontextmanager
    async def opened(
        self, *, with_api: bool = True, timeout_s: float = 3.0
    ) -> AsyncIterator[AccessRegistry]:
        async with open_acceslibre(
            f"{self.url}/a.csv",
            api_url=f"{self.url}/acceslibre" if with_api else None,
            area=AREA,
            quarantine=self.quarantine,
            draws=np.random.default_rng(1),
            feed=hasty("adapters.acceslibre", "acceslibre", timeout_s=timeout_s),
        ) as registry:
            yield registry


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    running = Running()
    with serving([*running.file.routes(), *running.api.routes()]) as url:
        running.url = url
        yield running


@pytest.fixture
def site(served: Running) -> Running:
    served.board.show()
    served.clock.at = NOW
    served.quarantine = InMemoryQuarantine()
    return served


async def test_the_whole_table_is_read(site):
    async with site.opened() as registry:
        health = await registry.refresh(NOW)
        records = registry.records(AROUND)
    assert (health.state, health.quarantined) == (SourceState.OK, 0)
    assert len(records) == len(known(site.registers)) > 20
    assert all(one.accessibility for one in records)


async def test_what_changed_comes_by_the_api_and_the_rest_is_confirmed(site):
    async with site.opened() as registry:
        await registry.refresh(NOW)
        before = {one.record_id: one.accessibility for one in registry.records(AROUND)}
        site.clock.at = NOW + 10 * DAY
        health = await registry.refresh(site.clock.at)
        after = {one.record_id: one for one in registry.records(AROUND)}
    assert health.state is SourceState.OK
    assert {name: one.accessibility for name, one in after.items()} == before
    dates = [one.changed_at for one in after.values() if one.changed_at]
    assert all(one.observed_at <= site.clock.at for one in after.values())
    assert all(date <= site.clock.at for date in dates)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.SLOW, "pas de réponse entière en 0.2 s"),
        (Fault.UNAUTHORIZED, "HTTP 401"),
        (Fault.TOO_MANY, "HTTP 429"),
        (Fault.SERVER_ERROR, "HTTP 500"),
        (Fault.TRUNCATED, "réponse inutilisable (document: n'est pas du JSON"),
        (Fault.HTML, "réponse inutilisable (commune: pas de colonne"),
        (Fault.CLOCK_SKEW, "l'horloge de la source est à +"),
    ],
)
async def test_an_answer_that_cannot_be_used_leaves_what_is_known(site, fault, why):
    async with site.opened(timeout_s=0.2 if fault is Fault.SLOW else 3.0) as registry:
        await registry.refresh(NOW)
        known_before = registry.records(AROUND)
        site.board.show(fault)
        site.clock.at = NOW + DAY
        health = await registry.refresh(site.clock.at)
        assert registry.records(AROUND) == known_before
    assert health.message.startswith(why)
    assert health.state is SourceState.DEGRADED


async def test_bad_rows_are_put_aside_and_the_others_kept(site):
    site.board.show(Fault.SCHEMA_DRIFT)
    async with site.opened(with_api=False) as registry:
        health = await registry.refresh(NOW)
        assert registry.records(AROUND)
    assert health.state is SourceState.DEGRADED
    assert health.quarantined > 10
