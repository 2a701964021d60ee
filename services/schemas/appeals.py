"""A community asked to take a patient: what is asked, and what came of it."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from regulation.marketplace import Appeal
from services.schemas.answers import Outgoing
from services.schemas.case import TREATED_AS_PERSONAL
from services.schemas.orientation import Json, instant_out


class AppealIn(BaseModel):
    """Which community is asked, and for how many minutes."""

    model_config = TREATED_AS_PERSONAL

    community: Annotated[str, Field(pattern=r"^[A-Z]+:[A-Za-z0-9._/-]{1,64}$")]
    minutes: Annotated[int, Field(strict=True, ge=1, le=120)] = 15


class TakenOut(Outgoing):
    """Who takes the patient, and when they may come."""

    effecteur_id: str
    at: AwareDatetime
    care_at: AwareDatetime


class AppealOut(Outgoing):
    """Who is asked until when, and who accepted; null: nobody yet.

    `closed_at`: since when nobody may accept any more, nor does what was accepted hold.
    """

    appeal_id: str
    case_id: str
    community_id: str
    asked: list[str]
    asked_at: AwareDatetime
    until: AwareDatetime
    taken: TakenOut | None
    closed_at: AwareDatetime | None


def appeal_out(appeal: Appeal) -> Json:
    """Write an appeal."""
    taken = appeal.taken
    return {
        "appeal_id": appeal.appeal_id,
        "case_id": appeal.case_id,
        "community_id": str(appeal.community_id),
        "asked": [str(one) for one in appeal.asked],
        "asked_at": instant_out(appeal.asked_at),
        "until": instant_out(appeal.until),
        "taken": None
        if taken is None
        else {
            "effecteur_id": str(taken.effecteur_id),
            "at": instant_out(taken.at),
            "care_at": instant_out(taken.care_at),
        },
        "closed_at": instant_out(appeal.closed_at) if appeal.closed_at else None,
    }
