"""Endpoint of declarations: what an effecteur says of itself, for a while."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from services.access import Declarations
from services.api import examples
from services.api.described import answers, refusals
from services.schemas.declarations import DeclaredOut

router = APIRouter(tags=["declarations"])


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
async def declare(request: Request, desk: Declarations) -> JSONResponse:
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
