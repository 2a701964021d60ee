"""Calling off what a case holds, and its appeals: whoever was told, or still awaits the patient or
an answer, is told that it no longer holds."""

from datetime import datetime

from regulation.disclosure import Body, CancelledNotice, Cause, Withdrawal
from regulation.kernel.ids import Identifier
from regulation.marketplace import Appeal, slot_id_of
from regulation.messages import Channel, OutgoingMessage
from services.outgoing import USEFUL_TO_REGULATION, believed_of, cancellations_of, withdrawals_of
from services.store import Unit
from services.told import carried_out


def call_off(unit: Unit, case_id: str, by: str, now: datetime) -> None:
    """Give back what a case holds; `by`: id of what calls it off, so that nobody is told twice."""
    unit.bookings.release(case_id)
    unit.promises.replace(case_id, (), seen={})
    unit.outbox.withdraw(case_id, Channel.PATIENT)
    earlier = unit.outbox.of_case(case_id)
    unit.outbox.put(
        *withdrawals_of(earlier, by, Cause.CANCELLED, now, done=carried_out(unit, case_id)),
        *cancellations_of(believed_of(earlier, now), by, now),
    )
    close_appeals(unit, case_id, Cause.CANCELLED, now)


def fall_silent(unit: Unit, case_id: str) -> None:
    """Send no SMS of a case that is over, but that what somebody may still believe is cancelled."""
    over = {
        one.message.message_id
        for one in unit.outbox.of_case(case_id)
        if not isinstance(one.message.body, CancelledNotice)
    }
    unit.outbox.withdraw(case_id, Channel.PATIENT, only=over)


def close_appeals(
    unit: Unit, case_id: str, cause: Cause, now: datetime, decided_slot: str | None = None
) -> None:
    """Close the appeals of a case but the one whose accepted slot is decided on.

    Told: members asked who may still accept, and whoever accepted and still awaits the patient.
    An appeal that lapsed is silent: nobody believes it any more.
    """
    for appeal in unit.marketplace.of_case(case_id):
        if slot_id_of(appeal.appeal_id) != decided_slot:
            close(unit, appeal, cause, now)


def close(
    unit: Unit, appeal: Appeal, cause: Cause, now: datetime, besides: Identifier | None = None
) -> None:
    """Close one appeal and tell whoever believes it, `besides` one who knows."""
    for member in believers(appeal, now):
        if member != besides:
            unit.outbox.put(withdrawn(appeal, member, cause, now))
    unit.marketplace.close(appeal.appeal_id, now)


def believers(appeal: Appeal, now: datetime) -> tuple[Identifier, ...]:
    """Return who may still accept, or awaits the patient they accepted."""
    if appeal.is_open_at(now):
        return appeal.asked
    if appeal.taken is not None and appeal.holds_at(now):
        return (appeal.taken.effecteur_id,)
    return ()


def withdrawn(appeal: Appeal, member: Identifier, cause: Cause, now: datetime) -> OutgoingMessage:
    """Write to a member that an appeal no longer holds, under the id they were asked with."""
    body = Withdrawal(what_id=appeal.appeal_id, cause=cause)
    return to_member(appeal, member, "closed", body, now)


def to_member(
    appeal: Appeal, member: Identifier, what: str, body: Body, at: datetime
) -> OutgoingMessage:
    """Write a message of an appeal to one of its members."""
    about = f"{appeal.appeal_id}/{member}"
    until = max(appeal.until, at + USEFUL_TO_REGULATION) if what == "closed" else appeal.until
    return OutgoingMessage(
        message_id=f"{about}/{what}",
        case_id=appeal.case_id,
        channel=Channel.EFFECTEUR,
        recipient=str(member),
        about=about,
        body=body,
        created_at=at,
        until=until,
    )
