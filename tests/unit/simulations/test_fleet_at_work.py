"""Vehicles seen at an instant, and the rides promised with them."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from regulation.kernel.modes import Mode
from regulation.kernel.observed import Freshness
from regulation.kernel.time import TimeWindow
from simulations.living_fleet import LivingFleet
from simulations.promised import promise_rides
from tests.unit.adapters.territory_folders import NO_HOLIDAY
from tests.unit.simulations.demonstration import StraightRoads, haute_garonne

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=PARIS)
SATURDAY = datetime(2026, 3, 14, 20, tzinfo=PARIS)
ROADS = StraightRoads()


def seen_at(now, seed=7):
    window = TimeWindow(now, now + timedelta(hours=4))
    on = haute_garonne().fleet_on(window, NO_HOLIDAY)
    return LivingFleet(haute_garonne(), seed).seen_at(on, now)


@cache
def promised(now, count, seed=7):
    return promise_rides(haute_garonne(), seen_at(now), ROADS, now=now, count=count, seed=seed)


def drive(origin, destination):
    return timedelta(seconds=int(ROADS.matrix([origin], [destination], TUESDAY).durations_s[0, 0]))


def start_of(vehicle, now):
    seen = vehicle.position
    return seen.value if seen and seen.freshness(now) is Freshness.FRESH else vehicle.depot


def late_stops(vehicle, rides, now):
    """Drive the rides in turn as early as promised; name the stops that come too late."""
    here, free_at, late = start_of(vehicle, now), now, []
    for ride in rides:
        if ride.pickup_at > now:
            at_door = max(ride.pickup_at, free_at + drive(here, ride.pickup))
            late += [ride.ride_id] * (at_door > ride.pickup_at)
            here, free_at = ride.pickup, at_door + timedelta(seconds=ride.needs.boarding_s)
        free_at += drive(here, ride.dropoff) + timedelta(seconds=ride.needs.alighting_s)
        late += [ride.ride_id] * (free_at > ride.dropoff_at)
        here = ride.dropoff
    home = free_at + drive(here, vehicle.depot)
    return late + [vehicle.vehicle_id] * all(home > shift.end for shift in vehicle.shifts)


@pytest.mark.parametrize(("now", "count"), [(TUESDAY, 60), (SATURDAY, 25)])
def test_every_promised_ride_can_be_kept(now, count):
    fleet = promised(now, count)
    vehicles = {vehicle.vehicle_id: vehicle for vehicle in fleet.vehicles}
    assert len(fleet.rides) == count
    busy = {ride.vehicle_id for ride in fleet.rides}
    late = [one for who in busy for one in late_stops(vehicles[who], fleet.rides_of(who), now)]
    assert late == []


def test_every_rider_fits_the_vehicle_that_promised():
    fleet = promised(TUESDAY, 60)
    vehicles = {vehicle.vehicle_id: vehicle for vehicle in fleet.vehicles}
    assert all(vehicles[ride.vehicle_id].can_carry(ride.needs) for ride in fleet.rides)
    assert {Mode.TAXI, Mode.VSL, Mode.AMBULANCE} <= {
        vehicles[ride.vehicle_id].mode for ride in fleet.rides
    }


def test_some_riders_are_already_aboard_and_some_vehicles_have_several_rides():
    rides = promised(TUESDAY, 60).rides
    assert any(ride.pickup_at < TUESDAY < ride.dropoff_at for ride in rides)
    assert max(Counter(ride.vehicle_id for ride in rides).values()) > 1


def test_promises_depend_on_the_seed_alone():
    again = promise_rides(haute_garonne(), seen_at(TUESDAY), ROADS, now=TUESDAY, count=60, seed=7)
    assert again == promised(TUESDAY, 60)
    assert promised(TUESDAY, 60, seed=8).rides != again.rides


def test_more_rides_than_the_fleet_can_keep_are_refused():
    with pytest.raises(ValueError, match="of 500 rides can be promised"):
        promise_rides(haute_garonne(), seen_at(SATURDAY), ROADS, now=SATURDAY, count=500, seed=7)


def test_vehicles_are_seen_fresh_late_or_not_at_all():
    ages = Counter(
        one.position.freshness(TUESDAY) if one.position else None for one in seen_at(TUESDAY)
    )
    assert set(ages) == {Freshness.FRESH, Freshness.STALE, Freshness.LOST, None}
    assert ages[Freshness.FRESH] > ages.total() / 2


def test_a_vehicle_is_seen_in_the_territory_and_never_in_the_future():
    seen = [one.position for one in seen_at(TUESDAY) if one.position]
    assert all(haute_garonne().contains(one.value) for one in seen)
    assert all(one.observed_at <= TUESDAY for one in seen)


def test_a_vehicle_off_shift_is_not_seen():
    fleet = haute_garonne().fleet_on(TimeWindow(TUESDAY, TUESDAY + timedelta(hours=12)), NO_HOLIDAY)
    seen = LivingFleet(haute_garonne(), 7).seen_at(fleet, TUESDAY)
    off = [one for one in seen if not one.is_on_shift_at(TUESDAY)]
    assert off
    assert all(one.position is None for one in off)


def test_where_vehicles_stand_depends_on_the_seed_and_the_instant_alone():
    assert seen_at(TUESDAY) == seen_at(TUESDAY)
    assert seen_at(TUESDAY) != seen_at(TUESDAY, seed=8)
    assert seen_at(TUESDAY) != seen_at(TUESDAY + timedelta(hours=2))


def test_between_two_reports_a_vehicle_is_seen_the_same():
    fleet = LivingFleet(haute_garonne(), 7)
    window = TimeWindow(TUESDAY, TUESDAY + timedelta(hours=4))
    on = haute_garonne().fleet_on(window, NO_HOLIDAY)
    first, soon, later = (
        fleet.seen_at(on, TUESDAY + timedelta(seconds=seconds)) for seconds in (0, 10, 1_900)
    )
    seen = [
        (a.position, b.position, c.position)
        for a, b, c in zip(first, soon, later, strict=True)
        if a.position and b.position and c.position
    ]
    assert 0.8 * len(seen) < sum(a is b for a, b, _ in seen) < len(seen)
    assert all(a.observed_at < c.observed_at for a, _, c in seen)
    assert fleet.seen_at(on, TUESDAY) == first


def test_a_vehicle_is_seen_from_the_beginning_of_its_shift_to_its_end():
    fleet, noon = LivingFleet(haute_garonne(), 7), TUESDAY.replace(hour=12)
    whole = TimeWindow(TUESDAY, TUESDAY + timedelta(hours=4))
    shift = TimeWindow(noon, noon + timedelta(hours=1))
    on = [replace(one, shifts=(shift,)) for one in haute_garonne().fleet_on(whole, NO_HOLIDAY)]
    for seconds, is_seen in ((-1, False), (0, True), (3_599, True), (3_600, False)):
        seen = fleet.seen_at(tuple(on), noon + timedelta(seconds=seconds))
        assert any(one.position for one in seen) is is_seen
