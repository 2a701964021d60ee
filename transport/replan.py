"""Events carried into the journeys under way: `replan`, pure and deterministic.

What has been driven and the stop being driven to are frozen; who is aboard is never diverted
late; a promised instant moves within its tolerance or is listed as broken. Every plan is judged
by `check` before it is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from regulation.kernel.events import CallReceived, JourneyEvent
from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.live import LiveJourney, LiveState
from regulation.kernel.replanning import Alert, BrokenPromise, Change, Reason
from regulation.kernel.rides import LiveRide, Promise
from transport.courses import Course, CourseKey, Roster
from transport.errands import Errand
from transport.events import note
from transport.fleet import FleetView
from transport.holding import hold
from transport.laid_out import Layer
from transport.live_promises import view_of
from transport.memo import TravelMemo
from transport.notebook import Notebook
from transport.overdue import COMMITTED, look_at_the_clock
from transport.placing import Placing
from transport.plan import Plan
from transport.problem import Problem
from transport.redirecting import redirect
from transport.settings import PairingSettings
from transport.standing import stands_of
from transport.telling import Teller
from transport.timetabling import timetable
from transport.ways import Scales
from transport.writing import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveGround:
    """What replanning stands on: the fleet with the rides of others, the roads, the weights."""

    fleet: FleetView
    travel: TravelMemo
    scales: Scales
    settings: PairingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """The journeys as they now stand with what is told of them; the plan and what it was judged
    on; the fleet and the requests with which those who are undecided are to be paired."""

    now: datetime
    live: LiveState
    changes: tuple[Change, ...]
    alerts: tuple[Alert, ...]
    broken: tuple[BrokenPromise, ...]
    kept: Mapping[str, Promise]
    plan: Plan
    problem: Problem
    fleet: FleetView
    requests: tuple[JourneyRequest, ...]


def replan(
    ground: LiveGround,
    live: LiveState,
    events: Sequence[JourneyEvent],
    requests: Mapping[str, JourneyRequest],
    now: datetime,
) -> Replanned:
    """Carry the events, and what the clock brings, into the journeys under way.

    Raise RefusedError when `check` refuses the plan, LookupError when a journey that changes has
    no request.
    """
    stands = stands_of(ground.fleet, live, now)
    book = Notebook.of(live, now, lambda one: stands[one].position if one in stands else None)
    for event in sorted(events, key=lambda one: one.at):
        note(event, book)
    look_at_the_clock(book, ground.settings)
    calls = {e.request.request_id: e.request for e in events if isinstance(e, CallReceived)}
    work = _Work(
        ground=ground,
        before=live,
        book=book,
        layer=Layer(travel=ground.travel, settings=ground.settings, now=now),
        teller=Teller(before=live, book=book, settings=ground.settings),
        calls=calls,
        requests=requests,
    )
    return work.done()


@dataclass(slots=True, kw_only=True)
class _Work:
    """One replanning, once the events are noted."""

    ground: LiveGround
    before: LiveState
    book: Notebook
    layer: Layer
    teller: Teller
    calls: Mapping[str, JourneyRequest]
    requests: Mapping[str, JourneyRequest]
    late: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)

    def done(self) -> Replanned:
        """Hold what can be held, place the rest, time it all, tell it."""
        self._leave_vehicles_that_are_gone()
        for ride_id in sorted(self.book.redirected):
            journey, _ = self.book.find(ride_id)
            request = self._request(journey.journey_id)
            redirect(self.book, self._roster(), self.layer, ride_id, request)
        placing = Placing(courses=self._held(), layer=self.layer, scales=self.ground.scales)
        self._place(placing)
        courses = [course for course in placing.courses.values() if course.items]
        table = timetable(courses, self.layer)
        Writer(
            book=self.book,
            teller=self.teller,
            table=table,
            placed={one.errand.ride.ride_id: one for one in placing.placed},
            late=frozenset(self.late),
        ).write(courses)
        live, now = self.book.live, self.layer.now
        left = [one for one in self.ground.fleet.rides if one.ride_id not in self.given_up]
        return Replanned(
            now=now,
            live=live,
            changes=tuple(self.book.changes),
            alerts=tuple(self.book.alerts),
            broken=(*self.teller.broken, *self._broken_for_others()),
            kept=self.teller.kept,
            plan=table.plan,
            problem=table.problem,
            fleet=view_of(replace(self.ground.fleet, rides=tuple(left)), live, now),
            requests=tuple(self._undecided()),
        )

    def _leave_vehicles_that_are_gone(self) -> None:
        """Look for another vehicle for what one that is no longer in service had promised."""
        known = {vehicle.vehicle_id for vehicle in self.ground.fleet.vehicles}
        for journey in list(self.book.all_going()):
            for ride in journey.rides:
                vehicle = ride.vehicle_id
                if vehicle is not None and not self.book.has_begun(ride):
                    trouble = self.book.troubles.get(vehicle)
                    if vehicle not in known or (trouble is not None and trouble.until is None):
                        self.book.seek(journey.journey_id, ride, Reason.VEHICLE_BROKEN)

    def _roster(self) -> Roster:
        return Roster(
            fleet=self.ground.fleet,
            live=self.book.live,
            now=self.layer.now,
            settings=self.ground.settings,
        )

    def _held(self) -> dict[CourseKey, Course]:
        """Return the courses as they can be driven; what had to give is sought, or late."""
        courses = self._roster().courses()
        held = hold([course for course in courses.values() if course.items], self.layer)
        for journey in list(self.book.all_going()):
            for ride in journey.rides:
                if ride.ride_id in held.displaced:
                    self.book.seek(journey.journey_id, ride, Reason.VEHICLE_LATE)
        self.late, self.given_up = held.late, held.given_up
        return courses | {course.key: course for course in held.courses}

    def _errands(self) -> Iterator[Errand]:
        for journey in list(self.book.all_going()):
            for ride in journey.rides:
                if ride.ride_id in self.book.sought:
                    yield self._errand(journey, ride, self.book.sought[ride.ride_id])

    def _errand(self, journey: LiveJourney, ride: LiveRide, reason: Reason) -> Errand:
        was = self.teller.was(ride.ride_id)
        last_by = was.vehicle_id if was else None
        is_coming = was is not None and was.status in COMMITTED and last_by not in ride.needs.not_by
        return Errand(
            journey=journey,
            ride=ride,
            reason=reason,
            request=self._request(journey.journey_id),
            last_by=last_by,
            only=last_by if is_coming and reason is Reason.PHARMACY_CLOSED else None,
            was_by_pharmacy=was is not None and len(was.legs) > 1,
            closed=frozenset(self.book.closed),
        )

    def _request(self, journey_id: str) -> JourneyRequest:
        found = self.calls.get(journey_id) or self.requests.get(journey_id)
        if found is None:
            raise LookupError(f"journey {journey_id} changes, and its request was not given")
        return found

    def _place(self, placing: Placing) -> None:
        """Place what can be; choose anew for whoever misses care, which may leave room."""
        left = placing.place(list(self._errands()))
        missed = [one for one in left if not one.must_be_done]
        for errand in missed:
            self.teller.missed(errand.journey.journey_id, errand.ride, errand.reason)
        rides = frozenset(ride.ride_id for ride in self._rides())
        placing.courses = {key: _cleared(one, rides) for key, one in placing.courses.items()}
        left = [one for one in left if one.must_be_done and one.ride.ride_id in rides]
        for errand in placing.place(left) if missed else left:
            journey_id = errand.journey.journey_id
            self.teller.without_vehicle(journey_id, errand.ride, errand.reason)

    def _rides(self) -> Iterator[LiveRide]:
        for journey in self.book.all_going():
            yield from journey.rides

    def _broken_for_others(self) -> Iterator[BrokenPromise]:
        """Rides of nobody under way that their vehicle can no longer do."""
        for ride in self.ground.fleet.rides:
            if ride.ride_id in self.given_up:
                promise = Promise(
                    pickup_at=ride.pickup_at, dropoff_at=ride.dropoff_at, tolerance=ride.tolerance
                )
                yield BrokenPromise(
                    journey_id=ride.ride_id,
                    ride_id=ride.ride_id,
                    promise=promise,
                    reason=Reason.VEHICLE_LATE,
                    instead=None,
                    late=None,
                )

    def _undecided(self) -> Iterator[JourneyRequest]:
        """Requests of those who are undecided, from where they are, less what has gone."""
        gone, closed = self.book.withdrawn, self.book.closed
        for waiting in self.book.undecided.values():
            known = waiting.journey_id in self.calls or waiting.journey_id in self.requests
            if waiting.ending is not None or not known:
                continue
            request = self._request(waiting.journey_id)
            stops = request.stops
            yield replace(
                request,
                origin=waiting.origin,
                ready_at=max(request.ready_at, waiting.ready_at),
                needs=replace(request.needs, not_by=request.needs.not_by | waiting.not_by),
                stops=tuple(
                    one for one in stops if one.slot_key not in gone and one.place_id not in closed
                ),
                pharmacies=tuple(one for one in request.pharmacies if one.stop_id not in closed),
            )


def _cleared(course: Course, rides: frozenset[str]) -> Course:
    """The course less the rides of journeys reopened meanwhile: all but these."""
    gone = [item for item in course.items if item.is_ours and item.carried.ride_id not in rides]
    if not gone:
        return course
    return course.without(frozenset(item.carried.ride_id for item in gone))
