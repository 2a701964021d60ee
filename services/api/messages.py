"""Endpoints of messages to the outside: their fate, and sending a dead one again."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from regulation.messages import DeliveryState
from services.access import UNNAMED, CaseId, Who
from services.api import examples
from services.api.described import answers, refusals
from services.api.repeats import Once
from services.api.responses import DocumentResponse
from services.correspondence import Correspondence
from services.schemas.messages import (
    CaseMessageOut,
    MessageOut,
    ResendIn,
    case_message_out,
    message_out,
)

router = APIRouter(tags=["messages"])


async def _correspondence_of(request: Request) -> Correspondence:
    correspondence: Correspondence = request.app.state.correspondence
    return correspondence


Letters = Annotated[Correspondence, Depends(_correspondence_of)]


@router.get(
    "/messages",
    summary="Messages to the outside",
    responses={
        **answers(200, list[MessageOut], "Their fate, oldest first", [examples.MESSAGE]),
        **refusals(422, 503),
    },
)
def messages(
    letters: Letters,
    state: Annotated[
        DeliveryState, Query(description="DEAD: what a person must send again or tell by phone")
    ] = DeliveryState.DEAD,
) -> JSONResponse:
    """Tell what became of messages, at most two hundred; what they say is told with their case."""
    return DocumentResponse([message_out(one) for one in letters.in_state(state)])


@router.get(
    "/cases/{case_id}/messages",
    summary="Messages of a case",
    responses={
        **answers(200, list[CaseMessageOut], "Oldest first", [examples.CASE_MESSAGE]),
        **refusals(404, 422, 503),
    },
)
def messages_of_case(letters: Letters, case_id: CaseId, who: Who = UNNAMED) -> JSONResponse:
    """Tell who was told what about a case; the reading leaves a line in the audit trail."""
    return DocumentResponse([case_message_out(one) for one in letters.of_case(case_id, who)])


@router.post(
    "/messages/resend",
    summary="Send a dead message again",
    responses={
        **answers(200, MessageOut, "It waits again, or wasn't dead", examples.MESSAGE),
        **refusals(404, 409, 413, 422, 503),
    },
)
def resend(
    letters: Letters,
    asked: Annotated[ResendIn, Body(examples=[examples.RESEND])],
    once: Once,
    who: Who = UNNAMED,
) -> Response:
    """Let a dead message be tried again. Its id is a key too: asked twice, it is sent once."""
    return once.answer(
        lambda key: letters.resend(asked.message_id, who, key),
        lambda delivery: DocumentResponse(message_out(delivery)),
    )
