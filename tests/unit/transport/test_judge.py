"""`check`: every rule is broken once, told with its number, and a sound plan breaks none."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from regulation.kernel.riders import Load
from transport.faults import UnknownReferenceError
from transport.plan import (
    Plan,
    Route,
    Rule,
    Stop,
    Unserved,
    check,
    distance,
    route_distance,
)
from transport.problem import Journey, Link, Node, Option, Problem, Ride, Told, VehicleSpec

PLACES = np.array([0.0, 10.0, 20.0])
LENGTHS = np.abs(PLACES[:, None] - PLACES[None, :])
TAXI = VehicleSpec(
    vehicle_id="taxi",
    start_location=0,
    end_location=0,
    earliest=0,
    latest=200,
    capacity=Load(seats=2),
    substitutes=False,
)
NODES = tuple(Node(location=place, open=0, close=150, service=2) for place in (1, 2, 1, 2))
RIDES = (Ride(ride_id="a", stops=(0, 1)), Ride(ride_id="b", stops=(2, 3)))
SHARED = (0, 2, 1, 3)
BEGINS = (10, 12, 24, 26)


def journey(ride: int, **changes: Any) -> Journey:
    option = Option(option_id=f"o{ride}", rides=(ride,))
    return Journey(journey_id=f"j{ride}", options=(option,), **changes)


def a_problem(**changes: Any) -> Problem:
    """A taxi at 0, two riders from 10 to 20, both aboard together."""
    parts: dict[str, Any] = {
        "nodes": NODES,
        "rides": RIDES,
        "vehicles": (TAXI,),
        "journeys": (journey(0), journey(1)),
        "travel": LENGTHS[None],
        "distance": LENGTHS,
    }
    return Problem(**{**parts, **changes})


def a_route(**changes: Any) -> Route:
    stops = tuple(
        Stop(node=node, arrive=begin, begin=begin, depart=begin + 2)
        for node, begin in zip(SHARED, BEGINS, strict=True)
    )
    parts: dict[str, Any] = {"vehicle": 0, "start": 0, "stops": stops, "end": 48}
    return Route(**{**parts, **changes})


def a_plan(*routes: Route, **changes: Any) -> Plan:
    return replace(Plan(routes=routes or (a_route(),), options=(0, 0)), **changes)


def with_rides(**changes: Any) -> Problem:
    return a_problem(rides=(replace(RIDES[0], **changes), RIDES[1]))


def with_taxi(**changes: Any) -> Problem:
    return a_problem(vehicles=(replace(TAXI, **changes),))


def with_first_stop(**changes: Any) -> Plan:
    first, *others = a_route().stops
    return a_plan(a_route(stops=(replace(first, **changes), *others)))


def order(*nodes: int) -> Plan:
    by_node = {stop.node: stop for stop in a_route().stops}
    return a_plan(a_route(stops=tuple(by_node[node] for node in nodes)))


def with_lengths(**changes: Any) -> Problem:
    """The place of the other rider's pickup is five out of the way."""
    lengths = np.array(LENGTHS)
    nodes = (NODES[0], NODES[1], replace(NODES[2], location=3), NODES[3])
    lengths = np.pad(lengths, ((0, 1), (0, 1)))
    lengths[3, :3] = lengths[:3, 3] = (15, 5, 10)
    free = np.zeros((1, 4, 4))
    rides = (replace(RIDES[0], **changes), RIDES[1])
    return a_problem(nodes=nodes, rides=rides, distance=lengths, travel=free)


SECOND_TAXI = a_problem(vehicles=(TAXI, replace(TAXI, vehicle_id="autre")))
SPLIT = a_plan(
    a_route(stops=a_route().stops[:3]), Route(vehicle=1, start=0, stops=a_route().stops[3:], end=48)
)
CARE = a_problem(
    journeys=tuple(
        Journey(journey_id=f"j{n}", options=(Option(option_id="o", rides=(n,), care=0),))
        for n in (0, 1)
    ),
    care_capacity=(1,),
)


def test_a_sound_plan_breaks_no_rule():
    assert check(a_plan(), a_problem()) == ()


