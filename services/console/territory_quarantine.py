"""What sources sent that could not be trusted: why, and reading it again once it is mended."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from adapters.kit.quarantine import QuarantinedRecord
from adapters.kit.replay import Replayed
from regulation.measures import clock
from services.access import Managing, Work
from services.casework import Casework
from services.console.pages import page
from services.console.territory_gestures import Manager
from services.console.words import day
from services.readers import is_said_again, reread

router = APIRouter(include_in_schema=False)

MOST_SHOWN = 50
"""Records of a source shown one by one, the latest; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecord:
    """A record without its bytes: they may name people."""

    at: str
    where: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAside:
    """What is put aside of one source; `why` counts the commonest reasons."""

    source: str
    count: int
    why: tuple[tuple[str, int], ...]
    records: tuple[ShownRecord, ...]
    may_reread: bool
    is_said_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReread:
    """What came of reading a source's records again."""

    source: str
    recovered: int
    left: int
    is_said_again: bool


@router.get("/territoire/quarantaine")
def put_aside(work: Work) -> HTMLResponse:
    """Show what is put aside, source by source."""
    return _page(work)


@router.post("/territoire/quarantaine")
def read_again(
    work: Work, desk: Managing, who: Manager, source: Annotated[str, Form(max_length=300)]
) -> Response:
    """Read what is put aside of a source again, and show what came of it."""
    quarantine = work.runtime.quarantine
    if not quarantine.count(source):
        text = "Rien n'est mis de côté pour cette source : rien n'a été relu."
        return page("sorry.html", work.runtime, {"message": text}, status=HTTPStatus.CONFLICT)
    done = reread(quarantine, source)
    recovered = sum(len(one.recovered) for one in done)
    desk.note_reread(source, recovered, who)
    return _page(work, _reread(source, done, recovered, quarantine.count(source)))


def _reread(source: str, done: Sequence[Replayed], recovered: int, left: int) -> ShownReread:
    again = all(is_said_again(one.payload.feed) for one in done)
    return ShownReread(source=source, recovered=recovered, left=left, is_said_again=again)


def _page(work: Casework, reread: ShownReread | None = None) -> HTMLResponse:
    kept = work.runtime.quarantine.list_everything()
    sources = sorted({one.source for one in kept})
    shown = [_aside(name, [one for one in kept if one.source == name]) for name in sources]
    content = {"shown": shown, "reread": reread, "most": MOST_SHOWN}
    return page("territory_quarantine.html", work.runtime, content)


def _aside(source: str, records: Sequence[QuarantinedRecord]) -> ShownAside:
    why = Counter(f"{one.defect.field} : {one.defect.reason}" for one in records)
    feeds = {one.payload.feed for one in records if one.payload is not None}
    return ShownAside(
        source=source,
        count=len(records),
        why=tuple(why.most_common(5)),
        records=tuple(_record(one) for one in reversed(records[-MOST_SHOWN:])),
        may_reread=bool(feeds),
        is_said_again=all(map(is_said_again, feeds)),
    )


def _record(one: QuarantinedRecord) -> ShownRecord:
    index = one.defect.index
    return ShownRecord(
        at=f"{day(one.received_at)} {clock(one.received_at)}",
        where="tout l'envoi" if index is None else f"fiche {index + 1}",
        field=one.defect.field,
        reason=one.defect.reason,
    )
