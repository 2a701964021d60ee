"""From planned legs to the rides promised for them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import LegKind, Mode, Payer
from regulation.kernel.places import Position
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.travel import LegPrice
from transport.fleet import Via
from transport.promises import rides_of_legs

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOME, CARE, SHOP = (Position(lat=43.6, lon=1.4 + n / 100) for n in range(3))
NEEDS = RiderNeeds(load=Load(seats=1), modes=frozenset({Mode.TAXI}))
ALIGHTING = timedelta(seconds=NEEDS.alighting_s)


def leg(kind: LegKind, origin: Position, destination: Position, after_min: int) -> PlannedLeg:
    start = NOON + after_min * MINUTE
    return PlannedLeg(
        kind=kind,
        mode=Mode.TAXI,
        vehicle_id="taxi-1",
        origin=origin,
        destination=destination,
        pickup_at=start,
        dropoff_at=start + 15 * MINUTE,
        distance_m=5000,
        on_board_s=600,
        price=LegPrice(total_cents=0, patient_cents=0, am_cents=0, payer=Payer.CPAM),
    )


OUTWARD = leg(LegKind.OUTWARD, HOME, CARE, 0)
TO_SHOP = leg(LegKind.PHARMACY, CARE, SHOP, 60)
BACK = leg(LegKind.RETURN, SHOP, HOME, 82)


def promised(*legs: PlannedLeg):
    return rides_of_legs(legs, NEEDS, tolerance=10 * MINUTE, prefix="case-1:1")


def test_each_leg_of_a_vehicle_is_a_ride():
    straight = replace(BACK, origin=CARE)
    there, back = promised(OUTWARD, straight)
    assert (there.ride_id, back.ride_id) == ("case-1:1/outward", "case-1:1/return")
    assert (there.pickup, there.dropoff, there.vias) == (HOME, CARE, ())
    assert there.pickup_at == OUTWARD.pickup_at
    assert there.dropoff_at == OUTWARD.dropoff_at + ALIGHTING, "handed over"
    assert (back.pickup, back.dropoff) == (CARE, HOME)
    assert {ride.needs for ride in (there, back)} == {NEEDS}


def test_the_way_home_by_a_pharmacy_is_one_ride_that_halts():
    _, home = promised(OUTWARD, TO_SHOP, BACK)
    assert home.ride_id == "case-1:1/return"
    assert (home.pickup, home.dropoff) == (CARE, HOME)
    assert (home.pickup_at, home.dropoff_at) == (TO_SHOP.pickup_at, BACK.dropoff_at + ALIGHTING)
    assert home.vias == (Via(position=SHOP, service_s=7 * 60),)


def test_another_vehicle_from_the_pharmacy_is_another_ride():
    rides = promised(OUTWARD, TO_SHOP, replace(BACK, vehicle_id="taxi-2"))
    assert [ride.vehicle_id for ride in rides] == ["taxi-1", "taxi-1", "taxi-2"]
    assert [ride.ride_id.rpartition("/")[2] for ride in rides] == ["outward", "pharmacy", "return"]


def test_ones_own_means_and_the_care_team_are_not_promised():
    walked = replace(OUTWARD, mode=Mode.ON_FOOT, vehicle_id=None)
    visited = replace(OUTWARD, kind=LegKind.CARE_TEAM, mode=Mode.CARE_TEAM, vehicle_id=None)
    assert promised(walked, visited) == ()
    assert [ride.ride_id for ride in promised(walked, BACK)] == ["case-1:1/return"]


def test_the_way_there_ends_before_care_whatever_its_tolerance():
    there, back = rides_of_legs(
        [OUTWARD, replace(BACK, origin=CARE)],
        NEEDS,
        tolerance=10 * MINUTE,
        prefix="case-1:1",
        care_begins=OUTWARD.dropoff_at + 2 * MINUTE,
    )
    assert there.due_at == OUTWARD.dropoff_at + 2 * MINUTE
    assert back.due_at is None
    assert {there.tolerance, back.tolerance} == {10 * MINUTE}
