"""Events as they go out: one at a time, in the form of server-sent events."""

import json

from pydantic import AwareDatetime

from regulation.events import EventKind, Fact, NumberedEvent
from services.schemas.answers import Outgoing
from services.schemas.orientation import Json, instant_out

EVENT_STREAM = "text/event-stream"
HEARTBEAT = ": \n\n"
RECONNECT = "retry: 1000\n\n"
RESET = "event: reset\ndata: {}\n\n"
"""Told to whoever says to have seen more than was ever told here: read everything again."""


class EventOut(Outgoing):
    """What the `data` of an event holds; its `id` is `number`, its name is `kind`."""

    number: int
    at: AwareDatetime
    kind: EventKind
    case_id: str | None
    facts: dict[str, Fact]


def event_out(numbered: NumberedEvent) -> Json:
    """Write an event."""
    event = numbered.event
    return {
        "number": numbered.number,
        "at": instant_out(event.at),
        "kind": str(event.kind),
        "case_id": event.case_id,
        "facts": dict(event.facts),
    }


def sent_event(numbered: NumberedEvent) -> str:
    """Write an event as the stream carries it; JSON holds no bare line break."""
    data = json.dumps(event_out(numbered), ensure_ascii=False)
    return f"id: {numbered.number}\nevent: {numbered.event.kind}\ndata: {data}\n\n"
