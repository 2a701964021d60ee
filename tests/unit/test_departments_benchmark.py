"""What the departments lived would take of the whole country."""

import pytest

from benchmarks.departments import daily_rate, week_of_country_h


def test_a_busy_hour_does_not_make_a_busy_week():
    """Ten seconds for ten cases are a second a case, in however few hours they came."""
    week = week_of_country_h(10.0, 10, everybody=1000, daily=0.5)
    assert week == pytest.approx(3500 / 3600)
    assert week_of_country_h(20.0, 20, everybody=1000, daily=0.5) == week


def test_the_rate_is_that_of_the_year():
    assert 365 * daily_rate() == pytest.approx(0.204, abs=0.001)  # Haute-Garonne, 2021
