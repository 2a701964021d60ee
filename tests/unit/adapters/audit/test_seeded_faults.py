"""Whom a fault touches is drawn by a seed: the same again, or others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.audit.sas_plan import Flow
from simulations.feeds.boards import Board, victims
from simulations.feeds.faults import Fault, FaultBoard
from tests.unit.adapters.audit.worlds import evidence_of, judged, plan

DRAWN = [Fault.BUSY, Fault.BAD_KEY, Fault.DUPLICATE, Fault.PHANTOM, Fault.UNSTABLE]


def touched(fault: Fault, seed: int) -> list[str]:
    """Where the audit sees the fault, in every answer."""
    board = FaultBoard(fault, seed=seed)
    evidence = evidence_of(plan(Flow.PS), board=board)
    outcomes = judged(Flow.PS, evidence).outcomes
    return [f"{one.where} {one.exchange.sent!r}" for each in outcomes for one in each.faults]


@pytest.mark.parametrize("fault", DRAWN)
def test_the_same_seed_touches_the_same_and_another_seed_others(fault: Fault):
    assert touched(fault, seed=1) == touched(fault, seed=1)
    assert len({str(touched(fault, seed)) for seed in range(1, 6)}) > 1


@settings(max_examples=30, deadline=None)
@given(st.sets(st.text(max_size=4), max_size=9), st.integers(), st.randoms(use_true_random=False))
def test_half_are_touched_one_at_least_whatever_their_order(names, seed, shuffler):
    ordered, shuffled = sorted(names), sorted(names)
    shuffler.shuffle(shuffled)
    drawn = victims(ordered, "x", seed, str)
    assert drawn == victims(shuffled, "x", seed, str)
    assert len(drawn) == (len(names) + 1) // 2


def test_two_faults_of_one_seed_do_not_touch_the_same():
    records = [str(rank) for rank in range(20)]
    assert victims(records, "busy", 1, str) != victims(records, "past", 1, str)


def test_a_board_keeps_its_seed_until_another_is_given():
    board = Board(Fault.BUSY, seed=4)
    board.show(Fault.PAST)
    assert board.seed == 4
    board.show(Fault.PAST, seed=9)
    assert board.seed == 9
