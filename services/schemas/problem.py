"""Errors as they go out (RFC 9457): what, where, what to do, and never the value that was given."""

from pydantic import BaseModel, ConfigDict

from services.schemas.answers import ExcludedOut, Outgoing, ProposalOut, SolverOut

PROBLEM_JSON = "application/problem+json"


class FaultOut(Outgoing):
    """One field at fault."""

    field: str
    detail: str


class ProblemOut(BaseModel):
    """Why the request was refused; `field` names what to mend, `errors` all of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: list[FaultOut] = []


class ConflictOut(ProblemOut):
    """A refusal because things have moved; with the fresh answer when there is one to decide on."""

    orientation_id: str | None = None
    case_id: str | None = None
    snapshot_id: str | None = None
    rules_version: str | None = None
    solver: SolverOut | None = None
    proposals: list[ProposalOut] | None = None
    excluded: list[ExcludedOut] | None = None
