"""Endpoints of agendas (INT_R03): FHIR in, FHIR out, whatever the editor repeats."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from regulation.appointments import KeptAppointment
from regulation.ports import StaleVersion
from services.errors import BadInput
from services.exchange.agenda import AgendaDesk, NotFhir, NotTaken, Taken
from services.schemas.fhir import FHIR_JSON, appointment_out, outcome_out
from services.store import StoreUnavailable

router = APIRouter(prefix="/fhir", include_in_schema=False)
"""Described by the guide of the SAS (INT_R03), not by ours."""


async def desk_of(request: Request) -> AgendaDesk:
    """Return the desk of the application that serves the request."""
    desk: AgendaDesk = request.app.state.agenda
    return desk


Desk = Annotated[AgendaDesk, Depends(desk_of)]


@router.post("/Appointment", status_code=HTTPStatus.CREATED)
async def create(request: Request, desk: Desk) -> Response:
    """Keep an appointment booked by a regulator; the same sent again changes nothing."""
    raw = await request.body()
    return await run_in_threadpool(_answered, lambda: desk.create(raw))


@router.put("/Appointment")
async def change(
    request: Request,
    desk: Desk,
    identifier: Annotated[str | None, Query(max_length=400)] = None,
    capital: Annotated[str | None, Query(alias="Identifier", max_length=400)] = None,
) -> Response:
    """Keep the next state of an appointment, known by its identifier; the first, if unknown.

    The guide writes the parameter with a capital in one place: both are read.
    """
    asked = identifier or capital
    if asked is None:
        return _outcome(HTTPStatus.BAD_REQUEST, "required", "identifier", "say which to change")
    raw = await request.body()
    return await run_in_threadpool(_answered, lambda: desk.change(raw, asked))


@router.get("/Appointment/{appointment_id}")
def read(desk: Desk, appointment_id: str) -> Response:
    """Return the last state that was told."""
    try:
        kept = desk.get(appointment_id)
    except LookupError:
        return _outcome(HTTPStatus.NOT_FOUND, "not-found", "id", "there is no such appointment")
    headers = {"ETag": f'W/"{kept.version}"'}
    return JSONResponse(appointment_out(kept), headers=headers, media_type=FHIR_JSON)


def _answered(take: Callable[[], Taken]) -> Response:
    try:
        taken = take()
    except NotFhir as fault:
        return _outcome(HTTPStatus.BAD_REQUEST, "structure", fault.field, fault.reason)
    except NotTaken as fault:
        return _outcome(HTTPStatus.UNPROCESSABLE_ENTITY, fault.code, fault.field, fault.reason)
    except BadInput as fault:
        return _outcome(HTTPStatus.BAD_REQUEST, "invalid", fault.field, fault.reason)
    except (StaleVersion, StoreUnavailable):
        reason = "cannot be kept for the moment: send it again"
        return _outcome(HTTPStatus.SERVICE_UNAVAILABLE, "transient", "document", reason)
    return _kept(taken.kept, created=taken.created)


def _kept(kept: KeptAppointment, *, created: bool) -> Response:
    headers = {
        "Location": f"/fhir/Appointment/{kept.appointment_id}",
        "ETag": f'W/"{kept.version}"',
    }
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return JSONResponse(appointment_out(kept), status, headers, media_type=FHIR_JSON)


def _outcome(status: HTTPStatus, code: str, field: str, reason: str) -> Response:
    return JSONResponse(outcome_out(code, field, reason), status, media_type=FHIR_JSON)
