"""The objective: tiers are never traded, burdens that aren't felt leave the choice to cost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.kernel.journeys import CareStop
from regulation.kernel.modes import Encounter, Tier
from regulation.kernel.objective import Objective, Term
from regulation.kernel.places import Position

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATE = Term(name="late_min", tier=Tier.LATENESS, weight=1)
WAIT = Term(name="waiting_s", tier=Tier.BURDEN, weight=4)
PAID = Term(name="public_cost_cents", tier=Tier.COST, weight=10)
OBJECTIVE = Objective(terms={one.name: one for one in (LATE, WAIT, PAID)}, burden_step=100)
amounts = st.integers(0, 10**9)


def key(late: int = 0, wait: int = 0, paid: int = 0) -> tuple[int, int, int, int]:
    quantities = {"late_min": late, "waiting_s": wait, "public_cost_cents": paid}
    return OBJECTIVE.rank_key(OBJECTIVE.tiers(quantities))


def test_quantities_add_up_by_tier_with_their_weights():
    tiers = OBJECTIVE.tiers({"late_min": 3, "waiting_s": 5})
    assert tiers == {Tier.LATENESS: 3, Tier.BURDEN: 20, Tier.COST: 0}


def test_a_term_the_objective_does_not_know_is_refused():
    with pytest.raises(KeyError, match="comfort"):
        OBJECTIVE.tiers({"comfort": 1})


@given(st.integers(1, 10**9), amounts, amounts)
def test_one_minute_late_outweighs_any_burden_and_any_cost(late: int, wait: int, paid: int):
    assert key(wait=wait, paid=paid) < key(late=late)


@given(amounts, amounts, amounts)
def test_a_felt_burden_outweighs_any_cost(wait: int, paid: int, other: int):
    assert key(wait=wait, paid=paid) < key(wait=wait + OBJECTIVE.burden_step, paid=other)


def test_a_burden_that_is_not_felt_leaves_the_choice_to_the_cost():
    assert key(wait=25, paid=1) < key(wait=1, paid=2)


def test_at_equal_cost_the_lighter_burden_wins_even_when_it_is_not_felt():
    assert key(wait=1, paid=2) < key(wait=25, paid=2)


@pytest.mark.parametrize(("wait", "felt"), [(0, 0), (1, 1), (25, 1), (26, 2)])
def test_a_burden_is_felt_by_whole_steps(wait: int, felt: int):
    assert key(wait=wait)[1] == felt


@pytest.mark.parametrize("step", [0, -1])
def test_a_step_below_one_is_refused(step: int):
    with pytest.raises(ValueError, match="burden_step"):
        Objective(terms={}, burden_step=step)


@pytest.mark.parametrize(
    "terms",
    [{"other": WAIT}, {"waiting_s": Term(name="waiting_s", tier=Tier.BURDEN, weight=-1)}],
    ids=["misnamed", "negative"],
)
def test_a_term_that_means_nothing_is_refused(terms: dict[str, Term]):
    with pytest.raises(ValueError, match="objective term"):
        Objective(terms=terms)


@pytest.mark.parametrize(
    ("doors", "start", "end"), [(1, 0, 20), (0, 0, 0), (-5, 10, 5)], ids=["shut", "empty", "back"]
)
def test_a_care_stop_out_of_order_is_refused_by_name(doors: int, start: int, end: int):
    with pytest.raises(ValueError, match="care stop rdv"):
        CareStop(
            stop_id="rdv",
            place_id="mmg",
            encounter=Encounter.PATIENT_TRAVELS,
            position=Position(lat=43.6, lon=1.44),
            start=NOON + start * MINUTE,
            end=NOON + end * MINUTE,
            doors_open=NOON + doors * MINUTE,
        )
