"""A problem that means nothing is refused, and the message names the part and the value."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.unit.transport.test_judge import LENGTHS, NODES, RIDES, TAXI, a_problem, journey
from transport.faults import (
    DuplicateError,
    EmptyWindowError,
    NegativeError,
    NotANumberError,
    ProblemError,
    ShapeError,
    TriangleError,
    UnknownReferenceError,
)
from transport.problem import (
    Journey,
    Link,
    Node,
    Objective,
    Option,
    Problem,
    Ride,
    require_triangle,
    triangle_violations,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("make", "error", "named"),
    [
        (lambda: replace(NODES[0], open=151), EmptyWindowError, "node at location 1"),
        (lambda: replace(NODES[0], open=NAN), NotANumberError, "node at location 1"),
        (lambda: replace(NODES[0], service=-1), NegativeError, "service at location 1"),
        (lambda: replace(NODES[0], service=math.inf), NotANumberError, "service at location 1"),
        (lambda: Ride(ride_id="x", stops=()), UnknownReferenceError, "ride x has no stop"),
        (lambda: Ride(ride_id="x", stops=(1, 1)), DuplicateError, "ride x stops twice"),
        (lambda: Ride(ride_id="x", stops=(1,), max_aboard=-1), NegativeError, "max_aboard"),
        (lambda: replace(RIDES[0], extra_service=(-1.0,)), NegativeError, "extra service"),
        (lambda: replace(RIDES[0], aboard_since=0.0), UnknownReferenceError, "ride a is aboard"),
        (lambda: replace(TAXI, latest=-1), EmptyWindowError, "vehicle taxi"),
        (lambda: replace(TAXI, max_duration=-1), NegativeError, "max_duration"),
        (lambda: replace(TAXI, frozen=1), UnknownReferenceError, "1 stops frozen of 0"),
        (lambda: Option(option_id="o", rides=(0,), cost=NAN), NotANumberError, "option o"),
        (
            lambda: Link(after_ride=0, before_ride=1, min_lag=2, max_lag=1),
            EmptyWindowError,
            "link 0→1",
        ),
        (lambda: Objective(aboard=-1), NegativeError, "objective: aboard"),
    ],
)
def test_a_part_that_means_nothing_is_refused_by_name(make, error, named):
    with pytest.raises(error, match=named):
        make()


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"travel": LENGTHS}, ShapeError, "travel has shape"),
        ({"distance": LENGTHS[:2, :2]}, ShapeError, "distance"),
        ({"distance": LENGTHS[:2]}, ShapeError, "distance has shape"),
        ({"travel": -LENGTHS[None]}, NegativeError, r"travel\[0, 0, 1\] is -10"),
        ({"distance": np.where(LENGTHS, LENGTHS, NAN)}, NotANumberError, r"distance\[0, 0\]"),
        ({"rides": (RIDES[0], RIDES[0])}, DuplicateError, "ride a appears"),
        ({"rides": (RIDES[0], replace(RIDES[0], ride_id="b"))}, DuplicateError, "ride stop at nod"),
        ({"vehicles": (TAXI, TAXI)}, DuplicateError, "vehicle taxi"),
        ({"journeys": (journey(0), journey(0))}, DuplicateError, "journey j0"),
        (
            {"journeys": (journey(0), replace(journey(0), journey_id="x"))},
            DuplicateError,
            "ride of an option 0",
        ),
        ({"journeys": (journey(5),)}, UnknownReferenceError, "ride of option o5: 5"),
        ({"nodes": NODES[:3]}, UnknownReferenceError, "stop of ride b: 3"),
        (
            {"nodes": (*NODES[:3], replace(NODES[3], location=9))},
            UnknownReferenceError,
            "location of node 3: 9",
        ),
        (
            {"nodes": (*NODES[:3], replace(NODES[3], profile=1))},
            UnknownReferenceError,
            "profile of node 3",
        ),
        (
            {"vehicles": (replace(TAXI, start_location=9),)},
            UnknownReferenceError,
            "start of vehicle",
        ),
        ({"vehicles": (replace(TAXI, end_location=9),)}, UnknownReferenceError, "end of vehicle"),
        ({"vehicles": (replace(TAXI, profile=9),)}, UnknownReferenceError, "profile of vehicle"),
        (
            {"vehicles": (replace(TAXI, planned=(9,)),)},
            UnknownReferenceError,
            "planned node of vehicle",
        ),
        (
            {"rides": (replace(RIDES[0], vehicles=frozenset({4})), RIDES[1])},
            UnknownReferenceError,
            "vehicle of ride a: 4",
        ),
        (
            {
                "journeys": (
                    Journey(journey_id="j", options=(Option(option_id="o", rides=(0,), care=0),)),
                )
            },
            UnknownReferenceError,
            "care of option o: 0",
        ),
        ({"links": (Link(after_ride=7, before_ride=0),)}, UnknownReferenceError, "first ride"),
        ({"links": (Link(after_ride=0, before_ride=7),)}, UnknownReferenceError, "second ride"),
    ],
)
def test_parts_that_do_not_fit_are_refused_by_name(changes, error, named):
    with pytest.raises(error, match=named):
        a_problem(**changes)


def test_every_fault_is_a_problem_error():
    with pytest.raises(ProblemError):
        a_problem(travel=LENGTHS)


def test_a_problem_cannot_be_changed_and_leaves_the_given_matrix_alone():
    given: Any = LENGTHS.copy()
    problem = a_problem(distance=given)
    with pytest.raises(ValueError, match="read-only"):
        problem.distance[0, 0] = 1
    given[0, 0] = 0
    assert given.flags.writeable


def bent() -> Problem:
    """The way from 0 to 20 is longer than by 10."""
    lengths = LENGTHS.copy()
    lengths[0, 2] = 25
    return a_problem(travel=lengths[None], distance=lengths)


def test_a_detour_shorter_than_the_way_is_found():
    assert list(triangle_violations(bent())) == [(0, 0, 1, 2, 5.0)]
    with pytest.raises(TriangleError, match="0→1→2 is 5 shorter"):
        require_triangle(bent())


def test_straight_ways_have_no_shorter_detour():
    require_triangle(a_problem())
    assert list(triangle_violations(a_problem())) == []


def test_a_halt_on_the_way_takes_no_longer_in_any_mode():
    ride = Ride(ride_id="x", stops=(0, 1, 2), extra_service=(5.0,))
    assert [ride.extra_at(node, 0) for node in ride.stops] == [5, 0, 5]
    assert ride.extra_at(0, 1) == 0
    aboard = replace(ride, stops=(1, 2), aboard_since=0.0, vehicles=frozenset({0}))
    assert [aboard.extra_at(node, 0) for node in aboard.stops] == [0, 5]
    assert (ride.boards, aboard.boards) == (True, False)


def test_a_node_is_open_at_its_two_ends():
    assert Node(location=0, open=5, close=5).open == 5
