"""A ride that nobody will do as it was promised, or that the patient asks for: planned anew.

Where and when the patient is seen is a person's decision, and so are the hours they were told:
another vehicle is found for the same promise, or it is said that none was. The way home alone
changes its hours, once the patient is told to be ready for it.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from regulation.assessment import assess
from regulation.cases import Case, CaseState
from regulation.disclosure import Cause, MissionOrder, RideNotice, Withdrawal
from regulation.events import Event, EventKind, Fact
from regulation.kernel.events import CareEnded, JourneyEvent, RideRefused
from regulation.kernel.journeys import JourneyRequest, PlannedLeg
from regulation.kernel.live import LiveJourney, LiveState
from regulation.kernel.modes import LegKind, PharmacyNeed
from regulation.kernel.replanning import AlertKind, Replanning
from regulation.kernel.rides import LiveRide
from regulation.messages import Channel, OutgoingMessage
from regulation.ports import StaleVersion
from services.answering import Scene, scene_of
from services.awaiting import is_counted_on, tell_those_who_wait, withdraw_of_ride
from services.following import followed_in
from services.outgoing import Told, mission_of, patient_of, pharmacies_of
from services.runtime import Runtime
from services.store import Store, StoreUnavailable, Unit
from services.troubles import Look, Trouble, Why
from services.under_way import case_of, journey_of, ride_kind
from transport.fleet import PromisedRide
from transport.itinerary import RefusedError
from transport.live_promises import promised_rides

WHO = "replanification"
LONG_OVER = timedelta(hours=6)
"""Assumption: how long after a way home was promised somebody may still be asking for it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replanner:
    """Looks for rides in trouble and finds them another vehicle, or other hours home."""

    runtime: Runtime
    store: Store

    def troubles(self) -> Sequence[Trouble]:
        """Return the rides to plan anew that nobody has dealt with yet."""
        now = self.runtime.clock.now()
        look = Look(
            now=now,
            vehicles={one.vehicle_id: one for one in self.runtime.fleet(now)},
            travel=self.runtime.travel,
            counts_silence=self.runtime.is_answered,
        )
        with self.store.reading() as unit:
            rides = unit.promises.rides_after(now - LONG_OVER, besides="")
            cases = map(unit.cases.find, dict.fromkeys(case_of(one.ride_id) for one in rides))
            decided = (one for one in cases if one and one.state is CaseState.DECIDED)
            return tuple(one for case in decided for one in _troubles_of(unit, case, look))

    def mend(self, trouble: Trouble, token: int | None = None, thing: str = "") -> bool:
        """Plan the ride anew and tell whoever is concerned; tell whether it changed.

        `token`: of the lease under which this is done, shown to the fence of `thing`. Raise
        Overtaken when another process has it, StaleVersion when the case moved meanwhile,
        VehicleMoved when the vehicle found was promised elsewhere meanwhile.
        """
        offer = self.runtime.snapshots.current()
        with self.store.reading() as unit:
            scene = scene_of(unit, trouble.case.case_id, self.runtime, offer)
        found, failed = None, False
        try:
            found = self._found(trouble, scene)
        except NotPlanned:
            failed = True
        with self.store.unit() as unit:
            if token is not None:
                unit.fences.come_through([thing], token)
            _refuse_unless_as_read(unit, trouble)
            if found is not None and found.ride != trouble.ride:
                self._give(unit, trouble, found, scene)
            news = _news(trouble, found, scene.now, failed=failed)
            unit.events.record(news)
            tell_those_who_wait(unit, [news], scene.now)
            return found is not None

    def _found(self, trouble: Trouble, scene: Scene) -> "Found | None":
        """Replan the journey; None when what was promised can't be kept otherwise. Raise NotPlanned
        when it isn't known whether it can."""
        journey, kind = _journey(trouble, scene), _kind(trouble.ride)
        halt_is_lost = bool(trouble.ride.vias) and journey.pharmacy is None
        if halt_is_lost or trouble.why is Why.ON_TIME:
            return None
        if trouble.is_underway and not trouble.is_given_up:  # it is not called off
            stays = Found(ride=trouble.ride, legs=(), waits_long=False)
            return stays if trouble.why is Why.CALLED else None
        done = self._replanned(trouble, scene, journey, kind)
        after = done.live.journeys.get(journey.journey_id) if done is not None else None
        ride = after.current(kind) if after is not None else None
        if done is None or after is None or ride is None or not _is_better(trouble, done, ride):
            return None
        planned = next(one for one in promised_rides(after) if one.ride_id == ride.ride_id)
        given = _as_promised(planned, trouble.ride)
        if trouble.why is Why.CALLED:
            given = _at_hours_of(planned, ride.legs, trouble.ride)
        waits = any(one.kind is AlertKind.LONG_WAIT for one in done.alerts)
        return Found(ride=given, legs=ride.legs, waits_long=waits)

    def _replanned(
        self, trouble: Trouble, scene: Scene, journey: LiveJourney, kind: LegKind
    ) -> Replanning | None:
        """Carry what happened into the journey; None when it would pass by another pharmacy. Raise
        NotPlanned when the planner fails, or makes what does not hold."""
        desk, name = scene.desk(self.runtime), journey.journey_id
        requests = {name: self._request(trouble, scene, journey)}
        live, events = LiveState(journeys={name: journey}), list(_events(trouble, kind, scene.now))
        try:
            done = desk.planner.replan(live, events, requests, scene.now, desk.budget)
        except (RefusedError, ValueError, LookupError, AssertionError) as fault:  # or of others
            log.exception("a ride could not be planned anew")
            raise NotPlanned from fault
        after = done.live.journeys.get(name)
        return done if after is not None and after.pharmacy == journey.pharmacy else None

    def _request(self, trouble: Trouble, scene: Scene, journey: LiveJourney) -> JourneyRequest:
        case, desk = trouble.case, scene.desk(self.runtime)
        verdict = assess(case.mobility, desk.rulebook, scene.now)
        need = case.pharmacy_stop if journey.pharmacy else PharmacyNeed.NONE
        return JourneyRequest(
            request_id=case.case_id,
            origin=case.patient.position,
            home=case.home,
            ready_at=scene.now,
            needs=trouble.ride.needs,
            stops=(journey.care,),
            pharmacies=(journey.pharmacy,) if journey.pharmacy else (),
            pharmacy_need=need,
            pharmacy_stake=desk.parameters.pharmacy_stakes[need],
            rates=desk.pricing(case, verdict, scene.now),
        )

    def _give(self, unit: Unit, trouble: Trouble, found: "Found", scene: Scene) -> None:
        """Promise the ride as it was found; tell the companies, the old one first."""
        others = [one for one in trouble.rides if one is not trouble.ride]
        rides = sorted((*others, found.ride), key=lambda one: one.pickup_at)
        seen = {**unit.promises.versions(), **_seen(found.ride, scene)}
        unit.promises.replace(trouble.case.case_id, rides, seen=seen)
        unit.outbox.put(_withdrawn(trouble, scene.now))
        desk = self.runtime.desk(scene.now, ())
        told = Told(
            case=trouble.case,
            verdict=assess(trouble.case.mobility, desk.rulebook, scene.now),
            decision=replace(trouble.followed.decision, at=scene.now),
            chosen=replace(trouble.chosen, legs=found.legs),
            rides=rides,
            snapshot=scene.offer,
            vehicles={one.vehicle_id: one for one in scene.vehicles},
            answer_within=self.runtime.answer_within,
        )
        unit.outbox.put(mission_of(told, found.ride))
        again = found.ride.ride_id
        if trouble.why is Why.CALLED:
            unit.outbox.put(*(_again(one, again) for one in pharmacies_of(told)))
        case_id, before = trouble.case.case_id, trouble.ride.ride_id
        withdraw_of_ride(unit, case_id, before)
        if _is_other_than_told(trouble, told, found.ride) or is_counted_on(unit, case_id, before):
            way = _kind(found.ride)
            _withdraw_stale(unit, case_id, way)
            notices = patient_of(told, found.ride, way)
            unit.outbox.put(*(_again(one, again) for one in notices))


