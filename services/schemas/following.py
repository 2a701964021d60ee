"""A gesture on a decided case as it comes in, and the state of the case after it."""

from pydantic import BaseModel

from regulation.cases import Case, CaseState
from regulation.decisions import Actor
from services.schemas.answers import Outgoing
from services.schemas.case import TREATED_AS_PERSONAL
from services.schemas.decision import ActorIn
from services.schemas.orientation import Json


class GestureIn(BaseModel):
    """Who makes the gesture."""

    model_config = TREATED_AS_PERSONAL

    actor: ActorIn

    def to_actor(self) -> Actor:
        """Return who makes it."""
        return Actor(actor_id=self.actor.id, role=self.actor.role)


class StateOut(Outgoing):
    """What has become of a case."""

    id: str
    state: CaseState
    version: int


def state_out(case: Case) -> Json:
    """Write the state of a case."""
    return {"id": case.case_id, "state": str(case.state), "version": case.version}
