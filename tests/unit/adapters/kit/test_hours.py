"""Weekly hours, as written and as real instants."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kit.hours import parse_hours, parse_spans, span_window, windows_between
from regulation.kernel.time import TimeWindow
from tests.unit.adapters.territory_folders import NO_HOLIDAY, PARIS, HolidaysOn, in_paris

HOUR = timedelta(hours=1)


def windows(text, start, days, calendar=NO_HOLIDAY):
    return windows_between(
        parse_hours(text), TimeWindow(start, start + timedelta(days=days)), PARIS, calendar
    )


def test_a_week_opens_as_written():
    found = windows("Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00", in_paris(2026, 3, 6), 4)
    assert [(one.start, one.end) for one in found] == [
        (in_paris(2026, 3, 6, 9), in_paris(2026, 3, 6, 12)),
        (in_paris(2026, 3, 6, 14), in_paris(2026, 3, 6, 18)),
        (in_paris(2026, 3, 7, 9), in_paris(2026, 3, 7, 12)),
        (in_paris(2026, 3, 9, 9), in_paris(2026, 3, 9, 12)),
        (in_paris(2026, 3, 9, 14), in_paris(2026, 3, 9, 18)),
    ]


def test_a_later_rule_wins_on_its_days():
    found = windows("Mo-Su 09:00-12:00; We off", in_paris(2026, 3, 3), 2)
    assert [one.start for one in found] == [in_paris(2026, 3, 3, 9)]


def test_a_public_holiday_follows_its_own_rule():
    ascension = HolidaysOn(date(2026, 5, 14))
    closed = windows("Mo-Fr 09:00-12:00; PH off", in_paris(2026, 5, 14), 1, ascension)
    on_duty = windows("Mo-Fr 20:00-24:00; PH 08:00-24:00", in_paris(2026, 5, 14), 1, ascension)
    assert closed == ()
    assert [one.start for one in on_duty] == [in_paris(2026, 5, 14, 8)]


def test_without_a_rule_for_them_public_holidays_are_ordinary_days():
    labour_day = HolidaysOn(date(2026, 5, 1))
    assert len(windows("Mo-Fr 09:00-12:00", in_paris(2026, 5, 1), 1, labour_day)) == 1


def test_the_night_in_which_clocks_go_forward_is_an_hour_shorter():
    (night,) = windows("Sa 20:00-32:00", in_paris(2026, 3, 28, 20), 1)
    assert (night.start, night.end) == (in_paris(2026, 3, 28, 20), in_paris(2026, 3, 29, 8))
    assert night.length == 11 * HOUR


def test_the_night_in_which_clocks_go_back_is_an_hour_longer():
    (night,) = windows("Sa 20:00-32:00", in_paris(2026, 10, 24, 20), 1)
    assert night.length == 13 * HOUR


def test_the_hour_that_comes_twice_is_covered_twice():
    (night,) = windows("Sa 20:00-32:00", in_paris(2026, 10, 24, 20), 1)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert night.contains(first)
    assert night.contains(first + HOUR)


def test_a_span_past_midnight_is_found_from_the_morning_after():
    (night,) = windows("Fr 20:00-32:00", in_paris(2026, 3, 7, 3), 1)
    assert night.start == in_paris(2026, 3, 6, 20)


def test_open_day_and_night_leaves_no_gap():
    found = windows("24/7", in_paris(2026, 3, 28), 3)
    assert all(a.end == b.start for a, b in pairwise(found))
    assert found[0].start <= in_paris(2026, 3, 28)
    assert found[-1].end >= in_paris(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mo-Fr", "écrire les jours, une espace, puis les plages"),
        ("lundi 09:00-12:00", "'lundi' n'est pas un jour"),
        ("Fr-Mo 09:00-12:00", "écrire Mo,Fr"),
        ("Mo 9h-12h", "n'est pas une plage : écrire HH:MM-HH:MM"),
        ("Mo 09:00-09:00", "finit avant de commencer"),
        ("Mo 20:00-08:00", "écrire 20:00-32:00"),
        ("Mo 09:60-12:00", "commence avant 24:00"),
        ("Mo 24:00-26:00", "commence avant 24:00"),
        ("Mo 20:00-48:01", "finit à 48:00 au plus tard"),
        ("Mo 09:00-12:00,11:00-13:00", "deux plages se chevauchent"),
        ("", "écrire les jours, une espace, puis les plages"),
    ],
)
def test_hours_that_mean_nothing_are_refused_with_what_to_write(text, told):
    with pytest.raises(ValueError, match=told):
        parse_hours(text)


MINUTES = st.integers(0, 24 * 60 - 1)


@settings(max_examples=80, deadline=None)
@given(
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    start=MINUTES,
    length=st.integers(1, 24 * 60),
)
def test_a_window_is_on_the_wall_clock_but_for_the_hour_of_a_clock_change(day, start, length):
    window = span_window(day, (start, start + length), PARIS)
    wall = window.start.astimezone(PARIS).replace(tzinfo=None)
    written = datetime.combine(day, time()) + timedelta(minutes=start)
    assert wall - written in {timedelta(0), HOUR}
    assert window.length - timedelta(minutes=length) in {-HOUR, timedelta(0), HOUR}


@given(start=MINUTES, length=st.integers(1, 24 * 60))
def test_a_span_is_read_as_it_is_written(start, length):
    end = start + length
    text = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    assert parse_spans(text) == ((start, end),)
