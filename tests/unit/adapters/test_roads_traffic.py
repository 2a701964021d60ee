from datetime import UTC, datetime, time

import pytest

from adapters.roads.traffic import DelayByTraffic, SpeedByTraffic, Traffic, TrafficHours
from tests.unit.adapters.roads_worlds import PARIS

HOURS = TrafficHours()


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-24T05:59", Traffic.NIGHT),
        ("2026-11-24T06:00", Traffic.DAY),
        ("2026-11-24T07:00", Traffic.RUSH),
        ("2026-11-24T09:29", Traffic.RUSH),
        ("2026-11-24T09:30", Traffic.DAY),
        ("2026-11-24T16:30", Traffic.RUSH),
        ("2026-11-24T19:00", Traffic.DAY),
        ("2026-11-24T21:00", Traffic.NIGHT),
        ("2026-11-28T18:00", Traffic.DAY),  # a Saturday
        ("2026-11-29T08:00", Traffic.DAY),  # a Sunday
    ],
)
def test_traffic_follows_the_hours_of_the_week(local, expected):
    assert HOURS.at(datetime.fromisoformat(local).replace(tzinfo=PARIS)) is expected


def test_the_hour_is_read_in_paris_whatever_the_offset():
    assert HOURS.at(datetime(2026, 7, 7, 5, 30, tzinfo=UTC)) is Traffic.RUSH
    assert HOURS.at(datetime(2026, 11, 24, 5, 30, tzinfo=UTC)) is Traffic.DAY


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="depart_at"):
        HOURS.at(datetime(2026, 11, 24, 8, 0))  # noqa: DTZ001


def test_a_speed_cannot_rise_with_traffic():
    with pytest.raises(ValueError, match="rush <= day <= night"):
        SpeedByTraffic(night=30, day=40, rush=20)


def test_a_delay_cannot_fall_with_traffic():
    with pytest.raises(ValueError, match="night <= day <= rush"):
        DelayByTraffic(night=30, day=20, rush=40)


def test_night_must_begin_after_it_ends_in_the_morning():
    with pytest.raises(ValueError, match="within a day"):
        TrafficHours(night_from=time(5, 0), night_until=time(6, 0))
