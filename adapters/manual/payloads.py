"""A declaration as it is sent: our own form, or that of the capacity service it resembles.

`{"effecteur_id", "status", "waiting_minutes"?, "n_waiting"?, "message"?, "observed_at",
"valid_until"?, "declared_by"?, "extra_patients"?}`, or `{"serviceId", "waitingTimeMins",
"numberOfPeopleWaiting"?, "message"?, "lastUpdated"}` (nhsd-a2si, capacity service, 2018), which
tells how long one waits and hence that the place receives. Fields of neither form are refused.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Message = Annotated[str, msgspec.Meta(max_length=500)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=24 * 60)]
Extra = Annotated[int, msgspec.Meta(ge=0, le=20)]
People = Annotated[int, msgspec.Meta(ge=0, le=1_000)]


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our own form."""

    effecteur_id: Text
    status: Literal["OPEN", "SATURATED", "CLOSED"]
    observed_at: Instant
    waiting_minutes: Minutes | None = None
    n_waiting: People | None = None
    message: Message = ""
    valid_until: Instant | None = None
    declared_by: Annotated[str, msgspec.Meta(max_length=80)] = ""
    extra_patients: Extra = 0


class Capacity(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """The form of the capacity service."""

    service_id: Text
    waiting_time_mins: Minutes
    last_updated: Instant
    number_of_people_waiting: People | None = None
    message: Message = ""

    def declared(self) -> Declared:
        """The same in our own form."""
        return Declared(
            effecteur_id=self.service_id,
            status="OPEN",
            observed_at=self.last_updated,
            waiting_minutes=self.waiting_time_mins,
            n_waiting=self.number_of_people_waiting,
            message=self.message,
        )


class _Label(msgspec.Struct, frozen=True, rename="camel"):
    service_id: str | None = None


class _Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    declarations: tuple[msgspec.Raw, ...]


_LABEL = msgspec.json.Decoder(_Label)
_DECLARED = msgspec.json.Decoder(Declared)
_CAPACITY = msgspec.json.Decoder(Capacity)
_LIST = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
_BATCH = msgspec.json.Decoder(_Batch)


def read_one(raw: bytes) -> Declared:
    """Read one declaration of either form; raise what decoding raises."""
    if _LABEL.decode(raw).service_id is not None:
        return _CAPACITY.decode(raw).declared()
    return _DECLARED.decode(raw)


def cut(raw: bytes) -> tuple[bytes, ...]:
    """Cut a document into declarations: a list, a `declarations` list, or one alone."""
    body = raw.strip()
    if body.startswith(b"["):
        return tuple(map(bytes, _LIST.decode(body)))
    if b'"declarations"' in body:
        return tuple(map(bytes, _BATCH.decode(body).declarations))
    return (body,)
