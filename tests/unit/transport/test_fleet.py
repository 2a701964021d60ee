"""Vehicles, rides and the picture of the fleet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from regulation.kernel.modes import Mode
from regulation.kernel.places import Position
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.time import TimeWindow
from transport.fleet import FleetView, PromisedRide, Vehicle, fits

DEPOT = Position(lat=43.6, lon=1.44)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

TAXI = Vehicle(
    vehicle_id="taxi-1",
    mode=Mode.TAXI,
    provider="Taxis d'essai",
    capacity=Load(seats=3),
    equipment=frozenset({"CHILD_SEAT"}),
    crew=1,
    shifts=(TimeWindow(NOON, NOON + 4 * HOUR),),
    depot=DEPOT,
)
SEATED = RiderNeeds(load=Load(seats=1), modes=frozenset({Mode.TAXI, Mode.VSL}))
RIDE = PromisedRide(
    ride_id="ride-1",
    vehicle_id="taxi-1",
    pickup=DEPOT,
    dropoff=DEPOT,
    pickup_at=NOON + HOUR,
    dropoff_at=NOON + 2 * HOUR,
    tolerance=timedelta(minutes=10),
    needs=SEATED,
)


def test_a_vehicle_drives_only_within_its_shifts():
    assert TAXI.is_on_shift_at(NOON)
    assert not TAXI.is_on_shift_at(NOON + 4 * HOUR)
    assert not TAXI.is_on_shift_at(NOON - timedelta(seconds=1))


@pytest.mark.parametrize(
    "needs",
    [
        replace(SEATED, modes=frozenset({Mode.AMBULANCE})),
        replace(SEATED, load=Load(seats=4)),
        replace(SEATED, load=Load(stretchers=1)),
        replace(SEATED, equipment=frozenset({"OXYGEN"})),
        replace(SEATED, crew=2),
        replace(SEATED, not_by=frozenset({"taxi-1"})),
    ],
    ids=["mode", "room", "a seat is no stretcher", "equipment", "crew", "it will not"],
)
def test_a_vehicle_that_lacks_one_thing_carries_nobody(needs):
    assert TAXI.can_carry(SEATED)
    assert not TAXI.can_carry(needs)


def test_no_place_stands_in_for_another():
    assert not fits(Load(wheelchairs=1), Load(seats=3, stretchers=1))
    assert not fits(Load(attendants=1), Load(seats=3))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"mode": Mode.ON_FOOT}, "ON_FOOT"),
        ({"crew": 0}, "crew of 0"),
        ({"notice": -HOUR}, "negative notice"),
        ({"equipment": frozenset({"JACUZZI"})}, "JACUZZI"),
    ],
)
def test_an_impossible_vehicle_is_refused_by_name(change, named):
    with pytest.raises(ValueError, match=named):
        replace(TAXI, **change)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"dropoff_at": NOON}, "dropped off before"),
        ({"tolerance": -HOUR}, "negative tolerance"),
        ({"pickup_at": datetime(2026, 3, 4, 12)}, "no UTC offset"),  # noqa: DTZ001  the point
        ({"dropoff_at": datetime(2026, 3, 4, 18)}, "no UTC offset"),  # noqa: DTZ001  the point
    ],
)
def test_an_impossible_ride_is_refused_by_name(change, named):
    with pytest.raises(ValueError, match=named):
        replace(RIDE, **change)


def test_a_fleet_refuses_two_vehicles_of_one_name():
    with pytest.raises(ValueError, match="taxi-1"):
        FleetView(vehicles=(TAXI, TAXI))


def test_a_fleet_refuses_two_rides_of_one_name():
    with pytest.raises(ValueError, match="ride-1"):
        FleetView(vehicles=(TAXI,), rides=(RIDE, RIDE))


def test_a_fleet_refuses_a_ride_of_a_vehicle_it_does_not_have():
    with pytest.raises(ValueError, match="taxi-9"):
        FleetView(vehicles=(TAXI,), rides=(replace(RIDE, vehicle_id="taxi-9"),))


def test_the_rides_of_a_vehicle_come_by_pickup():
    later = replace(RIDE, ride_id="ride-0", pickup_at=NOON + HOUR + timedelta(minutes=1))
    other = replace(TAXI, vehicle_id="taxi-2")
    foreign = replace(RIDE, ride_id="ride-2", vehicle_id="taxi-2")
    fleet = FleetView(vehicles=(TAXI, other), rides=(later, foreign, RIDE))
    assert fleet.rides_of("taxi-1") == (RIDE, later)
