"""Draws by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.draws import Draws

NAMES = st.lists(st.one_of(st.text(), st.integers()), min_size=1, max_size=3)


def test_a_name_gives_the_same_number_everywhere_and_for_ever():
    assert Draws(31).unit("cabinet", 1) == 0.9420389362687825
    assert Draws(31).units(2, "cabinet", 1) == (0.5625599673018392, 0.9948249169536997)


@given(seed=st.integers(), name=NAMES)
def test_a_draw_lies_strictly_between_nought_and_one(seed, name):
    assert all(0 < draw < 1 for draw in Draws(seed).units(8, *name))


@given(seed=st.integers(), name=NAMES, low=st.integers(-9, 9), width=st.integers(0, 9))
def test_a_whole_number_lies_within_its_bounds(seed, name, low, width):
    assert low <= Draws(seed).whole(low, low + width, *name) <= low + width


@given(seed=st.integers(), items=st.lists(st.integers(), unique=True))
def test_a_shuffle_keeps_every_item(seed, items):
    shuffled = Draws(seed).order(items, "shuffle")
    assert sorted(shuffled) == sorted(items)
    assert shuffled == Draws(seed).order(reversed(items), "shuffle")


def test_another_seed_and_another_name_draw_something_else():
    drawn = {Draws(seed).unit(*name) for seed in (1, 2) for name in (("a", "b"), ("a",), ("ab",))}
    assert len(drawn) == 6


def test_chances_come_true_as_often_as_they_say():
    draws = Draws(5)
    assert 0.27 < sum(draws.chance(0.3, "rain", day) for day in range(5000)) / 5000 < 0.33


def test_the_mean_of_an_exponential_is_the_one_asked():
    draws = Draws(5)
    assert 9.5 < sum(draws.exponential(10, "wait", n) for n in range(5000)) / 5000 < 10.5


def test_more_draws_than_a_name_holds_are_refused():
    with pytest.raises(ValueError, match="at most 8"):
        Draws(1).units(9, "many")
