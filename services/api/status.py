"""Endpoints of the service itself: its health, its sources."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from regulation.snapshots import SourceState
from services.access import Work
from services.api import examples
from services.api.described import answers, refusals
from services.schemas.health import HealthOut, SourceOut, sources_out
from services.schemas.orientation import instant_out
from services.store import StoreUnavailable

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
            "rules_version": runtime.desk(runtime.clock.now(), ()).rulebook.version,
            "sources": sources_out(sources),
        }
    )


@router.get(
    "/sources",
    summary="Sources",
    responses=answers(200, list[SourceOut], "One line per source", examples.SOURCES),
)
def sources(work: Work) -> JSONResponse:
    """Tell how each source is and when it last answered."""
    return JSONResponse(sources_out(work.runtime.sources.health()))
