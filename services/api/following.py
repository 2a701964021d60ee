"""Endpoints of decided cases: cancelled, closed, the way home asked for."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse, Response

from regulation.cases import Case
from services.access import As, CaseId
from services.api import examples
from services.api.described import answers, refusals
from services.api.repeats import Once
from services.api.responses import DocumentResponse
from services.following import Following
from services.schemas.following import GestureIn, StateOut, state_out

router = APIRouter(tags=["cases"])
Gesture = Annotated[GestureIn, Body(examples=[examples.GESTURE])]
DONE = {
    **answers(200, StateOut, "Done, or it already was", examples.STATE),
    **refusals(403, 404, 409, 413, 422, 503),
}


async def _following_of(request: Request) -> Following:
    following: Following = request.app.state.following
    return following


Follow = Annotated[Following, Depends(_following_of)]


@router.post("/cases/{case_id}/cancel", summary="Cancel", responses=DONE)
def cancel(follow: Follow, case_id: CaseId, *, said: Gesture, acting: As, once: Once) -> Response:
    """Give back what a case holds and tell whoever was told: the patient no longer comes."""
    actor = acting.as_told(said.to_actor())
    return once.answer(lambda key: follow.cancel(case_id, actor, key), _said)


@router.post("/cases/{case_id}/close", summary="Close", responses=DONE)
def close(follow: Follow, case_id: CaseId, *, said: Gesture, acting: As, once: Once) -> Response:
    """Say that the patient is home: nothing more is followed."""
    actor = acting.as_told(said.to_actor())
    return once.answer(lambda key: follow.close(case_id, actor, key), _said)


@router.post("/cases/{case_id}/want-return", summary="Ask for the way home", responses=DONE)
def want_return(
    follow: Follow, case_id: CaseId, *, said: Gesture, acting: As, once: Once
) -> Response:
    """Say that the patient is ready to go home."""
    actor = acting.as_told(said.to_actor())
    return once.answer(lambda key: follow.want_return(case_id, actor, key), _said)


def _said(case: Case) -> JSONResponse:
    return DocumentResponse(state_out(case))
