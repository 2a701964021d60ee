"""Vehicles whose told hours overlap are driven in another order, and go on being counted on."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.kernel.planner import Budget
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    NOON,
    ONE_SEAT,
    SETTINGS,
    StraightRoads,
    call,
    care,
    pair,
    place,
    planner,
    promised,
    taxi,
)
from transport.fleet import PromisedRide, Vehicle
from transport.keeping import can_keep
from transport.memo import TravelMemo
from transport.promises import rides_of_legs

HOUR = 60 * MINUTE
ALONE = replace(ONE_SEAT, shared_allowed=False)
NORTH, EAST = place(6, 0), place(0, 6)


def keeps(vehicle: Vehicle, rides: list[PromisedRide]) -> bool:
    return can_keep(vehicle, rides, TravelMemo(StraightRoads()), SETTINGS)


def overlapping() -> list[PromisedRide]:
    """Two who ride alone, the second met before the first is there if both are on time: a few
    minutes early, the first is there before."""
    return [
        promised("un", "T1", NORTH, HERE, 60, 11, needs=ALONE),
        promised("deux", "T1", HERE, NORTH, 62, 11, needs=ALONE),
    ]


def test_hours_told_that_overlap_are_kept_one_ride_after_the_other():
    assert keeps(taxi("T1", HERE), overlapping())


def test_a_vehicle_whose_told_hours_overlap_is_counted_on():
    late = care("mmg", EAST, 150)
    _, ranked = pair(call(late, needs=ALONE), taxi("T1", HERE), rides=tuple(overlapping()))
    assert ranked[0].legs[0].vehicle_id == "T1"


def test_what_no_order_keeps_is_told():
    far = [replace(one, pickup=place(40, 0)) for one in overlapping()]
    assert not keeps(taxi("T1", HERE), far)


def test_rides_outside_every_shift_are_kept_by_nobody():
    before = [
        replace(one, pickup_at=one.pickup_at - 5 * HOUR, dropoff_at=one.dropoff_at - 5 * HOUR)
        for one in overlapping()[:1]
    ]
    assert not keeps(taxi("T1", HERE), before)


def days(seed: int) -> Iterator[tuple[Vehicle, list[PromisedRide]]]:
    """Six calls, one after the other, and two vehicles; yield each with what it has promised."""
    draws = np.random.default_rng(seed)
    vehicles = taxi("T1", place(0, 0)), taxi("T2", place(2, 2))
    rides: list[PromisedRide] = []
    for number in range(6):
        home, where = (place(*draws.uniform(-6, 6, 2)) for _ in range(2))
        stops = [
            care(f"{name}{number}", where, int(draws.integers(low, low + 50)))
            for name, low in (("tot", 40), ("tard", 90))
        ]
        needs = replace(ONE_SEAT, shared_allowed=bool(draws.integers(2)))
        request = call(*stops, request_id=f"a{number}", origin=home, home=home, needs=needs)
        found = planner(*vehicles, rides=tuple(rides)).pair((request,), NOON, Budget())
        for journey in found.journeys[request.request_id][:1]:
            rides += rides_of_legs(
                journey.legs,
                needs,
                tolerance=10 * MINUTE,
                prefix=request.request_id,
                care_begins=journey.stop.start,
            )
    for vehicle in vehicles:
        yield vehicle, [one for one in rides if one.vehicle_id == vehicle.vehicle_id]


def meet(one: PromisedRide, other: PromisedRide) -> bool:
    return one.pickup_at < other.dropoff_at and other.pickup_at < one.dropoff_at


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_whatever_was_promised_can_be_kept(seed: int):
    assert all(keeps(vehicle, rides) for vehicle, rides in days(seed))


def test_hours_told_do_overlap_on_a_day_of_many_calls_and_few_vehicles():
    told = [rides for seed in range(2) for _, rides in days(seed)]
    assert any(meet(*two) for rides in told for two in combinations(rides, 2))
