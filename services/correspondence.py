"""What a person does with messages: sees which are dead, reads those of a case, sends one again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.events import Event, EventKind
from regulation.kernel.time import Clock
from regulation.messages import Delivery, DeliveryState, OutgoingMessage
from services.keyed import UNKEYED, Keyed
from services.refusals import Conflict, UnknownCase, UnknownMessage
from services.store import Store, Unit

LAST_TRY = timedelta(minutes=15)
"""How long a message sent again by hand is tried, even when its time has passed."""

OVERTAKEN = "un message plus récent sur la même chose est déjà parti : dire la suite par téléphone"


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The messages of the territory."""

    store: Store
    clock: Clock

    def in_state(self, state: DeliveryState) -> Sequence[Delivery]:
        """Return the messages in a state, oldest first."""
        with self.store.reading() as unit:
            return unit.outbox.in_state(state)

    def of_case(self, case_id: str, who: str) -> Sequence[Delivery]:
        """Return the messages about a case; reading them leaves a line. Raise UnknownCase."""
        with self.store.unit() as unit:
            if unit.cases.find(case_id) is None:
                raise UnknownCase(case_id)
            self._note(unit, AuditAction.READ, case_id, who, AuditOutcome.DONE)
            return unit.outbox.of_case(case_id)

    def find(self, message_id: str) -> Delivery:
        """Return what became of a message; raise UnknownMessage."""
        with self.store.reading() as unit:
            found = unit.outbox.find(message_id)
        if found is None:
            raise UnknownMessage(message_id)
        return found

    def resend(self, message_id: str, who: str, key: Keyed[Delivery] = UNKEYED) -> Delivery:
        """Let a dead message be tried again; one that isn't dead is left as it is.

        Raise UnknownMessage; Conflict when what came after it may be known already: sent now, it
        would be the last one read, and believed.
        """
        with self.store.unit() as unit:
            key.begins(unit)
            found = unit.outbox.find(message_id)
            if found is None:
                raise UnknownMessage(message_id)
            dead = found.state is DeliveryState.DEAD
            if dead and _is_overtaken(found.message, unit.outbox.of_case(found.message.case_id)):
                raise Conflict("message_id", OVERTAKEN)
            outcome = AuditOutcome.DONE if dead else AuditOutcome.REPEATED
            self._note(unit, AuditAction.RESEND, found.message.case_id, who, outcome)
            waiting = self._waiting_again(unit, found.message, who) if dead else found
            key.ends(unit, waiting)
            return waiting

    def _waiting_again(self, unit: Unit, message: OutgoingMessage, who: str) -> Delivery:
        now = self.clock.now()
        unit.events.record(
            Event(
                at=now,
                kind=EventKind.MESSAGE_RESENT,
                case_id=message.case_id,
                facts={"message_id": message.message_id, "who": who},
            )
        )
        until = max(message.until, now + LAST_TRY)
        try:
            return unit.outbox.resend(message.message_id, at=now, until=until)
        except LookupError:  # it was withdrawn, or sent again, since it was read
            raise Conflict("message_id", "ce message vient de changer d'état") from None

    def _note(
        self, unit: Unit, action: AuditAction, case_id: str, who: str, outcome: AuditOutcome
    ) -> None:
        now = self.clock.now()
        unit.audit.record(
            AuditEntry(at=now, who=who, action=action, case_id=case_id, outcome=outcome)
        )


def _is_overtaken(message: OutgoingMessage, of_case: Sequence[Delivery]) -> bool:
    """Tell whether a later message about the same was sent, or may be leaving."""
    ids = [one.message.message_id for one in of_case]
    later = of_case[ids.index(message.message_id) + 1 :]
    return any(
        (one.message.channel, one.message.about) == (message.channel, message.about)
        and (one.state is DeliveryState.SENT or _is_tried(one))
        for one in later
    )


def _is_tried(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.WAITING and delivery.attempts > 0