class NotPlanned(Exception):  # noqa: N818  what is not known
    """The planner failed: whether somebody else could come is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The ride as it will be done; `waits_long`: later than is comfortable for who is ready."""

    ride: PromisedRide
    legs: tuple[PlannedLeg, ...]
    waits_long: bool


def _troubles_of(unit: Unit, case: Case, look: Look) -> Sequence[Trouble]:
    """Return what is to be dealt with in a case; nothing, and a line in the log, of one that can't
    be read: it keeps no other waiting."""
    try:
        return tuple(look.troubles(unit, followed_in(unit, case)))
    except StoreUnavailable:
        raise
    except Exception:
        log.exception("a case under way could not be looked at")
        return ()


def _refuse_unless_as_read(unit: Unit, trouble: Trouble) -> None:
    """Hold the case; raise StaleVersion when it moved, or something was told of it, meanwhile."""
    case = unit.cases.hold(trouble.case.case_id)
    if case != trouble.case or followed_in(unit, trouble.case) != trouble.followed:
        raise StaleVersion(f"case {trouble.case.case_id} moved while its ride was planned anew")


def _events(trouble: Trouble, kind: LegKind, now: datetime) -> Iterator[JourneyEvent]:
    """What has happened, as the planner is told."""
    journey_id, vehicle = trouble.case.case_id, trouble.ride.vehicle_id
    if trouble.why is Why.CALLED:
        yield CareEnded(at=trouble.at, journey_id=journey_id)
    if trouble.why is not Why.CALLED or trouble.is_given_up:
        yield RideRefused(at=now, journey_id=journey_id, ride=kind, vehicle_id=vehicle)


