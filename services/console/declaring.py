"""The page of an effecteur, opened by its link on a phone: open, full or closed, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from regulation.declarations import Declaration, Openness
from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier
from regulation.measures import clock
from services.access import Declarations, Managing, Work
from services.console.link_pages import OVER, MadeLinks, Token, proved, refused
from services.console.offer_pages import Offer
from services.console.offer_told import shown_place
from services.console.pages import page
from services.console.words import day, until
from services.security.links import Link

router = APIRouter(include_in_schema=False)

PURPOSE = "declarer"
STATES: Mapping[Openness, tuple[str, str, str]] = {
    Openness.OPEN: ("ok", "●", "Ouvert"),
    Openness.SATURATED: ("risk", "◆", "Complet"),
    Openness.CLOSED: ("late", "▲", "Fermé"),
}
LENGTHS: Mapping[int, str] = {30: "30 min", 60: "1 h", 120: "2 h", 240: "4 h", 720: "12 h"}
"""For how long one may say it, in minutes: 12 h at most, as for every declaration."""
USUAL_MINUTES = 60
EXTRAS = (1, 2, 3, 5)
"""How many patients more than its agenda a place may say it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """The place that a link speaks for."""

    token: str
    link: Link
    place: Effecteur


def speaker(work: Work, links: MadeLinks, desk: Managing, token: Token) -> Speaker | str:
    """Read the link; why it is refused, when it proves nothing or its place is no longer there."""
    link = proved(token, PURPOSE, links, desk)
    if isinstance(link, str):
        return link
    try:
        place_id = Identifier.parse(link.subject)
    except ValueError:
        return OVER
    place = work.runtime.snapshots.current().effecteurs.get(place_id)
    return Speaker(token=token, link=link, place=place) if place else OVER


Voice = Annotated[Speaker | str, Depends(speaker)]


@router.get("/declarer/{token}")  # noqa: FAST003  Voice reads the token
def declaring(work: Work, offer: Offer, who: Voice) -> HTMLResponse:
    """Show how the place stands, and the three buttons."""
    if isinstance(who, str):
        return refused(work, who)
    runtime = work.runtime
    now = runtime.clock.now()
    here = next((one for one in offer.places() if one.place_id == who.place.effecteur_id), None)
    declared = runtime.snapshots.current().declarations.get(who.place.effecteur_id)
    said = declared.status_at(now) if declared else Openness.UNKNOWN
    content = {
        "place": who.place,
        "shown": here and shown_place(here, runtime.ground(), now),
        "said": STATES[said][2].lower() if said in STATES else "",
        "extra": declared.extra_at(now) if declared else 0,
        "extras": EXTRAS,
        "said_until": until(declared.valid_until, now) if declared else "",
        "states": [(str(one), *look) for one, look in STATES.items()],
        "lengths": LENGTHS,
        "usual": USUAL_MINUTES,
        "token": who.token,
        "until": f"{day(who.link.until)} {clock(who.link.until)}",
    }
    return page("declaring.html", runtime, content)


@router.post("/declarer/{token}")  # noqa: FAST003  Voice reads the token
def declare(
    work: Work,
    who: Voice,
    desk: Declarations,
    *,
    status: Annotated[Openness, Form(alias="etat")] = Openness.OPEN,
    minutes: Annotated[int, Form(alias="duree")] = USUAL_MINUTES,
    extra: Annotated[int, Form(alias="ensus")] = 0,
) -> Response:
    """Take what the place says of itself, for a while."""
    if isinstance(who, str):
        return refused(work, who)
    makes_sense = extra in {0, *EXTRAS} and (not extra or status is Openness.OPEN)
    if status not in STATES or minutes not in LENGTHS or not makes_sense:
        text = "État, durée ou nombre inconnus : rien n'a été changé."
        return refused(work, text, HTTPStatus.UNPROCESSABLE_ENTITY)
    now = work.runtime.clock.now()
    told = Declaration(
        effecteur_id=who.place.effecteur_id,
        status=status,
        waiting_minutes=None,
        waiting=None,
        observed_at=now,
        valid_until=now + timedelta(minutes=minutes),
        declared_by="lien",
        extra_patients=extra,
    )
    desk.take([told])
    return RedirectResponse(f"/declarer/{who.token}", HTTPStatus.SEE_OTHER)
