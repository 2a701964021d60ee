from datetime import UTC, datetime, timedelta

import pytest

from adapters.kit.clock import FixedClock, RunningClock, SystemClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_fixed_clock_stands_still():
    assert FixedClock(NOON).now() == NOON


def test_a_fixed_clock_refuses_an_instant_without_an_offset():
    with pytest.raises(ValueError, match="no UTC offset"):
        FixedClock(NOON.replace(tzinfo=None))


def test_a_running_clock_keeps_its_distance():
    assert RunningClock(FixedClock(NOON), timedelta(hours=-2)).now() == NOON - timedelta(hours=2)


def test_the_clock_of_the_machine_is_aware_and_never_goes_back():
    first, second = SystemClock().now(), SystemClock().now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second
