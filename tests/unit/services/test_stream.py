"""The live stream over a real connection: what happened, in order, resumed where one was."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from regulation.ports import StaleVersion
from services.schemas.events import EventOut
from services.store import InMemoryStore, Store, StoreUnavailable, Unit, open_store
from services.stream import EventStream
from tests.contract.test_events import ELSEWHERE, tell
from tests.unit.services.steps import decide, decision, proposed
from tests.unit.services.test_cli_serve import serving
from tests.worlds import TinyWorld, call

SO_FAR = {"follow": "false", "after": "0"}


def events_in(text: str) -> list[dict[str, Any]]:
    """Read a stream that has ended: id, event and data agree, and nothing else is there."""
    events = []
    for block in text.split("\n\n"):
        told = dict(line.split(": ", 1) for line in block.splitlines())
        if "id" not in told:
            continue
        data = json.loads(told["data"])
        EventOut.model_validate(data)
        assert (str(data["number"]), data["kind"]) == (told["id"], told["event"])
        events.append(data)
    return events


async def test_what_is_done_with_a_case_is_told_in_order(client: httpx.AsyncClient):
    await proposed(client)
    await proposed(client, "appel-2")
    await decide(client)
    answer = await client.get("/events", params=SO_FAR)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [(one["kind"], one["case_id"]) for one in events_in(answer.text)] == [
        ("case.opened", "appel-1"),
        ("case.proposed", "appel-1"),
        ("case.opened", "appel-2"),
        ("case.proposed", "appel-2"),
        ("case.decided", "appel-1"),
    ]


async def test_one_case_can_be_watched_alone_and_resumed(client: httpx.AsyncClient):
    await proposed(client)
    await proposed(client, "appel-2")
    await decide(client)
    url = "/cases/appel-1/events"
    mine = events_in((await client.get(url, params=SO_FAR)).text)
    assert [one["number"] for one in mine] == [1, 2, 5]
    seen = {"Last-Event-ID": "2"}
    rest = await client.get(url, params={"follow": "false"}, headers=seen)
    assert events_in(rest.text) == mine[2:]


async def test_a_case_nobody_opened_cannot_be_watched(client: httpx.AsyncClient, store: Store):
    answer = await client.get("/cases/nulle-part/events", params=SO_FAR)
    assert (answer.status_code, answer.json()["field"]) == (404, "case_id")
    with store.unit() as unit:
        (line,) = unit.audit.entries_of("nulle-part")
    assert (line.action, line.outcome) == ("READ", "NOT_FOUND")


async def test_watching_a_case_leaves_a_line(client: httpx.AsyncClient, store: Store):
    await proposed(client)
    headers = {"Actor-Id": "LOCAL:dr-2"}
    await client.get("/cases/appel-1/events", params=SO_FAR, headers=headers)
    with store.unit() as unit:
        last = unit.audit.entries_of("appel-1")[-1]
    assert (last.who, last.action) == ("LOCAL:dr-2", "READ")


async def test_somebody_ahead_of_everything_told_is_told_to_begin_again(client: httpx.AsyncClient):
    await proposed(client)
    ahead = {"Last-Event-ID": "900"}
    answer = await client.get("/events", params={"follow": "false"}, headers=ahead)
    assert "event: reset\n" in answer.text
    assert events_in(answer.text) == []


async def test_an_event_tells_nothing_of_the_patient(client: httpx.AsyncClient):
    await proposed(client, caller={"at": "2026-11-28T12:58:00+01:00", "phone": "+33561000000"})
    await decide(client, rank=2, motive="SECRET")
    told = (await client.get("/events", params=SO_FAR)).text
    assert "+33561000000" not in told
    assert "SECRET" not in told
    assert {name for one in events_in(told) for name in one["facts"]} == {
        *("who", "version", "need", "orientation_id", "snapshot_id", "proposals"),
        *("rank", "kind", "slot_id", "rides"),
    }


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def address(world: TinyWorld, url: str) -> Iterator[str]:
    with serving(world.runtime(url)) as opened:
        yield opened


def read_events(lines: Iterator[str], count: int) -> list[dict[str, Any]]:
    data = (line.removeprefix("data: ") for line in lines if line.startswith("data: "))
    return [json.loads(next(data)) for _ in range(count)]


@contextmanager
def listening(address: str, headers: dict[str, str] | None = None) -> Iterator[Iterator[str]]:
    with httpx.stream("GET", f"{address}/events", headers=headers, timeout=10) as stream:
        yield stream.iter_lines()


def test_events_come_while_one_listens_and_a_stopping_server_ends_the_stream(address: str):
    with httpx.Client(base_url=address, timeout=10) as client, listening(address) as lines:
        assert next(lines) == "retry: 1000"
        client.post("/cases", json=call())
        client.post("/cases/appel-1/proposals")
        client.post("/cases/appel-1/decision", json=decision())
        told = read_events(lines, 3)
    assert [one["kind"] for one in told] == ["case.opened", "case.proposed", "case.decided"]
    with listening(address, {"Last-Event-ID": str(told[0]["number"])}) as lines:
        assert read_events(lines, 2) == told[1:]


def test_what_another_process_keeps_is_told_too(address: str, url: str):
    other = open_store(url)
    with listening(address) as lines:
        next(lines)
        tell(other, ELSEWHERE)
        assert read_events(lines, 1)[0]["case_id"] == "case-2"
    other.close()


def test_a_listener_far_behind_reads_the_store_and_then_goes_on(
    address: str, url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.stream.BATCH", 3)
    other = open_store(url)
    tell(other, *[ELSEWHERE] * 10)
    with listening(address, {"Last-Event-ID": "2"}) as lines:
        assert [one["number"] for one in read_events(lines, 8)] == list(range(3, 11))
        tell(other, ELSEWHERE)
        assert read_events(lines, 1)[0]["number"] == 11
    other.close()


class Locked(InMemoryStore):
    """A store whose tables somebody else keeps locked."""

    is_locked = True

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        if self.is_locked:
            raise StaleVersion("a lock not given")
        with super().reading() as unit:
            yield unit


async def test_who_listens_is_cut_while_nothing_can_be_read_and_hears_the_rest_once_it_can():
    store = Locked()
    stream = EventStream(store, look_every_s=0.01)
    tell(store, ELSEWHERE)
    async with asyncio.timeout(10):
        assert [one async for one in stream.listen(0, None)] == []
        with pytest.raises(StoreUnavailable):
            await stream.last_number()
        store.is_locked = False
        news = None
        while news is None:
            news = await anext(stream.listen(0, None), None)
            await asyncio.sleep(0.01)
    assert news.event.case_id == "case-2"
    stream.close()
