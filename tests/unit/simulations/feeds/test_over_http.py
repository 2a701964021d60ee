"""The adapter asks the mock editor over real HTTP, well behaved and not."""

import time
from collections.abc import Iterator
from datetime import timedelta

import httpx
import msgspec
import numpy as np
import pytest

from adapters.kit.clock import FixedClock
from adapters.kit.directory import PlaceDirectory
from adapters.kit.manifest import load_manifest
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.sas.gateway import SourceReport, open_offers
from adapters.sas.queries import search_window
from regulation.snapshots import SourceState
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from simulations.feeds.spoilt_records import SLOT_FAULTS
from tests.unit.simulations.feeds.agendas import (
    ANNEXE,
    CABINET,
    DOCTOR_A,
    DOCTOR_B,
    NOW,
    two_doctors,
)

FEED = load_manifest("adapters.sas").get_feed("sas-ps")
DOCTORS = (DOCTOR_A, DOCTOR_B)
DIRECTORY = PlaceDirectory(
    places={CABINET: CABINET, ANNEXE: ANNEXE},
    practices={DOCTOR_A: frozenset({CABINET, ANNEXE}), DOCTOR_B: frozenset({CABINET})},
)


class Running:
    """A mock editor on a port of its own."""

    def __init__(self, url: str, board: FaultBoard) -> None:
        self.url = url
        self.board = board
        self.quarantine = InMemoryQuarantine()
        self.agendas: dict[str, set[str]] = {}

    async def refresh(self, deadline_s: float = 5.0) -> SourceReport:
        """Ask once, without trying again."""
        assert FEED.query is not None
        query = msgspec.structs.replace(FEED.query, attempts=1, timeout_s=deadline_s)
        async with open_offers(
            self.url,
            source="editor",
            directory=DIRECTORY,
            quarantine=self.quarantine,
            draws=np.random.default_rng(1),
            feed=msgspec.structs.replace(FEED, query=query),
        ) as offers:
            report = await offers.refresh(DOCTORS, search_window(NOW), NOW)
        self.agendas = {
            str(number): {slot.slot_id for slot in agenda.slots.value}
            for number, agenda in offers.agendas.items()
        }
        return report

    def slots(self) -> set[str]:
        return {slot for slots in self.agendas.values() for slot in slots}


@pytest.fixture(scope="module")
def editor() -> Iterator[Running]:
    board = FaultBoard()
    app = SasEditor(two_doctors(), FixedClock(NOW), board, slow_s=0.4).app()
    with serve_in_thread(app) as url:
        yield Running(url, board)


TRUE_SLOTS = {f"LOCAL:editor/{slot.slot_id}" for slot in two_doctors().slots}


async def test_a_well_behaved_editor_is_read_whole(editor):
    editor.board.show()
    report = await editor.refresh()
    assert (report.health.state, report.quarantined) == (SourceState.OK, 0)
    assert editor.slots() == TRUE_SLOTS


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.SLOW, "pas de réponse entière en 0.1 s"),
        (Fault.UNAUTHORIZED, "HTTP 401: nos identifiants ou nos droits sont refusés"),
        (Fault.TOO_MANY, "HTTP 429: demandé trop souvent"),
        (Fault.SERVER_ERROR, "HTTP 500"),
        (
            Fault.TRUNCATED,
            "réponse inutilisable (document: n'est pas du JSON entier : il est coupé)",
        ),
        (Fault.HTML, "réponse inutilisable (document: "),
        (Fault.CLOCK_SKEW, "l'horloge de la source est à +10 min de la nôtre"),
    ],
)
async def test_an_answer_that_cannot_be_used_leaves_everything_unknown(editor, fault, why):
    editor.board.show(fault)
    report = await editor.refresh(deadline_s=0.1)
    assert report.failures[0].startswith(why)
    assert report.health.state is SourceState.SILENT
    assert editor.agendas == {}


UNDERSTOOD = {Fault.ZULU, Fault.NO_COMMUNITY}
"""Not as the guide writes it, but without any doubt on the instant: a reader is liberal. The second
touches the search of the CPTS alone."""


@pytest.mark.parametrize(
    "fault",
    sorted({*SLOT_FAULTS, Fault.WRONG_PREFIX, Fault.MERGED_PLACES} - UNDERSTOOD),
)
async def test_bad_records_are_put_aside_and_the_others_kept(editor, fault):
    editor.board.show(fault)
    report = await editor.refresh()
    assert set() < editor.slots() < TRUE_SLOTS
    assert report.quarantined > 0
    assert report.health.state is SourceState.DEGRADED
    assert all(slots for slots in editor.agendas.values())  # nobody is said to have no slot


async def test_a_slot_told_twice_is_offered_once(editor):
    editor.board.show(Fault.DUPLICATE)
    report = await editor.refresh()
    assert editor.slots() == TRUE_SLOTS
    assert report.quarantined == 3


async def test_a_source_that_comes_back_is_believed_again(editor):
    editor.board.show(Fault.SERVER_ERROR)
    await editor.refresh()
    editor.board.show()
    assert (await editor.refresh()).health.state is SourceState.OK


def test_a_server_stops_with_its_context():
    with serve_in_thread(SasEditor(two_doctors(), FixedClock(NOW)).app()) as url:
        assert httpx.get(f"{url}/Slot", trust_env=False).status_code == 400
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/Slot", trust_env=False)


def test_two_servers_do_not_share_a_port():
    app = SasEditor(two_doctors(), FixedClock(NOW + timedelta(hours=1))).app()
    began = time.monotonic()
    with serve_in_thread(app) as first, serve_in_thread(app) as second:
        assert first != second
    assert time.monotonic() - began < 5
