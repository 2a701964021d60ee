"""Endpoints of the place de marché: ask a community of doctors to take a patient, and who did."""

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, Response

from regulation.kernel.ids import Identifier
from services.access import CaseId, Seeking, Who
from services.api import examples
from services.api.described import answers, refusals
from services.api.repeats import Once
from services.api.responses import DocumentResponse
from services.errors import BadInput
from services.schemas.appeals import AppealIn, AppealOut, appeal_out

router = APIRouter(tags=["cases"])


@router.post(
    "/cases/{case_id}/appeals",
    summary="Ask a community of doctors (CPTS) to take the patient",
    responses={
        **answers(200, AppealOut, "Asked: the first member to accept takes them", examples.APPEAL),
        **refusals(404, 409, 413, 422, 503),
    },
)
def ask(
    desk: Seeking,
    case_id: CaseId,
    asked: Annotated[AppealIn, Body(examples=[examples.APPEALING])],
    who: Who,
    once: Once,
) -> Response:
    """Tell each member who answers the need; the hour of the first who accepts by their own link
    is then among the proposals of the case. Asked again meanwhile, nothing changes.
    """
    try:
        community = Identifier.parse(asked.community)
    except ValueError as error:
        raise BadInput("community", str(error)) from None

    return once.answer(
        lambda key: desk.seek(case_id, community, asked.minutes, who, key),
        lambda appeal: DocumentResponse(appeal_out(appeal)),
    )


@router.get(
    "/cases/{case_id}/appeals",
    summary="Communities asked to take the patient",
    responses={
        **answers(200, list[AppealOut], "Oldest first", [examples.APPEAL]),
        **refusals(404, 422, 503),
    },
)
def appeals_of_case(desk: Seeking, case_id: CaseId, who: Who) -> JSONResponse:
    """Tell who was asked, and who accepted; the reading leaves a line in the audit trail."""
    return DocumentResponse([appeal_out(one) for one in desk.read_appeals(case_id, who)])
