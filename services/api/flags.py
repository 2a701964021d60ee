"""Endpoint of red flags: a regulating doctor lifts them, with a motive; nobody else does."""

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, Response

from regulation.cases import Case
from regulation.decisions import Actor
from regulation.red_flags import Lifting, standing_flags
from services.access import As, CaseId, Work
from services.api import examples
from services.api.described import answers, refusals
from services.api.repeats import Once
from services.api.responses import DocumentResponse
from services.schemas.lifting import FlagsOut, LiftingIn, flags_out

router = APIRouter(tags=["cases"])


@router.post(
    "/cases/{case_id}/red-flags/lift",
    summary="Lift red flags",
    responses={
        **answers(200, FlagsOut, "Lifted: what still stands is told", examples.FLAGS),
        **refusals(403, 404, 409, 413, 422, 503),
    },
)
def lift(
    work: Work,
    case_id: CaseId,
    lifting: Annotated[LiftingIn, Body(examples=[examples.LIFTING])],
    acting: As,
    once: Once,
) -> Response:
    """Lift the red flags of a case, those named or all; then ask for proposals again.

    What raised a flag is kept with it: told otherwise, the flag is raised anew.
    """
    actor = acting.as_told(Actor(actor_id=lifting.actor.id, role=lifting.actor.role))
    asked = Lifting(actor=actor, motive=lifting.motive, rule_ids=tuple(lifting.rule_ids))

    def said(case: Case) -> JSONResponse:
        now = work.runtime.clock.now()
        rulebook = work.runtime.rules_at(now)
        return DocumentResponse(flags_out(case, standing_flags(case, rulebook, now)))

    return once.answer(lambda key: work.lift_flags(case_id, asked, key), said)
