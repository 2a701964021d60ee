"""Appeals are kept in every store alike; of all who accept one, exactly one takes the patient."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from regulation.cases import CaseState
from regulation.kernel.ids import Identifier
from regulation.marketplace import Appeal, Taking
from regulation.ports import StaleVersion
from services.store import Store
from tests.contract.samples import CASE, HOUR, MINUTE, NOON

DOCTORS = tuple(Identifier.parse(f"LOCAL:medecin-{number}") for number in range(6))
APPEAL = Appeal(
    appeal_id="case-1:cpts-1",
    case_id=CASE.case_id,
    community_id=Identifier.parse("FINESS:990000028"),
    asked=DOCTORS,
    asked_at=NOON,
    until=NOON + 15 * MINUTE,
)


def taking(doctor: Identifier = DOCTORS[0], after: int = 1) -> Taking:
    return Taking(effecteur_id=doctor, at=NOON + after * MINUTE, care_at=NOON + HOUR)


@pytest.fixture
def asked(store: Store) -> Store:
    with store.unit() as unit:
        unit.cases.add(CASE)
        unit.marketplace.put(APPEAL)
    return store


def take(store: Store, told: Taking, appeal_id: str = APPEAL.appeal_id) -> bool:
    with store.unit() as unit:
        return unit.marketplace.take(appeal_id, told)


def kept(store: Store) -> Sequence[Appeal]:
    with store.reading() as unit:
        return unit.marketplace.of_case(CASE.case_id)


def test_an_appeal_is_found_again_as_it_was_put(asked: Store):
    assert kept(asked) == (APPEAL,)
    with asked.reading() as unit:
        assert unit.marketplace.find(APPEAL.appeal_id) == APPEAL
        assert unit.marketplace.find("another") is None
        assert unit.marketplace.of_case("another") == ()


def test_an_id_serves_once(asked: Store):
    with asked.unit() as unit, pytest.raises(StaleVersion, match="kept already"):
        unit.marketplace.put(APPEAL)


def test_the_first_to_accept_has_the_patient_and_the_next_is_told_not(asked: Store):
    first = taking()
    assert take(asked, first)
    assert not take(asked, taking(DOCTORS[1], after=2))
    assert kept(asked) == (replace(APPEAL, taken=first),)


@pytest.mark.parametrize("after", [15, 16])
def test_past_its_deadline_nobody_takes_the_patient(asked: Store, after: int):
    assert not take(asked, taking(after=after))
    assert kept(asked) == (APPEAL,)


def test_nobody_takes_who_was_never_asked_for(asked: Store):
    assert not take(asked, taking(), appeal_id="another")


def test_what_is_taken_in_a_unit_that_fails_is_given_back(asked: Store):
    def take_and_fail() -> None:
        with asked.unit() as unit:
            unit.marketplace.take(APPEAL.appeal_id, taking())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        take_and_fail()
    assert kept(asked) == (APPEAL,)


def test_of_all_who_accept_at_once_exactly_one_is_told_so(asked: Store):
    told: list[Identifier] = []
    together = threading.Barrier(len(DOCTORS))

    def accept(doctor: Identifier) -> None:
        together.wait()
        while True:
            try:
                if take(asked, taking(doctor)):
                    told.append(doctor)
            except StaleVersion:  # somebody was writing: asked again
                continue
            return

    threads = [threading.Thread(target=accept, args=(one,)) for one in DOCTORS]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    (winner,) = told
    (appeal,) = kept(asked)
    assert appeal.taken is not None
    assert appeal.taken.effecteur_id == winner


def test_an_erased_case_leaves_no_appeal(asked: Store):
    with asked.unit() as unit:
        unit.erasure.erase(CASE.case_id)
        assert unit.marketplace.of_case(CASE.case_id) == ()


def test_a_closed_appeal_is_taken_by_nobody_and_keeps_the_instant_it_was_closed_at(asked: Store):
    for after in (1, 2):
        with asked.unit() as unit:
            unit.marketplace.close(APPEAL.appeal_id, NOON + after * MINUTE)
            unit.marketplace.close("another", NOON)
    assert not take(asked, taking(after=3))
    assert kept(asked) == (replace(APPEAL, closed_at=NOON + MINUTE),)


def test_who_holds_a_case_waits_for_whoever_is_moving_it(asked: Store):
    moving, moved, seen = threading.Event(), threading.Event(), list[tuple[CaseState, int]]()

    def move() -> None:
        with asked.unit() as unit:
            unit.cases.save(CASE.to(CaseState.PROPOSED, at=NOON, actor="x"), CASE.version)
            moving.set()
            moved.wait(0.1)  # long enough for whoever doesn't wait to read what is no longer so

    def hold() -> None:
        moving.wait()
        with asked.unit() as unit:
            case = unit.cases.hold(CASE.case_id)
            assert case is not None
            seen.append((case.state, case.version))

    threads = [threading.Thread(target=one) for one in (move, hold)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == [(CaseState.PROPOSED, CASE.version + 1)]
