"""Which vehicles are worth laying out for rides that look for one."""

from dataclasses import replace
from datetime import timedelta

from regulation.kernel.replanning import Reason
from regulation.kernel.time import TimeWindow
from tests.unit.transport.live_worlds import THERE, LiveWorld, at
from tests.unit.transport.pairing_worlds import HERE, call, care, place, taxi
from transport.courses import Roster
from transport.errands import Errand, courses_for
from transport.laid_out import Layer
from transport.limits import Level

NOW, EVENING = at(10), TimeWindow(at(300), at(600))
T1, T2 = taxi("t1", HERE), taxi("t2", HERE, shifts=(EVENING,))
PATIENT = call(care("rdv-13", place(5, 0), 60), request_id="a")


def world():
    return LiveWorld(T1, T2, requests=[PATIENT])


def looked_for(live, **changes):
    journey, ride = live.live.journeys["a"], live.ride("a", THERE)
    return Errand(
        journey=journey, ride=ride, reason=Reason.RIDE_REFUSED, request=PATIENT, **changes
    )


def vehicles(live, errand, level=Level.PROMISED, courses=None):
    planner = live.planner
    layer = Layer(travel=planner.travel, settings=planner.settings, now=NOW)
    found = courses_for([errand], level, all_courses(live) if courses is None else courses, layer)
    return [one.vehicle.vehicle_id for one in found]


def all_courses(live):
    roster = Roster(
        fleet=live.planner.fleet, live=live.live, now=NOW, settings=live.planner.settings
    )
    return list(roster.courses().values())


def test_a_vehicle_whose_shift_begins_after_the_last_pickup_is_left_out():
    live = world()
    assert vehicles(live, looked_for(live)) == ["t1"]


def test_a_vehicle_that_carries_somebody_may_have_left_before_its_shift():
    live = world()
    items = next(one.items for one in all_courses(live) if one.items)
    courses = [replace(one, items=items) for one in all_courses(live)]
    assert vehicles(live, looked_for(live), courses=courses) == ["t1", "t2"]


def test_a_vehicle_whose_shift_is_over_before_the_pickup_is_left_out():
    live = world()
    ending = TimeWindow(at(-60), NOW + timedelta(minutes=1))
    over = [replace(one, shift=ending) for one in all_courses(live)]
    assert vehicles(live, looked_for(live), courses=over) == []


def test_only_the_vehicle_that_is_coming_may_do_what_no_other_may():
    live = world()
    assert vehicles(live, looked_for(live, only="t2")) == []


def test_a_ride_that_is_held_to_nothing_at_a_level_is_worth_no_vehicle():
    live = world()
    assert vehicles(live, looked_for(live), Level.AT_ANY_TIME) == []
