"""The adapter fetches the mock FINESS file over real HTTP, well behaved and not."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import numpy as np
import pytest

from adapters.finess.gateway import FinessRegistry, open_finess
from adapters.kit.quarantine import InMemoryQuarantine
from regulation.snapshots import SourceState
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.file_server import FileServer, half_of_lines, header_alone, twice
from simulations.feeds.finess_file import finess_file
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
SPOILERS = {
    Fault.SCHEMA_DRIFT: half_of_lines(lambda line: line.replace(b";", b",")),
    Fault.WRONG_PREFIX: half_of_lines(lambda line: line.replace(b";99", b";X9", 1)),
    Fault.DUPLICATE: twice,
    Fault.EMPTY: header_alone,
}


class Running:
    """A mock site on a port of its own, with a clock and faults a test sets."""

    def __init__(self) -> None:
        self.board, self.clock = FaultBoard(), Clock()
        self.quarantine = InMemoryQuarantine()
        self.server = FileServer(
            "/finess.csv",
            partial(finess_file, Registers(some_of_haute_garonne(), seed=1)),
            self.clock,
            self.board,
            spoilers=SPOILERS,
            slow_s=0.5,
        )
        self.url = ""

    @asynccontextmanager
    async def opened(self, timeout_s: float = 3.0) -> AsyncIterator[FinessRegistry]:
        async with open_finess(
            f"{self.url}/finess.csv",
            area=AREA,
            quarantine=self.quarantine,
            draws=np.random.default_rng(1),
            feed=hasty("adapters.finess", "finess", timeout_s=timeout_s),
        ) as registry:
            yield registry


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    running = Running()
    with serving(running.server.routes()) as url:
        running.url = url
        yield running


@pytest.fixture
def site(served: Running) -> Running:
    served.board.show()
    served.server.says_empty = False
    served.clock.at = NOW
    served.quarantine = InMemoryQuarantine()
    return served


async def test_the_whole_file_is_read(site):
    async with site.opened() as registry:
        health = await registry.refresh(NOW)
        records = registry.records(AROUND)
    assert (health.state, health.quarantined) == (SourceState.OK, 0)
    assert len(records) > 20
    assert sum(one.position is not None for one in records) > 20


async def test_a_file_that_has_not_changed_confirms_what_is_known(site):
    async with site.opened() as registry:
        await registry.refresh(NOW)
        later = NOW + timedelta(minutes=4)  # the site's clock stands still
        await registry.refresh(later)
        assert {one.observed_at for one in registry.records(AROUND)} == {later}


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.SLOW, "pas de réponse entière en 0.2 s"),
        (Fault.SILENT, "pas de réponse entière en 0.2 s"),
        (Fault.UNAUTHORIZED, "HTTP 401"),
        (Fault.TOO_MANY, "HTTP 429"),
        (Fault.SERVER_ERROR, "HTTP 500"),
        (Fault.HTML, "réponse inutilisable (document: n'est pas un fichier FINESS"),
        (Fault.CLOCK_SKEW, "l'horloge de la source est à +9 min de la nôtre"),
    ],
)
async def test_a_file_that_cannot_be_used_leaves_what_is_known(site, fault, why):
    async with site.opened(
        timeout_s=0.2 if fault in {Fault.SLOW, Fault.SILENT} else 3.0
    ) as registry:
        await registry.refresh(NOW)
        known = registry.records(AROUND)
        site.board.show(fault)
        health = await registry.refresh(NOW + timedelta(minutes=1))
        assert registry.records(AROUND) == known
    assert health.message.startswith(why)
    assert health.state is SourceState.DEGRADED


@pytest.mark.parametrize("fault", [Fault.SCHEMA_DRIFT, Fault.WRONG_PREFIX])
async def test_bad_rows_are_put_aside_and_the_others_kept(site, fault):
    site.board.show(fault)
    async with site.opened() as registry:
        health = await registry.refresh(NOW)
        assert registry.records(AROUND)
    assert health.state is SourceState.DEGRADED
    assert health.quarantined > 10


async def test_rows_told_twice_are_one_establishment_each(site):
    async with site.opened() as registry:
        await registry.refresh(NOW)
        once = len(registry.records(AROUND))
        site.board.show(Fault.DUPLICATE)
        await registry.refresh(NOW)
        assert len(registry.records(AROUND)) == once


async def test_a_file_suddenly_truncated_or_empty_is_not_believed(site):
    async with site.opened() as registry:
        await registry.refresh(NOW)
        known = len(registry.records(AROUND))
        site.server.says_empty = True
        assert "pas cru" in (await registry.refresh(NOW)).message
        assert len(registry.records(AROUND)) == known


async def test_a_file_that_is_empty_by_fault_is_not_believed_either(site):
    async with site.opened() as registry:
        await registry.refresh(NOW)
        known = len(registry.records(AROUND))
        site.board.show(Fault.EMPTY)
        assert "pas cru" in (await registry.refresh(NOW)).message
        assert len(registry.records(AROUND)) == known


async def test_a_source_silent_for_months_is_said_to_be(site):
    async with site.opened() as registry:
        await registry.refresh(NOW)
        assert registry.health(NOW + 91 * DAY).state is SourceState.SILENT
