"""Who manages the territory, the gestures they made, and the withdrawal of links."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from regulation.gestures import Gesture, GestureKind
from regulation.measures import clock
from regulation.pair_verdicts import PairSays, read_pair
from services.access import Managing, Work, identity_of
from services.console.declaring import PURPOSE
from services.console.missions import COMPANY
from services.console.pages import page
from services.console.post import holder, named
from services.console.words import day

router = APIRouter(include_in_schema=False)

JUDGED: Mapping[PairSays, str] = {
    PairSays.SAME: "réunis",
    PairSays.APART: "gardés séparés",
    PairSays.OPEN: "rendus au doute",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldGesture:
    """A gesture as one line."""

    when: str
    who: str
    what: str


async def manager_of(request: Request) -> str:
    """Name who manages: who was let in; else who says they hold the desk."""
    identity = identity_of(request)
    return identity.subject if identity is not None else named(holder(request))


Manager = Annotated[str, Depends(manager_of)]


def told_gestures(gestures: Iterable[Gesture]) -> Iterator[ToldGesture]:
    """Tell of gestures."""
    for one in gestures:
        yield ToldGesture(when=f"{day(one.at)} {clock(one.at)}", who=one.who, what=_what(one))


def _what(one: Gesture) -> str:
    match one.kind:
        case GestureKind.PAIR_JUDGED:
            pair = read_pair(one.about)
            first, second = (f"{key.source} {key.record_id}" for key in (pair.first, pair.second))
            return f"{first} et {second} {JUDGED[PairSays(one.said)]}"
        case GestureKind.LINK_WITHDRAWN:
            return f"liens de {one.about.partition('/')[2]} retirés"
        case GestureKind.RECORDS_REPLAYED:
            return f"quarantaine de {one.about} relue : {one.said} repris"


@router.post("/territoire/liens")
def withdraw(
    work: Work,
    desk: Managing,
    who: Manager,
    *,
    purpose: Annotated[str, Form(alias="sorte", max_length=20)],
    subject: Annotated[str, Form(alias="de", max_length=200)],
    asked: Annotated[str, Form(alias="q", max_length=100)] = "",
) -> Response:
    """Withdraw every link given so far to speak for a place or a company."""
    if purpose not in {PURPOSE, COMPANY}:
        text = "Aucun lien de cette sorte n'existe : rien n'a été retiré."
        return page("sorry.html", work.runtime, {"message": text}, status=HTTPStatus.CONFLICT)
    desk.withdraw_links(purpose, subject, who)
    address = f"/territoire?{urlencode({'q': asked})}#t-liens"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
