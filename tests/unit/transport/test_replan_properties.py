"""Whatever happens, in whatever order: every plan stands before the judge, frozen stops stay, who
boarded is brought on, what is said to be kept is kept, and the same news twice is no news."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    RideReported,
    SlotWithdrawn,
    VehicleBroken,
    VehicleDelayed,
)
from regulation.kernel.live import Ending, LiveState
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.rides import RideStatus
from regulation.kernel.time import TimeWindow
from tests.unit.transport.live_worlds import HOME, THERE, LiveWorld, at
from tests.unit.transport.pairing_worlds import (
    MINUTE,
    NOON,
    ONE_SEAT,
    call,
    care,
    pharmacy,
    place,
    promised,
    taxi,
)
from transport.plan import Plan, Unserved, check
from transport.problem import triangle_violations
from transport.replan import Replanned
from transport.retiming import nearest_schedule
from transport.solver.compiled import compile_problem
from transport.timing import route_of

WORLDS, SEQUENCES = 12, 60
STAKES = {PharmacyNeed.NONE: 0, PharmacyNeed.LIKELY: 500, PharmacyNeed.CERTAIN: 1000}
NAMES = "abc"


@cache
def a_world(seed: int) -> LiveWorld:
    """Up to three taxis, three people, four places of care, two pharmacies, one ride of others."""
    rng = np.random.default_rng(seed)
    spots = [place(north, east) for north, east in rng.uniform(-6, 6, (8, 2))]
    fleet = [
        taxi(f"t{n}", picked(rng, spots), notice=picked(rng, [0, 0, 15]) * MINUTE)
        for n in range(1 + seed % 3)
    ]
    shuts = (TimeWindow(NOON, NOON + timedelta(hours=1 + seed % 4)),)
    shops = (pharmacy("ph0", picked(rng, spots)), pharmacy("ph1", spots[0], open_windows=shuts))
    others = (promised("x", "t0", spots[1], spots[2], 140, 40),) if seed % 4 == 0 else ()
    world = LiveWorld(*fleet, rides=others)
    for name in NAMES:
        need = picked(rng, list(PharmacyNeed))
        request = call(
            *(a_stop(rng, name, one, spots) for one in range(2)),
            request_id=name,
            origin=picked(rng, spots),
            home=picked(rng, spots),
            pharmacies=shops,
            pharmacy_need=need,
            pharmacy_stake=STAKES[need],
            needs=replace(ONE_SEAT, shared_allowed=bool(rng.random() < 0.7)),
        )
        try_to_decide(world, request)
    return world


def a_stop(rng, name, one, spots):
    after = picked(rng, [40, 60, 90, 120])
    stop = care(f"{name}{one}", picked(rng, spots), after, slot_key=f"s{name}{one}")
    return replace(stop, place_id=f"p{rng.integers(4)}")


def picked(rng, items):
    return items[rng.integers(len(items))]


def try_to_decide(world, request):
    """Decide if there is a journey; else they stay undecided."""
    try:
        world.decide(request)
    except IndexError:
        world.requests[request.request_id] = request


def copy_of(world: LiveWorld) -> LiveWorld:
    copy = LiveWorld()
    copy.planner, copy.live, copy.requests = world.planner, world.live, dict(world.requests)
    return copy


WHO, RIDES = st.sampled_from(NAMES), st.sampled_from([THERE, HOME])
VEHICLES = st.sampled_from(["t0", "t1", "t2"])
MINUTES = st.integers(0, 90)


@st.composite
def events(draw, minute: int):
    """Anything, told up to ten minutes after it happened."""
    when = at(minute - draw(st.sampled_from([0, 0, 0, 1, 10])))
    who, ride, vehicle = draw(WHO), draw(RIDES), draw(VEHICLES)
    starts = at(30 + 2 * draw(MINUTES))
    return draw(
        st.sampled_from(
            [
                CallReceived(at=when, request=call(request_id="new")),
                JourneyCancelled(at=when, journey_id=who),
                PatientAbsent(at=when, journey_id=who, ride=ride),
                NotCollected(at=when, journey_id=who, ride=ride),
                PatientWorse(at=when, journey_id=who),
                PatientAdmitted(at=when, journey_id=who, ward=care("chu", place(-4, 3), 180)),
                CareMoved(
                    at=when,
                    journey_id=who,
                    starts_at=starts,
                    ends_at=starts + (5 + draw(MINUTES) // 2) * MINUTE,
                ),
                CareEnded(at=when, journey_id=who),
                SlotWithdrawn(at=when, slot_key=f"s{who}{draw(st.integers(0, 1))}"),
                PremisesClosed(at=when, place_id=draw(st.sampled_from(["p0", "p1", "ph0", "ph1"]))),
                VehicleBroken(at=when, vehicle_id=vehicle),
                VehicleDelayed(at=when, vehicle_id=vehicle, until=when + draw(MINUTES) * MINUTE),
                RideRefused(at=when, journey_id=who, ride=ride, vehicle_id=vehicle),
                *[
                    RideReported(
                        at=when, journey_id=who, ride=ride, vehicle_id=vehicle, status=status
                    )
                    for status in RideStatus
                ],
            ]
        )
    )


@st.composite
def histories(draw) -> list[tuple[int, list[JourneyEvent]]]:
    """Batches of events at growing instants."""
    minute, told = 0, []
    for step in draw(st.lists(st.sampled_from([0, 1, 5, 15, 40]), min_size=1, max_size=4)):
        minute += step
        told.append((minute, draw(st.lists(events(minute), max_size=3))))
    return told


@settings(
    max_examples=SEQUENCES,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(seed=st.integers(0, WORLDS - 1), history=histories())
def test_whatever_happens_promises_are_kept_or_listed(seed, history):
    world = copy_of(a_world(seed))
    for minute, batch in history:
        before = world.live
        done = world.after(*batch, when=at(minute))
        assert check(done.plan, done.problem) == ()
        keeps_what_it_says(done)
        keeps_what_is_frozen(before, done)
        forgets_nobody_aboard(before, done)
        may_lose_any_ride(done)
        again = world.after(*batch, when=at(minute))
        assert again.live == done.live
        assert (again.changes, again.alerts, again.broken) == ((), (), ())


def driven(done: Replanned):
    """Rides of the plan, each with when its stops begin, in seconds, and its vehicle."""
    begins = {s.node: (s.begin, route.vehicle) for route in done.plan.routes for s in route.stops}
    for ride in done.problem.rides:
        name = ride.ride_id.removeprefix("promised/")
        yield name, ride, [begins[node][0] for node in ride.stops], begins[ride.stops[0]][1]


def keeps_what_it_says(done: Replanned) -> None:
    """Kept is within its tolerance; not kept is listed, or moved by care and told."""
    broken, told = {one.ride_id for one in done.broken}, {one.journey_id for one in done.changes}
    ours = {r.ride_id: j.journey_id for j in done.live.journeys.values() for r in j.rides}
    for name, ride, begins, _ in driven(done):
        promise = done.kept.get(name)
        if promise is None:
            assert name in broken or ours.get(name, name) in told or name not in ours
            continue
        assert name not in broken
        last = begins[-1] + done.problem.nodes[ride.stops[-1]].service
        slack = promise.tolerance.total_seconds()
        assert last <= seconds(done, promise.dropoff_at) + slack
        if ride.boards:
            assert begins[0] <= seconds(done, promise.pickup_at) + slack


def seconds(done: Replanned, instant: datetime) -> float:
    return (instant - done.now).total_seconds()


def keeps_what_is_frozen(before: LiveState, done: Replanned) -> None:
    """A vehicle on its way to somebody, or with somebody, keeps them."""
    after = {r.ride_id: r for j in done.live.journeys.values() for r in j.rides}
    fixed = {RideStatus.SETTING_OUT, RideStatus.AT_THE_DOOR}
    for journey in before.journeys.values():
        for ride in journey.rides:
            now = after.get(ride.ride_id)
            was_fixed = ride.status in fixed or ride.status.is_aboard
            if now is not None and was_fixed and now.status in fixed | {ride.status}:
                assert now.vehicle_id == ride.vehicle_id


def forgets_nobody_aboard(before: LiveState, done: Replanned) -> None:
    """Who is aboard is in the plan, has arrived, is handed over, or stands and is looked after."""
    in_plan = {name for name, *_ in driven(done)}
    after = {r.ride_id: r for j in done.live.journeys.values() for r in j.rides}
    for journey in before.journeys.values():
        ended = done.live.journeys.get(journey.journey_id)
        for ride in journey.rides:
            if not ride.status.is_aboard:
                continue
            now = after.get(ride.ride_id)
            if now is None or now.status.is_over:
                worse = ended is not None and ended.ending is Ending.HANDED_TO_AMU
                arrived = now is not None or journey.journey_id in done.live.undecided
                assert worse or arrived
            else:
                assert ride.ride_id in in_plan or (now.is_stranded and not now.legs)


def may_lose_any_ride(done: Replanned) -> None:
    """Without one of its riders who isn't under way, each route still stands, re-timed."""
    if any(triangle_violations(done.problem)):
        return
    for number, ride in enumerate(done.problem.rides):
        vehicle = next(iter(ride.vehicles or ()))
        spec = done.problem.vehicles[vehicle]
        if set(ride.stops) & set(spec.planned[: spec.frozen]) or ride.aboard_since is not None:
            continue
        left = tuple(node for node in spec.planned if node not in ride.stops)
        vehicles = tuple(
            replace(one, planned=left) if n == vehicle else one
            for n, one in enumerate(done.problem.vehicles)
        )
        journeys = tuple(
            replace(one, promised=one.promised and n != number)
            for n, one in enumerate(done.problem.journeys)
        )
        problem = replace(done.problem, vehicles=vehicles, journeys=journeys)
        begins = nearest_schedule(compile_problem(problem), vehicle, left, {})
        assert begins is not None
        routes = [r for r in done.plan.routes if r.vehicle != vehicle]
        routes.append(route_of(problem, vehicle, left, begins))
        options = tuple(None if n == number else 0 for n in range(len(journeys)))
        lost = (Unserved(journey=number, reason="retiré"),)
        assert check(Plan(routes=tuple(routes), options=options, unserved=lost), problem) == ()
