"""The page of a transport company, opened by its link on a phone: what it is asked for, its answer,
how far each vehicle has got. What is pressed goes the way of the webhook, judged as it is."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from regulation.disclosure import MissionOrder, Withdrawal
from regulation.measures import clock
from regulation.messages import Channel
from regulation.telephones import as_dialled
from regulation.wording import equipment_in_words
from services.access import Managing, Work
from services.casework import Casework
from services.console.link_pages import MadeLinks, Token, proved, refused
from services.console.pages import page
from services.console.words import MODES, day, moment_from
from services.exchange.ride_news import concerned_by
from services.exchange.transporters import TransporterDesk
from services.security.links import Link
from services.store import Unit
from services.told import everything_told
from transport.reports import Answer, MissionStatus

router = APIRouter(include_in_schema=False)

COMPANY = "missions"
KEPT = timedelta(hours=6)
"""How long after its last halt a mission stays on the page; no ride lasts that long."""
STILL_TOLD = timedelta(hours=1)
"""How long after its hours a mission that was called off is still said to be: somebody may be on
their way to it."""
STEPS: Mapping[MissionStatus, str] = {
    MissionStatus.SETTING_OUT: "Parti",
    MissionStatus.AT_THE_DOOR: "À la porte",
    MissionStatus.BOARDING: "Patient à bord",
    MissionStatus.ARRIVED: "Arrivé",
}
ANSWERS: Mapping[Answer, str] = {
    Answer.ACCEPTED: "acceptée",
    Answer.PARTLY: "acceptée en partie",
    Answer.REFUSED: "refusée",
    Answer.DEFERRED: "réponse différée",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHalt:
    """Where a vehicle stops: when, to do what, in which commune; `point` (latitude, longitude) is
    what the map of a phone opens on."""

    at: str
    what: str
    where: str
    point: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMission:
    """A mission as a company reads it; `steps`: what may be said next of it."""

    mission_id: str
    vehicle: str
    mode: str
    halts: tuple[ShownHalt, ...]
    needs: str
    phone: str
    phone_told: str
    answer: str
    answer_by: str
    may_answer: bool
    step: str
    steps: tuple[tuple[str, str], ...]


def company_link(links: MadeLinks, desk: Managing, token: Token) -> Link | str:
    """Read the link of a company; why it is refused when it proves nothing."""
    return proved(token, COMPANY, links, desk)


async def desk_of(request: Request) -> TransporterDesk:
    """Return the desk that judges what companies tell."""
    desk: TransporterDesk = request.app.state.transporters
    return desk


Desk = Annotated[TransporterDesk, Depends(desk_of)]
Company = Annotated[Link | str, Depends(company_link)]


@router.get("/missions/{token}")
def missions(work: Work, link: Company, token: Token) -> HTMLResponse:
    """Show what the company is asked for."""
    if isinstance(link, str):
        return refused(work, link)
    now = work.runtime.clock.now()
    with work.store.reading() as unit:
        told = _told(unit, link.subject, now)
        shown = tuple(_shown(unit, one, work) for one in told.asked)
        called_off = [
            (moment_from(one.halts[0].at, now), MODES[one.mode], one.vehicle_id)
            for one in told.called_off
            if one.halts[-1].at + STILL_TOLD > now and _is_counted_on(unit, one)
        ]
    content = {
        "company": link.subject,
        "missions": shown,
        "called_off": called_off,
        "token": token,
        "until": f"{day(link.until)} {clock(link.until)}",
    }
    return page("missions.html", work.runtime, content)


@router.post("/missions/{token}")
def tell(
    desk: Desk,
    work: Work,
    link: Company,
    token: Token,
    *,
    mission_id: Annotated[str, Form(alias="mission", max_length=120)],
    said: Annotated[str, Form(alias="dit", max_length=20)],
) -> Response:
    """Take an answer, or how far a vehicle has got."""
    if isinstance(link, str):
        return refused(work, link)
    order = _order(work, link.subject, mission_id)
    event = _event(order, said, work.runtime.clock.now()) if order else None
    if event is None or desk.take_by_link(link.subject, _delivery(event)).defects:
        text = "Cette mission n'est pas, ou plus, demandée à cette entreprise : rien n'a changé."
        return refused(work, text, HTTPStatus.CONFLICT)
    return RedirectResponse(f"/missions/{token}", HTTPStatus.SEE_OTHER)


def _delivery(event: Mapping[str, object]) -> bytes:
    return json.dumps({"message_id": f"lien-{uuid4()}", "events": [event]}).encode()


def _event(order: MissionOrder, said: str, now: datetime) -> Mapping[str, object] | None:
    told = {
        "at": now.isoformat(),
        "mission_id": order.mission_id,
        "vehicle_id": order.vehicle_id,
    }
    if said in {Answer.ACCEPTED, Answer.REFUSED}:
        return {"type": "answer", "answer": said, **told}
    if said in set(STEPS):
        return {"type": "status", "status": said, **told}
    return None


def _order(work: Casework, company: str, mission_id: str) -> MissionOrder | None:
    with work.store.reading() as unit:
        asked = _told(unit, company, work.runtime.clock.now()).asked
    return next((one for one in asked if one.mission_id == mission_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The missions a company was asked for lately, soonest first: those that hold, and those that
    were called off."""

    asked: Sequence[MissionOrder]
    called_off: Sequence[MissionOrder]