@pytest.mark.parametrize(
    ("plan", "problem", "rule"),
    [
        (a_plan(a_route(), a_route(stops=())), a_problem(), Rule.ROUTE),
        (a_plan(a_route(), a_route(vehicle=7, stops=())), a_problem(), Rule.ROUTE),
        (a_plan(options=(0,)), a_problem(), Rule.OPTION),
        (a_plan(options=(0, 3)), a_problem(), Rule.OPTION),
        (a_plan(options=(0, None)), a_problem(), Rule.OPTION),
        (a_plan(unserved=(Unserved(journey=0, reason="plein"),)), a_problem(), Rule.OPTION),
        (
            a_plan(options=(0, None), unserved=(Unserved(journey=1, reason="plein"),)),
            a_problem(journeys=(journey(0), journey(1, promised=True))),
            Rule.PROMISE,
        ),
        (a_plan(), CARE, Rule.CARE),
        (order(0, 2, 1), a_problem(), Rule.STOPS),
        (order(0, 2, 1, 3, 3), a_problem(), Rule.STOPS),
        (order(1, 0, 2, 3), a_problem(), Rule.ORDER),
        (SPLIT, SECOND_TAXI, Rule.ORDER),
        (a_plan(), with_rides(vehicles=frozenset()), Rule.VEHICLE),
        (a_plan(), with_rides(crew=2), Rule.CREW),
        (a_plan(), with_taxi(planned=(2, 3), frozen=1), Rule.FROZEN),
        (with_first_stop(arrive=9.0), a_problem(), Rule.TRAVEL),
        (a_plan(a_route(end=47)), a_problem(), Rule.TRAVEL),
        (with_first_stop(begin=9.5), a_problem(), Rule.SERVICE),
        (with_first_stop(depart=11.0), a_problem(), Rule.SERVICE),
        (a_plan(), a_problem(nodes=(replace(NODES[0], open=11), *NODES[1:])), Rule.WINDOW),
        (a_plan(), a_problem(nodes=(replace(NODES[0], close=9), *NODES[1:])), Rule.WINDOW),
        (with_first_stop(begin=float("nan")), a_problem(), Rule.WINDOW),
        (a_plan(), with_taxi(earliest=1), Rule.SHIFT),
        (a_plan(), with_taxi(latest=47), Rule.SHIFT),
        (a_plan(), with_taxi(max_duration=47), Rule.DURATION),
        (a_plan(), with_rides(max_aboard=11), Rule.ABOARD),
        (a_plan(), with_taxi(capacity=Load(seats=1)), Rule.CAPACITY),
        (a_plan(), with_taxi(capacity=Load(seats=1), substitutes=True), Rule.CAPACITY),
        (a_plan(), with_rides(load=Load(wheelchairs=1)), Rule.CAPACITY),
        (a_plan(), with_rides(load=Load(stretchers=1)), Rule.CAPACITY),
        (a_plan(), with_rides(load=Load(attendants=1, seats=1)), Rule.CAPACITY),
        (a_plan(), with_rides(shareable=False), Rule.SHARING),
        (a_plan(), with_rides(incompatible=frozenset({"b"})), Rule.INCOMPATIBLE),
        (
            a_plan(),
            a_problem(links=(Link(after_ride=0, before_ride=1, min_lag=0),)),
            Rule.LINK,
        ),
        (a_plan(), with_rides(told=(Told(node=0, at=12, early=1),)), Rule.TOLD),
        (a_plan(), with_rides(told=(Told(node=1, at=20, late=3),)), Rule.TOLD),
        (a_plan(), with_lengths(max_detour=4), Rule.DETOUR),
        (
            a_plan(),
            a_problem(links=(Link(after_ride=1, before_ride=0, max_lag=-20, min_lag=-20),)),
            Rule.LINK,
        ),
    ],
)
def test_a_broken_rule_is_told(plan: Plan, problem: Problem, rule: Rule):
    assert rule in {one.rule for one in check(plan, problem)}


def test_a_violation_tells_who_the_value_and_the_limit():
    (one,) = check(a_plan(), with_rides(max_aboard=11))
    assert (one.rule, one.who, one.value) == (Rule.ABOARD, "ride a", 12)
    assert one.limit == pytest.approx(11)


def test_a_rider_already_aboard_is_timed_from_their_boarding():
    aboard = replace(RIDES[0], stops=(1,), aboard_since=0.0, vehicles=frozenset({0}), max_aboard=30)
    problem = a_problem(rides=(aboard, RIDES[1]))
    plan = order(2, 1, 3)
    assert check(plan, problem) == ()
    late = a_problem(rides=(replace(aboard, max_aboard=20), RIDES[1]))
    assert {one.rule for one in check(plan, late)} == {Rule.ABOARD}


