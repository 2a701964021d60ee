"""What leaves when a decision is taken: to whom, and only what each may be told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from regulation.cases import Case
from regulation.decisions import Decision
from regulation.disclosure import (
    AppointmentNotice,
    Body,
    CancelledNotice,
    Cause,
    Halt,
    HomeAccess,
    Meeting,
    MissionOrder,
    PatientNotice,
    PatientSought,
    PharmacyNotice,
    RideNotice,
    Withdrawal,
)
from regulation.effecteurs import CareCode, Effecteur
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import LegKind, Mode
from regulation.marketplace import is_accepted
from regulation.messages import Channel, Delivery, DeliveryState, OutgoingMessage
from regulation.mobility import MobilityVerdict
from regulation.offers import Booking
from regulation.proposals import OrientationProposal, ProposalKind
from regulation.snapshots import Snapshot
from transport.fleet import PromisedRide, Vehicle

REGULATION_SOFTWARE = "LRM"
"""The one regulation software of the territory; its address is a setting of its courier."""

USEFUL_TO_REGULATION = timedelta(hours=24)
"""Validity of a message of the Hub Santé (interop.md §2.1)."""

SOON_TOLD = timedelta(hours=1)
"""Assumption: how long somebody who waits for what no longer comes is better told late than not."""

LONG_PAST = timedelta(hours=24)
"""Assumption: how long after they were to be home nobody waits any more for what they were told."""

SHORTEST_ANSWER = timedelta(minutes=2)
"""Assumption: what somebody with a phone in their hand needs to read what is asked and answer."""

PHARMACY_MARGIN = timedelta(minutes=15)
"""Assumption: how much earlier or later than planned somebody may come by a pharmacy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What messages are made from; only `regulation.disclosure` says what of it goes where.

    `answer_within`: how long a transporter has to take a mission or refuse it. `replaces`: the
    person may have been told of something else before.
    """

    case: Case
    verdict: MobilityVerdict
    decision: Decision
    chosen: OrientationProposal
    rides: Sequence[PromisedRide]
    snapshot: Snapshot
    vehicles: Mapping[str, Vehicle]
    answer_within: timedelta
    replaces: bool = False


def messages_of(told: Told) -> Iterator[OutgoingMessage]:
    """Write the messages of a decision: appointment, missions, pharmacy, patient."""
    if told.chosen.kind is ProposalKind.AMU:
        return
    yield from _appointment(told)
    for ride in told.rides:
        yield mission_of(told, ride)
    yield from pharmacies_of(told)
    yield from _patient(told)


def withdrawals_of(
    earlier: Sequence[Delivery],
    decided: str,
    cause: Cause,
    now: datetime,
    *,
    done: Collection[str],
) -> Iterator[OutgoingMessage]:
    """Take back what recipients were told before and still believe, but for appeals to communities,
    which `services.closing` closes, and for the person, who is told by `cancellations_of`.

    `decided`: id of what takes it back, so that the same is never taken back twice; `done`:
    missions that are carried out, which nobody takes back.
    """
    last = {(one.message.channel, one.message.about): one.message for one in earlier}
    for message in last.values():
        believed = not isinstance(message.body, Withdrawal | PatientSought)
        if believed and message.channel is not Channel.PATIENT and message.about not in done:
            yield OutgoingMessage(
                message_id=f"{message.message_id}/withdrawn/{decided}",
                case_id=message.case_id,
                channel=message.channel,
                recipient=message.recipient,
                about=message.about,
                body=Withdrawal(what_id=message.about, cause=cause),
                created_at=now,
                until=max(message.until, now + USEFUL_TO_REGULATION),
            )


def believed_of(earlier: Sequence[Delivery], now: datetime) -> Sequence[OutgoingMessage]:
    """What the person may believe by the messages of a case: the care they may have been told of,
    since what surely replaced it, less what they surely know is cancelled and what is long past."""
    believed: list[OutgoingMessage] = []
    for one in earlier:
        body, is_sure = one.message.body, one.state is DeliveryState.SENT
        if isinstance(body, CancelledNotice) and is_sure:
            believed = [each for each in believed if not _is_of(body, each)]
        elif isinstance(body, PatientNotice) and one.may_be_known:
            believed = [] if is_sure and body.replaces else believed
            believed.append(one.message)
    return [one for one in believed if _ends(one) + LONG_PAST > now]


def _ends(told: OutgoingMessage) -> datetime:
    """When what the person was told of is over."""
    notice = told.body
    assert isinstance(notice, PatientNotice)
    return max(notice.care_at, notice.home_at or notice.care_at)


def cancellations_of(
    believed: Sequence[OutgoingMessage], decided: str, now: datetime
) -> Iterator[OutgoingMessage]:
    """Tell by SMS whoever may believe it that what they were told no longer holds."""
    for told in believed:
        assert isinstance(told.body, PatientNotice)
        yield OutgoingMessage(
            message_id=f"{told.message_id}/cancelled/{decided}",
            case_id=told.case_id,
            channel=Channel.PATIENT,
            recipient=told.recipient,
            about=told.about,
            body=CancelledNotice(
                notice_id=f"{told.body.notice_id}/cancelled",
                place_name=told.body.place_name,
                care_at=told.body.care_at,
                language=told.body.language,
            ),
            created_at=now,
            until=max(told.body.care_at, now + SOON_TOLD),
        )


def _is_of(cancelled: CancelledNotice, told: OutgoingMessage) -> bool:
    """Tell whether this is what a cancellation was of."""
    notice = told.body
    assert isinstance(notice, PatientNotice)
    return cancelled.notice_id == f"{notice.notice_id}/cancelled"


def _message(
    told: Told, channel: Channel, recipient: str, body: Body, *, about: str, until: datetime
) -> OutgoingMessage:
    return OutgoingMessage(
        message_id=f"{about}/{channel.lower()}",
        case_id=told.case.case_id,
        channel=channel,
        recipient=recipient,
        about=about,
        body=body,
        created_at=told.decision.at,
        until=until,
    )


def _appointment(told: Told) -> Iterator[OutgoingMessage]:
    facts, care = told.chosen.effecteur, told.chosen.care
    if facts is None or care is None:
        return
    case, slot = told.case, told.chosen.slot
    appointment_id = told.decision.decision_id
    notice = AppointmentNotice(
        appointment_id=appointment_id,
        slot_id=slot.slot_id if slot else None,
        source=slot.source if slot else None,
        effecteur_id=str(facts.effecteur.effecteur_id),
        window=care,
        mode=slot.mode if slot else None,
        need=case.need.code,
        specialty=case.need.specialty,
        age=case.patient.age,
        sex=case.patient.sex,
        arrives_by=_mode_of(told.chosen.legs, LegKind.OUTWARD),
        premises_needs=frozenset(map(str, told.verdict.premises_needs)),
        companion=told.verdict.companion_needed,
        communication=case.caller.communication,
        language=case.caller.language,
    )
    for channel, recipient, until in (
        (Channel.EFFECTEUR, str(facts.effecteur.effecteur_id), care.end),
        (Channel.REGULATION, REGULATION_SOFTWARE, told.decision.at + USEFUL_TO_REGULATION),
    ):
        yield _message(told, channel, recipient, notice, about=appointment_id, until=until)


def mission_of(told: Told, ride: PromisedRide) -> OutgoingMessage:
    """Write what a transporter is asked for one ride."""
    case, vehicle = told.case, told.vehicles[ride.vehicle_id]
    order = MissionOrder(
        mission_id=ride.ride_id,
        vehicle_id=ride.vehicle_id,
        mode=vehicle.mode,
        halts=_halts(told.chosen.legs, ride),
        load=ride.needs.load,
        equipment=ride.needs.equipment,
        crew=ride.needs.crew,
        shared_allowed=ride.needs.shared_allowed,
        driver_info=told.verdict.driver_info,
        home_access=_home_access(case),
        contact_phone=case.caller.phone,
        communication=case.caller.communication,
        language=case.caller.language,
        answer_by=answer_by(told.decision.at, ride.pickup_at, told.answer_within),
    )
    return _message(
        told,
        Channel.TRANSPORTER,
        vehicle.provider,
        order,
        about=ride.ride_id,
        until=max(ride.pickup_at, told.decision.at + told.answer_within),
    )


def answer_by(asked_at: datetime, pickup_at: datetime, within: timedelta) -> datetime:
    """Return when an answer is due: soon, by half the time that is left, and never sooner than
    somebody can read and answer: who is on the spot would lose the ride to who is not."""
    return asked_at + min(within, max(SHORTEST_ANSWER, (pickup_at - asked_at) / 2))


def _halts(legs: Sequence[PlannedLeg], ride: PromisedRide) -> tuple[Halt, ...]:
    mine = [
        leg
        for leg in legs
        if leg.vehicle_id == ride.vehicle_id
        and ride.pickup_at - ride.tolerance <= leg.pickup_at < ride.dropoff_at
    ]
    halts = [Halt(position=mine[0].origin, at=mine[0].pickup_at)]
    for leg, following in zip(mine, [*mine[1:], None], strict=True):
        until = following.pickup_at if following else None
        halts.append(Halt(position=leg.destination, at=leg.dropoff_at, until=until))
    return tuple(halts)


def _home_access(case: Case) -> HomeAccess:
    home = case.mobility.home
    return HomeAccess(
        floor=home.floor if isinstance(home.floor, int) else None,
        lift=home.lift if isinstance(home.lift, bool) else None,
        steps=home.steps if isinstance(home.steps, int) else None,
    )


def pharmacies_of(told: Told) -> Iterator[OutgoingMessage]:
    """Write to the pharmacy that somebody will come by."""
    for leg in told.chosen.legs:
        pharmacy = pharmacy_at(told.snapshot, leg) if leg.kind is LegKind.PHARMACY else None
        if pharmacy is None:
            continue
        visit_id = f"{told.decision.decision_id}/pharmacy"
        notice = PharmacyNotice(
            visit_id=visit_id,
            earliest=leg.dropoff_at - PHARMACY_MARGIN,
            latest=leg.dropoff_at + PHARMACY_MARGIN,
            premises_needs=frozenset(map(str, told.verdict.premises_needs)),
            communication=told.case.caller.communication,
            language=told.case.caller.language,
        )
        recipient = str(pharmacy.effecteur_id)
        yield _message(
            told, Channel.PHARMACY, recipient, notice, about=visit_id, until=notice.latest
        )


def pharmacy_at(offer: Snapshot, leg: PlannedLeg) -> Effecteur | None:
    """Return the pharmacy a leg ends at; None when the offer no longer knows it."""
    here = (one for one in offer.effecteurs.values() if one.position == leg.destination)
    return next((one for one in here if CareCode.PHARMACY in one.care), None)


def _patient(told: Told) -> Iterator[OutgoingMessage]:
    facts, care, phone = told.chosen.effecteur, told.chosen.care, told.case.caller.phone
    if facts is None or care is None or phone is None:
        return
    there = next((leg for leg in told.chosen.legs if leg.kind is LegKind.OUTWARD), None)
    notice_id = told_to_patient(told.decision)
    notice = PatientNotice(
        notice_id=notice_id,
        place_name=facts.effecteur.name,
        place=facts.effecteur.position,
        care_at=care.start,
        outward_mode=there.mode if there else None,
        pickup_at=there.pickup_at if there else None,
        home_at=told.chosen.home_at,
        language=told.case.caller.language,
        replaces=told.replaces,
        meeting=meeting_of(told.chosen),
        calls_home=any(leg.will_call for leg in told.chosen.legs),
    )
    until = there.pickup_at if there else care.start
    yield _message(told, Channel.PATIENT, phone, notice, about=notice_id, until=until)


def meeting_of(chosen: OrientationProposal) -> Meeting:
    """Tell how the person is received where they are oriented, no surer than it is known."""
    if chosen.kind in AWAY_FROM_PLACES:
        return AWAY_FROM_PLACES[chosen.kind]
    if chosen.slot is None:
        return Meeting.UNBOOKED
    way_in = WAYS_IN[chosen.slot.booking]
    agreed = way_in is Meeting.ASKED and is_accepted(chosen.slot.slot_id)
    return Meeting.APPOINTMENT if agreed else way_in


AWAY_FROM_PLACES: Mapping[ProposalKind, Meeting] = {
    ProposalKind.HOME_VISIT: Meeting.VISIT,
    ProposalKind.TELECONSULTATION: Meeting.REMOTE,
    ProposalKind.ASSISTED_TELECONSULTATION: Meeting.REMOTE_HELPED,
}
WAYS_IN: Mapping[Booking, Meeting] = {
    Booking.ROUTINE: Meeting.ASKED,
    Booking.WALKIN: Meeting.WALKIN,
    Booking.PHONE: Meeting.ON_TOP,
}


def patient_of(told: Told, ride: PromisedRide, way: LegKind) -> Iterator[OutgoingMessage]:
    """Tell the person what a ride is now, after what they were told of it when it was decided."""
    phone = told.case.caller.phone
    if phone is None:
        return
    notice = RideNotice(
        notice_id=f"{ride.ride_id}/patient",
        way=way,
        mode=told.vehicles[ride.vehicle_id].mode,
        pickup_at=ride.pickup_at,
        arrives_at=ride.dropoff_at - timedelta(seconds=ride.needs.alighting_s),
        language=told.case.caller.language,
    )
    about = told_to_patient(told.decision)
    yield _message(told, Channel.PATIENT, phone, notice, about=about, until=ride.pickup_at)


def told_to_patient(decision: Decision) -> str:
    """What all that the person is told of one decision is about: it leaves in order."""
    return f"{decision.decision_id}/patient"


def _mode_of(legs: Sequence[PlannedLeg], kind: LegKind) -> Mode | None:
    return next((leg.mode for leg in legs if leg.kind is kind), None)
