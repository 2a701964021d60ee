"""The page of who manages a territory: sources, what is missing or in doubt, links to give."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from regulation.measures import clock, kilometres
from regulation.snapshots import SourceHealth, SourceState
from services.access import Managing, Work
from services.console.around import DutyPair, duty_pairs, too_far
from services.console.declaring import PURPOSE
from services.console.link_pages import MadeLinks
from services.console.missions import COMPANY
from services.console.offer import OfferedPlace
from services.console.offer_pages import Offer
from services.console.pages import SHAPES, page
from services.console.territory_gestures import told_gestures
from services.console.territory_pairs import doubtful_pairs, judged_pairs
from services.console.words import SOURCES, ago, day
from services.managing import ManagingDesk
from services.runtime import Runtime
from services.security.links import Links

router = APIRouter(include_in_schema=False)

MOST_FOUND, LEAST_TYPED, MOST_GESTURES = 12, 3, 20
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


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLink:
    """A link to give to somebody, and when those given before were withdrawn, if they were."""

    name: str
    address: str
    purpose: str
    subject: str
    withdrawn: str


@router.get("/territoire")
def territory(
    work: Work,
    offer: Offer,
    links: MadeLinks,
    desk: Managing,
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
        "doubtful": tuple(doubtful_pairs(review, runtime)),
        "judged": tuple(judged_pairs(desk.judged(), review, runtime)),
        "disagreements": review.disagreements,
        "asked": q.strip(),
        "given": [_given(*one, links, desk) for one in _speakers_like(q, places, runtime)],
        "gestures": tuple(told_gestures(desk.latest(MOST_GESTURES))),
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


def _speakers_like(
    text: str, places: Sequence[OfferedPlace], runtime: Runtime
) -> Iterator[tuple[str, str, str]]:
    """Who a link may speak for: its purpose, its subject, and their name."""
    for place in _like(text, places):
        yield PURPOSE, str(place.place_id), place.name
    for company in _companies_like(text, runtime):
        yield COMPANY, company, company


def _given(purpose: str, subject: str, name: str, links: Links, desk: ManagingDesk) -> GivenLink:
    withdrawn = desk.withdrawn_at(purpose, subject)
    token = links.make(subject, purpose=purpose, now=desk.clock.now())
    return GivenLink(
        name=name,
        address=f"/{purpose}/{token}",
        purpose=purpose,
        subject=subject,
        withdrawn=f"{day(withdrawn)} {clock(withdrawn)}" if withdrawn else "",
    )


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
