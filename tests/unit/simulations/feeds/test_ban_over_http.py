"""Addresses are placed over real HTTP, in batches, once; nothing but the address leaves."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from adapters.ban.gateway import AddressCache, Geocoder, open_geocoder
from adapters.ban.mapping import Precision, read_answer
from adapters.kit.failures import FeedFailure
from regulation.records import PostalAddress
from regulation.snapshots import SourceState
from simulations.feeds.ban_server import BanServer
from simulations.feeds.faults import Fault, FaultBoard
from tests.unit.simulations.feeds.registries import (
    NOW,
    Clock,
    hasty,
    serving,
    some_of_haute_garonne,
)

FIXTURES = Path(__file__).parents[3] / "fixtures/ban"
NOWHERE = PostalAddress(line="1 rue Inconnue", postal_code="31000", town="Toulouse")


def addresses() -> list[PostalAddress]:
    found = []
    for one in some_of_haute_garonne().effecteurs[:30]:
        line, _, town = one.address.rpartition(", ")
        postal_code, _, name = town.partition(" ")
        found.append(PostalAddress(line=line, postal_code=postal_code, town=name))
    return list(dict.fromkeys(found))


class Running:
    """A mock geocoder on a port of its own."""

    def __init__(self) -> None:
        self.board = FaultBoard()
        self.server = BanServer(some_of_haute_garonne(), Clock(), self.board, slow_s=0.5)
        self.url = ""

    @asynccontextmanager
    async def opened(
        self, cache: AddressCache | None = None, timeout_s: float = 3.0, batch: int = 10
    ) -> AsyncIterator[Geocoder]:
        async with open_geocoder(
            f"{self.url}/geocodage",
            draws=np.random.default_rng(1),
            cache=cache,
            feed=hasty("adapters.ban", "ban", timeout_s=timeout_s, batch=batch),
        ) as geocoder:
            yield geocoder


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    running = Running()
    with serving(running.server.routes()) as url:
        running.url = url
        yield running


@pytest.fixture
def ban(served: Running) -> Running:
    served.board.show()
    served.server.asked.clear()
    return served


async def test_a_batch_is_placed_to_the_door(ban):
    wanted = addresses()
    async with ban.opened() as geocoder:
        found = await geocoder.locate(wanted, NOW)
    assert set(found) == set(wanted)
    assert {one.precision for one in found.values()} == {Precision.HOUSE}


async def test_one_address_is_placed_alone(ban):
    (first, *_) = addresses()
    async with ban.opened() as geocoder:
        assert set(await geocoder.locate([first], NOW)) == {first}


async def test_what_is_known_is_not_asked_again_even_after_a_restart(ban, tmp_path):
    path = tmp_path / "addresses.jsonl"
    async with ban.opened(AddressCache(path)) as geocoder:
        first = await geocoder.locate([*addresses(), NOWHERE], NOW)
    asked = len(ban.server.asked)
    async with ban.opened(AddressCache(path)) as geocoder:
        again = await geocoder.locate([*addresses(), NOWHERE], NOW)
    assert again == first
    assert len(ban.server.asked) == asked


async def test_an_unsure_answer_places_nobody(ban):
    async with ban.opened() as geocoder:
        assert await geocoder.locate([NOWHERE], NOW) == {}


async def test_only_addresses_leave(ban):
    async with ban.opened() as geocoder:
        await geocoder.locate(addresses(), NOW)
    allowed = {f"{one.line} {one.postal_code} {one.town}" for one in addresses()}
    assert set(ban.server.asked) == allowed


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.SLOW, "pas de réponse entière en 0.2 s"),
        (Fault.TOO_MANY, "HTTP 429"),
        (Fault.SERVER_ERROR, "HTTP 500"),
        (Fault.HTML, "réponse inutilisable du géocodeur"),
    ],
)
async def test_a_geocoder_that_fails_places_nobody_and_says_so(ban, fault, why):
    ban.board.show(fault)
    async with ban.opened(timeout_s=0.2 if fault is Fault.SLOW else 3.0) as geocoder:
        assert await geocoder.locate(addresses(), NOW) == {}
        health = geocoder.health(NOW)
    assert health.state is SourceState.SILENT
    assert health.message.startswith(why)


@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.SWAPPED])
@pytest.mark.parametrize("count", [1, 3], ids=["alone", "batch"])
async def test_a_geocoder_that_finds_nothing_or_the_antipodes_places_nobody(ban, fault, count):
    ban.board.show(fault)
    async with ban.opened() as geocoder:
        assert await geocoder.locate(addresses()[:count], NOW) == {}


async def test_a_geocoder_that_renames_its_columns_places_nobody_and_says_so(ban):
    ban.board.show(Fault.SCHEMA_DRIFT)
    async with ban.opened() as geocoder:
        assert await geocoder.locate(addresses(), NOW) == {}
        assert geocoder.health(NOW).state is SourceState.SILENT


def test_an_answer_of_another_department_places_nobody():
    raw = (FIXTURES / "search.json").read_bytes()
    there = PostalAddress(line="8 rue des Essais", postal_code="75001", town="Paris")
    here = PostalAddress(line="8 rue des Essais", postal_code="31600", town="Muret")
    assert read_answer(raw, there) is None
    placed = read_answer(raw, here)
    assert placed is not None
    assert (placed.precision, placed.commune) == (Precision.HOUSE, "31395")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"type":"FeatureCollection","features":[1]}'])
def test_schema_drift_is_a_failure(content):
    with pytest.raises(FeedFailure):
        read_answer(content, NOWHERE)