def test_a_visit_carries_nobody():
    visit = replace(RIDES[0], stops=(0,), max_aboard=0, load=Load())
    problem = a_problem(rides=(visit, RIDES[1]))
    assert check(order(0, 2, 3), problem) == ()


def test_a_vehicle_without_substitutes_seats_an_attendant_apart_and_one_with_them_does_not():
    escorted = replace(RIDES[0], load=Load(attendants=1))
    with_room = replace(TAXI, substitutes=True)
    assert check(a_plan(), a_problem(rides=(escorted, RIDES[1]), vehicles=(with_room,))) == ()
    apart = check(a_plan(), a_problem(rides=(escorted, RIDES[1])))
    assert {one.rule for one in apart} == {Rule.CAPACITY}


def test_a_link_between_rides_that_are_not_both_chosen_binds_nobody():
    link = Link(after_ride=0, before_ride=1, min_lag=1000)
    problem = a_problem(links=(link,))
    alone = a_plan(
        a_route(stops=(a_route().stops[0], a_route().stops[2])),
        options=(0, None),
        unserved=(Unserved(journey=1, reason="trop tard"),),
    )
    assert check(alone, problem) == ()


def test_a_longer_service_in_one_mode_is_served():
    problem = with_rides(extra_service=(5.0,))
    assert {one.rule for one in check(a_plan(), problem)} == {Rule.SERVICE}
    assert check(a_plan(), with_rides(extra_service=())) == ()


def test_a_vehicle_that_does_not_move_drives_nowhere_and_an_open_end_is_free():
    assert route_distance(a_route(stops=()), a_problem()) == 0
    assert distance(a_plan(), a_problem()) == 40
    assert distance(a_plan(), with_taxi(end_location=None)) == 20
    assert check(a_plan(a_route(end=28)), with_taxi(end_location=None)) == ()


def test_a_care_stop_with_room_for_two_takes_two():
    assert check(a_plan(), replace(CARE, care_capacity=(2,))) == ()


def test_what_somebody_was_told_is_told_with_the_instant_and_the_limit():
    (one,) = check(a_plan(), with_rides(told=(Told(node=1, at=20, early=5, late=3),)))
    assert (one.who, one.value) == ("ride a at node 1", 24)
    assert one.limit == pytest.approx(23)
    assert check(a_plan(), with_rides(told=(Told(node=1, at=20, early=5, late=4),))) == ()


def test_those_aboard_get_off_in_the_order_they_were_told():
    aboard = tuple(
        replace(ride, stops=ride.stops[1:], aboard_since=0.0, vehicles=frozenset({0}))
        for ride in RIDES
    )
    waiting = Ride(ride_id="c", stops=(0, 2))
    taxi = replace(TAXI, planned=(3, 1), capacity=Load(seats=3))
    problem = a_problem(
        rides=(*aboard, waiting), vehicles=(taxi,), journeys=tuple(map(journey, range(3)))
    )
    plan = replace(a_plan(), options=(0, 0, 0))
    found = [one for one in check(plan, problem) if one.rule is Rule.GETTING_OFF]
    assert [(one.who, one.value, one.limit) for one in found] == [
        ("ride a", 0, 1),
        ("ride b", 1, 0),
    ]
    as_told = replace(problem, vehicles=(replace(taxi, planned=(1, 3)),))
    assert not [one for one in check(plan, as_told) if one.rule is Rule.GETTING_OFF]


def test_a_detour_within_its_limit_is_none_and_who_is_aboard_has_begun_theirs():
    assert check(a_plan(a_route(end=28)), with_lengths(max_detour=5)) == ()
    detour = next(iter(check(a_plan(a_route(end=28)), with_lengths(max_detour=4))))
    assert (detour.who, detour.value) == ("ride a", 5)
    aboard = replace(RIDES[0], stops=(1,), aboard_since=0.0, vehicles=frozenset({0}), max_detour=0)
    assert check(order(2, 1, 3), a_problem(rides=(aboard, RIDES[1]))) == ()


def test_a_ride_is_told_only_of_its_own_stops():
    with pytest.raises(UnknownReferenceError, match="ride a: it doesn't stop at 3"):
        replace(RIDES[0], told=(Told(node=3, at=0),))
