"""Travel times remembered: the same as asked afresh, asked once, forgotten when too many pass."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulation.kernel.travel import TravelMatrix
from tests.unit.transport.pairing_worlds import NOON, StraightRoads, place
from transport import memo
from transport.memo import TravelMemo

NIGHT = NOON + timedelta(hours=12)
PLACES = [place(north, east) for north in range(3) for east in range(3)]
some_places = st.lists(st.sampled_from(PLACES), min_size=1, max_size=5, unique=True)


class SlowNights(StraightRoads):
    """Twice as long at night; counts the pairs it was asked for."""

    def __init__(self):
        self.asked = 0

    def profile(self, at):
        return "night" if at == NIGHT else "day"

    def matrix(self, origins, destinations, depart_at):
        self.asked += len(origins) * len(destinations)
        plain = super().matrix(origins, destinations, depart_at)
        factor = 2 if depart_at == NIGHT else 1
        return TravelMatrix(durations_s=factor * plain.durations_s, distances_m=plain.distances_m)


@given(st.lists(st.tuples(some_places, st.sampled_from([NOON, NIGHT])), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_what_is_remembered_is_what_would_be_asked_afresh(questions):
    known, fresh = TravelMemo(SlowNights()), SlowNights()
    for places, at in questions:
        block = known.between(places, {fresh.profile(at): at})
        expected = fresh.matrix(places, places, at)
        assert np.array_equal(block.travel[0], expected.durations_s)
        assert np.array_equal(block.distance, expected.distances_m)


def test_a_pair_known_already_is_not_asked_again():
    roads = SlowNights()
    known = TravelMemo(roads)
    known.between(PLACES[:4], {"day": NOON})
    asked = roads.asked
    known.between(PLACES[1:3], {"day": NOON})
    assert known.ways(PLACES[:2], PLACES[1:4], {"day": NOON}).travel.shape == (1, 2, 3)
    assert roads.asked == asked == 16


def test_another_traffic_is_asked_for_all_the_places_known():
    known = TravelMemo(SlowNights())
    day = known.between(PLACES[:3], {"day": NOON})
    night = known.between(PLACES[:3], {"night": NIGHT})
    assert np.array_equal(night.travel, 2 * day.travel)
    assert np.array_equal(night.distance, day.distance)


@pytest.fixture
def room_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "CAPACITY", 0)
    monkeypatch.setattr(memo, "PASSING", 2)


@given(st.lists(some_places, min_size=1, max_size=8))
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_forgotten_is_told_as_truly_when_it_is_asked_again(room_for_two, questions):
    known, roads = TravelMemo(SlowNights()), SlowNights()
    known.settle(PLACES[:3], {"day": NOON})
    for places in questions:
        block = known.between(places, {"night": NIGHT, "day": NOON})
        for told, at in zip(block.travel, (NIGHT, NOON), strict=True):
            assert np.array_equal(told, roads.matrix(places, places, at).durations_s)
        assert np.array_equal(block.distance, block.distance.T)


def test_places_that_stay_are_not_forgotten_for_those_that_pass(room_for_two):
    roads = SlowNights()
    known = TravelMemo(roads)
    known.settle(PLACES[:3], {"day": NOON})
    for passing in PLACES[3:]:
        known.between([PLACES[0], passing], {"day": NOON})
    asked = roads.asked
    known.between(PLACES[:3], {"day": NOON})
    assert roads.asked == asked


def test_places_that_pass_are_forgotten_when_there_are_too_many(room_for_two):
    roads = SlowNights()
    known = TravelMemo(roads)
    for passing in PLACES[:3]:
        known.between([passing], {"day": NOON})
    asked = roads.asked
    known.between(PLACES[:1], {"day": NOON})
    assert roads.asked > asked


def test_nothing_known_is_lost_when_a_place_that_no_road_reaches_comes_after_too_many(room_for_two):
    known, fresh = TravelMemo(OneHole()), StraightRoads()
    known.settle(PLACES[:3], {"day": NOON})
    known.between(PLACES[3:5], {"day": NOON})
    with pytest.raises(LookupError, match="off the roads"):
        known.between([PLACES[5], OneHole.hole], {"day": NOON})
    block = known.between(PLACES[:5], {"day": NOON})
    assert np.array_equal(block.travel[0], fresh.matrix(PLACES[:5], PLACES[:5], NOON).durations_s)


def test_ways_around_a_passing_place_are_not_remembered():
    roads = SlowNights()
    known = TravelMemo(roads)
    out, back = known.around(PLACES[:1], PLACES[:3], [NOON, NIGHT])
    assert out.travel.shape == (2, 1, 3)
    assert back.travel.shape == (2, 3, 1)
    asked = roads.asked
    known.between(PLACES[:1], {"day": NOON})
    assert roads.asked == asked + 1


def test_ways_from_where_a_vehicle_was_seen_are_those_of_the_instant_and_not_remembered():
    roads = SlowNights()
    known = TravelMemo(roads)
    day, night = (known.leaving(PLACES[:1], PLACES[:3], at) for at in (NOON, NIGHT))
    assert np.array_equal(night.travel, 2 * day.travel)
    assert np.array_equal(day.distance, night.distance)
    known.leaving(PLACES[:1], PLACES[:3], NOON)
    assert roads.asked == 9


def test_the_source_of_the_times_is_named():
    assert TravelMemo(SlowNights()).label == StraightRoads.label


class OneHole(StraightRoads):
    """Roads that do not reach one place."""

    hole = place(9, 9)

    def matrix(self, origins, destinations, depart_at):
        if self.hole in {*origins, *destinations}:
            raise LookupError("off the roads")
        return super().matrix(origins, destinations, depart_at)


def test_nothing_is_kept_of_a_place_that_no_road_reaches():
    known, fresh = TravelMemo(OneHole()), StraightRoads()
    known.between(PLACES[:2], {"day": NOON})
    for _ in range(2):
        with pytest.raises(LookupError, match="off the roads"):
            known.between([PLACES[2], OneHole.hole], {"day": NOON})
    block = known.between(PLACES[1:4], {"day": NOON})
    assert np.array_equal(block.travel[0], fresh.matrix(PLACES[1:4], PLACES[1:4], NOON).durations_s)
