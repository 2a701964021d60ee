"""Promise discipline: what is frozen stays, what is told is kept or listed, nobody is forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.kernel.events import (
    CallReceived,
    CareEnded,
    CareMoved,
    RideRefused,
    RideReported,
    VehicleBroken,
    VehicleDelayed,
)
from regulation.kernel.live import CareStage, Ending
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.observed import Observed
from regulation.kernel.planner import Budget
from regulation.kernel.riders import Load
from regulation.kernel.rides import RideStatus
from regulation.kernel.time import TimeWindow
from tests.unit.transport.live_worlds import HOME, THERE, LiveWorld, alerts, at, kinds
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    NOON,
    ONE_SEAT,
    SETTINGS,
    StraightRoads,
    call,
    care,
    pharmacy,
    place,
    promised,
    taxi,
)
from transport.courses import Course
from transport.holding import is_drivable
from transport.laid_out import Layer
from transport.memo import TravelMemo
from transport.plan import check

NORTH = place(5, 0)
SHARES = replace(ONE_SEAT, shared_allowed=True)
T1, T2 = taxi("t1", HERE), taxi("t2", place(1, 1))


def seen_at(name, after_min, where=NORTH, **changes):
    stop = care(f"rdv-{name}", where, after_min, slot_key=f"s-{name}")
    return call(stop, request_id=name, **changes)


def tell(live, journey_id, kind, *statuses, first):
    for minute, status in enumerate(statuses):
        done = live.after(live.report(journey_id, kind, status, first + minute))
    return done


def route_of(done, vehicle):
    """Rides of the stops of a vehicle, in order."""
    names = {
        node: ride.ride_id.removeprefix("promised/")
        for ride in done.problem.rides
        for node in ride.stops
    }
    for route in done.plan.routes:
        if done.problem.vehicles[route.vehicle].vehicle_id.startswith(vehicle):
            return [names[stop.node] for stop in route.stops]
    return []


def test_every_plan_is_judged_and_the_same_question_has_the_same_answer():
    live = LiveWorld(T1, T2, requests=[seen_at("a", 60), seen_at("b", 90)])
    before, broken = live.live, VehicleBroken(at=at(5), vehicle_id="t1")
    first = live.after(broken)
    assert check(first.plan, first.problem) == ()
    live.live = before
    again = live.after(broken)
    assert (again.live, again.changes, again.plan) == (first.live, first.changes, first.plan)


def test_the_planner_answers_with_the_journeys_of_all_who_are_undecided():
    live = LiveWorld(T1, T2, requests=[seen_at("a", 60)])
    had = live.vehicle("a", THERE)
    alone = replace(live.planner, fleet=replace(live.planner.fleet, vehicles=(T1,)))
    refused = RideRefused(at=at(5), journey_id="a", ride=THERE, vehicle_id=had)
    slots = [care(f"rdv{n}", NORTH, 90 + 30 * n, slot_key=f"s{n}") for n in range(2)]
    requests = {"a": call(*slots, request_id="a")}
    nothing = alone.replan(live.live, (), requests, at(5), Budget())
    assert nothing.pairing is None
    done = live.planner.replan(live.live, (refused,), requests, at(5), Budget())
    assert done.pairing is None, "the other taxi takes it"
    nobody = alone.replan(live.live, (refused,), requests, at(5), Budget())
    assert nobody.pairing is not None
    assert nobody.pairing.journeys["a"] == (), "who refused is not asked again"


def test_two_undecided_are_paired_jointly_and_get_different_slots():
    live = LiveWorld(taxi("t3", HERE), T2, T1)
    slots = [care(f"rdv{n}", NORTH, 60 + 60 * n, slot_key=f"s{n}") for n in range(2)]
    calls = [CallReceived(at=at(1), request=call(*slots, request_id=name)) for name in ("a", "b")]
    done = live.planner.replan(live.live, calls, {}, at(1), Budget())
    assert done.pairing is not None
    taken = [found[0].stop.slot_key for found in done.pairing.journeys.values()]
    assert sorted(taken) == ["s0", "s1"]


def test_a_promise_does_not_drift_with_every_change_within_its_tolerance():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    tell(live, "a", THERE, RideStatus.BOARDING, RideStatus.HANDED_OVER, first=57)
    live.after(CareEnded(at=at(80), journey_id="a"))
    was = live.ride("a", HOME).promise
    for minute, until in ((80, 85), (81, 90)):
        done = live.after(VehicleDelayed(at=at(minute), vehicle_id="t1", until=at(until)))
        moved = live.ride("a", HOME)
        assert (moved.promise, moved.legs[0].pickup_at, done.broken) == (was, at(until), ())
    done = live.after(VehicleDelayed(at=at(82), vehicle_id="t1", until=at(91)))
    assert [(one.ride_id, one.promise, one.late) for one in done.broken] == [
        ("a/return", was, MINUTE)
    ]


def test_the_vehicle_that_is_on_its_way_stays_the_one_however_late():
    live = LiveWorld(T1, T2, requests=[seen_at("a", 60)])
    had = live.vehicle("a", THERE)
    tell(live, "a", THERE, RideStatus.SETTING_OUT, first=40)
    done = live.after(VehicleDelayed(at=at(41), vehicle_id=had, until=at(62)))
    assert live.ride("a", THERE).vehicle_id == had
    assert [(one.ride_id, one.reason) for one in done.broken] == [("a/outward", "VEHICLE_LATE")]
    assert ("a", "CARE_MISSED") in alerts(done)
    assert live.after(when=at(41)).broken == ()


def shared_way():
    """Two who may share, fetched by one taxi; `b` is far out of the way and fetched later."""
    a = seen_at("a", 90, where=place(12, 0), needs=SHARES)
    b = seen_at("b", 90, where=place(12, 0), needs=SHARES, origin=place(6, 0), home=place(6, 0))
    return LiveWorld(taxi("t1", HERE), taxi("t2", place(6, 1)), requests=[a, b])


@pytest.mark.parametrize(("minute", "vehicle"), [(66, "t1"), (86, "t1")])
def test_who_is_aboard_stays_in_their_vehicle(minute, vehicle):
    live = shared_way()
    had = live.vehicle("a", THERE)
    tell(live, "a", THERE, RideStatus.UNDER_WAY, first=minute)
    done = live.after(VehicleDelayed(at=at(minute + 1), vehicle_id=had, until=at(minute + 30)))
    assert live.ride("a", THERE).vehicle_id == had
    assert "a/outward" in {one.ride_id for one in done.broken}


def test_nobody_else_is_picked_up_when_somebody_aboard_is_nearly_there():
    live = LiveWorld(T1, taxi("t2", place(3, 0)), requests=[seen_at("a", 60, needs=SHARES)])
    had = live.vehicle("a", THERE)
    b = seen_at("b", 75, origin=place(4, 0), needs=SHARES)
    live.decide(b, at(1))
    tell(live, "a", THERE, RideStatus.UNDER_WAY, first=50)
    done = live.after(
        *[VehicleBroken(at=at(51), vehicle_id=one) for one in ("t1", "t2") if one != had]
    )
    assert route_of(done, had)[0] == "a/outward"
    spec = done.problem.vehicles[0]
    assert spec.frozen >= 1


def test_what_others_were_promised_is_kept_in_a_vehicle_that_takes_a_ride_over():
    other = promised("x", "t2", place(1, 1), place(-3, 0), 40, 30)
    live = LiveWorld(T1, T2, requests=[seen_at("a", 60)], rides=(other,))
    had = live.vehicle("a", THERE)
    assert had == "t1"
    done = live.after(VehicleBroken(at=at(5), vehicle_id="t1"))
    assert route_of(done, "t2").count("x") == 2
    assert check(done.plan, done.problem) == ()
    assert other in done.fleet.rides


def test_a_vehicle_whose_own_promises_to_others_fail_says_so():
    other = promised("x", "t1", NORTH, place(-3, 0), 10, 40)
    live = LiveWorld(T1, rides=(other,))
    done = live.after(VehicleDelayed(at=at(1), vehicle_id="t1", until=at(60)))
    assert done.broken == (), "it is driven late, and nothing is known of whose it is"
    assert route_of(done, "t1") == ["x", "x"]


def too_many(*names, seats):
    """Rides of others on t1 at one and the same time, which takes three at most."""
    needs = replace(ONE_SEAT, load=Load(seats=seats))
    return tuple(promised(name, "t1", NORTH, place(-3, 0), 20, 40, needs=needs) for name in names)


def test_rides_of_others_that_meet_without_room_are_driven_one_after_the_other():
    done = LiveWorld(T1, rides=too_many("x", "y", seats=3)).after(when=at(1))
    assert done.broken == ()
    assert route_of(done, "t1") in (["x", "x", "y", "y"], ["y", "y", "x", "x"])


def test_a_ride_of_others_that_cannot_be_driven_at_all_is_given_up_and_listed():
    done = LiveWorld(T1, rides=too_many("x", "y", seats=4)).after(when=at(1))
    assert [(one.ride_id, one.instead, one.late) for one in done.broken] == [
        ("x", None, None),
        ("y", None, None),
    ]
    assert done.fleet.rides == ()


def test_a_ride_of_others_under_way_or_over_is_taken_to_be_on_time():
    over = promised("x", "t1", HERE, NORTH, -60, 30)
    aboard = promised("y", "t2", NORTH, HERE, -5, 30)
    live = LiveWorld(T1, T2, rides=(over, aboard))
    done = live.after(when=at(0))
    assert route_of(done, "t2") == ["y"]
    assert route_of(done, "t1") == []
    stands = [one.position for one in done.fleet.vehicles]
    assert [one.value for one in stands if one is not None] == [NORTH, NORTH]


def test_a_tracked_ride_of_others_is_aboard_when_it_is_told():
    waiting = promised("x", "t1", HERE, NORTH, -1, 30, is_tracked=True)
    boarded = promised("y", "t2", NORTH, HERE, -5, 30, is_tracked=True, boarded_at=at(-2))
    done = LiveWorld(T1, T2, rides=(waiting, boarded)).after(when=at(0))
    assert (route_of(done, "t1"), route_of(done, "t2")) == (["x", "x"], ["y"])


def test_somebody_nobody_is_known_to_have_collected_is_called_back_once():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    assert alerts(live.after(when=at(56))) == []
    assert alerts(live.after(when=at(57))) == [("a", "CALL_BACK")]
    assert alerts(live.after(when=at(58))) == []


def test_a_ride_of_which_nothing_is_told_is_taken_to_be_on_plan():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    done = live.after(when=at(50))
    assert (kinds(done), route_of(done, "t1")) == ([], ["a/outward", "a/return", "a/return"])
    done = live.after(when=at(62))
    assert route_of(done, "t1") == ["a/return", "a/return"]


def test_nobody_is_taken_to_be_on_the_way_home_who_is_not_there_yet():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    tell(live, "a", THERE, RideStatus.SETTING_OUT, first=40)
    done = live.after(when=at(82))
    assert "a/return" not in {
        ride.ride_id.removeprefix("promised/")
        for ride in done.problem.rides
        if ride.aboard_since is not None
    }


def test_care_that_runs_over_moves_the_way_home_step_by_step():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    tell(live, "a", THERE, RideStatus.BOARDING, RideStatus.HANDED_OVER, first=57)
    tell(live, "a", HOME, RideStatus.ASKED, first=59)
    done = live.after(when=at(80))
    journey = live.live.journeys["a"]
    assert (journey.care.end, journey.stage) == (at(85), CareStage.AT_THE_PLACE)
    assert [(c.kind, c.reason) for c in done.changes] == [
        ("CARE_RETIMED", "CARE_RUNS_OVER"),
        ("RETIMED", "CARE_RUNS_OVER"),
    ]
    assert done.broken == ()
    assert kinds(live.after(when=at(84))) == []
    done = live.after(when=at(181))
    assert ("a", "CALL_BACK") in alerts(done)


def test_a_vehicle_at_the_door_waits_for_a_doctor_who_runs_over():
    live = LiveWorld(T1, T2, requests=[seen_at("a", 60)])
    tell(live, "a", THERE, RideStatus.BOARDING, RideStatus.HANDED_OVER, first=57)
    had = live.vehicle("a", HOME)
    tell(live, "a", HOME, RideStatus.AT_THE_DOOR, first=78)
    live.after(when=at(81))
    home = live.ride("a", HOME)
    assert (home.vehicle_id, home.status) == (had, RideStatus.AT_THE_DOOR)
    assert home.legs[0].pickup_at == at(86)


def test_a_wait_past_comfort_is_said():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    tell(live, "a", THERE, RideStatus.BOARDING, RideStatus.HANDED_OVER, first=57)
    done = live.after(
        CareEnded(at=at(70), journey_id="a"),
        VehicleDelayed(at=at(70), vehicle_id="t1", until=at(120)),
    )
    (alert,) = [one for one in done.alerts if one.kind == "LONG_WAIT"]
    assert (alert.ride_id, alert.by) == ("a/return", at(120))


def test_a_doctor_who_keeps_them_waiting_past_comfort_is_said():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    done = live.after(CareMoved(at=at(50), journey_id="a", starts_at=at(110), ends_at=at(130)))
    assert ("a", "LONG_WAIT") in alerts(done)


def test_who_is_brought_late_is_seen_later_and_fetched_later():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    tell(live, "a", THERE, RideStatus.BOARDING, RideStatus.ARRIVED, first=68)
    journey = live.live.journeys["a"]
    assert journey.care.start == at(71)
    assert live.ride("a", HOME).legs[0].pickup_at >= journey.care.end == at(91)


def test_the_last_ride_of_the_day_is_done_in_overtime_rather_than_not():
    late = taxi("t1", HERE, shifts=(TimeWindow(at(-60), at(100)),))
    live = LiveWorld(late, requests=[seen_at("a", 60)])
    tell(live, "a", HOME, RideStatus.BOARDING, first=80)
    done = live.after(VehicleDelayed(at=at(82), vehicle_id="t1", until=at(95)))
    assert ("a", "OVERTIME") in alerts(done)


def ending_soon():
    """A patient to be back before the shift of the first vehicle ends; another is on all day."""
    soon = taxi("t1", HERE, shifts=(TimeWindow(at(-60), at(110)),))
    live = LiveWorld(soon, requests=[seen_at("a", 60)])
    fleet = replace(live.planner.fleet, vehicles=(soon, T2))
    live.planner = replace(live.planner, fleet=fleet)
    return live


def test_a_vehicle_whose_shift_is_over_and_that_carries_nothing_more_is_no_trouble():
    layer = Layer(travel=TravelMemo(StraightRoads()), settings=SETTINGS, now=at(0))
    over = Course(vehicle=T1, shift=TimeWindow(at(-60), at(-1)), stand=None, free_at=at(0))
    assert is_drivable(over, layer)


def test_what_a_vehicle_held_up_past_its_shift_had_promised_goes_to_another():
    live = ending_soon()
    done = live.after(VehicleDelayed(at=at(5), vehicle_id="t1", until=at(130)))
    assert {live.ride("a", kind).vehicle_id for kind in (THERE, HOME)} == {"t2"}
    assert "REASSIGNED" in kinds(done)


def test_a_vehicle_that_no_longer_has_the_ride_and_says_so_is_a_contradiction():
    live = LiveWorld(T1, T2, requests=[seen_at("a", 60)])
    other = ({"t1", "t2"} - {live.ride("a", THERE).vehicle_id}).pop()

    def told(minute, status):
        return RideReported(
            at=at(minute), journey_id="a", ride=THERE, vehicle_id=other, status=status
        )

    assert alerts(live.after(told(40, RideStatus.SETTING_OUT))) == []
    assert alerts(live.after(told(47, RideStatus.BOARDING))) == [("a", "CALL_BACK")]
    assert live.ride("a", THERE).status is RideStatus.PLANNED


def test_an_older_or_lower_status_than_known_is_not_heard():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    tell(live, "a", THERE, RideStatus.BOARDING, first=47)
    live.after(live.report("a", THERE, RideStatus.AT_THE_DOOR, 49))
    live.after(live.report("a", THERE, RideStatus.HANDED_OVER, 46), when=at(50))
    assert live.ride("a", THERE).status is RideStatus.BOARDING
    of_nobody = RideReported(
        at=at(50), journey_id="z", ride=THERE, vehicle_id="t1", status=RideStatus.BOARDING
    )
    assert kinds(live.after(of_nobody)) == []


def test_the_boarding_ends_when_it_is_told_or_when_it_should():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    tell(live, "a", THERE, RideStatus.BOARDING, first=47)
    assert live.ride("a", THERE).boarded_at == at(50)
    tell(live, "a", THERE, RideStatus.UNDER_WAY, first=49)
    assert live.ride("a", THERE).boarded_at == at(49)


def test_the_pharmacy_is_a_stop_of_the_way_home():
    shop = pharmacy("proche", place(4, 0))
    wanted = {"pharmacies": (shop,), "pharmacy_need": PharmacyNeed.CERTAIN, "pharmacy_stake": 1000}
    live = LiveWorld(T1, requests=[seen_at("a", 60, **wanted)])
    done = tell(live, "a", HOME, RideStatus.UNDER_WAY, RideStatus.AT_THE_PHARMACY, first=83)
    home = live.ride("a", HOME)
    assert str(home.status) == "ETAPE1"
    assert home.legs[1].pickup_at == at(84) + timedelta(seconds=shop.service_s)
    assert route_of(done, "t1") == ["a/return", "a/return"]
    done = live.after(when=at(86))
    assert live.ride("a", HOME).legs[1].pickup_at == home.legs[1].pickup_at
    (stand,) = [one.position for one in done.fleet.vehicles]
    assert stand is not None
    assert stand.value == shop.position
    (ride,) = done.fleet.rides
    assert [via.window for via in ride.vias] == [shop.open_windows[0]]
    done = tell(live, "a", HOME, RideStatus.LEAVING_THE_PHARMACY, first=90)
    assert route_of(done, "t1") == ["a/return"]
    assert done.fleet.rides[0].vias == ()
    tell(live, "a", HOME, RideStatus.ARRIVED, first=96)
    assert live.live.journeys["a"].ending is Ending.HOME


def test_a_breakdown_after_the_pharmacy_leaves_only_the_way_home():
    shop = pharmacy("proche", place(4, 0))
    wanted = {"pharmacies": (shop,), "pharmacy_need": PharmacyNeed.CERTAIN, "pharmacy_stake": 1000}
    live = LiveWorld(T1, T2, requests=[seen_at("a", 60, **wanted)])
    had = live.vehicle("a", HOME)
    tell(live, "a", HOME, RideStatus.UNDER_WAY, first=83)
    tell(live, "a", HOME, RideStatus.LEAVING_THE_PHARMACY, first=90)
    live.requests["a"] = replace(live.requests["a"], pharmacy_need=PharmacyNeed.NONE)
    live.after(VehicleBroken(at=at(92), vehicle_id=had, position=place(3, 0)))
    home = live.ride("a", HOME)
    assert (len(home.legs), home.origin, home.is_stranded) == (1, place(3, 0), True)


def test_a_vehicle_is_planned_from_where_it_was_last_seen():
    seen = Observed(place(4, 0), at(9), "gps", 10 * MINUTE)
    near = taxi("t2", place(-9, 0), position=seen)
    live = LiveWorld(T1, near, requests=[seen_at("a", 60)])
    live.after(VehicleBroken(at=at(10), vehicle_id=live.vehicle("a", THERE)))
    assert live.ride("a", THERE).vehicle_id is not None


def test_the_nearest_vehicle_that_must_be_asked_long_ahead_is_not_asked_too_late():
    slow = taxi("t2", HERE, notice=timedelta(hours=2))
    live = LiveWorld(T1, slow, taxi("t3", place(2, 0)), requests=[seen_at("a", 60)])
    live.after(VehicleBroken(at=at(5), vehicle_id=live.vehicle("a", THERE)))
    assert live.ride("a", THERE).vehicle_id != "t2"


def test_riders_put_in_one_vehicle_share_it_and_its_fare():
    on_the_way = seen_at("b", 65, origin=place(2, 0), needs=SHARES)
    alone = LiveWorld(T2, requests=[on_the_way]).live.journeys["b"]
    live = LiveWorld(T1, T2, requests=[seen_at("a", 60, needs=SHARES)])
    live.requests["b"] = on_the_way
    live.put(alone)
    done = live.after(VehicleBroken(at=at(5), vehicle_id="t2"))
    rides = [live.ride(name, THERE) for name in ("a", "b")]
    assert [ride.vehicle_id for ride in rides] == ["t1", "t1"]
    assert [ride.legs[0].shared for ride in rides] == [True, True]
    fare = rides[1].legs[0].price.total_cents
    assert fare == (1000 + rides[1].legs[0].distance_m // 5) // 2
    assert {"a/outward", "b/outward"} <= set(done.kept)


def test_two_who_should_not_share_but_do_are_brought_on():
    live = LiveWorld(T1, requests=[seen_at("a", 60), seen_at("b", 90)])
    tell(live, "a", THERE, RideStatus.UNDER_WAY, first=50)
    done = tell(live, "b", THERE, RideStatus.UNDER_WAY, first=52)
    assert check(done.plan, done.problem) == ()
    assert set(route_of(done, "t1")[:2]) == {"a/outward", "b/outward"}


def test_more_aboard_than_there_is_room_for_is_a_fact_and_not_a_plan():
    full = replace(ONE_SEAT, load=Load(seats=3), shared_allowed=True, crew=1)
    live = LiveWorld(T1, requests=[seen_at("a", 60, needs=full), seen_at("b", 120, needs=full)])
    tell(live, "a", THERE, RideStatus.UNDER_WAY, first=50)
    done = tell(live, "b", THERE, RideStatus.UNDER_WAY, first=52)
    assert check(done.plan, done.problem) == ()


def test_a_journey_that_has_ended_is_left_alone():
    live = LiveWorld(T1, requests=[seen_at("a", 60)])
    tell(live, "a", HOME, RideStatus.UNDER_WAY, RideStatus.HANDED_OVER, first=83)
    assert live.live.journeys["a"].ending is Ending.HOME
    done = live.after(when=at(100))
    assert (done.changes, done.alerts, done.plan.routes) == ((), (), ())
    assert at(100) > NOON
