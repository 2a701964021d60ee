"""What one process reads from feeds, the others decide on; silence is said, not taken for news."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from starlette.applications import Starlette
from typer.testing import CliRunner

from adapters.kit.clock import SystemClock
from adapters.kit.quarantine import Defect
from adapters.live.store import RedisLiveStore
from adapters.memory.live import InMemoryLiveStore
from adapters.territory.folder import read_territory
from regulation.matching import Link
from regulation.pair_verdicts import Pair, PairSays
from regulation.records import RecordKey
from regulation.review import Doubts
from regulation.snapshots import SourceState
from services.bootstrap import assemble
from services.cli import build
from services.cli.serve import following_workers
from services.errors import BadInput
from services.live import SILENT_AFTER, LiveOffer
from services.settings import Settings
from services.shared_offer import following, tell_others
from simulations.feeds.registry_files import registry_routes
from simulations.feeds.serving import serve_in_thread
from simulations.territories.catalogue import folder_of
from tests.worlds import MMG_AT_14, MMG_ID, MovableClock, offer

FIRST, SECOND = (RecordKey(source=one, record_id="1") for one in ("finess", "ror"))
DOUBT = Link(first=FIRST, second=SECOND, rule_id="DOUTE-NOM", reason="même nom", source="maison")
DOUBTS = Doubts(links=(DOUBT,), place_of={FIRST: MMG_ID})


@pytest.fixture(scope="module")
def folder() -> Path:
    return folder_of("haute_garonne")


def test_what_a_worker_reads_is_published_by_those_who_follow(folder: Path, redis_url: str):
    now = SystemClock().now()
    with Redis.from_url(redis_url) as client:
        parts = assemble(folder, SystemClock(), live=lambda one: RedisLiveStore(client, one.name))
        with following(parts.offer, parts.desk.live, SystemClock()):
            agendas = tuple(offer(MMG_AT_14, seen_at=now).agendas.values())
            parts.desk.live.put_agendas(agendas)
            deadline = time.monotonic() + 20
            while not parts.offer.current().agendas and time.monotonic() < deadline:
                time.sleep(0.02)
        published = parts.offer.current()
        assert tuple(published.agendas.values()) == agendas
        assert [(one.name, one.state) for one in published.sources] == [("sas-ps", SourceState.OK)]
        assert tell_others(parts.offer, parts.desk.live) == 0


def test_a_source_of_which_nothing_comes_any_more_is_silent(folder: Path):
    clock = MovableClock()
    made = assemble(folder, clock).offer
    assert isinstance(made, LiveOffer)
    made.hear_others(offer(MMG_AT_14).agendas)
    assert [one.state for one in made.health()] == [SourceState.OK]
    clock.at += SILENT_AFTER + timedelta(seconds=1)
    assert [one.state for one in made.health()] == [SourceState.SILENT]


def test_what_a_worker_puts_aside_is_shown_by_those_who_follow(folder: Path, tmp_path: Path):
    clock = MovableClock()
    worker, api = (assemble(folder, clock, aside=tmp_path) for _ in range(2))
    doubtful = Defect(index=0, field="start", reason="has no UTC offset", raw=b"{}")
    worker.quarantine.put("sas-ps", clock.now(), [doubtful])
    assert api.runtime("").quarantine.count("sas-ps") == 1


def test_pairs_in_doubt_that_a_worker_finds_are_shown_by_those_who_follow_until_judged(
    folder: Path,
):
    clock, shared = MovableClock(), InMemoryLiveStore()
    api = assemble(folder, clock, live=lambda _: shared)
    assert api.offer.doubts() is None
    tell_others(api.offer, shared)
    shared.put_doubts(DOUBTS)
    tell_others(api.offer, shared)
    assert shared.doubts() == DOUBTS, "who reads no registry has nothing to say of pairs"
    with following(api.offer, shared, clock):
        deadline = time.monotonic() + 20
        while not api.offer.review().doubtful and time.monotonic() < deadline:
            time.sleep(0.02)
    assert api.offer.review().doubtful == DOUBTS.links
    assert api.offer.review().place_of == DOUBTS.place_of
    api.offer.judge_pairs({Pair.of(FIRST, SECOND): PairSays.SAME})
    assert api.offer.review().doubtful == ()


def test_a_process_that_only_answers_reads_registries_itself_and_leaves_agendas_to_workers(
    tmp_path: Path, redis_url: str
):
    lozere = folder_of("lozere")
    routes = registry_routes(read_territory(lozere), SystemClock(), 1)
    with serve_in_thread(Starlette(routes=routes)) as url:
        feeds = tmp_path / "sources.toml"
        told = (f"[finess]\nurl = '{url}/finess'", f"[[sas]]\nname = 'editeur'\nurl = '{url}'")
        feeds.write_text("\n".join(told), encoding="utf-8")
        settings = Settings(redis_url=redis_url, feeds=feeds, workers_apart=True)
        with following_workers(lozere, settings) as runtime:
            deadline = time.monotonic() + 20
            while not runtime.snapshots.current().origins and time.monotonic() < deadline:
                time.sleep(0.02)
            read = {one.name: one.state for one in runtime.sources.health()}
            origins = runtime.snapshots.current().origins
    assert read == {"finess": SourceState.OK}
    assert origins, "each fact of a place names the registry that says it"


def test_without_a_redis_nobody_can_be_followed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIGUILLEUR_WORKERS_APART", "true")
    result = CliRunner().invoke(build(), ["serve", "--port", "0"])
    assert isinstance(result.exception, BadInput)
    assert result.exception.field == "AIGUILLEUR_REDIS_URL"
