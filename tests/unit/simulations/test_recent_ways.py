"""Ways remembered around the ends of a journey are those that the roads tell."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.roads.errors import PositionOffRoads
from adapters.roads.model import RoadModel
from regulation.kernel.places import Position
from simulations import recent_ways
from simulations.recent_ways import RecentWays
from tests.unit.adapters.roads_worlds import DAY, RUSH, at_m, place

ROADS = RoadModel.from_places([place(0, 0, 30_000), place(4_000, 1_000, 900)])
SPOTS = tuple(at_m(1_000 * east, 700 * east) for east in range(8))
SOME = st.lists(st.integers(0, 7), min_size=1, max_size=5)
ASKED = st.tuples(SOME, SOME, st.sampled_from([DAY, RUSH]))
FAR = Position(lat=48.85, lon=2.35)


def at(numbers):
    return tuple(SPOTS[one] for one in numbers)


@settings(deadline=None)
@given(rounds=st.lists(ASKED, min_size=1, max_size=8), people=st.integers(1, 3))
def test_what_is_remembered_is_what_would_be_told_anew(rounds, people):
    with pytest.MonkeyPatch.context() as few:
        few.setattr(recent_ways, "PEOPLE", people)
        recent = RecentWays(ROADS)
        for origins, destinations, when in rounds:
            told = recent.matrix(at(origins), at(destinations), when)
            anew = ROADS.matrix(list(at(origins)), list(at(destinations)), when)
            np.testing.assert_array_equal(told.durations_s, anew.durations_s)
            np.testing.assert_array_equal(told.distances_m, anew.distances_m)


class Counted(RoadModel):
    """Roads that remember how many ways they were asked for."""

    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.asked: list[tuple[int, int]] = []

    def matrix(self, origins, destinations, depart_at):
        self.asked.append((len(origins), len(destinations)))
        return super().matrix(origins, destinations, depart_at)


def test_nothing_is_asked_of_the_roads_twice():
    roads = Counted.from_places([place(0, 0, 30_000)])
    recent = RecentWays(roads)
    recent.matrix(SPOTS[:1], SPOTS[1:4], DAY)
    recent.matrix(SPOTS[:1], SPOTS[2:6], DAY)
    recent.matrix(SPOTS[:1], SPOTS[1:6], DAY)
    assert roads.asked == [(1, 3), (1, 2)]


def test_what_is_asked_for_a_whole_territory_is_passed_on_and_not_kept(monkeypatch):
    monkeypatch.setattr(recent_ways, "MANY", 3)
    roads = Counted.from_places([place(0, 0, 30_000)])
    recent = RecentWays(roads)
    recent.matrix(SPOTS[:1], SPOTS[1:4], DAY)
    recent.matrix(SPOTS[:1], SPOTS[1:4], DAY)
    assert roads.asked == [(1, 3), (1, 3)]


def test_a_place_off_the_roads_is_refused_and_those_on_them_are_told_after_it():
    recent = RecentWays(ROADS)
    with pytest.raises(PositionOffRoads):
        recent.matrix(SPOTS[:1], (SPOTS[1], FAR), DAY)
    told = recent.matrix(SPOTS[:1], SPOTS[1:3], DAY)
    np.testing.assert_array_equal(
        told.durations_s, ROADS.matrix(SPOTS[:1], SPOTS[1:3], DAY).durations_s
    )


def test_it_speaks_as_its_source():
    recent = RecentWays(ROADS)
    assert (recent.label, recent.profile(RUSH)) == (ROADS.label, ROADS.profile(RUSH))
