"""Times, lengths of time, distances and amounts, as they are written in French."""

from datetime import UTC, datetime, timedelta

import pytest

from regulation.measures import clock, kilometres, lasting
from regulation.rules.sentences import in_euros


def test_a_time_of_day_is_that_of_paris():
    assert clock(datetime(2026, 7, 1, 18, 5, tzinfo=UTC)) == "20:05"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 min"), (89, "1 min"), (59 * 60 + 31, "1 h 00"), (3900, "1 h 05"), (90000, "25 h 00")],
)
def test_a_length_of_time_is_told_in_hours_from_one_hour_on(seconds: int, told: str):
    assert lasting(timedelta(seconds=seconds)) == told


def test_a_distance_is_told_in_kilometres_with_a_comma():
    assert kilometres(12_349) == "12,3 km"


@pytest.mark.parametrize(("cents", "told"), [(5, "0,05 €"), (12_350, "123,50 €"), (-9, "-0,09 €")])
def test_an_amount_is_told_in_euros_also_when_it_is_given_back(cents: int, told: str):
    assert in_euros(cents) == told
