"""What a company is answered."""

from services.schemas.answers import Outgoing


class EventFault(Outgoing):
    """One event put aside: its place in the delivery, the field and what is wrong with it."""

    index: int | None
    field: str
    reason: str


class TakenOut(Outgoing):
    """What became of a delivery; `repeated`: it came before, and nothing was done again."""

    accepted: int
    repeated: bool
    quarantined: list[EventFault]
