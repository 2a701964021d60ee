"""Notes, and cases by state, in every store alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.cases import Case, CaseState
from regulation.notes import LONGEST, Note
from services.store import Store
from tests.contract.samples import CASE, NOON

MINUTE = timedelta(minutes=1)


def a_case(case_id: str) -> Case:
    return replace(CASE, case_id=case_id, state=CaseState.OPEN, journal=())


def test_notes_come_back_latest_first(store: Store):
    with store.unit() as unit:
        unit.cases.add(a_case("case-1"))
        unit.notes.add(Note(at=NOON, who="RPPS:1", text="Toulouse nord : plus d'ambulance"))
        unit.notes.add(
            Note(at=NOON + MINUTE, who="RPPS:2", text="rappeler la fille", case_id="case-1")
        )
    with store.unit() as unit:
        latest = unit.notes.latest(10)
        mine = unit.notes.of_case("case-1")
        assert [one.text for one in latest] == [
            "rappeler la fille",
            "Toulouse nord : plus d'ambulance",
        ]
        assert mine == (latest[0],)
        assert unit.notes.latest(1) == (latest[0],)


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST + 1)])
def test_a_note_says_something_and_one_thing(text: str):
    with pytest.raises(ValueError, match="note"):
        Note(at=NOON, who="RPPS:1", text=text)


def test_cases_are_found_by_their_state_those_that_moved_last_first(store: Store):
    with store.unit() as unit:
        for number in range(1, 4):
            unit.cases.add(a_case(f"case-{number}"))
        for number in (2, 1):
            case = a_case(f"case-{number}")
            moved = case.to(CaseState.PROPOSED, at=NOON - number * MINUTE, actor="RPPS:1")
            unit.cases.save(moved, 0)
    with store.unit() as unit:
        proposed = unit.cases.latest({CaseState.PROPOSED}, 10)
        assert [one.case_id for one in proposed] == ["case-1", "case-2"]
        assert proposed[0] == unit.cases.find("case-1")
        assert [one.case_id for one in unit.cases.latest({CaseState.OPEN}, 10)] == ["case-3"]
        assert len(unit.cases.latest({CaseState.OPEN, CaseState.PROPOSED}, 2)) == 2
        assert unit.cases.latest({CaseState.CLOSED}, 10) == ()


def test_a_case_found_by_its_state_is_whole(store: Store):
    case = a_case("case-1")
    with store.unit() as unit:
        unit.cases.add(case)
    with store.unit() as unit:
        assert unit.cases.latest({CaseState.OPEN}, 1) == (case,)
