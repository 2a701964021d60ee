"""What endpoints take from the request besides their body."""

from typing import Annotated

from fastapi import Depends, Header, Path, Request

from services.casework import Casework
from services.schemas.decision import ACTOR_ID, IDEMPOTENCY_KEY

UNNAMED = "unnamed"
"""Who asks, when the request doesn't say; access isn't authenticated yet."""


def casework_of(request: Request) -> Casework:
    """Return the casework of the application that serves the request."""
    casework: Casework = request.app.state.casework
    return casework


Work = Annotated[Casework, Depends(casework_of)]
CaseId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Who = Annotated[
    str, Header(alias="Actor-Id", pattern=ACTOR_ID, description="Who asks, for the audit trail")
]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", pattern=IDEMPOTENCY_KEY, description="Of the decision"),
]
