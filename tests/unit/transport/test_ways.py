"""What outdoes what, among the ways of doing a part of a journey."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.kernel.modes import Mode, Payer
from regulation.kernel.travel import LegPrice
from transport.faults import NegativeError
from transport.solver.choice import Part
from transport.ways import Staircase, Way

WEIGHTS = st.tuples(st.integers(0, 9), st.integers(0, 9))


@given(st.lists(WEIGHTS, max_size=30), WEIGHTS)
def test_a_staircase_outdoes_what_any_of_its_steps_outdoes(
    given_so_far: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    stairs = Staircase()
    for burden, cost in given_so_far:
        stairs.add(burden, cost)

    any_of_them = any(burden <= asked[0] and cost <= asked[1] for burden, cost in given_so_far)
    assert stairs.outdoes(*asked) is any_of_them


@pytest.mark.parametrize("weight", ["burden", "cost"])
def test_a_way_that_weighs_less_than_nothing_is_refused(weight: str) -> None:
    free = LegPrice(total_cents=0, patient_cents=0, am_cents=0, payer=Payer.PATIENT)
    way = Way(
        part=Part.OUTWARD, stop=3, mode=Mode.ON_FOOT, duty=None, met=0, boarded=0, there=60,
        distance_m=50, price=free, quantities={}, burden=0, cost=0,
    )  # fmt: skip
    changes: dict[str, Any] = {weight: -1}
    with pytest.raises(NegativeError, match=f"care stop 3 by ON_FOOT: .*{weight} -1"):
        replace(way, **changes)
