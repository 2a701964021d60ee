"""The page of who manages a territory: sources, what is missing or in doubt, links to give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from regulation.snapshots import SourceHealth, SourceState
from services.access import Work
from services.console.around import DutyPair, duty_pairs, too_far
from services.console.declaring import PURPOSE, MadeLinks
from services.console.missions import COMPANY
from services.console.offer import OfferedPlace
from services.console.offer_pages import Offer
from services.console.pages import SHAPES, page
from services.console.words import SOURCES, ago, clock, day, kilometres
from services.runtime import Runtime

router = APIRouter(include_in_schema=False)

MOST_FOUND, LEAST_TYPED = 12, 3
LOOKS = {state: (look, shape) for state, look, shape, _ in SHAPES}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSource:
    """One source: how it is, when it last answered, how much of it is put aside."""

    name: str
    look: str
    shape: str
    state: str
    seen: str
    quarantined: int
    message: str
    changes: tuple[str, ...]


@router.get("/territoire")
def territory(
    work: Work,
    offer: Offer,
    links: MadeLinks,
    q: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Show what somebody should look at, the worst first."""
    runtime, places = work.runtime, offer.places()
    now, review = runtime.clock.now(), runtime.sources.review()
    pairs = duty_pairs(places, runtime.travel, now)
    far = too_far(pairs, runtime.farthest_pharmacy_m)
    content = {
        "shown_sources": tuple(_source(one, runtime) for one in runtime.sources.health()),
        "missing": [one.message for one in review.alerts],
        "far": [_far(one) for one in far],
        "farthest": kilometres(runtime.farthest_pharmacy_m),
        "pairs": [_told(one, runtime) for one in pairs],
        "doubtful": review.doubtful,
        "disagreements": review.disagreements,
        "asked": q.strip(),
        "found": [
            (one, f"/declarer/{links.make(str(one.place_id), purpose=PURPOSE, now=now)}")
            for one in _like(q, places)
        ],
        "companies": [
            (one, f"/missions/{links.make(one, purpose=COMPANY, now=now)}")
            for one in _companies_like(q, runtime)
        ],
    }
    return page("territory.html", runtime, content)


def _source(one: SourceHealth, runtime: Runtime) -> ShownSource:
    look, shape = LOOKS[one.state]
    now = runtime.clock.now()
    changes = (
        f"{day(change.at)} {clock(change.at)} : {SOURCES[change.state]} {change.message}"
        for change in reversed(one.changes)
    )
    return ShownSource(
        name=one.name,
        look=look,
        shape=shape,
        state=SOURCES[one.state],
        seen=ago(one.last_success, now) if one.last_success else "jamais",
        quarantined=one.quarantined,
        message="" if one.state is SourceState.OK else one.message,
        changes=tuple(changes),
    )


def _far(pair: DutyPair) -> str:
    if pair.pharmacy is None:
        return f"{pair.doctor.name} : aucune pharmacie connue comme ouverte."
    road = kilometres(pair.pharmacy.road_m)
    return f"{pair.doctor.name} : la pharmacie ouverte la plus proche est à {road}."


def _told(pair: DutyPair, runtime: Runtime) -> tuple[str, str, str, str]:
    ground = runtime.ground()
    doctor = (pair.doctor.name, ground.name_of(pair.doctor.commune))
    if pair.pharmacy is None:
        return *doctor, "aucune connue comme ouverte", ""
    return *doctor, pair.pharmacy.place.name, kilometres(pair.pharmacy.road_m)


def _like(text: str, places: Sequence[OfferedPlace]) -> Sequence[OfferedPlace]:
    """The places whose name holds every word; none before enough is typed."""
    words = text.casefold().split()
    if len(text.strip()) < LEAST_TYPED:
        return ()
    named = [one for one in places if all(word in one.name.casefold() for word in words)]
    return sorted(named, key=lambda one: (len(one.name), one.name))[:MOST_FOUND]


def _companies_like(text: str, runtime: Runtime) -> Sequence[str]:
    words = text.casefold().split()
    if len(text.strip()) < LEAST_TYPED:
        return ()
    companies = {one.provider for one in runtime.fleet(runtime.clock.now())}
    return sorted(one for one in companies if all(word in one.casefold() for word in words))[
        :MOST_FOUND
    ]
