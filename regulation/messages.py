"""Messages to the outside: kept with the change they tell of, sent later, at least once.

A recipient drops what it has already had by `message_id`, which never changes: so each message
has its effect once. What comes in is dropped the same way, by `Inbox`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from regulation.disclosure import Body
from regulation.kernel.time import require_aware


class Channel(StrEnum):
    """To whom a message goes, which says what may be in it (`regulation.disclosure`)."""

    TRANSPORTER = "TRANSPORTER"
    EFFECTEUR = "EFFECTEUR"
    PHARMACY = "PHARMACY"
    PATIENT = "PATIENT"
    REGULATION = "REGULATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One message to one recipient.

    `recipient` is what the channel knows them by: a transporter's name, the id of an effecteur
    or a pharmacy, a phone number, the regulation software. Messages of one channel about the
    same thing (`about`: a mission, an appointment) leave one after the other. A message is
    useless after `until`.
    """

    message_id: str
    case_id: str
    channel: Channel
    recipient: str
    about: str
    body: Body
    created_at: datetime
    until: datetime

    def __post_init__(self) -> None:
        require_aware(self.created_at, "message.created_at")
        require_aware(self.until, "message.until")


class DeliveryState(StrEnum):
    """Where a message is: DEAD waits for a person, who sends it again or tells it by phone;
    WITHDRAWN is not sent any more, since what it tells no longer holds."""

    WAITING = "WAITING"
    SENT = "SENT"
    DEAD = "DEAD"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message with what became of it so far; `due_at` is when it is tried next, `attempts` how
    often it was tried in all."""

    message: OutgoingMessage
    state: DeliveryState
    attempts: int
    due_at: datetime
    last_error: str = ""
    sent_at: datetime | None = None

    @property
    def may_be_known(self) -> bool:
        """Tell whether the recipient has it, or may have: it was tried, or is told by phone."""
        return self.state is DeliveryState.SENT or self.attempts > 0


class DeliveryFailed(Exception):  # noqa: N818  a state of the outside
    """The recipient did not take the message; `permanent`: asking again would not help.

    The reason names what failed, and never repeats what the message says.
    """

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class Courier(Protocol):
    """Takes messages of one channel to their recipients."""

    async def deliver(self, message: OutgoingMessage) -> None:
        """Return once the recipient has it; raise DeliveryFailed when it hasn't."""
        ...


class Outbox(Protocol):
    """Keeps messages until they are sent, and what became of them afterwards."""

    def put(self, *messages: OutgoingMessage) -> None:
        """Keep messages, in their order, with the change they tell of; raise ValueError when an id
        is taken."""
        ...

    def claim(self, now: datetime, *, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Take what is due, oldest first, for as long as the lease: no other sender gets it.

        Whoever takes messages and dies loses them at the end of the lease: they are due again. What
        was withdrawn while it was taken may be leaving all the same: what follows on the channel
        about the case waits until it is settled, or its lease is over.
        """
        ...

    def mark_sent(self, message_id: str, at: datetime) -> bool:
        """The recipient has it; tell whether that was news."""
        ...

    def mark_failed(self, message_id: str, error: str, *, again_at: datetime | None) -> bool:
        """The recipient hasn't it; None: it is not tried again by itself.

        Tell whether it still waited: a sender that was slow finds it settled by another.
        """
        ...

    def withdraw(
        self, case_id: str, channel: Channel, *, only: Collection[str] | None = None
    ) -> None:
        """What did not leave on a channel about a case no longer holds: what waits is tried no
        more, and what is dead is not to be sent again. `only`: ids, None: all of it."""
        ...

    def resend(self, message_id: str, *, at: datetime, until: datetime) -> Delivery:
        """Let a dead message be tried again, until then; raise LookupError when there's none."""
        ...

    def find(self, message_id: str) -> Delivery | None:
        """Return a message with its fate, None when there's none of this id."""
        ...

    def of_case(self, case_id: str) -> Sequence[Delivery]:
        """Return the messages about a case, oldest first."""
        ...

    def of_recipient(
        self, channel: Channel, recipient: str, *, since: datetime
    ) -> Sequence[Delivery]:
        """Return the messages to a recipient that were of use at `since` or later, oldest first,
        less those that were withdrawn."""
        ...

    def in_state(self, state: DeliveryState, *, limit: int = 200) -> Sequence[Delivery]:
        """Return the messages in a state, oldest first."""
        ...

    def counts(self) -> Mapping[tuple[Channel, DeliveryState], int]:
        """Count the messages by channel and state."""
        ...


class Inbox(Protocol):
    """Remembers what came in, so that a message received twice has its effect once."""

    def admit(self, source: str, message_id: str, at: datetime) -> bool:
        """Tell whether this is the first time; it is remembered with the effect of the unit."""
        ...
