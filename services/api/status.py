"""Endpoints of the service itself: its health, whether it is ready, its sources, its counters."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from regulation.snapshots import SourceState
from services.access import Work
from services.api import examples
from services.api.described import answers, refusals
from services.api.problems import problem
from services.metrics import Meters
from services.readiness import Readiness
from services.schemas.health import HealthOut, ReadyOut, SourceOut, sources_out
from services.schemas.orientation import instant_out
from services.sheet import POLICY, sheet_of
from services.store import StoreUnavailable


async def _readiness_of(request: Request) -> Readiness:
    readiness: Readiness = request.app.state.readiness
    return readiness


async def _meters_of(request: Request) -> Meters:
    meters: Meters = request.app.state.meters
    return meters


Ready = Annotated[Readiness, Depends(_readiness_of)]
Counters = Annotated[Meters, Depends(_meters_of)]
router = APIRouter(tags=["service"])


@router.get(
    "/health",
    summary="Health",
    responses={**answers(200, HealthOut, "It answers", examples.HEALTH), **refusals(503)},
)
def health(work: Work) -> JSONResponse:
    """Tell how the service is, on what it decides, and how its sources are."""
    if not work.store.is_answering():
        raise StoreUnavailable
    runtime = work.runtime
    snapshot, sources = runtime.snapshots.current(), runtime.sources.health()
    well = all(source.state is SourceState.OK for source in sources)
    return JSONResponse(
        {
            "status": "ok" if well else "degraded",
            "territory": runtime.gazetteer.name,
            "snapshot_id": snapshot.snapshot_id,
            "taken_at": instant_out(snapshot.taken_at),
            "travel": runtime.travel_label,
            "rules_version": runtime.rules_at(runtime.clock.now()).version,
            "sources": sources_out(sources),
        }
    )


@router.get(
    "/ready",
    summary="Readiness",
    responses={
        **answers(200, ReadyOut, "Calls may be sent here", {"ready": True}),
        **refusals(503),
    },
)
def ready(readiness: Ready) -> JSONResponse:
    """Tell whether calls should be sent to this process: not while it stops or cannot keep any."""
    against = readiness.against()
    if against is not None:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, against)
    return JSONResponse({"ready": True})


@router.get("/sheet", include_in_schema=False)
def sheet(work: Work) -> HTMLResponse:
    """Return the paper sheet: who is on duty, until when, at which number."""
    runtime = work.runtime
    now = runtime.clock.now()
    page = sheet_of(runtime.snapshots.current(), runtime.fleet(now), runtime.gazetteer.name, now)
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


@router.get("/metrics", include_in_schema=False)
def metrics(meters: Counters) -> Response:
    """Return the counters of this process, in the format of Prometheus."""
    return Response(meters.written(), media_type=CONTENT_TYPE_LATEST)


@router.get(
    "/sources",
    summary="Sources",
    responses=answers(200, list[SourceOut], "One line per source", examples.SOURCES),
)
def sources(work: Work) -> JSONResponse:
    """Tell how each source is and when it last answered."""
    return JSONResponse(sources_out(work.runtime.sources.health()))
