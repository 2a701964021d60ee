"""The adapter reads the mock rotas over real HTTP, as a calendar and as a table alike."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import numpy as np
import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.rota.gateway import LaidDown, RotaRegistry, open_rota
from regulation.effecteurs import EffecteurKind
from regulation.kernel.time import TimeWindow
from regulation.offers import Booking
from regulation.snapshots import SourceState
from services.live import LiveOffer
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.file_server import FileServer, half_of_lines, twice
from simulations.feeds.rota_files import rota_calendar, rota_table
from simulations.registers import Registers
from tests.unit.simulations.feeds.registries import (
    AREA,
    NOW,
    Clock,
    hasty,
    serving,
    some_of_haute_garonne,
)

WEEK = TimeWindow(NOW, NOW + timedelta(days=7))
SPOILERS = {
    Fault.SCHEMA_DRIFT: half_of_lines(lambda line: line.replace(b",", b"|")),
    Fault.DUPLICATE: twice,
}


class Running:
    """Both rotas on one port."""

    def __init__(self) -> None:
        self.board, self.clock = FaultBoard(), Clock()
        self.quarantine = InMemoryQuarantine()
        registers = Registers(some_of_haute_garonne(), seed=1)
        self.files = {
            feed: FileServer(
                f"/{feed}",
                partial(make, registers),
                self.clock,
                self.board,
                spoilers=SPOILERS,
                slow_s=0.5,
            )
            for feed, make in (("rota-ics", rota_calendar), ("rota-csv", rota_table))
        }
        self.url = ""

    @asynccontextmanager
    async def opened(self, feed: str, timeout_s: float = 3.0) -> AsyncIterator[RotaRegistry]:
        async with open_rota(
            f"{self.url}/{feed}",
            feed_name=feed,
            area=AREA,
            quarantine=self.quarantine,
            draws=np.random.default_rng(1),
            feed=hasty("adapters.rota", feed, timeout_s=timeout_s),
        ) as registry:
            yield registry


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    running = Running()
    routes = [route for file in running.files.values() for route in file.routes()]
    with serving(routes) as url:
        running.url = url
        yield running


@pytest.fixture
def site(served: Running) -> Running:
    served.board.show()
    served.clock.at = NOW
    served.quarantine = InMemoryQuarantine()
    return served


async def duties(site: Running, feed: str) -> dict[str, list[str]]:
    async with site.opened(feed) as registry:
        health = await registry.refresh(NOW)
        assert (health.state, health.quarantined) == (SourceState.OK, 0)
        return {
            one.record_id: sorted(window.start.isoformat() for window in one.openings.duty)
            for one in registry.records(WEEK)
            if one.openings and one.openings.duty
        }


async def test_a_calendar_and_a_table_tell_the_same_duties(site):
    assert await duties(site, "rota-ics") == await duties(site, "rota-csv")


async def test_the_duties_are_those_of_the_territory(site):
    territory = some_of_haute_garonne()
    told = await duties(site, "rota-ics")
    windows = territory.open_windows(WEEK, PublicHolidays("31"))
    mmg = [one.effecteur_id for one in territory.effecteurs if one.kind.value == "MMG"]
    assert len(mmg) == 14
    for place in mmg:
        assert told[str(place)] == sorted(w.start.isoformat() for w in windows[place])


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.SLOW, "pas de réponse entière en 0.2 s"),
        (Fault.UNAUTHORIZED, "HTTP 401"),
        (Fault.TOO_MANY, "HTTP 429"),
        (Fault.SERVER_ERROR, "HTTP 500"),
        (Fault.HTML, "réponse inutilisable (document: n'est pas un calendrier"),
        (Fault.CLOCK_SKEW, "l'horloge de la source est à +"),
    ],
)
async def test_a_rota_that_cannot_be_read_leaves_what_is_known(site, fault, why):
    async with site.opened("rota-ics", 0.2 if fault is Fault.SLOW else 3.0) as registry:
        await registry.refresh(NOW)
        known = registry.records(WEEK)
        site.board.show(fault)
        health = await registry.refresh(NOW + timedelta(minutes=1))
        assert registry.records(WEEK) == known
    assert health.message.startswith(why)
    assert health.state is SourceState.DEGRADED


async def test_bad_rows_are_put_aside_and_the_others_kept(site):
    site.board.show(Fault.SCHEMA_DRIFT)
    async with site.opened("rota-csv") as registry:
        health = await registry.refresh(NOW)
        assert registry.records(WEEK)
    assert health.state is SourceState.DEGRADED


async def test_rows_told_twice_are_one_turn_each(site):
    once = await duties(site, "rota-csv")
    site.board.show(Fault.DUPLICATE)
    async with site.opened("rota-csv") as registry:
        await registry.refresh(NOW)
        again = {
            one.record_id: sorted(window.start.isoformat() for window in one.openings.duty)
            for one in registry.records(WEEK)
            if one.openings and one.openings.duty
        }
    assert again == once


async def test_an_unchanged_rota_is_told_further_ahead_each_day(site):
    async with site.opened("rota-ics") as registry:
        await registry.refresh(NOW)
        site.clock.at = NOW + timedelta(days=60)
        await registry.refresh(site.clock.at)
        ahead = TimeWindow(site.clock.at, site.clock.at + timedelta(days=7))
        assert any(one.openings and one.openings.duty for one in registry.records(ahead))


async def test_a_rota_laid_down_in_a_folder_is_read_the_same(tmp_path):
    path = tmp_path / "gardes.ics"
    path.write_bytes(rota_calendar(Registers(some_of_haute_garonne(), seed=1), NOW))
    feed = hasty("adapters.rota", "rota-ics")
    registry = RotaRegistry(
        LaidDown(path), feed=feed, area=AREA, quarantine=InMemoryQuarantine(), source="dépôt"
    )
    assert (await registry.refresh(NOW)).state is SourceState.OK
    before = registry.records(WEEK)
    path.unlink()
    health = await registry.refresh(NOW + timedelta(minutes=15))
    assert (health.state, health.message) == (
        SourceState.DEGRADED,
        "fichier : fichier ou dossier introuvable",
    )
    assert registry.records(WEEK) == before


@pytest.mark.parametrize("feed", ["rota-ics", "rota-csv"])
async def test_a_mobile_unit_is_an_effecteur_where_it_stands_on_the_days_it_does(
    site: Running, feed: str
):
    offer = LiveOffer(some_of_haute_garonne(), PublicHolidays("31"), site.clock)
    async with site.opened(feed) as registry:
        await offer.refresh_places(registry)
    snapshot = offer.current()
    buses = {
        name: one
        for name, one in snapshot.effecteurs.items()
        if one.kind is EffecteurKind.UNITE_MOBILE
    }
    days = set()
    for name, bus in buses.items():
        (window,) = bus.open_windows
        assert [slot.window for slot in snapshot.agendas[name].slots.value] == [window]
        assert {slot.booking for slot in snapshot.agendas[name].slots.value} == {Booking.WALKIN}
        days.add(window.start.astimezone(NOW.tzinfo).date())
    monday = NOW.date() + timedelta(days=1)
    assert days == {monday + timedelta(days=after) for after in range(len(buses))}
    assert len({bus.position for bus in buses.values()}) == len(buses) > 1
