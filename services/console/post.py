"""Who holds the desk: whoever the gate let in; where access is declared, whoever says so once at
the start of the shift, which the browser keeps and which proves nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from regulation.decisions import Actor, Role
from services.access import identity_of
from services.schemas.decision import ACTOR_ID

COOKIE = "poste"
SHIFT_S = 12 * 3600
"""How long a post is held: a shift."""

ROLES: Mapping[Role, str] = {
    Role.REGULATING_DOCTOR: "médecin régulateur",
    Role.OSNP: "OSNP",
    Role.ARM: "ARM",
}
UNHELD = "poste"
"""Who reads, in the audit trail, when nobody has said they hold the desk."""


def holder(request: Request) -> Actor | None:
    """Return who holds the desk; None for who doesn't sit there, or hasn't said so."""
    identity = identity_of(request)
    if identity is None:
        return read_holder(request.cookies.get(COOKIE, ""))
    role = identity.desk_role
    return Actor(actor_id=identity.subject, role=role) if role else None


@dataclass(frozen=True, slots=True)
class Seat:
    """The desk's seat: who holds it; `proved`: the gate let them in, they don't only say so."""

    holder: Actor | None
    proved: bool


async def seat_of(request: Request) -> Seat:
    """Return the seat of whoever asks."""
    return Seat(holder(request), identity_of(request) is not None)


def read_holder(told: str) -> Actor | None:
    """Read `ROLE|id`; None when it makes no sense."""
    role, _, actor_id = told.partition("|")
    if role not in set(Role) or not re.match(ACTOR_ID, actor_id):
        return None
    return Actor(actor_id=actor_id, role=Role(role))


def hold(response: Response, actor: Actor) -> None:
    """Remember who holds the desk, for this browser and this site alone."""
    response.set_cookie(
        COOKIE,
        f"{actor.role}|{actor.actor_id}",
        max_age=SHIFT_S,
        httponly=True,
        samesite="strict",
        path="/",
    )


def named(actor: Actor | None) -> str:
    """Name who does something, for the audit trail."""
    return actor.actor_id if actor else UNHELD


Holder = Annotated[Actor | None, Depends(holder)]
Seated = Annotated[Seat, Depends(seat_of)]