def _journey(trouble: Trouble, scene: Scene) -> LiveJourney:
    """The journey as it stands; who is still to be fetched home is not taken to be on the way. What
    a company dates later than now was told just before."""
    journey, before = journey_of(trouble.followed, trouble.chosen, scene.offer), scene.now - SECOND
    mine = trouble.ride.ride_id if trouble.why is Why.CALLED else None
    return replace(journey, rides=tuple(_told(one, before, mine) for one in journey.rides))


def _told(ride: LiveRide, before: datetime, waited_for: str | None) -> LiveRide:
    told, boarded = ride.told_at, ride.boarded_at
    if ride.ride_id == waited_for and told is None:
        told = before
    return replace(
        ride,
        told_at=None if told is None else min(told, before),
        boarded_at=None if boarded is None else min(boarded, before),
    )


def _is_better(trouble: Trouble, done: Replanning, ride: LiveRide) -> bool:
    """Tell whether a vehicle was found, nobody else's promise broken: for who asks to go home, any;
    else another, in time."""
    if ride.vehicle_id is None:
        return False
    if trouble.why is Why.CALLED:
        return all(one.journey_id == trouble.case.case_id for one in done.broken)
    return not done.broken and ride.vehicle_id != trouble.ride.vehicle_id


def _as_promised(planned: PromisedRide, before: PromisedRide) -> PromisedRide:
    """The ride by the vehicle found, at the instants the patient was told."""
    return replace(
        planned,
        ride_id=_next_id(before.ride_id),
        pickup_at=before.pickup_at,
        dropoff_at=before.dropoff_at,
        due_at=before.due_at,
    )


