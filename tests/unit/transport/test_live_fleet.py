"""The fleet of this instant: where a vehicle stands, which rides are still to be kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.kernel.observed import Observed
from regulation.kernel.time import TimeWindow
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    NOON,
    ONE_SEAT,
    call,
    care,
    pair,
    place,
    planner,
    promised,
    taxi,
)
from transport.fleet import FleetView, Via
from transport.live_fleet import Carriers, Epoch, ProblemParts

HOUR = timedelta(hours=1)
DEPOT, SEEN, NORTH = place(5, 0), place(1, 0), place(3, 0)


def duties_of(fleet, needs=ONE_SEAT, lost_margin=0 * HOUR):
    return list(Carriers(fleet, needs, NOON, lost_margin).until(NOON + 6 * HOUR))


def duty_of(vehicle, *rides):
    (one,) = duties_of(FleetView(vehicles=(vehicle,), rides=rides))
    return one


@pytest.mark.parametrize(
    ("seen_ago", "start"),
    [(None, DEPOT), (9, SEEN), (11, SEEN), (31, DEPOT)],
    ids=["never", "fresh", "stale", "lost"],
)
def test_a_vehicle_starts_where_it_was_last_seen_until_that_is_lost(seen_ago, start):
    seen = (
        None if seen_ago is None else Observed(SEEN, NOON - seen_ago * MINUTE, "gps", 10 * MINUTE)
    )
    assert duty_of(taxi("t", DEPOT, position=seen)).start == start


def seen(minutes_ago):
    return Observed(SEEN, NOON - minutes_ago * MINUTE, "gps", 10 * MINUTE)


@pytest.mark.parametrize(("minutes_ago", "after_min"), [(9, 0), (29, 0), (31, 15)])
def test_a_vehicle_whose_position_is_lost_is_counted_on_later(minutes_ago, after_min):
    fleet = FleetView(vehicles=(taxi("t", DEPOT, position=seen(minutes_ago)),))
    (duty,) = duties_of(fleet, lost_margin=15 * MINUTE)
    assert duty.ready_at == NOON + after_min * MINUTE
    assert duty.is_lost is bool(after_min)


@pytest.mark.parametrize(("minutes_ago", "is_told"), [(9, False), (31, True)])
def test_a_leg_tells_that_nobody_knows_where_its_vehicle_is(minutes_ago, is_told):
    _, (best, *_) = pair(call(care("rdv", NORTH, 90)), taxi("t", HERE, position=seen(minutes_ago)))
    assert {leg.position_lost for leg in best.legs} == {is_told}


def test_a_vehicle_not_on_duty_yet_starts_its_shift_from_its_depot():
    seen = Observed(SEEN, NOON, "gps", 10 * MINUTE)
    later = (TimeWindow(NOON + HOUR, NOON + 9 * HOUR),)
    duty = duty_of(taxi("t", DEPOT, position=seen, shifts=later))
    assert (duty.start, duty.ready_at) == (DEPOT, NOON + HOUR)


def test_a_shift_outside_the_window_and_a_vehicle_that_does_not_suit_are_left_out():
    tomorrow = (TimeWindow(NOON + 20 * HOUR, NOON + 30 * HOUR),)
    fleet = FleetView(vehicles=(taxi("a", DEPOT, shifts=tomorrow), taxi("b", DEPOT)))
    assert [duty.vehicle.vehicle_id for duty in duties_of(fleet)] == ["b"]
    two = replace(ONE_SEAT, crew=2)
    assert not duties_of(fleet, two)


def test_a_duty_met_by_two_searches_is_made_once():
    carriers = Carriers(FleetView(vehicles=(taxi("t", DEPOT),)), ONE_SEAT, NOON)
    (soon,), (late,) = carriers.until(NOON + HOUR), carriers.until(NOON + 6 * HOUR)
    assert soon is late


def test_each_shift_is_a_duty_with_the_rides_that_begin_in_it():
    shifts = (TimeWindow(NOON, NOON + 2 * HOUR), TimeWindow(NOON + 3 * HOUR, NOON + 5 * HOUR))
    morning, afternoon = (
        promised(name, "t", HERE, NORTH, after, 20) for name, after in (("a", 30), ("b", 200))
    )
    fleet = FleetView(vehicles=(taxi("t", DEPOT, shifts=shifts),), rides=(afternoon, morning))
    duties = duties_of(fleet)
    assert [duty.rides for duty in duties] == [(morning,), (afternoon,)]


def test_a_ride_that_is_over_is_no_longer_kept():
    over, to_come = (
        promised("a", "t", HERE, NORTH, -40, 20),
        promised("b", "t", HERE, NORTH, 90, 20),
    )
    assert duty_of(taxi("t", DEPOT), over, to_come).rides == (to_come,)


def test_a_duty_knows_every_place_it_will_come_to():
    halting = promised("a", "t", HERE, NORTH, 30, 40, vias=(Via(position=SEEN, service_s=300),))
    assert duty_of(taxi("t", DEPOT), halting).places == (DEPOT, HERE, SEEN, NORTH)


@pytest.mark.parametrize("after", [20, -5], ids=["to come", "aboard already"])
def test_a_promise_with_a_halt_is_kept_and_somebody_else_fits_after_it(after):
    halting = promised("a", "t", NORTH, HERE, after, 40, vias=(Via(position=SEEN, service_s=300),))
    _, (best, *_) = pair(call(care("rdv", NORTH, 150)), taxi("t", HERE), rides=(halting,))
    assert {leg.vehicle_id for leg in best.legs} == {"t"}
    assert best.legs[0].pickup_at >= halting.dropoff_at - halting.tolerance


def test_nobody_gets_into_a_vehicle_that_is_busy_with_a_promise():
    long = promised("a", "t", HERE, place(20, 0), 10, 240)
    _, journeys = pair(call(care("rdv", NORTH, 90)), taxi("t", HERE), rides=(long,))
    assert not journeys


CLOSING = Via(position=SEEN, service_s=300, window=TimeWindow(NOON, NOON + HOUR))


def problem_of(*rides):
    fleet = planner(taxi("t", DEPOT), rides=rides).fleet
    epoch = Epoch(NOON)
    places: dict[object, int] = {}
    parts = ProblemParts(
        epoch=epoch,
        location=lambda place: places.setdefault(place, len(places)),
        profile=lambda at: 0,
        nodes=[],
        rides=[],
        vehicles=[],
        journeys=[],
    )
    parts.promise(duties_of(fleet))
    return parts


def test_a_tracked_rider_is_aboard_when_the_vehicle_says_so_and_not_because_it_is_time():
    late = promised("a", "t", HERE, NORTH, -5, 40, is_tracked=True)
    (waiting,) = problem_of(late).rides
    assert (len(waiting.stops), waiting.aboard_since) == (2, None)
    (aboard,) = problem_of(replace(late, boarded_at=NOON - MINUTE)).rides
    assert (len(aboard.stops), aboard.aboard_since) == (1, -60)


def test_a_ride_due_somewhere_is_handed_over_by_then_whatever_its_tolerance():
    due = promised("a", "t", HERE, NORTH, 30, 20, due_at=NOON + 53 * MINUTE)
    delivery = problem_of(due).nodes[-1]
    assert delivery.close + delivery.service == 53 * 60


def test_a_promised_halt_is_served_while_the_place_is_open():
    halting = promised("a", "t", HERE, NORTH, 30, 60, vias=(CLOSING,))
    assert problem_of(halting).nodes[1].close == 55 * 60
    shut = replace(CLOSING, window=TimeWindow(NOON - HOUR, NOON - MINUTE))
    closed = problem_of(replace(halting, vias=(shut,))).nodes[1]
    assert closed.close == closed.open == 0
