"""The life of a case: a table of transitions and a journal, nothing else moves it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.cases import TRANSITIONS, Caller, CaseState, ForbiddenTransition
from regulation.kernel.places import Position
from tests.unit.regulation.worlds import HERE, NOON, a_case

ENDS = {CaseState.CLOSED, CaseState.HANDED_TO_AMU, CaseState.CANCELLED}
states = st.sampled_from(list(CaseState))


def after(wanted):
    """The case after as many of these transitions as it allows."""
    case = a_case()
    for state in wanted:
        if state in TRANSITIONS[case.state]:
            case = case.to(state, at=NOON, actor="dr")
    return case


def test_the_table_knows_every_state_and_three_of_them_are_ends():
    assert set(TRANSITIONS) == set(CaseState)
    assert {state for state, following in TRANSITIONS.items() if not following} == ENDS


@given(st.lists(states, max_size=12))
def test_the_version_is_the_number_of_transitions_and_the_journal_tells_them(wanted):
    case = after(wanted)
    assert case.version == len(case.journal)
    assert [one.after for one in case.journal[-1:]] == [case.state] * bool(case.journal)
    chained = zip(case.journal, case.journal[1:], strict=False)
    assert all(one.after is two.before for one, two in chained)


@given(st.lists(states, max_size=12), states)
def test_a_terminal_state_is_never_left(wanted, state):
    ended = replace(after(wanted), state=CaseState.CLOSED)
    with pytest.raises(ForbiddenTransition, match="case appel: CLOSED cannot become"):
        ended.to(state, at=NOON, actor="dr")


@pytest.mark.parametrize("end", sorted(ENDS))
@pytest.mark.parametrize("state", list(CaseState))
def test_no_way_leads_out_of_an_end(end, state):
    with pytest.raises(ForbiddenTransition):
        replace(a_case(), state=end).to(state, at=NOON, actor="dr")


@pytest.mark.parametrize("before", sorted(set(CaseState) - ENDS))
def test_a_case_may_be_handed_to_the_amu_from_any_state_it_can_leave(before):
    handed = replace(a_case(), state=before).to(CaseState.HANDED_TO_AMU, at=NOON, actor="dr")
    assert handed.state is CaseState.HANDED_TO_AMU


def test_a_patient_on_the_way_is_not_decided_for_again_nor_cancelled():
    under_way = replace(a_case(), state=CaseState.UNDER_WAY)
    for state in (CaseState.DECIDED, CaseState.CANCELLED, CaseState.OPEN):
        with pytest.raises(ForbiddenTransition):
            under_way.to(state, at=NOON, actor="dr")


def test_a_transition_keeps_who_when_and_why_and_leaves_the_old_case_as_it_was():
    case = a_case()
    proposed = case.to(CaseState.PROPOSED, at=NOON, actor="dr", reason="premier calcul")
    (line,) = proposed.journal
    assert (line.at, line.actor, line.reason) == (NOON, "dr", "premier calcul")
    assert (line.before, line.after) == (CaseState.OPEN, CaseState.PROPOSED)
    assert (case.state, case.version) == (CaseState.OPEN, 0)


def test_a_call_without_an_offset_is_refused():
    with pytest.raises(ValueError, match=r"caller\.at"):
        Caller(at=NOON.replace(tzinfo=None))


def test_one_comes_home_where_one_said_or_where_one_was():
    elsewhere = Position(lat=43.7, lon=1.5)
    assert a_case().home == HERE
    assert replace(a_case(), return_to=elsewhere).home == elsewhere
