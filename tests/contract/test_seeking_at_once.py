"""Whoever asks communities or accepts at once finds what the others did, in every store."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from regulation.cases import CaseState
from regulation.disclosure import Withdrawal
from regulation.effecteurs import CareCode
from regulation.kernel.ids import Identifier
from regulation.marketplace import Community
from services.security.links import Links
from services.seeking import Fate, Member, SeekingDesk
from services.store import Store
from tests.contract.samples import CASE, NOON
from tests.worlds import MMG_ID, SURGERY_ID, tiny_world

COMMUNITIES = {
    (number := Identifier.parse(f"FINESS:{written}")): Community(
        community_id=number, name="CPTS d'essai", members=(member,)
    )
    for written, member in (("990000028", MMG_ID), ("990000036", SURGERY_ID))
}
ONE, OTHER = COMMUNITIES
SOUGHT = replace(CASE, need=replace(CASE.need, code=CareCode.GP, specialty=None))
T = TypeVar("T")


@pytest.fixture
def desk(store: Store) -> SeekingDesk:
    with store.unit() as unit:
        unit.cases.add(SOUGHT)
    runtime = replace(tiny_world().runtime(), communities=COMMUNITIES)
    return SeekingDesk(runtime=runtime, store=store, links=Links(b"0" * 32))


def at_once(*works: Callable[[], T]) -> list[T]:
    """Return what works give that all begin at the same moment, in their order."""
    done: dict[int, T] = {}
    together = threading.Barrier(len(works))

    def begin(rank: int, work: Callable[[], T]) -> None:
        together.wait()
        done[rank] = work()

    threads = [threading.Thread(target=begin, args=one) for one in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return [done[rank] for rank in range(len(works))]


def test_who_ask_at_once_make_one_appeal_to_each_community(desk: SeekingDesk, store: Store):
    def ask(community: Identifier) -> Callable[[], str]:
        return lambda: desk.seek(SOUGHT.case_id, community, 15, "x").appeal_id

    told = at_once(ask(ONE), ask(OTHER), ask(ONE))
    assert told[0] == told[2]
    assert len(set(told)) == 2
    with store.reading() as unit:
        assert len(unit.marketplace.of_case(SOUGHT.case_id)) == 2


def test_of_members_of_two_communities_who_accept_at_once_one_has_the_patient(
    desk: SeekingDesk, store: Store
):
    asked = [desk.seek(SOUGHT.case_id, one, 15, "x") for one in COMMUNITIES]
    members = [Member(appeal=one, effecteur_id=one.asked[0]) for one in asked]

    def accept(member: Member) -> Callable[[], Fate]:
        return lambda: desk.accept(member, timedelta(minutes=30)).fate

    assert sorted(at_once(*map(accept, members))) == [Fate.OVER, Fate.TAKEN]
    with store.reading() as unit:
        appeals = unit.marketplace.of_case(SOUGHT.case_id)
        told = [one.message for one in unit.outbox.of_case(SOUGHT.case_id)]
    (taken,) = [one.taken.effecteur_id for one in appeals if one.taken is not None]
    (withdrawn,) = [one.recipient for one in told if isinstance(one.body, Withdrawal)]
    assert {str(taken), withdrawn} == {str(MMG_ID), str(SURGERY_ID)}


def test_who_accepts_while_the_case_is_being_settled_does_not_have_the_patient(
    desk: SeekingDesk, store: Store
):
    asked = desk.seek(SOUGHT.case_id, ONE, 15, "x")
    settling = threading.Event()

    def settle() -> None:
        with store.unit() as unit:
            settled = SOUGHT.to(CaseState.CANCELLED, at=NOON, actor="x")
            unit.cases.save(settled, SOUGHT.version)
            settling.set()
            threading.Event().wait(0.1)  # long enough for whoever doesn't wait to read OPEN

    def accept() -> Fate:
        settling.wait()
        return desk.accept(Member(appeal=asked, effecteur_id=MMG_ID), timedelta(minutes=30)).fate

    assert at_once(settle, accept)[1] is Fate.OVER
    with store.reading() as unit:
        assert [one.taken for one in unit.marketplace.of_case(SOUGHT.case_id)] == [None]
