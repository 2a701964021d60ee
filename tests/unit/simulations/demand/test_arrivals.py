"""Calls come more by day, at weekends, in winter; the same seed gives the same instants."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.kernel.time import TimeWindow
from simulations.demand.arrivals import Arrivals, Episode, Event, poisson
from simulations.demand.parameters import read_demand
from simulations.draws import Draws

PARIS = ZoneInfo("Europe/Paris")


class OneHoliday:
    """11 November 2026, a Wednesday, alone."""

    def is_public_holiday(self, day: date) -> bool:
        return day == date(2026, 11, 11)


def arrivals(*episodes: Episode, seed: int = 1, inhabitants: int = 100_000) -> Arrivals:
    return Arrivals(
        figures=read_demand(),
        inhabitants=inhabitants,
        zone=PARIS,
        calendar=OneHoliday(),
        draws=Draws(seed),
        episodes=episodes,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def window(start: str, end: str) -> TimeWindow:
    return TimeWindow(at(start), at(end))


@pytest.mark.parametrize(
    ("calmer", "busier"),
    [
        ("2026-11-24T04:00", "2026-11-24T19:00"),
        ("2026-11-24T19:00", "2026-11-28T19:00"),
        ("2026-11-28T19:00", "2026-11-29T19:00"),
        ("2026-11-10T19:00", "2026-11-11T19:00"),
        ("2026-11-24T19:00", "2026-12-01T19:00"),
    ],
)
def test_some_hours_are_busier_than_others(calmer: str, busier: str):
    found = arrivals()
    assert found.rate_per_h(at(calmer)) < found.rate_per_h(at(busier))


def test_a_year_has_the_published_number_of_calls_a_day():
    found, start = arrivals(inhabitants=1_471_468), at("2026-01-01T00:00")
    hours = (start + timedelta(hours=number) for number in range(365 * 24))
    assert sum(map(found.rate_per_h, hours)) / 365 == pytest.approx(820, rel=0.01)


def test_an_event_brings_more_calls_while_it_lasts():
    heat = Episode(event=Event.HEAT_WAVE, window=window("2026-07-14T00:00", "2026-07-15T00:00"))
    usual, hot = arrivals(), arrivals(heat)
    during, after = at("2026-07-14T15:00"), at("2026-07-15T15:00")
    assert hot.rate_per_h(during) == pytest.approx(1.1 * usual.rate_per_h(during))
    assert hot.rate_per_h(after) == usual.rate_per_h(after)


def test_a_longer_period_begins_with_the_same_calls():
    found = arrivals()
    short = list(found.between(window("2026-11-24T08:20", "2026-11-24T12:00")))
    long = list(found.between(window("2026-11-24T08:20", "2026-11-25T12:00")))
    assert long[: len(short)] == short
    assert short == sorted(short)


def test_another_seed_gives_other_calls():
    day = window("2026-11-24T00:00", "2026-11-25T00:00")
    assert list(arrivals(seed=1).between(day)) != list(arrivals(seed=2).between(day))


def test_every_call_lies_in_the_period_even_when_clocks_go_back():
    night = window("2026-10-25T01:30", "2026-10-25T04:30")
    found = list(arrivals(inhabitants=5_000_000).between(night))
    assert all(night.contains(one) for one in found)
    assert len(found) > 100


@given(mean=st.floats(0.1, 120.0))
def test_a_number_of_calls_is_on_average_what_it_should_be(mean: float):
    drawn = [poisson(mean, Draws(7), "essai", mean, number) for number in range(200)]
    assert sum(drawn) / 200 == pytest.approx(mean, abs=6 * (mean / 200) ** 0.5)


def test_where_nobody_lives_nobody_calls():
    assert (
        list(arrivals(inhabitants=0).between(window("2026-11-24T00:00", "2026-11-25T00:00"))) == []
    )
