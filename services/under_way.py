"""A decided journey as replanning takes it: care as decided, rides as promised, and how far each
has got by what was told of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from regulation.events import Event, EventKind
from regulation.kernel.journeys import CareStop, PharmacyStop, PlannedLeg
from regulation.kernel.live import LiveJourney
from regulation.kernel.modes import FLEET_MODES, Encounter, LegKind
from regulation.kernel.rides import LiveRide, Promise, RideStatus
from regulation.proposals import OrientationProposal
from regulation.snapshots import Snapshot
from services.following import Followed
from services.outgoing import pharmacy_at
from transport.fleet import PromisedRide

MOVED = frozenset({LegKind.OUTWARD, LegKind.RETURN})


def ride_kind(ride: PromisedRide) -> LegKind | None:
    """Tell whether a ride brings to care or home; None when it only halts at a pharmacy."""
    name = ride.ride_id.rpartition("/")[2]
    return LegKind(name) if name in MOVED else None


def case_of(ride_id: str) -> str:
    """Name the case of a ride: `case` of `case:1.2~3/outward`."""
    return ride_id.rpartition("/")[0].rpartition(":")[0]


def told_of(ride: PromisedRide, events: Sequence[Event]) -> Iterator[Event]:
    """Yield what was told of one ride, in order."""
    for event in events:
        if event.facts.get("mission_id") == ride.ride_id:
            yield event


def status_of(ride: PromisedRide, events: Sequence[Event]) -> RideStatus:
    """How far a ride has got; codes of the exchange that are no step of ours change nothing."""
    told = (RideStatus(str(one.facts["status"])) for one in _statuses(ride, events))
    return max(told, key=lambda one: one.rank, default=RideStatus.PLANNED)


def journey_of(followed: Followed, chosen: OrientationProposal, offer: Snapshot) -> LiveJourney:
    """Lay out a decided case, its pharmacy as the offer knows it.

    `chosen`: the proposal decided on, which must be one where somebody is seen somewhere.
    """
    case, decision = followed.case, followed.decision
    assert chosen.care is not None
    assert chosen.effecteur is not None
    facts, events = chosen.effecteur.effecteur, followed.told
    care = CareStop(
        stop_id=decision.decision_id,
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
        decided_at=decision.at,
        origin=case.patient.position,
        needs=followed.rides[0].needs,
        care=care,
        rides=tuple(_ride(one, chosen, events) for one in followed.rides if ride_kind(one)),
        pharmacy=_pharmacy(followed.rides, chosen, offer),
    )


def _pharmacy(
    rides: Sequence[PromisedRide], chosen: OrientationProposal, offer: Snapshot
) -> PharmacyStop | None:
    """The pharmacy where a ride halts, for as long as was planned."""
    stays = [via.service_s for ride in rides for via in ride.vias]
    leg = next((one for one in chosen.legs if one.kind is LegKind.PHARMACY), None)
    found = pharmacy_at(offer, leg) if leg is not None else None
    if found is None or not stays:
        return None
    return PharmacyStop(
        stop_id=str(found.effecteur_id),
        position=found.position,
        open_windows=found.open_windows,
        service_s=stays[0],
    )


def _ride(ride: PromisedRide, chosen: OrientationProposal, events: Sequence[Event]) -> LiveRide:
    kind = ride_kind(ride)
    assert kind is not None
    told = list(_statuses(ride, events))
    boarded = (one.at for one in told if _is_aboard(one))
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
        status=status_of(ride, events),
        told_at=max((one.at for one in told), default=None),
        boarded_at=min(boarded, default=None),
    )


def _statuses(ride: PromisedRide, events: Sequence[Event]) -> Iterator[Event]:
    for event in told_of(ride, events):
        if event.kind is EventKind.RIDE_STATUS and event.facts.get("status") in set(RideStatus):
            yield event


def _is_aboard(event: Event) -> bool:
    return RideStatus(str(event.facts["status"])).rank >= RideStatus.BOARDING.rank


def _legs(ride: PromisedRide, kind: LegKind, chosen: OrientationProposal) -> Iterator[PlannedLeg]:
    """The legs of the ride as they were decided, by the vehicle that has it now, at its hours."""
    there = kind is LegKind.OUTWARD
    legs = [
        one
        for one in chosen.legs
        if one.mode in FLEET_MODES and (one.kind is LegKind.OUTWARD) == there
    ]
    slip = _slip(ride.pickup_at, legs)
    for leg in legs:
        yield replace(
            leg,
            vehicle_id=ride.vehicle_id,
            pickup_at=leg.pickup_at + slip,
            dropoff_at=leg.dropoff_at + slip,
        )


def _slip(pickup_at: datetime, legs: Sequence[PlannedLeg]) -> timedelta:
    return pickup_at - legs[0].pickup_at if legs else timedelta(0)
