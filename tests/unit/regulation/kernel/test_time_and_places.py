"""Windows, observations, positions, room aboard: what cannot be is refused by name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.kernel.observed import (
    CLOCK_SKEW_TOLERANCE,
    LOST_AFTER_VALIDITIES,
    Freshness,
    Observed,
)
from regulation.kernel.places import EARTH_RADIUS_M, Position, crow_distance_m
from regulation.kernel.riders import Load
from regulation.kernel.time import TimeWindow, require_aware

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SEEN = Observed("libre", NOON, "essai", 10 * MINUTE)
TOULOUSE = Position(lat=43.6047, lon=1.4442)
PARIS = Position(lat=48.8566, lon=2.3522)
points = st.builds(
    Position,
    lat=st.floats(-90, 90, allow_nan=False),
    lon=st.floats(-180, 180, allow_nan=False),
)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (-CLOCK_SKEW_TOLERANCE - SECOND, Freshness.LOST),
        (-CLOCK_SKEW_TOLERANCE, Freshness.FRESH),
        (timedelta(0), Freshness.FRESH),
        (10 * MINUTE, Freshness.FRESH),
        (10 * MINUTE + SECOND, Freshness.STALE),
        (30 * MINUTE, Freshness.STALE),
        (30 * MINUTE + SECOND, Freshness.LOST),
    ],
)
def test_freshness_changes_at_its_limits(age: timedelta, expected: Freshness):
    assert LOST_AFTER_VALIDITIES * SEEN.valid_for == 30 * MINUTE
    assert SEEN.freshness(NOON + age) is expected


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.timedeltas(SECOND, HOUR))
def test_a_fact_never_becomes_fresher_with_age(age: timedelta, more: timedelta):
    order = list(Freshness)
    earlier, later = SEEN.freshness(NOON + age), SEEN.freshness(NOON + age + more)
    assert order.index(earlier) <= order.index(later)


def test_a_source_whose_clock_runs_ahead_has_a_negative_age():
    assert SEEN.age(NOON - MINUTE) == -MINUTE


def test_a_value_drawn_from_an_observation_is_as_old_as_it():
    drawn = SEEN.map(len)
    assert drawn.value == len("libre")
    assert (drawn.observed_at, drawn.source, drawn.valid_for) == (NOON, "essai", 10 * MINUTE)


@pytest.mark.parametrize("validity", [timedelta(0), -SECOND])
def test_a_fact_without_validity_is_refused(validity: timedelta):
    with pytest.raises(ValueError, match="validity"):
        replace(SEEN, valid_for=validity)


def test_a_fact_seen_at_an_instant_without_offset_is_refused():
    with pytest.raises(ValueError, match="observed_at"):
        replace(SEEN, observed_at=NOON.replace(tzinfo=None))


def test_an_instant_without_offset_is_refused_by_name():
    assert require_aware(NOON, "début") == NOON
    with pytest.raises(ValueError, match="début"):
        require_aware(NOON.replace(tzinfo=None), "début")


@pytest.mark.parametrize("end", [NOON, NOON - SECOND])
def test_a_window_that_does_not_last_is_refused(end: datetime):
    with pytest.raises(ValueError, match="not after its start"):
        TimeWindow(NOON, end)


@pytest.mark.parametrize("naive", ["start", "end"])
def test_a_window_without_offset_is_refused(naive: str):
    ends = {"start": NOON, "end": NOON + HOUR}
    ends[naive] = ends[naive].replace(tzinfo=None)
    with pytest.raises(ValueError, match=f"window {naive}"):
        TimeWindow(**ends)


def test_a_window_holds_its_start_and_not_its_end():
    window = TimeWindow(NOON, NOON + HOUR)
    assert window.length == HOUR
    assert window.contains(NOON)
    assert not window.contains(NOON + HOUR)


@given(*[st.integers(0, 10)] * 2, *[st.integers(1, 5)] * 2)
def test_two_windows_overlap_when_some_instant_is_in_both(a: int, b: int, long: int, short: int):
    one = TimeWindow(NOON + a * HOUR, NOON + (a + long) * HOUR)
    two = TimeWindow(NOON + b * HOUR, NOON + (b + short) * HOUR)
    shared = any(one.contains(NOON + h * HOUR) and two.contains(NOON + h * HOUR) for h in range(16))
    assert one.overlaps(two) is two.overlaps(one) is shared


def test_a_window_is_the_same_in_any_zone():
    there = timezone(timedelta(hours=1))
    assert TimeWindow(NOON, NOON + HOUR) == TimeWindow(NOON.astimezone(there), NOON + HOUR)


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 0), (-90.1, 0), (0, 180.1), (float("nan"), 0)])
def test_a_point_off_the_globe_is_refused(lat: float, lon: float):
    with pytest.raises(ValueError, match="no such position"):
        Position(lat=lat, lon=lon)


def test_toulouse_is_some_588_km_from_paris():
    assert crow_distance_m(TOULOUSE, PARIS) == pytest.approx(588_000, rel=0.01)


@given(points, points)
def test_distance_is_symmetric_and_within_half_the_globe(a: Position, b: Position):
    there = crow_distance_m(a, b)
    assert there == pytest.approx(crow_distance_m(b, a))
    assert 0 <= there <= 3.1416 * EARTH_RADIUS_M
    assert crow_distance_m(a, a) == 0


@pytest.mark.parametrize("kind", ["attendants", "seats", "stretchers", "wheelchairs"])
def test_room_is_never_negative(kind: str):
    with pytest.raises(ValueError, match="negative room"):
        Load(**{kind: -1})
