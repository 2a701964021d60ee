"""Endpoints of decided cases: cancelled, closed, the way home asked for."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse, Response

from regulation.decisions import Actor
from services.access import As, CaseId, Work
from services.api import examples
from services.api.described import answers, refusals
from services.api.repeats import Once
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
def cancel(
    follow: Follow, work: Work, case_id: CaseId, *, said: Gesture, acting: As, once: Once
) -> Response:
    """Give back what a case holds and tell whoever was told: the patient no longer comes."""
    return once.answer(_done(follow.cancel, work, case_id, acting.as_told(said.to_actor())))


@router.post("/cases/{case_id}/close", summary="Close", responses=DONE)
def close(
    follow: Follow, work: Work, case_id: CaseId, *, said: Gesture, acting: As, once: Once
) -> Response:
    """Say that the patient is home: nothing more is followed."""
    return once.answer(_done(follow.close, work, case_id, acting.as_told(said.to_actor())))


@router.post("/cases/{case_id}/want-return", summary="Ask for the way home", responses=DONE)
def want_return(
    follow: Follow, work: Work, case_id: CaseId, *, said: Gesture, acting: As, once: Once
) -> Response:
    """Say that the patient is ready to go home."""
    return once.answer(_done(follow.want_return, work, case_id, acting.as_told(said.to_actor())))


def _done(
    gesture: Callable[[str, Actor], None], work: Work, case_id: str, actor: Actor
) -> Callable[[], JSONResponse]:
    def carry_out() -> JSONResponse:
        gesture(case_id, actor)
        with work.store.reading() as unit:
            return JSONResponse(state_out(unit.cases.find(case_id)))

    return carry_out
