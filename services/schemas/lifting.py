"""A red flag to lift as it comes in, and what stands after as it goes out."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from regulation.cases import Case
from regulation.red_flags import RaisedFlag
from services.schemas.answers import Outgoing
from services.schemas.case import TREATED_AS_PERSONAL
from services.schemas.decision import NO_CONTROL, ActorIn
from services.schemas.orientation import Json, instant_out


class LiftingIn(BaseModel):
    """Who lifts, why, and which flags: all that stand when none is named."""

    model_config = TREATED_AS_PERSONAL

    motive: Annotated[str, Field(max_length=1000, pattern=NO_CONTROL)]
    actor: ActorIn
    rule_ids: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-Z0-9-]{3,49}$")]], Field(max_length=50)
    ] = Field(default_factory=list)


class LiftedOut(Outgoing):
    """A flag that was lifted."""

    rule_id: str
    at: AwareDatetime
    actor: str
    motive: str


class StandingOut(Outgoing):
    """A flag that stands."""

    rule_id: str
    reason: str
    source: str


class FlagsOut(Outgoing):
    """The red flags of a case: lifted, and standing."""

    case_id: str
    version: int
    lifted: list[LiftedOut]
    standing: list[StandingOut]


def flags_out(case: Case, standing: tuple[RaisedFlag, ...]) -> Json:
    """Write the flags of a case."""
    return {
        "case_id": case.case_id,
        "version": case.version,
        "lifted": [
            {
                "rule_id": one.rule_id,
                "at": instant_out(one.at),
                "actor": one.actor,
                "motive": one.motive,
            }
            for one in case.lifted
        ],
        "standing": [
            {"rule_id": one.rule.rule_id, "reason": one.rule.reason, "source": one.rule.source}
            for one in standing
        ],
    }
