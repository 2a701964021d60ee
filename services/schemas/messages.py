"""Messages to the outside as the desk sees them: their fate, and for one case what they say."""

from typing import Annotated, Any

import msgspec
from pydantic import AwareDatetime, BaseModel, Field

from regulation.messages import Channel, Delivery, DeliveryState
from services.schemas.answers import Outgoing
from services.schemas.case import TREATED_AS_PERSONAL
from services.schemas.orientation import Json, instant_out

MESSAGE_ID = r"^[A-Za-z0-9._:/~-]{1,200}$"


class MessageOut(Outgoing):
    """What became of a message; `recipient` null: a person's number, shown with the case alone."""

    message_id: str
    case_id: str
    channel: Channel
    recipient: str | None
    kind: str
    about: str
    state: DeliveryState
    attempts: int
    created_at: AwareDatetime
    until: AwareDatetime
    due_at: AwareDatetime | None
    sent_at: AwareDatetime | None
    last_error: str


THE_RECIPIENTS_ALONE = frozenset({"path"})
"""Fields of a body that prove who their recipient is: nobody else is shown them."""


class CaseMessageOut(MessageOut):
    """A message of a case, with what it says: the fields its recipient may be told, less those
    by which the recipient alone answers."""

    body: dict[str, Any]


class ResendIn(BaseModel):
    """Which message to send again."""

    model_config = TREATED_AS_PERSONAL

    message_id: Annotated[str, Field(pattern=MESSAGE_ID)]


def message_out(delivery: Delivery) -> Json:
    """Write the fate of a message."""
    message = delivery.message
    personal = message.channel is Channel.PATIENT
    waiting = delivery.state is DeliveryState.WAITING
    return {
        "message_id": message.message_id,
        "case_id": message.case_id,
        "channel": str(message.channel),
        "recipient": None if personal else message.recipient,
        "kind": type(message.body).__name__,
        "about": message.about,
        "state": str(delivery.state),
        "attempts": delivery.attempts,
        "created_at": instant_out(message.created_at),
        "until": instant_out(message.until),
        "due_at": instant_out(delivery.due_at) if waiting else None,
        "sent_at": instant_out(delivery.sent_at) if delivery.sent_at else None,
        "last_error": delivery.last_error,
    }


def case_message_out(delivery: Delivery) -> Json:
    """Write a message of a case as the desk may read it."""
    message = delivery.message
    written = msgspec.to_builtins(message.body, order="deterministic")
    body = {name: told for name, told in written.items() if name not in THE_RECIPIENTS_ALONE}
    return {**message_out(delivery), "recipient": message.recipient, "body": body}
