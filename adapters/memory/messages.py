"""Messages to the outside, and the memory of what came in, without a database."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.memory.records import Records
from regulation.messages import Channel, Delivery, DeliveryState, OutgoingMessage


class InMemoryOutbox:
    """Messages among the records of one unit of work, oldest first."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def put(self, *messages: OutgoingMessage) -> None:
        """Keep messages, in their order; raise ValueError when an id is taken."""
        for message in messages:
            if message.message_id in self._records.outbox:
                raise ValueError(f"message {message.message_id} is kept already")
            self._records.outbox[message.message_id] = Delivery(
                message=message,
                state=DeliveryState.WAITING,
                attempts=0,
                due_at=message.created_at,
            )

    def claim(self, now: datetime, *, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Take what is due, oldest first, for as long as the lease."""
        first: dict[tuple[Channel, str], Delivery] = {}
        leaving: set[tuple[Channel, str]] = set()
        for delivery in self._records.outbox.values():
            message, state = delivery.message, delivery.state
            if state is DeliveryState.WAITING and (message.channel, message.case_id) not in leaving:
                first.setdefault((message.channel, message.about), delivery)
            tried = state is DeliveryState.WITHDRAWN and delivery.attempts > 0
            if tried and now < delivery.due_at <= now + lease:
                leaving.add((message.channel, message.case_id))
        due = [delivery for delivery in first.values() if delivery.due_at <= now][:limit]
        return tuple(
            self._change(one, attempts=one.attempts + 1, due_at=now + lease) for one in due
        )

    def mark_sent(self, message_id: str, at: datetime) -> bool:
        """The recipient has it; tell whether that was news."""
        delivery = self._records.outbox[message_id]
        if delivery.state is DeliveryState.SENT:
            return False
        self._change(delivery, state=DeliveryState.SENT, sent_at=at, last_error="")
        return True

    def mark_failed(self, message_id: str, error: str, *, again_at: datetime | None) -> bool:
        """The recipient hasn't it; tell whether it still waited."""
        delivery = self._records.outbox[message_id]
        if delivery.state is not DeliveryState.WAITING:
            return False
        if again_at is None:
            self._change(delivery, state=DeliveryState.DEAD, last_error=error)
        else:
            self._change(delivery, due_at=again_at, last_error=error)
        return True

    def withdraw(
        self, case_id: str, channel: Channel, *, only: Collection[str] | None = None
    ) -> None:
        """What did not leave on a channel about a case is tried no more, by anybody."""
        unsent = {DeliveryState.WAITING, DeliveryState.DEAD}
        for one in self.of_case(case_id):
            is_meant = only is None or one.message.message_id in only
            if is_meant and one.message.channel is channel and one.state in unsent:
                self._change(one, state=DeliveryState.WITHDRAWN)

    def resend(self, message_id: str, *, at: datetime, until: datetime) -> Delivery:
        """Let a dead message be tried again; raise LookupError when there's none."""
        delivery = self.find(message_id)
        if delivery is None or delivery.state is not DeliveryState.DEAD:
            raise LookupError(f"no dead message {message_id}")
        message = replace(delivery.message, until=until)
        return self._change(delivery, message=message, state=DeliveryState.WAITING, due_at=at)

    def find(self, message_id: str) -> Delivery | None:
        """Return a message with its fate, None when there's none of this id."""
        return self._records.outbox.get(message_id)

    def of_case(self, case_id: str) -> Sequence[Delivery]:
        """Return the messages about a case, oldest first."""
        every = self._records.outbox.values()
        return tuple(one for one in every if one.message.case_id == case_id)

    def of_recipient(
        self, channel: Channel, recipient: str, *, since: datetime
    ) -> Sequence[Delivery]:
        """Return the messages to a recipient that were of use at `since` or later, oldest first."""
        return tuple(
            one
            for one in self._records.outbox.values()
            if (one.message.channel, one.message.recipient) == (channel, recipient)
            and one.message.until >= since
            and one.state is not DeliveryState.WITHDRAWN
        )

    def in_state(self, state: DeliveryState, *, limit: int = 200) -> Sequence[Delivery]:
        """Return the messages in a state, oldest first."""
        every = self._records.outbox.values()
        return tuple(one for one in every if one.state is state)[:limit]

    def counts(self) -> Mapping[tuple[Channel, DeliveryState], int]:
        """Count the messages by channel and state."""
        return Counter((one.message.channel, one.state) for one in self._records.outbox.values())

    def _change(self, delivery: Delivery, **changes: object) -> Delivery:
        changed = replace(delivery, **changes)  # type: ignore[arg-type]  # fields of Delivery
        self._records.outbox[delivery.message.message_id] = changed
        return changed


class InMemoryInbox:
    """What came in, among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def admit(self, source: str, message_id: str, at: datetime) -> bool:
        """Tell whether this is the first time."""
        known = (source, message_id) in self._records.inbox
        self._records.inbox.setdefault((source, message_id), at)
        return not known
