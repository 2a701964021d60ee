"""How the service and its sources are, as it goes out."""

from collections.abc import Sequence
from typing import Literal

from pydantic import AwareDatetime

from regulation.snapshots import SourceHealth, SourceState
from services.schemas.answers import Outgoing
from services.schemas.orientation import Json, instant_out


class SourceChangeOut(Outgoing):
    """A source entered a state, and why."""

    at: AwareDatetime
    state: SourceState
    message: str


class SourceOut(Outgoing):
    """One source: its state, when it last answered, how many of its records are put aside, and
    its latest changes of state, oldest first."""

    name: str
    state: SourceState
    last_success: AwareDatetime | None
    message: str
    quarantined: int
    changes: list[SourceChangeOut]


class HealthOut(Outgoing):
    """The service: degraded as soon as one source isn't OK, for then something is unknown."""

    status: Literal["ok", "degraded"]
    territory: str
    snapshot_id: str
    taken_at: AwareDatetime
    travel: str
    rules_version: str
    sources: list[SourceOut]


class ReadyOut(Outgoing):
    """Calls may be sent to this process."""

    ready: Literal[True]


def sources_out(sources: Sequence[SourceHealth]) -> list[Json]:
    """Write the health of each source."""
    return [
        {
            "name": source.name,
            "state": str(source.state),
            "last_success": instant_out(source.last_success) if source.last_success else None,
            "message": source.message,
            "quarantined": source.quarantined,
            "changes": [
                {"at": instant_out(one.at), "state": str(one.state), "message": one.message}
                for one in source.changes
            ],
        }
        for source in sources
    ]
