"""A ride that its transporter refuses, or never answers for: another vehicle is found for the same
promise, or it is said that none was.

Only the vehicle changes here: where and when the patient is seen, and the hours they were told, are
a person's decision. What would change them is left to the board's alert.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.assessment import assess
from regulation.cases import Case, CaseState
from regulation.decisions import Decision
from regulation.disclosure import Cause, MissionOrder, Withdrawal
from regulation.events import Event, EventKind
from regulation.kernel.events import RideRefused
from regulation.kernel.journeys import CareStop, JourneyRequest, PlannedLeg
from regulation.kernel.live import LiveJourney, LiveState
from regulation.kernel.modes import FLEET_MODES, Encounter, LegKind, PharmacyNeed
from regulation.kernel.rides import LiveRide, Promise
from regulation.messages import Channel, Delivery, OutgoingMessage
from regulation.proposals import OrientationProposal
from services.answering import Scene, scene_of
from services.outgoing import Told, mission_of
from services.runtime import Runtime
from services.store import Store, Unit
from transport.fleet import PromisedRide
from transport.live_promises import promised_rides
from transport.promises import VehicleMoved
from transport.reports import Answer

WHO = "replanification"
MOST_FOLLOWED = 500
MOVED = frozenset({LegKind.OUTWARD, LegKind.RETURN})


class Why(StrEnum):
    """Why a vehicle is no longer counted on."""

    REFUSED = "REFUSED"
    SILENT = "SILENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A ride that nobody has taken, with what is kept of its case."""

    case: Case
    decision: Decision
    chosen: OrientationProposal
    rides: Sequence[PromisedRide]
    ride: PromisedRide
    order: OutgoingMessage
    why: Why


