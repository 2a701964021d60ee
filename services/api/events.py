"""The live stream over HTTP: server-sent events, of the territory and of one case."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse

from services.access import CaseId, Who, Work
from services.api import examples
from services.api.described import Responses, refusals
from services.schemas.events import (
    EVENT_STREAM,
    HEARTBEAT,
    RECONNECT,
    RESET,
    EventOut,
    sent_event,
)
from services.stream import EventStream

router = APIRouter(tags=["events"])

STREAMED: Responses = {
    200: {
        "description": "Events as they come (`id`: the number, `event`: the kind, `data`: JSON as "
        "in `x-data`), a comment every 15 s; `event: reset` first when the last one seen is ahead "
        "of what was ever told: read everything again",
        "content": {
            EVENT_STREAM: {
                "schema": {"type": "string"},
                "example": examples.SENT_EVENT,
                "x-data": EventOut.model_json_schema(),
            }
        },
    }
}


async def _stream_of(request: Request) -> EventStream:
    stream: EventStream = request.app.state.stream
    return stream


Stream = Annotated[EventStream, Depends(_stream_of)]


async def _begin(
    seen: Annotated[
        int | None,
        Header(alias="Last-Event-ID", ge=0, le=2**62, description="Number of the last event seen"),
    ] = None,
    after: Annotated[int | None, Query(ge=0, le=2**62, description="The same, in the URL")] = None,
) -> int | None:
    """Number after which to begin; what the browser adds by itself when it resumes wins."""
    return after if seen is None else seen


After = Annotated[int | None, Depends(_begin)]
Follow = Annotated[bool, Query(description="Go on for ever; else end once all is told")]


@router.get(
    "/events",
    summary="Events of the territory",
    response_class=StreamingResponse,
    responses={**STREAMED, **refusals(422, 503)},
)
async def territory_events(
    stream: Stream, after: After, *, follow: Follow = True
) -> StreamingResponse:
    """Tell each event less than a second after it is stored, from now on or after the last seen."""
    return await _streamed(stream, after, None, follow=follow)


@router.get(
    "/cases/{case_id}/events",
    summary="Events of a case",
    response_class=StreamingResponse,
    responses={**STREAMED, **refusals(404, 422, 503)},
)
async def case_events(
    work: Work,
    stream: Stream,
    case_id: CaseId,
    after: After,
    who: Who,
    *,
    follow: Follow = True,
) -> StreamingResponse:
    """Tell the events of one case, from its first or after the last seen."""
    await asyncio.to_thread(work.check_known, case_id, who)
    return await _streamed(stream, after or 0, case_id, follow=follow)


async def _streamed(
    stream: EventStream, after: int | None, case_id: str | None, *, follow: bool
) -> StreamingResponse:
    last = await stream.last_number()
    begin = last if after is None else after
    told = _told(stream, begin, last, case_id, follow=follow)
    return StreamingResponse(told, media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})


async def _told(
    stream: EventStream, after: int, last: int, case_id: str | None, *, follow: bool
) -> AsyncIterator[str]:
    yield RECONNECT
    if after > last:
        after = last
        yield RESET
    told = stream.listen(after, case_id) if follow else stream.so_far(after, case_id)
    async for one in told:
        yield HEARTBEAT if one is None else sent_event(one)