def _at_hours_of(
    planned: PromisedRide, legs: Sequence[PlannedLeg], before: PromisedRide
) -> PromisedRide:
    """The ride at its new instants; the same as before when they are hardly others."""
    moved = legs[0].pickup_at - before.pickup_at
    if planned.vehicle_id == before.vehicle_id and abs(moved) <= HARDLY:
        return before
    alighting = timedelta(seconds=planned.needs.alighting_s)
    return replace(
        planned,
        ride_id=_next_id(before.ride_id),
        pickup_at=legs[0].pickup_at,
        dropoff_at=legs[-1].dropoff_at + alighting,
    )


SECOND = timedelta(seconds=1)
HARDLY = timedelta(minutes=2)
"""Nobody is asked to come again, nor told anew, for so little sooner or later."""


def _withdrawn(trouble: Trouble, now: datetime) -> OutgoingMessage:
    order = trouble.order
    return replace(
        order,
        message_id=f"{order.message_id}/withdrawn/{_next_id(trouble.ride.ride_id)}",
        body=Withdrawal(what_id=order.about, cause=Cause.REPLACED),
        created_at=now,
        until=max(order.until, now + timedelta(hours=1)),
    )


def _is_other_than_told(trouble: Trouble, told: Told, ride: PromisedRide) -> bool:
    """Tell whether the person was told another hour, or another kind of vehicle."""
    order = trouble.order.body
    assert isinstance(order, MissionOrder)
    moved = abs(ride.pickup_at - trouble.ride.pickup_at) > HARDLY
    return moved or told.vehicles[ride.vehicle_id].mode is not order.mode


def _withdraw_stale(unit: Unit, case_id: str, way: LegKind) -> None:
    """What did not leave yet of the same way is not what comes any more."""
    stale = {
        one.message.message_id
        for one in unit.outbox.of_case(case_id)
        if isinstance(one.message.body, RideNotice) and one.message.body.way is way
    }
    unit.outbox.withdraw(case_id, Channel.PATIENT, only=stale)


def _again(notice: OutgoingMessage, ride_id: str) -> OutgoingMessage:
    """The notice under a number of its own: another about the same went before."""
    return replace(notice, message_id=f"{notice.message_id}/{ride_id}")


def _seen(ride: PromisedRide, scene: Scene) -> dict[str, int]:
    return {ride.vehicle_id: scene.versions.get(ride.vehicle_id, 0)}


def _news(trouble: Trouble, found: Found | None, at: datetime, *, failed: bool) -> Event:
    """What is told of a ride planned anew; `failed`: whether anybody could come is unknown."""
    ride = found.ride if found is not None else trouble.ride
    facts: dict[str, Fact] = {
        "who": WHO,
        "mission_id": ride.ride_id,
        "replaces": trouble.ride.ride_id,
        "vehicle_id": ride.vehicle_id,
        "why": str(trouble.why),
    }
    if failed:
        facts["failed"] = True
    kind, more = _kind_of_news(trouble, found)
    return Event(at=at, kind=kind, case_id=trouble.case.case_id, facts={**facts, **more})


def _kind_of_news(trouble: Trouble, found: Found | None) -> tuple[EventKind, Mapping[str, Fact]]:
    if found is not None and trouble.why is Why.CALLED:
        moved = found.ride.pickup_at - trouble.ride.pickup_at
        told = {"moved_s": int(moved.total_seconds()), "waits_long": found.waits_long}
        return EventKind.RIDE_RETIMED, told
    if found is not None:
        return EventKind.RIDE_REASSIGNED, {}
    if trouble.expected_at is not None:
        return EventKind.RIDE_EXPECTED, {"expected_at": trouble.expected_at.isoformat()}
    return EventKind.RIDE_UNSERVED, {}


def _kind(ride: PromisedRide) -> LegKind:
    kind = ride_kind(ride)
    assert kind is not None
    return kind


def _next_id(ride_id: str) -> str:
    """The id of the ride given to somebody else: `case:1~2/outward` after `case:1/outward`."""
    decided, _, kind = ride_id.rpartition("/")
    first, _, times = decided.partition("~")
    return f"{first}~{int(times or 1) + 1}/{kind}"
