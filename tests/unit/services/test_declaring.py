"""Declarations are kept before they are published, and a restart finds them again."""

import asyncio
import json
from datetime import timedelta

import pytest

from adapters.kit.calendar import PublicHolidays
from regulation.declarations import Openness
from regulation.kernel.ids import Identifier
from services.declaring import KEPT_AFTER, DeclarationDesk, learning
from services.errors import BadInput
from services.live import LiveOffer
from services.store import InMemoryStore, Store
from tests.unit.simulations.feeds.registries import NOW, Clock, some_of_haute_garonne

PLACE = some_of_haute_garonne().effecteurs[0].effecteur_id


def started(store: Store, clock: Clock) -> tuple[DeclarationDesk, LiveOffer]:
    """A service that has just started on this store."""
    offer = LiveOffer(some_of_haute_garonne(), PublicHolidays("31"), clock)
    desk = DeclarationDesk(store=store, sources=offer, clock=clock)
    desk.restore()
    return desk, offer


def told(place: Identifier = PLACE, status: str = "SATURATED", **more: object) -> bytes:
    until = (NOW + timedelta(hours=1)).isoformat()
    about = {"effecteur_id": str(place), "status": status, "observed_at": NOW.isoformat()}
    return json.dumps([about | {"valid_until": until} | more]).encode()


def test_a_declaration_is_in_the_offer_and_still_there_after_a_restart():
    store, clock = InMemoryStore(), Clock()
    desk, offer = started(store, clock)
    assert desk.hear(told()).accepted == 1
    assert offer.current().declarations[PLACE].status is Openness.SATURATED
    _, again = started(store, clock)
    assert again.current().declarations[PLACE].status is Openness.SATURATED


def test_a_declaration_that_is_over_is_not_found_again():
    store, clock = InMemoryStore(), Clock()
    started(store, clock)[0].hear(told())
    clock.at = NOW + timedelta(hours=2)
    _, again = started(store, clock)
    assert again.current().declarations == {}


def test_what_is_long_over_is_erased_when_another_comes():
    store, clock = InMemoryStore(), Clock()
    desk, _ = started(store, clock)
    desk.hear(told())
    clock.at = NOW + KEPT_AFTER + timedelta(hours=2)
    later = clock.at.isoformat()
    until = (clock.at + timedelta(hours=1)).isoformat()
    other = some_of_haute_garonne().effecteurs[1].effecteur_id
    desk.hear(told(other, observed_at=later, valid_until=until))
    with store.reading() as unit:
        assert [one.effecteur_id for one in unit.declarations.valid_at(NOW)] == [other]


def test_one_at_fault_is_named_and_the_others_are_kept():
    desk, offer = started(InMemoryStore(), Clock())
    both = json.dumps([*json.loads(told()), {"effecteur_id": "moi"}]).encode()
    taken = desk.hear(both)
    assert taken.accepted == 1
    assert [one.index for one in taken.defects] == [1]
    assert PLACE in offer.current().declarations


def test_what_is_no_declaration_at_all_is_refused_and_nothing_is_kept():
    store = InMemoryStore()
    desk, _ = started(store, Clock())
    with pytest.raises(BadInput):
        desk.hear(b"[{")
    with store.reading() as unit:
        assert unit.declarations.valid_at(NOW) == ()


async def test_what_another_process_was_told_is_learnt_once():
    store, clock = InMemoryStore(), Clock()
    here, _ = started(store, clock)
    there, theirs = started(store, clock)
    here.hear(told())
    async with learning(there, every_s=0.01):
        async with asyncio.timeout(10):
            while PLACE not in theirs.current().declarations:  # noqa: ASYNC110  another learns
                await asyncio.sleep(0.01)
    assert there.restore() == 0


class FailsOnce:
    """A desk whose second look is at fault."""

    def __init__(self) -> None:
        self.looks = 0

    def restore(self) -> int:
        """Count the looks."""
        self.looks += 1
        if self.looks == 2:
            raise ValueError("a document that cannot be read")
        return 0


async def test_a_look_at_fault_is_said_and_not_the_last(caplog: pytest.LogCaptureFixture):
    desk = FailsOnce()
    async with learning(desk, every_s=0.01), asyncio.timeout(10):
        while desk.looks < 4:  # noqa: ASYNC110  another looks
            await asyncio.sleep(0.01)
    assert "ValueError" in caplog.text
    assert "cannot be read" not in caplog.text
