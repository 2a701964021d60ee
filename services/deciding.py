"""Taking a decision within one unit of work: state, slot, seats and journal, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from regulation.assessment import assess
from regulation.bookings import (
    SlotBooking,
    SlotTaken,
    booking_of,
    find_offered_slot,
    is_still_open,
)
from regulation.cases import Case, CaseState
from regulation.decisions import Actor, Decision, decide
from regulation.disclosure import Cause
from regulation.kernel.modes import LegKind
from regulation.marketplace import with_takers
from regulation.messages import Channel, OutgoingMessage
from regulation.mobility import MobilityVerdict
from regulation.ports import RecordedOrientation
from regulation.proposals import OrientationProposal, ProposalKind
from regulation.riding import rider_needs
from regulation.snapshots import Snapshot
from regulation.telephones import line_of
from regulation.usecases import Desk
from services.closing import close_appeals
from services.holding import Take
from services.outgoing import Told, believed_of, cancellations_of, messages_of, withdrawals_of
from services.refusals import Conflict, OutOfDate, UnknownCase
from services.store import Unit
from services.told import carried_out
from transport.fleet import PromisedRide, Vehicle
from transport.promises import VehicleMoved, rides_of_legs


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAsked:
    """What a regulator asks for. `orientation_id` None: the last answer given to the case."""

    case_id: str
    rank: int
    motive: str
    actor: Actor
    idempotency_key: str
    orientation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the decision is checked against: the offer and the vehicles as they are known now."""

    now: datetime
    snapshot: Snapshot
    desk: Desk
    vehicles: Mapping[str, Vehicle]
    tolerance: timedelta
    answer_within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A decision with what it holds; the same for a command and its repetitions, but for the
    `version` of the case, which is the present one."""

    decision: Decision
    version: int
    state: CaseState
    chosen: OrientationProposal
    booking: SlotBooking | None
    rides: Sequence[PromisedRide]
    repeated: bool = False


def take_decision(unit: Unit, asked: DecisionAsked, picture: Picture, take: Take) -> Outcome:
    """Take the decision, or return the one already taken under its key.

    `take` holds what it is about to take. Raise DecisionRefused, Conflict or OutOfDate when it
    can't be; StaleVersion when somebody else was quicker, after which it may be asked again.
    """
    case = unit.cases.find(asked.case_id)
    if case is None:
        raise UnknownCase(asked.case_id)
    done = unit.journal.find_decision(asked.idempotency_key)
    if done is not None:
        return _repeated(unit, case, asked, done, picture)
    picture = _with_takers(picture, unit, asked.case_id)
    recorded = _recorded(unit, case, asked)
    decision = Decision(
        case_id=asked.case_id,
        orientation_id=recorded.orientation_id,
        rank=asked.rank,
        at=picture.now,
        actor=asked.actor,
        motive=asked.motive,
        idempotency_key=asked.idempotency_key,
        attempt=1 + _decisions_on(unit, recorded),
    )
    verdict = assess(case.mobility, picture.desk.rulebook, picture.now)
    moved, chosen = decide(case, recorded.orientation, verdict, decision)
    _refuse_past(chosen, picture)
    outcome = _outcome(moved, chosen, decision, verdict, picture)
    capacity = _places_offered(chosen, picture)
    token = take(_things(outcome, capacity))
    unit.cases.save(moved, case.version)
    _come_through(unit, outcome, token)
    _hold(unit, outcome, recorded, picture, capacity)
    unit.journal.record_decision(decision, chosen)
    _tell(unit, case, verdict, outcome, picture)
    return outcome


def _with_takers(picture: Picture, unit: Unit, case_id: str) -> Picture:
    """Add what was accepted for this case alone."""
    appeals = unit.marketplace.of_case(case_id)
    return replace(picture, snapshot=with_takers(picture.snapshot, appeals, picture.now))


def _decisions_on(unit: Unit, recorded: RecordedOrientation) -> int:
    earlier = unit.journal.decisions_of(recorded.orientation.case_id)
    return sum(one.orientation_id == recorded.orientation_id for one in earlier)


def _tell(
    unit: Unit, case: Case, verdict: MobilityVerdict, outcome: Outcome, picture: Picture
) -> None:
    """Keep the messages of the decision, after those that take back an earlier one."""
    decision = outcome.decision
    unit.outbox.withdraw(case.case_id, Channel.PATIENT)
    earlier = unit.outbox.of_case(case.case_id)
    believed = believed_of(earlier, picture.now)
    told = Told(
        case=case,
        verdict=verdict,
        decision=decision,
        chosen=outcome.chosen,
        rides=outcome.rides,
        snapshot=picture.snapshot,
        vehicles=picture.vehicles,
        answer_within=picture.answer_within,
        replaces=line_of(case.caller.phone or "") in {line_of(one.recipient) for one in believed},
    )
    messages = tuple(messages_of(told))
    done = carried_out(unit, case.case_id) if earlier else frozenset[str]()
    unit.outbox.put(
        *withdrawals_of(earlier, decision.decision_id, Cause.REPLACED, picture.now, done=done),
        *cancellations_of(_unaware(believed, messages, told), decision.decision_id, picture.now),
        *messages,
    )
    slot = outcome.booking.slot_id if outcome.booking else None
    close_appeals(unit, case.case_id, Cause.REPLACED, picture.now, slot)


def _unaware(
    believed: Sequence[OutgoingMessage], messages: Sequence[OutgoingMessage], told: Told
) -> Sequence[OutgoingMessage]:
    """What is believed by whoever no new SMS tells otherwise; who is handed over to the AMU is told
    by voice that help comes, not by an SMS that something is cancelled."""
    if told.chosen.kind is ProposalKind.AMU:
        return ()
    aware = {line_of(one.recipient) for one in messages if one.channel is Channel.PATIENT}
    return [one for one in believed if line_of(one.recipient) not in aware]


def _recorded(unit: Unit, case: Case, asked: DecisionAsked) -> RecordedOrientation:
    recorded = unit.journal.find_orientation(asked.case_id)
    if recorded is None or case.state is not CaseState.PROPOSED:
        raise Conflict(
            "case_id", f"le dossier est {case.state} : demander d'abord des propositions"
        )
    if asked.orientation_id not in {None, recorded.orientation_id}:
        raise OutOfDate(
            "orientation_id", "d'autres propositions ont été faites depuis pour ce dossier"
        )
    return recorded


def _repeated(
    unit: Unit, case: Case, asked: DecisionAsked, done: Decision, picture: Picture
) -> Outcome:
    same = (done.case_id, done.rank, done.motive, done.actor)
    if same != (asked.case_id, asked.rank, asked.motive, asked.actor):
        raise Conflict(
            "idempotency_key",
            "cette clé a déjà servi pour une autre décision : en prendre une nouvelle",
        )
    recorded = unit.journal.get_orientation(done.orientation_id)
    chosen = recorded.orientation.at_rank(done.rank)
    verdict = assess(case.mobility, picture.desk.rulebook, done.at)
    return _outcome(case, chosen, done, verdict, picture, repeated=True)


def _outcome(
    case: Case,
    chosen: OrientationProposal,
    decision: Decision,
    verdict: MobilityVerdict,
    picture: Picture,
    *,
    repeated: bool = False,
) -> Outcome:
    handed_over = chosen.kind is ProposalKind.AMU
    return Outcome(
        decision=decision,
        version=case.version,
        state=CaseState.HANDED_TO_AMU if handed_over else CaseState.DECIDED,
        chosen=chosen,
        booking=booking_of(chosen, case_id=case.case_id, booked_at=decision.at),
        rides=rides_of_legs(
            chosen.legs,
            rider_needs(case, verdict, picture.desk.parameters.riding),
            tolerance=picture.tolerance,
            prefix=decision.decision_id,
            care_begins=chosen.care.start if chosen.care else None,
        ),
        repeated=repeated,
    )


def _refuse_past(chosen: OrientationProposal, picture: Picture) -> None:
    """Refuse when the patient should have left; a care team leaves from where it happens to be."""
    mine = [leg.pickup_at for leg in chosen.legs if leg.kind is not LegKind.CARE_TEAM]
    if mine and min(mine) + picture.tolerance < picture.now:
        raise OutOfDate("rank", "l'heure de partir est passée")


def _things(outcome: Outcome, capacity: int) -> Mapping[str, int]:
    """Name what the decision takes, each with how many may be deciding on it at once."""
    slots = {f"slot/{outcome.booking.slot_id}": capacity} if outcome.booking else {}
    return slots | {f"vehicle/{ride.vehicle_id}": 1 for ride in outcome.rides}


def _come_through(unit: Unit, outcome: Outcome, token: int | None) -> None:
    """Show the token of the hold; a slot is judged by its places alone: several may take it."""
    if token is not None:
        unit.fences.come_through({f"vehicle/{one.vehicle_id}" for one in outcome.rides}, token)


def _hold(
    unit: Unit,
    outcome: Outcome,
    recorded: RecordedOrientation,
    picture: Picture,
    capacity: int,
) -> None:
    """Hold slot and seats for the case, in place of what an earlier decision held."""
    case_id = outcome.decision.case_id
    if any(ride.vehicle_id not in picture.vehicles for ride in outcome.rides):
        raise OutOfDate("rank", "un véhicule de la proposition n'est plus en service")
    unit.bookings.release(case_id)
    try:
        if outcome.booking is not None:
            unit.bookings.book(outcome.booking, capacity)
        unit.promises.replace(case_id, outcome.rides, seen=recorded.vehicle_versions)
    except SlotTaken:
        raise OutOfDate("rank", "le créneau vient d'être pris") from None
    except VehicleMoved:
        raise OutOfDate(
            "rank", "un véhicule de la proposition a été promis ailleurs depuis"
        ) from None


def _places_offered(chosen: OrientationProposal, picture: Picture) -> int:
    """Places of the slot as it is offered now; raise OutOfDate when it no longer is."""
    if chosen.effecteur is None:
        return 0
    if chosen.slot is None:
        if not is_still_open(chosen.effecteur, chosen.care, picture.snapshot):
            raise OutOfDate("rank", "le lieu n'est plus ouvert à cette heure")
        return 0
    slot = find_offered_slot(chosen, picture.snapshot, picture.now)
    if slot is None:
        raise OutOfDate("rank", "le créneau n'est plus proposé par sa source")
    return slot.capacity
