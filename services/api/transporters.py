"""Endpoint of transport companies: what they tell of missions and vehicles, signed."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from services.api import examples
from services.api.described import answers, refusals
from services.api.problems import problem
from services.exchange.transporters import NotAuthentic, Taken, TransporterDesk
from services.schemas.transporters import TakenOut

router = APIRouter(prefix="/transporteurs", tags=["transporters"])

Company = Annotated[str, Path(max_length=100, description="As in the address book")]
Signature = Annotated[
    str,
    Header(
        alias="Aiguilleur-Signature",
        max_length=100,
        description='`t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">`, five minutes at most',
    ),
]


async def desk_of(request: Request) -> TransporterDesk:
    """Return the desk of the application that serves the request."""
    desk: TransporterDesk = request.app.state.transporters
    return desk


@router.post(
    "/{company}/evenements",
    summary="Tell of missions and vehicles",
    responses={
        **answers(200, TakenOut, "Kept, besides the events put aside", examples.TAKEN),
        **refusals(401, 413, 422, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"type": "object"}, "example": examples.DELIVERY}
            },
        }
    },
)
async def tell(
    request: Request,
    company: Company,
    desk: Annotated[TransporterDesk, Depends(desk_of)],
    signature: Signature = "",
) -> JSONResponse:
    """Keep what a company says of its own missions and vehicles; sent again, it changes nothing.

    An event at fault is put aside and named; the others are kept.
    """
    raw = await request.body()
    try:
        taken: Taken = await run_in_threadpool(desk.take, company, signature, raw)
    except NotAuthentic:
        return problem(
            HTTPStatus.UNAUTHORIZED,
            "transporteur inconnu, ou signature fausse ou trop ancienne",
            "Aiguilleur-Signature",
        )
    return JSONResponse(
        {
            "accepted": taken.accepted,
            "repeated": taken.repeated,
            "quarantined": [
                {"index": one.index, "field": one.field, "reason": one.reason}
                for one in taken.defects
            ],
        }
    )
