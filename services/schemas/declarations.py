"""What whoever declares is answered."""

from services.schemas.answers import Outgoing
from services.schemas.transporters import EventFault


class DeclaredOut(Outgoing):
    """What became of declarations: how many are kept, and those put aside."""

    accepted: int
    quarantined: list[EventFault]