def _told(unit: Unit, company: str, now: datetime) -> Told:
    """What a company was told, and what no courier has taken to it: it reads it here all the
    same."""
    found = unit.outbox.of_recipient(Channel.TRANSPORTER, company, since=now - 2 * KEPT)
    mine = [one.message for one in found]
    gone = {one.about for one in mine if isinstance(one.body, Withdrawal)}
    orders = [(one.about, one.body) for one in mine if isinstance(one.body, MissionOrder)]
    alive = [(about, one) for about, one in orders if one.halts[-1].at + KEPT > now]
    alive.sort(key=lambda told: (told[1].halts[0].at, told[1].mission_id))
    return Told(
        asked=[one for about, one in alive if about not in gone],
        called_off=[one for about, one in alive if about in gone],
    )


def _shown(unit: Unit, order: MissionOrder, work: Casework) -> ShownMission:
    now = work.runtime.clock.now()
    answer, step = _news(unit, order.mission_id)
    after = step.rank if step else -1
    accepted = answer in {Answer.ACCEPTED, Answer.PARTLY}
    return ShownMission(
        mission_id=order.mission_id,
        vehicle=order.vehicle_id,
        mode=MODES[order.mode],
        halts=tuple(_halts(order, work, now)),
        needs=", ".join((*equipment_in_words(order.equipment), *order.driver_info)),
        phone=order.contact_phone or "",
        phone_told=as_dialled(order.contact_phone or ""),
        answer=ANSWERS[answer] if answer else "",
        answer_by=moment_from(order.answer_by, now),
        may_answer=answer is None,
        step=STEPS.get(step, "") if step else "",
        steps=tuple(
            (str(one), label) for one, label in STEPS.items() if accepted and one.rank > after
        ),
    )


def _is_counted_on(unit: Unit, order: MissionOrder) -> bool:
    """Tell whether somebody may be on their way to it: it was not refused, is not over, and its
    vehicle does not go back."""
    answer, step = _news(unit, order.mission_id)
    is_behind = step is not None and step.rank >= MissionStatus.ARRIVED.rank
    return answer is not Answer.REFUSED and not is_behind


def _halts(order: MissionOrder, work: Casework, now: datetime) -> Iterator[ShownHalt]:
    last = len(order.halts) - 1
    for number, one in enumerate(order.halts):
        yield ShownHalt(
            at=moment_from(one.at, now),
            what="Prendre" if number == 0 else "Déposer" if number == last else "Étape",
            where=work.runtime.gazetteer.nearest(one.position),
            point=f"{one.position.lat:.5f},{one.position.lon:.5f}",
        )


def _news(unit: Unit, mission_id: str) -> tuple[Answer | None, MissionStatus | None]:
    """The last answer and the farthest step told of a mission, whichever way they came."""
    case_id = concerned_by(unit, mission_id).case_id
    if case_id is None:
        return None, None
    answer: Answer | None = None
    step: MissionStatus | None = None
    for one in everything_told(unit, case_id):
        facts = one.event.facts
        if facts.get("mission_id") != mission_id:
            continue
        if "answer" in facts:
            answer = Answer(str(facts["answer"]))
        if "status" in facts:
            told = MissionStatus(str(facts["status"]))
            step = told if step is None or told.rank > step.rank else step
    return answer, step
