"""What endpoints take from the request besides their body."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path, Request

from regulation.decisions import Actor, NotAllowed
from services.casework import Casework
from services.declaring import DeclarationDesk
from services.managing import ManagingDesk
from services.schemas.decision import ACTOR_ID, IDEMPOTENCY_KEY
from services.security.identities import Identity
from services.seeking import SeekingDesk

UNNAMED = "unnamed"
"""Who asks, when access is declared and the request doesn't say."""


async def casework_of(request: Request) -> Casework:
    """Return the casework of the application that serves the request."""
    casework: Casework = request.app.state.casework
    return casework


async def declarations_of(request: Request) -> DeclarationDesk:
    """Return the desk of declarations of the application that serves the request."""
    desk: DeclarationDesk = request.app.state.declarations
    return desk


async def managing_of(request: Request) -> ManagingDesk:
    """Return the desk of managers of the application that serves the request."""
    desk: ManagingDesk = request.app.state.managing
    return desk


async def seeking_of(request: Request) -> SeekingDesk:
    """Return the desk of the place de marché of the application that serves the request."""
    desk: SeekingDesk = request.app.state.seeking
    return desk


def identity_of(request: Request) -> Identity | None:
    """Return who the gate let in; None where access is declared."""
    identity: Identity | None = getattr(request.state, "identity", None)
    return identity


async def who_of(
    request: Request,
    actor_id: Annotated[
        str,
        Header(alias="Actor-Id", pattern=ACTOR_ID, description="Who asks, where it is declared"),
    ] = UNNAMED,
) -> str:
    """Return who asks, for the audit trail: who the gate let in, else who the caller says."""
    identity = identity_of(request)
    return identity.subject if identity is not None else actor_id


async def acting_of(request: Request) -> "Acting":
    """Return what holds an actor to the identity that was let in."""
    return Acting(identity_of(request))


@dataclass(frozen=True, slots=True)
class Acting:
    """Holds the actor of a decision to who was let in (None: access is declared)."""

    identity: Identity | None

    def as_told(self, actor: Actor) -> Actor:
        """Return the actor; raise NotAllowed when somebody decides in another's name or role."""
        if self.identity is None:
            return actor
        if actor.actor_id != self.identity.subject:
            raise NotAllowed("actor.id", "n'est pas qui est connecté : nul ne décide pour un autre")
        if actor.role is not self.identity.desk_role:
            raise NotAllowed("actor.role", "n'est pas le rôle de qui est connecté")
        return actor


Work = Annotated[Casework, Depends(casework_of)]
Declarations = Annotated[DeclarationDesk, Depends(declarations_of)]
Seeking = Annotated[SeekingDesk, Depends(seeking_of)]
Managing = Annotated[ManagingDesk, Depends(managing_of)]
CASE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
CaseId = Annotated[str, Path(pattern=f"^{CASE_ID.pattern}$")]
Who = Annotated[str, Depends(who_of)]
As = Annotated[Acting, Depends(acting_of)]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", pattern=IDEMPOTENCY_KEY, description="One for each command"),
]
