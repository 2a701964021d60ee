"""What is put aside is shown without its bytes, and read again at the manager's gesture."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect, InMemoryQuarantine, Payload
from adapters.sas import files
from regulation.gestures import GestureKind
from services.api.app import create_app
from services.store import Store
from tests.unit.services.conftest import calling
from tests.worlds import NOON, TinyWorld

FIXTURES = Path(__file__).parents[3] / "fixtures/sas"
SOURCE = "editeur-essai"
JUDGED = datetime.fromisoformat("2026-11-22T19:40:00+01:00")


def put(quarantine: InMemoryQuarantine, source: str, feed: str) -> None:
    """The one bad slot of a bundle of five."""
    raw = (FIXTURES / "ps_no_zone.json").read_bytes()
    found = files.READERS["sas-ps"](raw, Judgement(now=JUDGED))
    quarantine.put(source, NOON, found.defects, Payload(feed=feed, raw=raw, judged_at=JUDGED))


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader that will be written once the editor's habit is known."""
    read = files.READERS["sas-ps"]
    good = (FIXTURES / "ps_good.json").read_bytes()
    mended = {"sas-ps": lambda raw, judgement: read(good, judgement)}
    monkeypatch.setattr(files, "READERS", {**files.READERS, **mended})


@pytest.fixture
def quarantine() -> InMemoryQuarantine:
    kept = InMemoryQuarantine()
    put(kept, SOURCE, "sas-ps")
    return kept


@pytest.fixture
async def client(
    world: TinyWorld, store: Store, quarantine: InMemoryQuarantine
) -> httpx.AsyncClient:
    return calling(create_app(replace(world.runtime(), quarantine=quarantine), store=store))


async def reread(client: httpx.AsyncClient, source: str = SOURCE) -> httpx.Response:
    return await client.post("/territoire/quarantaine", data={"source": source})


async def test_it_is_shown_with_its_reason_and_without_its_bytes(client: httpx.AsyncClient):
    page = (await client.get("/territoire/quarantaine")).text
    assert SOURCE in page
    assert "n&#39;a pas de décalage horaire" in page
    assert "resourceType" not in page


async def test_what_is_still_at_fault_stays(
    client: httpx.AsyncClient, quarantine: InMemoryQuarantine
):
    assert "0 repris, 1 encore de côté" in (await reread(client)).text
    assert quarantine.count(SOURCE) == 1


async def test_what_the_source_says_again_leaves_once_it_can_be_read(
    client: httpx.AsyncClient,
    quarantine: InMemoryQuarantine,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
):
    mend(monkeypatch)
    assert "1 repris, 0 encore de côté" in (await reread(client)).text
    assert quarantine.count(SOURCE) == 0
    with store.reading() as unit:
        kept = unit.gestures.last_word(GestureKind.RECORDS_REPLAYED, SOURCE)
    assert kept is not None
    assert kept.said == "1"
    with store.unit() as unit:
        assert [str(one.action) for one in unit.audit.entries_of("territory")] == ["REREAD"]
    assert (await reread(client)).status_code == 409


async def test_what_was_sent_once_is_never_forgotten_for_being_readable(
    client: httpx.AsyncClient, quarantine: InMemoryQuarantine
):
    whole = (FIXTURES.parent / "manual/good.json").read_bytes()
    gone = Defect(index=0, field="status", reason="unknown state", raw=b"x")
    payload = Payload(feed="manual", raw=whole, judged_at=None)
    quarantine.put("manual", NOON, [gone], payload)
    assert "à redemander à son émetteur" in (await reread(client, "manual")).text
    assert quarantine.count("manual") == 1
