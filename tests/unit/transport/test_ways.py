"""What outdoes what, among the ways of doing a part of a journey."""

from hypothesis import given
from hypothesis import strategies as st

from transport.ways import Staircase

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
