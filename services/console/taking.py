"""The page of somebody asked to take a patient, opened by their own link on a phone."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from regulation.cases import Case
from regulation.lexicon import CARE
from regulation.measures import clock
from regulation.premises import NAMES
from services.access import Managing, Seeking, Work
from services.console.link_pages import DOWN, OVER, MadeLinks, Token, proved, refused
from services.console.pages import page
from services.refusals import UnknownCase
from services.seeking import PURPOSE, Fate, Member, Standing
from services.store import StoreUnavailable

router = APIRouter(include_in_schema=False)

DELAYS: Mapping[int, str] = {15: "15 min", 30: "30 min", 60: "1 h", 120: "2 h"}
"""In how long one may say to see the patient, in minutes."""

SETTLED = (
    "Ce patient n'est plus à prendre : il a été pris ou orienté, ou le délai est passé. Merci."
)

ELSEWHERE = (
    "Ce patient n'est plus à attendre : la régulation l'a orienté autrement, ou l'heure est"
    " passée. Merci."
)

NO_LINK = "Ce lien ne vaut pas, ou plus : rien n'a été changé."


def member(
    work: Work, links: MadeLinks, manager: Managing, desk: Seeking, token: Token
) -> Member | str:
    """Read the link; why it is refused, when it proves nothing."""
    link = proved(token, PURPOSE, links, manager)
    if isinstance(link, str):
        return NO_LINK if link == OVER else link
    try:
        found = desk.member_of(link.subject)
    except StoreUnavailable:
        return DOWN
    here = work.runtime.snapshots.current().effecteurs
    return found if found is not None and found.effecteur_id in here else NO_LINK


Asked = Annotated[Member | str, Depends(member)]


@router.get("/prendre/{token}")
def show(work: Work, desk: Seeking, who: Asked, token: Token) -> HTMLResponse:
    """Show whom one is asked to take, or what became of them."""
    if isinstance(who, str):
        return refused(work, who)
    try:
        standing = desk.standing(who)
        if standing is Standing.OVER:
            return refused(work, _settled(who), HTTPStatus.CONFLICT)
        content = _shown(work, who, *desk.read(who))
    except StoreUnavailable:
        return refused(work, DOWN)
    except UnknownCase:
        return refused(work, NO_LINK)
    return page("taking.html", work.runtime, content | {"standing": standing, "token": token})


@router.post("/prendre/{token}")
def take(
    work: Work,
    desk: Seeking,
    who: Asked,
    token: Token,
    *,
    minutes: Annotated[int, Form(alias="dans")] = 0,
) -> Response:
    """Take the patient, if nobody else has; whoever comes later is told so."""
    if isinstance(who, str):
        return refused(work, who)
    if minutes not in DELAYS:
        return refused(
            work, "Délai inconnu : rien n'a été changé.", HTTPStatus.UNPROCESSABLE_ENTITY
        )
    try:
        done = desk.accept(who, timedelta(minutes=minutes))
    except StoreUnavailable:
        return refused(work, DOWN)
    now = replace(who, appeal=done.appeal)
    if done.fate in {Fate.TAKEN, Fate.REPEATED}:
        return RedirectResponse(f"/prendre/{token}", HTTPStatus.SEE_OTHER)
    return refused(work, _settled(now), HTTPStatus.CONFLICT)


def _shown(work: Work, who: Member, case: Case, needs: Collection[str]) -> dict[str, object]:
    appeal = who.appeal
    return {
        "place": work.runtime.snapshots.current().effecteurs[who.effecteur_id],
        "community": work.runtime.communities.get(appeal.community_id),
        "need": CARE[case.need.code],
        "age": _age(case.patient.age),
        "premises": [NAMES[one] for one in sorted(needs)],
        "until": clock(appeal.until),
        "care_at": clock(appeal.taken.care_at) if appeal.taken else "",
        "delays": DELAYS,
    }


def _settled(who: Member) -> str:
    taken = who.appeal.taken
    if taken is None:
        return SETTLED
    if who.has_accepted:
        return ELSEWHERE
    return f"Ce patient a été pris par un confrère à {clock(taken.at)}. Merci."


def _age(years: float) -> str:
    if years < 2:  # noqa: PLR2004  under two one counts in months
        return f"{int(years * 12)} mois"
    return f"{int(years)} ans"
