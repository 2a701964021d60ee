"""What may happen to a journey under way, one thing at a time, and what is done about it."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from regulation.kernel.events import (
    CallReceived,
    CareEnded,
    CareMoved,
    JourneyCancelled,
    JourneyEvent,
    NotCollected,
    PatientAbsent,
    PatientAdmitted,
    PatientWorse,
    PremisesClosed,
    RideRefused,
    SlotWithdrawn,
    VehicleBroken,
    VehicleDelayed,
)
from regulation.kernel.live import CareStage, Ending
from regulation.kernel.modes import Encounter, Mode, PharmacyNeed
from regulation.kernel.rides import RideStatus
from tests.unit.transport.live_worlds import HOME, THERE, LiveWorld, alerts, at, kinds
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    ONE_SEAT,
    call,
    care,
    pharmacy,
    place,
    taxi,
)
from transport.events import note
from transport.notebook import Notebook

NORTH, EAST = place(5, 0), place(0, 5)
T1, T2 = taxi("t1", HERE), taxi("t2", place(1, 1))
SEEN_AT_ONE = care("rdv-13", NORTH, 60, slot_key="s-13", place_id="cabinet")
SEEN_AT_TWO = care("rdv-14", EAST, 120, slot_key="s-14", place_id="mmg")
WARD = care("urgences", place(-4, 0), 90, place_id="chu")


def patient(**changes):
    """Somebody seen at 13:00 five kilometres north, from 12:47 to 13:31 or so."""
    return call(SEEN_AT_ONE, SEEN_AT_TWO, request_id="a", **changes)


def world(*vehicles, **changes):
    return LiveWorld(*(vehicles or (T1, T2)), requests=[patient(**changes)])


def under_way(live, *statuses, kind=THERE, first=47):
    """The world after the vehicle has told these, a minute apart."""
    for minute, status in enumerate(statuses):
        live.after(live.report("a", kind, status, first + minute))
    return live


def test_nothing_happens_when_nothing_is_told():
    live = world()
    done = live.after(when=at(10))
    assert (done.changes, done.alerts, done.broken) == ((), (), ())
    assert set(done.kept) == {"a/outward", "a/return"}
    assert done.live.journeys == live.live.journeys


def test_a_new_call_waits_to_be_paired_from_where_it_comes():
    live = world()
    other = replace(patient(), request_id="b", origin=EAST)
    done = live.after(CallReceived(at=at(5), request=other))
    assert [one.request_id for one in done.requests] == ["b"]
    assert done.live.undecided["b"].origin == EAST
    assert done.changes == ()


def test_a_call_already_decided_on_is_no_new_call():
    live = world()
    done = live.after(CallReceived(at=at(5), request=patient()))
    assert done.requests == ()


def test_who_cancels_is_not_fetched_and_their_vehicle_is_free():
    live = world()
    done = live.after(JourneyCancelled(at=at(5), journey_id="a"))
    assert kinds(done) == ["RIDE_REMOVED", "RIDE_REMOVED", "ENDED"]
    assert done.live.journeys["a"].ending is Ending.CANCELLED
    assert done.fleet.rides == ()


def test_who_cancels_aboard_is_not_put_down_on_the_way():
    live = under_way(world(), RideStatus.BOARDING)
    done = live.after(JourneyCancelled(at=at(50), journey_id="a"))
    assert (kinds(done), alerts(done)) == ([], [("a", "STILL_ABOARD")])
    assert live.ride("a", HOME).vehicle_id is not None
    assert live.after(JourneyCancelled(at=at(50), journey_id="a")).alerts == ()


def test_an_undecided_call_may_be_cancelled_and_is_not_paired_any_more():
    live = LiveWorld(T1)
    live.after(CallReceived(at=at(0), request=patient()))
    done = live.after(JourneyCancelled(at=at(1), journey_id="a"))
    assert (kinds(done), done.requests) == (["ENDED"], ())


@pytest.mark.parametrize("who", ["b", "a"], ids=["nobody knows", "it is over"])
def test_a_cancellation_of_nothing_changes_nothing(who):
    live = world()
    live.after(JourneyCancelled(at=at(1), journey_id="a"))
    assert kinds(live.after(JourneyCancelled(at=at(2), journey_id=who))) == []


def test_a_cancellation_older_than_the_decision_is_of_the_one_before():
    live = LiveWorld(T1, T2)
    live.decide(patient(), at(5))
    assert kinds(live.after(JourneyCancelled(at=at(4), journey_id="a"), when=at(6))) == []


def test_nobody_at_the_door_ends_the_journey_and_somebody_calls_back():
    live = under_way(world(), RideStatus.AT_THE_DOOR)
    done = live.after(PatientAbsent(at=at(58), journey_id="a", ride=THERE))
    assert live.live.journeys["a"].ending is Ending.ABSENT
    assert alerts(done) == [("a", "CALL_BACK")]


@pytest.mark.parametrize(
    ("statuses", "kind", "ended"),
    [
        ([RideStatus.BOARDING], THERE, False),
        ([RideStatus.BOARDING], HOME, False),
        ([RideStatus.BOARDING, RideStatus.HANDED_OVER], THERE, False),
        ([RideStatus.BOARDING, RideStatus.HANDED_OVER], HOME, True),
    ],
)
def test_who_is_aboard_or_has_arrived_is_not_absent(statuses, kind, ended):
    live = under_way(world(), *statuses)
    live.after(PatientAbsent(at=at(58), journey_id="a", ride=kind))
    assert (live.live.journeys["a"].ending is Ending.ABSENT) is ended


def test_who_comes_by_their_own_means_may_be_absent_too():
    live = world()
    live.put(replace(live.live.journeys["a"], rides=()))
    live.after(PatientAbsent(at=at(61), journey_id="a", ride=HOME))
    assert live.live.journeys["a"].ending is None
    live.after(PatientAbsent(at=at(62), journey_id="a", ride=THERE))
    assert live.live.journeys["a"].ending is Ending.ABSENT


def test_a_vehicle_that_refuses_is_replaced_at_the_same_time():
    live = world()
    had = live.vehicle("a", THERE)
    done = live.after(RideRefused(at=at(5), journey_id="a", ride=THERE, vehicle_id=had))
    now_by = live.ride("a", THERE)
    assert now_by.vehicle_id not in {had, None}
    assert [c.kind for c in done.changes] == ["REASSIGNED"]
    assert {"a/outward", "a/return"} == set(done.kept)


def test_a_refusal_by_a_vehicle_that_was_not_asked_is_remembered():
    live = world()
    had = live.vehicle("a", THERE)
    other = ({"t1", "t2"} - {had}).pop()
    assert (
        kinds(live.after(RideRefused(at=at(5), journey_id="a", ride=THERE, vehicle_id=other))) == []
    )
    assert live.ride("a", THERE).needs.not_by == {other}
    assert (
        kinds(live.after(RideRefused(at=at(6), journey_id="a", ride=THERE, vehicle_id=other))) == []
    )


def test_when_nobody_else_can_drive_care_is_chosen_anew_and_the_practice_told():
    live = world(T1)
    done = live.after(RideRefused(at=at(5), journey_id="a", ride=THERE, vehicle_id="t1"))
    assert kinds(done) == ["RIDE_REMOVED", "RIDE_REMOVED", "REOPENED"]
    assert alerts(done) == [("a", "CARE_MISSED")]
    (broken,) = done.broken
    assert (broken.ride_id, broken.reason, broken.instead) == ("a/outward", "RIDE_REFUSED", None)
    (request,) = done.requests
    assert request.needs.not_by == {"t1"}
    assert "a" not in live.live.journeys


def test_a_vehicle_that_breaks_down_leaves_its_rides_to_another():
    live = world()
    had = live.vehicle("a", THERE)
    done = live.after(VehicleBroken(at=at(5), vehicle_id=had))
    assert kinds(done) == ["REASSIGNED", "REASSIGNED"]
    assert [vehicle.vehicle_id for vehicle in done.fleet.vehicles] != ["t1", "t2"]
    assert done.broken == ()


def test_who_is_aboard_a_vehicle_that_breaks_down_goes_on_from_where_it_stands():
    live = under_way(world(), RideStatus.BOARDING, RideStatus.UNDER_WAY)
    where = place(2, 0)
    done = live.after(VehicleBroken(at=at(52), vehicle_id=live.vehicle("a", THERE), position=where))
    ride = live.ride("a", THERE)
    assert (ride.origin, ride.destination, ride.is_stranded) == (where, NORTH, True)
    assert ride.vehicle_id is not None
    assert ("a", "STRANDED") in alerts(done)
    broken = next(one for one in done.broken if one.ride_id == "a/outward")
    assert (broken.reason, broken.instead) == ("VEHICLE_BROKEN", ride)


def test_who_cannot_be_there_in_time_after_a_breakdown_is_brought_late_and_it_is_said():
    live = under_way(world(T1, taxi("t2", place(-8, 0))), RideStatus.BOARDING, RideStatus.UNDER_WAY)
    done = live.after(VehicleBroken(at=at(52), vehicle_id="t1", position=place(3, 0)))
    ride = live.ride("a", THERE)
    broken = next(one for one in done.broken if one.ride_id == "a/outward")
    assert (broken.reason, broken.instead) == ("VEHICLE_BROKEN", ride)
    assert broken.late > timedelta(0)
    assert ("a", "CARE_MISSED") in alerts(done)


def test_without_another_vehicle_the_stranded_are_not_forgotten():
    live = under_way(world(T1), RideStatus.BOARDING)
    done = live.after(VehicleBroken(at=at(52), vehicle_id="t1"))
    assert live.ride("a", THERE).legs == ()
    assert live.ride("a", THERE).origin == HERE, "nothing better is known"
    assert {kind for _, kind in alerts(done)} == {"STRANDED", "NO_VEHICLE"}
    again = live.after(when=at(53))
    assert again.alerts == (), "told once"
    live.planner = replace(live.planner, fleet=replace(live.planner.fleet, vehicles=(T1, T2)))
    assert kinds(live.after(when=at(54))) == ["RIDE_ADDED", "RIDE_ADDED"]


def test_a_vehicle_that_breaks_down_twice_broke_down_once():
    live = world()
    broken = VehicleBroken(at=at(5), vehicle_id="t1")
    live.after(broken)
    assert kinds(live.after(replace(broken, at=at(6)))) == []


def test_a_vehicle_that_vanishes_from_the_fleet_is_not_counted_on():
    live = world()
    had = live.vehicle("a", THERE)
    left = tuple(one for one in (T1, T2) if one.vehicle_id != had)
    live.planner = replace(live.planner, fleet=replace(live.planner.fleet, vehicles=left))
    assert kinds(live.after(when=at(5))) == ["REASSIGNED", "REASSIGNED"]


def test_nobody_is_put_in_a_vehicle_known_to_be_broken():
    live = LiveWorld(T1, T2)
    live.after(VehicleBroken(at=at(0), vehicle_id="t1"))
    journey = LiveWorld(T1, requests=[patient()]).live.journeys["a"]
    live.requests["a"] = patient()
    live.put(journey)
    live.after(when=at(5))
    assert live.ride("a", THERE).vehicle_id == "t2"


def test_a_late_vehicle_that_can_still_be_on_time_changes_nothing():
    live = world()
    done = live.after(VehicleDelayed(at=at(5), vehicle_id="t1", until=at(30)))
    assert kinds(done) == []
    held = next(one for one in done.fleet.vehicles if one.vehicle_id == "t1")
    assert held.shifts[0].start == at(30)


def test_a_vehicle_too_late_for_its_promise_is_relieved_by_another():
    live = world()
    had = live.vehicle("a", THERE)
    done = live.after(VehicleDelayed(at=at(5), vehicle_id=had, until=at(70)))
    assert [(c.kind, c.reason) for c in done.changes] == [("REASSIGNED", "VEHICLE_LATE")]
    assert live.ride("a", HOME).vehicle_id == had, "by then it is back"
    assert set(done.kept) == {"a/outward", "a/return"}


def test_an_older_word_on_a_delay_is_not_heard_and_a_newer_one_is():
    live = world()
    live.after(VehicleDelayed(at=at(5), vehicle_id="t1", until=at(30)))
    live.after(VehicleDelayed(at=at(4), vehicle_id="t1", until=at(90)), when=at(6))
    assert live.live.troubles["t1"].until == at(30)
    live.after(VehicleDelayed(at=at(7), vehicle_id="t1", until=at(20)))
    assert live.live.troubles["t1"].until == at(20)
    live.after(VehicleBroken(at=at(8), vehicle_id="t1"))
    live.after(VehicleDelayed(at=at(9), vehicle_id="t1", until=at(40)))
    assert live.live.troubles["t1"].until is None


def test_a_ride_home_that_nobody_can_do_on_time_is_done_late_rather_than_not():
    live = under_way(world(T1), RideStatus.BOARDING, RideStatus.HANDED_OVER, first=46)
    done = live.after(
        CareEnded(at=at(80), journey_id="a"),
        VehicleDelayed(at=at(80), vehicle_id="t1", until=at(140)),
    )
    home = live.ride("a", HOME)
    assert (home.vehicle_id, home.legs[0].pickup_at) == ("t1", at(140))
    (broken,) = done.broken
    assert (broken.ride_id, broken.reason, broken.instead) == ("a/return", "VEHICLE_LATE", home)
    assert broken.late == home.legs[0].pickup_at - at(80) - 10 * MINUTE
    assert ("a", "LONG_WAIT") in alerts(done)


def test_who_gets_worse_is_handed_over_wherever_they_are():
    live = under_way(world(), RideStatus.BOARDING)
    done = live.after(PatientWorse(at=at(50), journey_id="a"))
    assert kinds(done) == ["RIDE_REMOVED", "RIDE_REMOVED", "ENDED"]
    assert alerts(done) == [("a", "HAND_OVER")]
    assert live.live.journeys["a"].ending is Ending.HANDED_TO_AMU
    assert live.after(PatientWorse(at=at(51), journey_id="a")).alerts == ()


def test_who_gets_worse_before_anything_is_decided_is_handed_over_too():
    live = LiveWorld(T1)
    live.after(CallReceived(at=at(0), request=patient()))
    done = live.after(PatientWorse(at=at(1), journey_id="a"))
    assert (alerts(done), done.requests) == ([("a", "HAND_OVER")], ())
    assert live.after(PatientWorse(at=at(1), journey_id="a")).alerts == ()


def test_that_somebody_got_worse_is_heard_however_late_it_is_told():
    live = LiveWorld(T1, T2)
    live.decide(patient(), at(5))
    live.after(PatientWorse(at=at(4), journey_id="a"), when=at(6))
    assert live.live.journeys["a"].ending is Ending.HANDED_TO_AMU


def test_who_the_doctor_sends_on_is_brought_to_the_ward_and_not_home():
    live = world()
    done = live.after(PatientAdmitted(at=at(75), journey_id="a", ward=WARD))
    journey = live.live.journeys["a"]
    assert kinds(done) == ["RIDE_REMOVED", "RIDE_ADDED"]
    ward = live.ride("a", THERE)
    assert (ward.origin, ward.destination) == (NORTH, WARD.position)
    assert (journey.care, journey.is_admitted, journey.current(HOME)) == (WARD, True, None)
    assert live.after(PatientAdmitted(at=at(75), journey_id="a", ward=WARD)).changes == ()
    live.after(live.report("a", THERE, RideStatus.BOARDING, 95))
    live.after(live.report("a", THERE, RideStatus.HANDED_OVER, 110))
    assert live.live.journeys["a"].ending is Ending.ADMITTED


def test_who_is_sent_on_lying_needs_an_ambulance():
    lying = replace(ONE_SEAT, modes=frozenset({Mode.AMBULANCE}))
    ambulance = taxi("amb", EAST, mode=Mode.AMBULANCE)
    live = LiveWorld(T1, ambulance, requests=[patient()])
    live.after(PatientAdmitted(at=at(75), journey_id="a", ward=WARD, needs=lying))
    assert live.ride("a", THERE).vehicle_id == "amb"


def test_who_is_sent_on_from_a_visit_at_home_is_fetched_at_home():
    visit = replace(SEEN_AT_ONE, encounter=Encounter.TEAM_TRAVELS)
    live = LiveWorld(T1, requests=[call(visit, request_id="a")])
    live.after(PatientAdmitted(at=at(75), journey_id="a", ward=WARD))
    assert live.ride("a", THERE).origin == HERE


def test_nobody_is_sent_on_who_is_already_on_the_way_home():
    live = under_way(world(), RideStatus.BOARDING, kind=HOME, first=80)
    assert kinds(live.after(PatientAdmitted(at=at(82), journey_id="a", ward=WARD))) == []


def test_the_ride_to_the_ward_waits_for_a_vehicle_as_long_as_it_takes():
    live = world(T1)
    done = live.after(
        VehicleBroken(at=at(74), vehicle_id="t1"),
        PatientAdmitted(at=at(75), journey_id="a", ward=WARD),
    )
    assert ("a", "NO_VEHICLE") in alerts(done)
    assert done.broken == (), "nothing had been promised of it"


def test_a_late_doctor_moves_the_way_home_and_breaks_no_promise():
    live = world()
    done = live.after(
        CareMoved(at=at(50), journey_id="a", starts_at=at(85), ends_at=at(105)),
    )
    home = live.ride("a", HOME)
    assert home.legs[0].pickup_at >= at(105)
    assert (kinds(done), done.broken) == (["CARE_RETIMED", "RETIMED"], ())
    assert home.promise.pickup_at == home.legs[0].pickup_at, "what they are told now"
    assert "a/return" not in done.kept


def test_an_older_word_on_the_doctor_is_not_heard():
    live = world()
    live.after(CareMoved(at=at(50), journey_id="a", starts_at=at(85), ends_at=at(105)))
    live.after(CareMoved(at=at(49), journey_id="a", starts_at=at(70), ends_at=at(90)), when=at(51))
    assert live.live.journeys["a"].care.end == at(105)


def test_a_doctor_who_is_as_expected_after_all_changes_nothing():
    live = world()
    stop = live.live.journeys["a"].care
    same = CareMoved(at=at(50), journey_id="a", starts_at=stop.start, ends_at=stop.end)
    assert kinds(live.after(same)) == []


def test_a_doctor_who_wants_them_sooner_has_them_fetched_sooner():
    live = world()
    done = live.after(CareMoved(at=at(5), journey_id="a", starts_at=at(50), ends_at=at(70)))
    there = live.ride("a", THERE)
    assert there.legs[-1].dropoff_at <= at(50) - timedelta(seconds=ONE_SEAT.alighting_s)
    assert [one.reason for one in done.broken] == []
    assert "RETIMED" in kinds(done)


def test_care_that_ends_early_brings_the_vehicle_sooner():
    live = under_way(world(), RideStatus.BOARDING, RideStatus.HANDED_OVER, first=57)
    done = live.after(CareEnded(at=at(68), journey_id="a"))
    home = live.ride("a", HOME)
    assert at(68) <= home.legs[0].pickup_at < at(80)
    assert (kinds(done), done.broken) == (["RETIMED"], ())


def test_care_that_ends_when_planned_changes_nothing():
    live = world()
    end = live.live.journeys["a"].care.end
    assert kinds(live.after(CareEnded(at=end, journey_id="a"))) == []
    assert live.live.journeys["a"].stage is CareStage.OVER


def test_who_goes_home_by_their_own_means_is_home_once_care_is_over():
    live = world()
    journey = live.live.journeys["a"]
    live.put(replace(journey, rides=tuple(one for one in journey.rides if one.kind is THERE)))
    assert kinds(live.after(CareEnded(at=at(78), journey_id="a"))) == ["ENDED"]
    assert live.live.journeys["a"].ending is Ending.HOME


def test_a_withdrawn_slot_reopens_the_choice_without_it():
    live = world()
    done = live.after(SlotWithdrawn(at=at(5), slot_key="s-13"))
    assert kinds(done) == ["RIDE_REMOVED", "RIDE_REMOVED", "REOPENED"]
    (request,) = done.requests
    assert [stop.slot_key for stop in request.stops] == ["s-14"]
    assert live.live.undecided["a"].origin == HERE


def test_a_slot_withdrawn_once_the_patient_is_there_changes_nothing():
    live = under_way(world(), RideStatus.BOARDING, RideStatus.HANDED_OVER)
    assert kinds(live.after(SlotWithdrawn(at=at(58), slot_key="s-13"))) == []
    assert kinds(live.after(SlotWithdrawn(at=at(59), slot_key="other"))) == []


def test_who_is_on_the_way_to_a_withdrawn_slot_is_brought_there_and_goes_on():
    live = under_way(world(), RideStatus.BOARDING)
    done = live.after(SlotWithdrawn(at=at(50), slot_key="s-13"))
    assert ("a", "CARE_MISSED") in alerts(done)
    assert [one.ride_id for one in live.live.journeys["a"].rides] == ["a/outward"]
    waiting = live.live.undecided["a"]
    assert (waiting.origin, waiting.ready_at > at(50)) == (NORTH, True)
    assert kinds(live.after(SlotWithdrawn(at=at(50), slot_key="s-13"))) == []
    live.after(live.report("a", THERE, RideStatus.HANDED_OVER, 58))
    assert ("a" in live.live.journeys, "a" in live.live.undecided) == (False, True)


def test_a_door_found_closed_reopens_the_choice_from_there():
    live = under_way(world(), RideStatus.BOARDING, RideStatus.ARRIVED, first=56)
    done = live.after(PremisesClosed(at=at(59), place_id="cabinet"))
    assert ("a", "STRANDED") in alerts(done)
    (request,) = done.requests
    assert (request.origin, request.ready_at) == (NORTH, at(59))
    assert [stop.place_id for stop in request.stops] == ["mmg"]


def test_a_place_found_closed_before_one_leaves_keeps_one_at_home():
    live = world()
    done = live.after(PremisesClosed(at=at(5), place_id="cabinet"))
    assert (alerts(done), [one.origin for one in done.requests]) == ([], [HERE])


NEAR, FAR = pharmacy("proche", place(4, 0)), pharmacy("loin", place(4, 2))


def with_pharmacy(*vehicles, shops=(NEAR, FAR), **changes):
    wanted = {"pharmacies": shops, "pharmacy_need": PharmacyNeed.CERTAIN, "pharmacy_stake": 1000}
    live = world(*vehicles, **wanted, **changes)
    assert live.live.journeys["a"].pharmacy == NEAR
    return live


def test_a_closed_pharmacy_is_replaced_by_the_next_open_one():
    live = with_pharmacy()
    done = live.after(PremisesClosed(at=at(5), place_id="proche"))
    assert "PHARMACY_CHANGED" in kinds(done)
    assert live.live.journeys["a"].pharmacy == FAR
    assert live.ride("a", HOME).legs[0].destination == FAR.position


def test_without_another_pharmacy_the_medicines_are_somebodys_task():
    live = with_pharmacy(shops=(NEAR,))
    done = live.after(PremisesClosed(at=at(5), place_id="proche"))
    assert ("a", "MEDICATION") in alerts(done)
    assert len(live.ride("a", HOME).legs) == 1


def test_a_doctor_so_late_that_the_pharmacy_shuts_sends_them_to_the_one_on_duty():
    shuts = replace(NEAR, open_windows=(replace_end(NEAR, at(100)),))
    live = with_pharmacy_shutting(shuts)
    done = live.after(CareMoved(at=at(62), journey_id="a", starts_at=at(90), ends_at=at(110)))
    assert live.live.journeys["a"].pharmacy == FAR
    assert "PHARMACY_CHANGED" in kinds(done)


def replace_end(shop, end):
    return replace(shop.open_windows[0], end=end)


def with_pharmacy_shutting(shuts):
    wanted = {"pharmacy_need": PharmacyNeed.CERTAIN, "pharmacy_stake": 1000}
    live = world(pharmacies=(shuts, FAR), **wanted)
    assert live.live.journeys["a"].pharmacy == shuts
    return live


def test_a_pharmacy_found_closed_on_the_way_home_is_left_for_another():
    live = under_way(with_pharmacy(), RideStatus.BOARDING, kind=HOME, first=80)
    done = live.after(PremisesClosed(at=at(84), place_id="proche"))
    assert live.live.journeys["a"].pharmacy == FAR
    assert live.ride("a", HOME).legs[0].destination == FAR.position
    assert (kinds(done)[0], alerts(done)) == ("PHARMACY_CHANGED", [])


def test_with_no_pharmacy_open_one_is_driven_straight_home():
    live = under_way(with_pharmacy(shops=(NEAR,)), RideStatus.BOARDING, kind=HOME, first=80)
    done = live.after(PremisesClosed(at=at(84), place_id="proche"))
    assert [leg.kind for leg in live.ride("a", HOME).legs] == [HOME]
    assert alerts(done) == [("a", "MEDICATION")]


def test_a_pharmacy_already_reached_is_not_left():
    statuses = (RideStatus.BOARDING, RideStatus.AT_THE_PHARMACY)
    live = under_way(with_pharmacy(), *statuses, kind=HOME, first=80)
    assert "PHARMACY_CHANGED" not in kinds(live.after(PremisesClosed(at=at(86), place_id="proche")))


def test_a_patient_who_was_not_collected_is_called_back_and_fetched_by_another():
    live = world()
    had = live.vehicle("a", THERE)
    told = NotCollected(at=at(49), journey_id="a", ride=THERE)
    done = live.after(told)
    assert alerts(done) == [("a", "CALL_BACK"), ("a", "LATE_FOR_CARE")]
    assert live.ride("a", THERE).vehicle_id not in {had, None}
    assert [(one.ride_id, one.reason) for one in done.broken] == [("a/outward", "NOT_COLLECTED")]
    assert kinds(live.after(told)) == []


def test_that_nobody_came_before_it_was_time_is_not_believed():
    live = world()
    assert alerts(live.after(NotCollected(at=at(5), journey_id="a", ride=THERE))) == []


def test_that_nobody_came_while_a_vehicle_is_looked_for_is_known():
    live = under_way(world(T1), RideStatus.BOARDING, RideStatus.HANDED_OVER)
    live.after(CareEnded(at=at(80), journey_id="a"), VehicleBroken(at=at(80), vehicle_id="t1"))
    done = live.after(NotCollected(at=at(95), journey_id="a", ride=HOME))
    assert live.ride("a", HOME).told_at == at(95)
    assert alerts(done) == [("a", "CALL_BACK")]


def test_what_is_no_event_is_refused():
    with pytest.raises(TypeError, match="str is not an event"):
        note(cast("JourneyEvent", "perdu"), Notebook.of(LiveWorld().live, at(0), lambda _: None))


def test_a_journey_that_changes_needs_its_request():
    live = world()
    live.requests.clear()
    with pytest.raises(LookupError, match="journey a changes"):
        live.after(VehicleBroken(at=at(5), vehicle_id=live.vehicle("a", THERE)))
