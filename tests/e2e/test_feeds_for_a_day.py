"""Feeds go silent, come back, lie and flap for a simulated day, read by the real adapters.

Nothing crashes, no availability is invented, no update is lost, and every change of a source's
state is there to be seen.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.kit.directory import PlaceDirectory
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.rota.gateway import LaidDown, RotaRegistry
from adapters.sas.gateway import SasOffers, open_offers
from adapters.territory.territory import Territory
from regulation.kernel.observed import Freshness
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda
from regulation.snapshots import SourceHealth, SourceState
from services.live import SEARCH_DAYS, LiveOffer
from services.schemas.health import sources_out
from simulations.agendas import Agendas
from simulations.draws import Draws
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from tests.unit.simulations.demonstration import haute_garonne
from tests.unit.simulations.feeds.registries import AREA, Clock, hasty

BEGIN = datetime.fromisoformat("2026-11-28T06:00:00+01:00")
STEP = timedelta(minutes=10)
STEPS = 144
PLACES = 6
AWAY = (Fault.SERVER_ERROR, Fault.HTML, Fault.TRUNCATED, Fault.UNAUTHORIZED, Fault.SLOW)
LYING = (Fault.PAST, Fault.NO_ZONE, Fault.BUSY, Fault.WRONG_PREFIX, Fault.DUPLICATE)
HEADER = "date,start,end,finess,name,type\n"


def few_places() -> Territory:
    """Six places whose practitioners share their agendas, and those practitioners."""
    whole: Territory = haute_garonne()
    shared = {one.place for one in whole.practitioners if one.booking is not None}
    kept = [one for one in whole.effecteurs if one.effecteur_id in shared][:PLACES]
    names = {one.effecteur_id for one in kept}
    return replace(
        whole,
        effecteurs=tuple(kept),
        practitioners=tuple(one for one in whole.practitioners if one.place in names),
        weekly_hours={place: one for place, one in whole.weekly_hours.items() if place in names},
        duties=tuple(one for one in whole.duties if one.place in names),
    )


def shown_at(step: int) -> tuple[Fault, ...]:
    """What the editor shows: well for an hour, away, back, lying, then flapping."""
    draw = int(Draws(1).unit("day", str(step)) * 5)
    if 6 <= step < 30:
        return (AWAY[step // 6 % len(AWAY)],)
    if 48 <= step < 78:
        return (LYING[step // 6 % len(LYING)],)
    if 90 <= step < 132:
        return (AWAY[draw],) if step % 2 else ()
    return ()


class Day:
    """A live offer over one editor and one rota; the clock goes on by hand."""

    def __init__(self, url: str, clock: Clock, agendas: Agendas, folder: Path) -> None:
        territory = agendas.territory
        self.clock, self.agendas, self.url = clock, agendas, url
        self.offer = LiveOffer(territory, PublicHolidays("31"), clock)
        self.path = folder / "garde.csv"
        self.quarantine = InMemoryQuarantine()
        self.rota = RotaRegistry(
            LaidDown(self.path),
            feed=hasty("adapters.rota", "rota-csv"),
            area=AREA,
            quarantine=self.quarantine,
        )

    def true_slots(self, at: datetime, asked: TimeWindow) -> set[str]:
        """What was really free at an instant over a period, its end included (`le`)."""
        doctors = [one.rpps for one in self.agendas.territory.practitioners]
        to_the_end = TimeWindow(asked.start, asked.end + timedelta(seconds=1))
        free = self.agendas.free_slots(doctors, to_the_end, at)
        return {f"LOCAL:editor/{one.slot_id}" for one in free}

    def read(self) -> list[Agenda]:
        """The agendas the editor last gave."""
        agendas = self.offer.current().agendas.values()
        return [one for one in agendas if one.slots.source == "editor"]

    def shown_slots(self) -> set[str]:
        """What the snapshot shows, of agendas that may still be believed."""
        now = self.clock.now()
        return {
            slot.slot_id
            for agenda in self.offer.current().agendas.values()
            if agenda.slots.source == "editor" and agenda.slots.freshness(now) is not Freshness.LOST
            for slot in agenda.slots.value
        }

    def health_of(self, name: str) -> SourceHealth:
        return next(one for one in self.offer.health() if one.name == name)

    def lay_down(self, step: int) -> None:
        """The rota is there, then gone, then back in pieces, then right again."""
        day = f"{BEGIN:%Y-%m-%d}"
        good = f"{HEADER}{day},20:00,08:00,{self._pharmacy()},Officine d'essai,PHARMACIE\n"
        if 20 <= step < 40:
            self.path.unlink(missing_ok=True)
        elif 60 <= step < 70:
            self.path.write_bytes(b"\0\xff{")
        else:
            self.path.write_text(good, encoding="utf-8")

    def _pharmacy(self) -> str:
        return "990000036"


@contextmanager
def a_day(folder: Path) -> Iterator[tuple[Day, FaultBoard]]:
    clock, board = Clock(BEGIN), FaultBoard()
    agendas = Agendas(few_places(), PublicHolidays("31"), 1)
    app = SasEditor(agendas, clock, board, slow_s=0.6).app()
    with serve_in_thread(app) as url:
        yield Day(url, clock, agendas, folder), board


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> "Lived":
    """The whole day, lived once."""
    with a_day(tmp_path_factory.mktemp("rota")) as (day, board):
        return asyncio.run(_live(day, board))


class Lived:
    """What was seen at each step of the day."""

    def __init__(self) -> None:
        self.invented: list[tuple[int, set[str]]] = []
        self.missing_when_well: list[tuple[int, set[str]]] = []
        self.believed_when_lost: list[int] = []
        self.states: dict[str, list[SourceState]] = {"editor": [], "rota-csv": []}
        self.sources: Sequence[Mapping[str, object]] = ()
        self.quarantined = 0
        self.shown = 0


async def _live(day: Day, board: FaultBoard) -> Lived:
    lived, silent_for = Lived(), timedelta(0)
    async with open_offers(
        day.url,
        source="editor",
        directory=PlaceDirectory.of(day.agendas.territory.effecteurs),
        quarantine=day.quarantine,
        draws=np.random.default_rng(1),
        feed=hasty("adapters.sas", "sas-ps", timeout_s=0.4),
    ) as feed:
        for step in range(STEPS):
            day.clock.at = BEGIN + step * STEP
            board.show(*shown_at(step))
            day.lay_down(step)
            await _ask(day, feed)
            silent_for = timedelta(0) if shown_at(step) not in _away() else silent_for + STEP
            _look(day, step, lived, silent_for)
    lived.sources = sources_out(day.offer.health())
    lived.quarantined = day.health_of("editor").quarantined
    return lived


def _away() -> set[tuple[Fault, ...]]:
    return {(fault,) for fault in AWAY}


async def _ask(day: Day, feed: SasOffers) -> None:
    await day.offer.refresh(feed)
    await day.offer.refresh_places(day.rota)


def _look(day: Day, step: int, lived: Lived, silent_for: timedelta) -> None:
    for name, states in lived.states.items():
        states.append(day.health_of(name).state)
    now, shown = day.clock.now(), day.shown_slots()
    lived.shown += len(shown)
    true = [day.true_slots(one.slots.observed_at, one.asked) for one in day.read()]
    if invented := shown - set().union(*true):
        lived.invented.append((step, invented))
    if not shown_at(step):
        free = day.true_slots(now, TimeWindow(now, now + SEARCH_DAYS))
        if missing := free - shown:
            lived.missing_when_well.append((step, missing))
    if silent_for > timedelta(hours=1) and shown:
        lived.believed_when_lost.append(step)


def test_no_availability_is_invented_whatever_the_editor_does(lived: Lived):
    assert lived.shown > 0
    assert lived.invented == []


def test_no_update_is_lost_once_the_editor_is_well_again(lived: Lived):
    assert lived.missing_when_well == []


def test_after_an_hour_of_silence_nothing_is_believed_any_more(lived: Lived):
    assert lived.believed_when_lost == []


def test_what_lies_is_put_aside_and_counted(lived: Lived):
    assert lived.quarantined > 0


@pytest.mark.parametrize("name", ["editor", "rota-csv"])
def test_every_change_of_state_is_visible_in_the_sources(lived: Lived, name: str):
    states = lived.states[name]
    changes = [later for before, later in pairwise(states) if before is not later]
    (source,) = [one for one in lived.sources if one["name"] == name]
    told = source["changes"]
    assert isinstance(told, list)
    assert len(set(states)) > 1
    assert [one["state"] for one in told][-len(changes) :] == [str(one) for one in changes]