@dataclass(frozen=True, slots=True)
class Replanner:
    """Looks for rides in trouble and finds them another vehicle."""

    runtime: Runtime
    store: Store

    def troubles(self) -> Sequence[Trouble]:
        """Return the rides that were refused, or not answered for in time, and not yet told of."""
        now = self.runtime.clock.now()
        with self.store.reading() as unit:
            decided = unit.cases.latest(frozenset({CaseState.DECIDED}), MOST_FOLLOWED)
            return tuple(one for case in decided for one in _troubles_of(unit, case, now))

    def mend(self, trouble: Trouble, token: int | None = None, thing: str = "") -> bool:
        """Find another vehicle and tell whoever is concerned; tell whether one was found.

        `token`: of the lease under which this is done, shown to the fence of `thing`. Raise
        Overtaken when another process has it, StaleVersion when the case moved meanwhile.
        """
        offer = self.runtime.snapshots.current()
        with self.store.reading() as unit:
            scene = scene_of(unit, trouble.case.case_id, self.runtime, offer)
        found = self._other(trouble, scene)
        with self.store.unit() as unit:
            if token is not None:
                unit.fences.come_through([thing], token)
            unit.cases.save(trouble.case, trouble.case.version)  # locked, and as it was read
            if found is None or not self._give(unit, trouble, found, scene):
                _tell(unit, EventKind.RIDE_UNSERVED, trouble, trouble.ride, scene.now)
                return False
            _tell(unit, EventKind.RIDE_REASSIGNED, trouble, found.ride, scene.now)
            return True

    def _other(self, trouble: Trouble, scene: Scene) -> "Found | None":
        """Replan the journey without the vehicle; None when its promise can't be kept so."""
        journey, kind = _live(trouble), _kind(trouble.ride)
        desk = scene.desk(self.runtime)
        request = self._request(trouble, scene, journey.care)
        refused = RideRefused(
            at=scene.now,
            journey_id=journey.journey_id,
            ride=kind,
            vehicle_id=trouble.ride.vehicle_id,
        )
        state = LiveState(journeys={journey.journey_id: journey})
        requests = {journey.journey_id: request}
        done = desk.planner.replan(state, [refused], requests, scene.now, desk.budget)
        after = done.live.journeys.get(journey.journey_id)
        ride = after.current(kind) if after is not None else None
        if after is None or ride is None or ride.vehicle_id is None or done.broken:
            return None
        kept = next(one for one in promised_rides(after) if one.ride_id == ride.ride_id)
        if kept.vehicle_id == trouble.ride.vehicle_id:
            return None
        given = replace(
            kept,
            ride_id=_next_id(trouble.ride.ride_id),
            pickup_at=trouble.ride.pickup_at,
            dropoff_at=trouble.ride.dropoff_at,
            due_at=trouble.ride.due_at,
        )
        return Found(ride=given, legs=ride.legs)

    def _request(self, trouble: Trouble, scene: Scene, care: CareStop) -> JourneyRequest:
        case, desk = trouble.case, scene.desk(self.runtime)
        verdict = assess(case.mobility, desk.rulebook, scene.now)
        return JourneyRequest(
            request_id=case.case_id,
            origin=case.patient.position,
            home=case.home,
            ready_at=scene.now,
            needs=trouble.ride.needs,
            stops=(care,),
            pharmacies=(),
            pharmacy_need=PharmacyNeed.NONE,
            rates=desk.pricing(case, verdict, scene.now),
        )

    def _give(self, unit: Unit, trouble: Trouble, found: "Found", scene: Scene) -> bool:
        """Promise the ride with its new vehicle; tell the companies, the old one first."""
        others = [one for one in trouble.rides if one is not trouble.ride]
        rides = sorted((*others, found.ride), key=lambda one: one.pickup_at)
        seen = {**unit.promises.versions(), **_seen(found.ride, scene)}
        try:
            unit.promises.replace(trouble.case.case_id, rides, seen=seen)
        except VehicleMoved:
            return False
        unit.outbox.put(_withdrawn(trouble, scene.now))
        desk = self.runtime.desk(scene.now, ())
        told = Told(
            case=trouble.case,
            verdict=assess(trouble.case.mobility, desk.rulebook, scene.now),
            decision=replace(trouble.decision, at=scene.now),
            chosen=replace(trouble.chosen, legs=found.legs),
            rides=rides,
            snapshot=scene.offer,
            vehicles={one.vehicle_id: one for one in scene.vehicles},
            answer_within=self.runtime.answer_within,
        )
        unit.outbox.put(mission_of(told, found.ride))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The ride as another vehicle does it, for the same promise."""

    ride: PromisedRide
    legs: tuple[PlannedLeg, ...]


def _troubles_of(unit: Unit, case: Case, now: datetime) -> Iterator[Trouble]:
    rides = unit.promises.rides_of(case.case_id)
    if not rides:
        return
    told = [one.event for one in unit.events.after(0, case_id=case.case_id)]
    decision = unit.journal.decisions_of(case.case_id)[-1]
    recorded = unit.journal.get_orientation(decision.orientation_id)
    chosen = next(one for one in recorded.orientation.proposals if one.rank == decision.rank)
    asked = {one.message.about: one for one in unit.outbox.of_case(case.case_id) if _is_order(one)}
    for ride in rides:
        order = asked.get(ride.ride_id)
        if order is None or _kind_or_none(ride) is None or ride.pickup_at <= now:
            continue
        why = _why(order, [one for one in told if _is_about(one, ride)], now)
        if why is not None:
            yield Trouble(
                case=case,
                decision=decision,
                chosen=chosen,
                rides=rides,
                ride=ride,
                order=order.message,
                why=why,
            )


def _why(order: Delivery, told: Sequence[Event], now: datetime) -> Why | None:
    """Why the ride is in trouble; None when it isn't, or somebody was told already."""
    kinds = {one.kind for one in told}
    if EventKind.RIDE_UNSERVED in kinds:
        return None
    answers = [one.facts.get("answer") for one in told if one.kind is EventKind.RIDE_ANSWERED]
    if answers and answers[-1] == Answer.REFUSED:
        return Why.REFUSED
    spoke = kinds & {EventKind.RIDE_ANSWERED, EventKind.RIDE_ENGAGED, EventKind.RIDE_STATUS}
    body = order.message.body
    assert isinstance(body, MissionOrder)
    return Why.SILENT if not spoke and now > body.answer_by else None


