"""Endpoints of cases. They are plain functions: FastAPI runs them off the event loop."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, Response

from regulation.cases import Case
from regulation.decisions import Actor
from regulation.ports import RecordedOrientation
from services.access import As, CaseId, Key, Who, Work
from services.api import examples
from services.api.described import answers, refusals
from services.api.repeats import Once
from services.api.responses import DocumentResponse
from services.deciding import DecisionAsked
from services.errors import BadInput
from services.schemas.answers import OrientationOut
from services.schemas.case import CaseIn
from services.schemas.decision import DecisionIn, OutcomeOut, outcome_out
from services.schemas.dossier import CaseOut, DossierOut, case_out, dossier_out
from services.schemas.orientation import orientation_out

router = APIRouter(tags=["cases"])


@router.post(
    "/cases",
    status_code=HTTPStatus.CREATED,
    summary="Open a case",
    responses={
        **answers(201, CaseOut, "Kept", examples.OPENED, Location="Where it is read"),
        **refusals(409, 413, 422, 503),
    },
)
def open_case(
    work: Work, case: Annotated[CaseIn, Body(examples=[examples.CASE])], who: Who, once: Once
) -> Response:
    """Keep one call. The same case sent again changes nothing."""

    def said(kept: Case) -> JSONResponse:
        location = {"Location": f"/cases/{kept.case_id}"}
        return DocumentResponse(case_out(kept), HTTPStatus.CREATED, headers=location)

    told = case.to_case(work.runtime.gazetteer)
    return once.answer(lambda key: work.open_case(told, who, key), said)


@router.get(
    "/cases/{case_id}",
    summary="Read a case",
    responses={
        **answers(200, DossierOut, "The case, its answer, its decisions", examples.DOSSIER),
        **refusals(404, 422, 503),
    },
)
def read_case(work: Work, case_id: CaseId, who: Who) -> JSONResponse:
    """Return what is kept of a case; the reading leaves a line in the audit trail."""
    return DocumentResponse(dossier_out(work.read_case(case_id, who)))


@router.post(
    "/cases/{case_id}/proposals",
    summary="Propose orientations",
    responses={
        **answers(
            200,
            OrientationOut,
            "Ranked proposals",
            examples.ORIENTATION,
            Orientation_Id="Of the answer, to be named by the decision",
        ),
        **refusals(404, 409, 422, 503),
    },
)
def propose(work: Work, case_id: CaseId, who: Who, once: Once) -> Response:
    """Compute the answer on the current picture of the offer, and keep it.

    A decided case is taken up again; what it holds stays held until another decision.
    """

    def said(recorded: RecordedOrientation) -> JSONResponse:
        answered = {"Orientation-Id": recorded.orientation_id}
        return DocumentResponse(orientation_out(recorded.orientation), headers=answered)

    return once.answer_at_length(lambda key: work.propose(case_id, who, key), said)


@router.post(
    "/cases/{case_id}/decision",
    summary="Decide",
    responses={
        **answers(200, OutcomeOut, "Taken: slot and seats are held", examples.OUTCOME),
        **refusals(403, 404, 409, 413, 422, 503),
    },
)
def decide(
    work: Work,
    case_id: CaseId,
    decision: Annotated[DecisionIn, Body(examples=[examples.DECISION])],
    acting: As,
    key: Key = None,
) -> JSONResponse:
    """Choose one of the proposals: state, slot, seats and journal together, or nothing.

    When the proposal can no longer be carried out, the refusal (409) carries fresh proposals.
    """
    asked = DecisionAsked(
        case_id=case_id,
        rank=decision.rank,
        motive=decision.motive.strip(),
        actor=acting.as_told(Actor(actor_id=decision.actor.id, role=decision.actor.role)),
        idempotency_key=_one_key(decision.idempotency_key, key),
        orientation_id=decision.orientation_id,
    )
    return DocumentResponse(outcome_out(work.decide(asked)))


def _one_key(in_body: str | None, in_header: str | None) -> str:
    if in_body and in_header and in_body != in_header:
        raise BadInput("idempotency_key", "le champ et l'en-tête Idempotency-Key diffèrent")
    key = in_body or in_header
    if key is None:
        reason = "requise, en champ ou dans l'en-tête Idempotency-Key : une par décision"
        raise BadInput("idempotency_key", reason)
    return key
