"""Endpoint of declarations: what an effecteur says of itself, for a while."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from services.api import examples
from services.api.described import answers, refusals
from services.declaring import DeclarationDesk
from services.schemas.declarations import DeclaredOut

router = APIRouter(tags=["declarations"])


def desk_of(request: Request) -> DeclarationDesk:
    """Return the desk of the application that serves the request."""
    desk: DeclarationDesk = request.app.state.declarations
    return desk


@router.post(
    "/declarations",
    summary="Declare a place open, full or closed",
    responses={
        **answers(200, DeclaredOut, "Kept, besides those put aside", examples.DECLARED),
        **refusals(413, 422, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "array", "items": {"type": "object"}},
                    "example": examples.DECLARATIONS,
                }
            },
        }
    },
)
async def declare(
    request: Request, desk: Annotated[DeclarationDesk, Depends(desk_of)]
) -> JSONResponse:
    """Keep declarations until they expire; then nothing is known again. A restart loses none.

    One at fault is put aside and named; the others are kept.
    """
    raw = await request.body()
    taken = await run_in_threadpool(desk.hear, raw)
    return JSONResponse(
        {
            "accepted": taken.accepted,
            "quarantined": [
                {"index": one.index, "field": one.field, "reason": one.reason}
                for one in taken.defects
            ],
        }
    )