def _live(trouble: Trouble) -> LiveJourney:
    """The journey as it stands: care as it was decided, the rides as they are promised."""
    chosen, case = trouble.chosen, trouble.case
    assert chosen.care is not None
    assert chosen.effecteur is not None
    facts = chosen.effecteur.effecteur
    care = CareStop(
        stop_id=trouble.decision.decision_id,
        place_id=str(facts.effecteur_id),
        slot_key=chosen.slot.slot_id if chosen.slot else None,
        encounter=Encounter.PATIENT_TRAVELS,
        position=facts.position,
        start=chosen.care.start,
        end=chosen.care.end,
        doors_open=chosen.care.start,
    )
    return LiveJourney(
        journey_id=case.case_id,
        decided_at=trouble.decision.at,
        origin=case.patient.position,
        needs=trouble.ride.needs,
        care=care,
        rides=tuple(_live_ride(one, chosen) for one in trouble.rides if _kind_or_none(one)),
    )


def _live_ride(ride: PromisedRide, chosen: OrientationProposal) -> LiveRide:
    kind = _kind(ride)
    return LiveRide(
        ride_id=ride.ride_id,
        kind=kind,
        origin=ride.pickup,
        destination=ride.dropoff,
        needs=ride.needs,
        promise=Promise(
            pickup_at=ride.pickup_at, dropoff_at=ride.dropoff_at, tolerance=ride.tolerance
        ),
        legs=tuple(_legs(ride, kind, chosen)),
    )


def _legs(ride: PromisedRide, kind: LegKind, chosen: OrientationProposal) -> Iterator[PlannedLeg]:
    """The legs of the ride as they were decided, by the vehicle that has it now."""
    there = kind is LegKind.OUTWARD
    legs = [
        one
        for one in chosen.legs
        if one.mode in FLEET_MODES and (one.kind is LegKind.OUTWARD) == there
    ]
    slip = ride.pickup_at - legs[0].pickup_at if legs else timedelta(0)
    for leg in legs:
        yield replace(
            leg,
            vehicle_id=ride.vehicle_id,
            pickup_at=leg.pickup_at + slip,
            dropoff_at=leg.dropoff_at + slip,
        )


def _withdrawn(trouble: Trouble, now: datetime) -> OutgoingMessage:
    order = trouble.order
    return replace(
        order,
        message_id=f"{order.message_id}/withdrawn/{_next_id(trouble.ride.ride_id)}",
        body=Withdrawal(what_id=order.about, cause=Cause.REPLACED),
        created_at=now,
        until=max(order.until, now + timedelta(hours=1)),
    )


def _seen(ride: PromisedRide, scene: Scene) -> dict[str, int]:
    return {ride.vehicle_id: scene.versions.get(ride.vehicle_id, 0)}


def _tell(unit: Unit, kind: EventKind, trouble: Trouble, ride: PromisedRide, at: datetime) -> None:
    facts = {
        "who": WHO,
        "mission_id": ride.ride_id,
        "replaces": trouble.ride.ride_id,
        "vehicle_id": ride.vehicle_id,
        "why": str(trouble.why),
    }
    unit.events.record(Event(at=at, kind=kind, case_id=trouble.case.case_id, facts=facts))


def _is_order(delivery: Delivery) -> bool:
    message = delivery.message
    return message.channel is Channel.TRANSPORTER and isinstance(message.body, MissionOrder)


def _is_about(event: Event, ride: PromisedRide) -> bool:
    return event.facts.get("mission_id") == ride.ride_id


def _kind_or_none(ride: PromisedRide) -> LegKind | None:
    name = ride.ride_id.rpartition("/")[2]
    return LegKind(name) if name in MOVED else None


def _kind(ride: PromisedRide) -> LegKind:
    kind = _kind_or_none(ride)
    assert kind is not None
    return kind


def _next_id(ride_id: str) -> str:
    """The id of the ride given to somebody else: `case:1~2/outward` after `case:1/outward`."""
    decided, _, kind = ride_id.rpartition("/")
    first, _, times = decided.partition("~")
    return f"{first}~{int(times or 1) + 1}/{kind}"
