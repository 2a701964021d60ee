"""What is known of the hours of a place."""

import pytest

from regulation.kernel.time import TimeWindow
from tests.unit.regulation.worlds import HOUR, NOON, an_effecteur


def hours(first, last):
    return TimeWindow(NOON + first * HOUR, NOON + last * HOUR)


@pytest.mark.parametrize("duty", [hours(3, 9), hours(2, 9)], ids=["touches", "overlaps"])
def test_a_place_on_duty_after_its_hours_does_not_close_in_between(duty):
    place = an_effecteur(open_windows=(duty, hours(-4, 3), hours(20, 24)))
    assert place.open_windows == (hours(-4, 9), hours(20, 24))
