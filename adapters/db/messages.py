"""Messages to the outside, and the memory of what came in, in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from adapters.db.documents import from_document, to_document
from adapters.db.reading import Line, read
from adapters.db.rows import InboxRow, OutboxRow
from adapters.db.writing import Values, add_those_not_there, add_unless_there, table_of
from regulation.disclosure import (
    AppointmentNotice,
    Body,
    CancelledNotice,
    ComingNotice,
    LateNotice,
    MissionOrder,
    PatientNotice,
    PatientSought,
    PharmacyNotice,
    RideNotice,
    UnsureNotice,
    Withdrawal,
)
from regulation.messages import Channel, Delivery, DeliveryState, OutgoingMessage

BODIES: Mapping[str, type[Body]] = {
    kind.__name__: kind
    for kind in (
        MissionOrder,
        AppointmentNotice,
        PharmacyNotice,
        PatientNotice,
        CancelledNotice,
        RideNotice,
        ComingNotice,
        UnsureNotice,
        LateNotice,
        PatientSought,
        Withdrawal,
    )
}

MESSAGES = table_of(OutboxRow)
OF_CASE = (
    select_columns(MESSAGES)
    .where(MESSAGES.c.case_id == bindparam("of"))
    .order_by(MESSAGES.c.number)
)


class SqlOutbox:
    """Messages within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, *messages: OutgoingMessage) -> None:
        """Keep messages, in their order; raise ValueError when an id is taken."""
        if add_those_not_there(self._session, OutboxRow, *map(_row, messages)) < len(messages):
            ids = ", ".join(one.message_id for one in messages)
            raise ValueError(f"one of these messages is kept already: {ids}")

    def claim(self, now: datetime, *, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Take what is due, oldest first, for as long as the lease; senders never wait for one
        another, and what one has taken the others don't see as due."""
        earlier = aliased(OutboxRow)
        waits = and_(
            col(earlier.about) == col(OutboxRow.about),
            col(earlier.state) == DeliveryState.WAITING,
        )
        may_be_leaving = and_(
            col(earlier.case_id) == col(OutboxRow.case_id),
            col(earlier.state) == DeliveryState.WITHDRAWN,
            col(earlier.attempts) > 0,
            col(earlier.due_at) > now,
            col(earlier.due_at) <= now + lease,  # later: nobody has it, it was to be tried again
        )
        is_first = ~exists().where(
            or_(waits, may_be_leaving),
            col(earlier.channel) == col(OutboxRow.channel),
            col(earlier.number) < col(OutboxRow.number),
        )
        rows = self._session.exec(
            select(OutboxRow)
            .where(col(OutboxRow.state) == DeliveryState.WAITING)
            .where(col(OutboxRow.due_at) <= now)
            .where(is_first)
            .order_by(col(OutboxRow.number))
            .limit(limit)
            .with_for_update(skip_locked=True, of=OutboxRow)
        ).all()
        for row in rows:
            row.attempts += 1
            row.due_at = now + lease
        self._session.flush()
        return tuple(map(_delivery, rows))

    def mark_sent(self, message_id: str, at: datetime) -> bool:
        """The recipient has it; tell whether that was news."""
        row = self._get(message_id)
        if row.state == DeliveryState.SENT:
            return False
        row.state, row.sent_at, row.last_error = DeliveryState.SENT, at, ""
        self._session.flush()
        return True

    def mark_failed(self, message_id: str, error: str, *, again_at: datetime | None) -> bool:
        """The recipient hasn't it; tell whether it still waited."""
        row = self._get(message_id)
        if row.state != DeliveryState.WAITING:
            return False
        row.last_error = error
        if again_at is None:
            row.state = DeliveryState.DEAD
        else:
            row.due_at = again_at
        self._session.flush()
        return True

    def withdraw(
        self, case_id: str, channel: Channel, *, only: Collection[str] | None = None
    ) -> None:
        """What did not leave on a channel about a case is tried no more, by anybody."""
        unsent = self._session.exec(
            select(OutboxRow)
            .where(col(OutboxRow.case_id) == case_id)
            .where(col(OutboxRow.channel) == channel)
            .where(col(OutboxRow.state).in_([DeliveryState.WAITING, DeliveryState.DEAD]))
            .order_by(col(OutboxRow.number))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        for row in unsent:
            if only is None or row.message_id in only:
                row.state = DeliveryState.WITHDRAWN
        self._session.flush()

    def resend(self, message_id: str, *, at: datetime, until: datetime) -> Delivery:
        """Let a dead message be tried again; raise LookupError when there's none."""
        row = self._get(message_id)
        if row.state != DeliveryState.DEAD:
            raise LookupError(f"no dead message {message_id}")
        row.state, row.due_at, row.until = DeliveryState.WAITING, at, until
        self._session.flush()
        return _delivery(row)

    def find(self, message_id: str) -> Delivery | None:
        """Return a message with its fate, None when there's none of this id."""
        row = self._session.exec(_named(message_id)).first()
        return None if row is None else _delivery(row)

    def of_case(self, case_id: str) -> Sequence[Delivery]:
        """Return the messages about a case, oldest first."""
        return tuple(map(_delivery, read(self._session, OF_CASE, of=case_id)))

    def of_recipient(
        self, channel: Channel, recipient: str, *, since: datetime
    ) -> Sequence[Delivery]:
        """Return the messages to a recipient that were of use at `since` or later, oldest first."""
        rows = self._session.exec(
            select(OutboxRow)
            .where(col(OutboxRow.channel) == channel)
            .where(col(OutboxRow.recipient) == recipient)
            .where(col(OutboxRow.until) >= since)
            .where(col(OutboxRow.state) != DeliveryState.WITHDRAWN)
            .order_by(col(OutboxRow.number))
        )
        return tuple(map(_delivery, rows))

    def in_state(self, state: DeliveryState, *, limit: int = 200) -> Sequence[Delivery]:
        """Return the messages in a state, oldest first."""
        rows = self._session.exec(
            select(OutboxRow)
            .where(col(OutboxRow.state) == state)
            .order_by(col(OutboxRow.number))
            .limit(limit)
        )
        return tuple(map(_delivery, rows))

    def counts(self) -> Mapping[tuple[Channel, DeliveryState], int]:
        """Count the messages by channel and state."""
        counted = self._session.exec(
            select(OutboxRow.channel, OutboxRow.state, func.count()).group_by(
                col(OutboxRow.channel), col(OutboxRow.state)
            )
        )
        return {(Channel(to), DeliveryState(state)): count for to, state, count in counted}

    def _get(self, message_id: str) -> OutboxRow:
        """Return the row of a message, locked until the unit ends."""
        row = self._session.exec(_named(message_id).with_for_update()).first()
        if row is None:
            raise LookupError(f"no message {message_id}")
        return row


def _named(message_id: str) -> SelectOfScalar[OutboxRow]:
    """Find a message as it is now: another unit may have settled it since this one read it."""
    named = select(OutboxRow).where(col(OutboxRow.message_id) == message_id)
    return named.execution_options(populate_existing=True)


class SqlInbox:
    """What came in, within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def admit(self, source: str, message_id: str, at: datetime) -> bool:
        """Tell whether this is the first time; of two at once, one waits for the other's end."""
        row = {"source": source, "message_id": message_id, "received_at": at}
        return add_unless_there(self._session, InboxRow, row)


def _row(message: OutgoingMessage) -> Values:
    return {
        "message_id": message.message_id,
        "case_id": message.case_id,
        "channel": message.channel,
        "recipient": message.recipient,
        "about": message.about,
        "kind": type(message.body).__name__,
        "body": to_document(message.body),
        "created_at": message.created_at,
        "until": message.until,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "due_at": message.created_at,
        "last_error": "",
    }


def _delivery(row: OutboxRow | Line) -> Delivery:
    return Delivery(
        message=OutgoingMessage(
            message_id=row.message_id,
            case_id=row.case_id,
            channel=Channel(row.channel),
            recipient=row.recipient,
            about=row.about,
            body=from_document(row.body, BODIES[row.kind]),
            created_at=row.created_at,
            until=row.until,
        ),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        last_error=row.last_error,
        sent_at=row.sent_at,
    )
