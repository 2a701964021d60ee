"""What is done before the first call, so that it waits for nothing."""

import gc
from datetime import timedelta

import pytest

from adapters.desk.collecting import COLLECTED_EVERY
from adapters.desk.warming import warm_up
from tests.unit.transport.pairing_worlds import NOON, StraightRoads, place
from transport.memo import TravelMemo

PLACES = [place(north, 0) for north in range(5)]


class CountedRoads(StraightRoads):
    """Straight roads, busy every other hour, that count what they are asked."""

    def __init__(self):
        self.asked = 0

    def profile(self, at):
        return "rush" if at.hour % 2 else "day"

    def matrix(self, origins, destinations, depart_at):
        self.asked += len(origins) * len(destinations)
        return super().matrix(origins, destinations, depart_at)


@pytest.fixture
def roads():
    thresholds = gc.get_threshold()
    gc.unfreeze()
    yield CountedRoads()
    gc.freeze()
    gc.set_threshold(*thresholds)


def test_ways_between_fixed_places_are_not_asked_again_once_warm(roads):
    travel = TravelMemo(roads)
    warm_up(travel, PLACES, NOON)
    asked = roads.asked
    travel.ways(PLACES[:2], PLACES, {"day": NOON, "rush": NOON + timedelta(hours=1)})
    assert roads.asked == asked == 2 * len(PLACES) ** 2


def test_what_is_there_when_warm_is_not_looked_through_again(roads):
    warm_up(TravelMemo(roads), PLACES, NOON)
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == COLLECTED_EVERY
