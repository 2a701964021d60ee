"""The page of a case: what was answered, what was decided; without any script."""

from collections import Counter
from collections.abc import Container
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from regulation.disclosure import Withdrawal
from regulation.kernel.ids import Identifier
from regulation.measures import clock
from regulation.messages import Channel, Delivery, DeliveryState
from services.access import CaseId, Seeking, Work
from services.casework import AGAIN
from services.console.pages import page
from services.console.post import ROLES, Holder, named
from services.console.proposals import shown_answer
from services.console.sought import sought
from services.console.words import STATES as CASES
from services.console.words import day, moment_from
from services.errors import BadInput
from services.following import CANCELLABLE, WAITING
from services.letters import SAYS, STATES, TO
from services.refusals import Conflict, UnknownCase
from services.runtime import Runtime
from services.seeking import USUAL_MINUTES
from services.store import StoreUnavailable

router = APIRouter(include_in_schema=False)

SORRY = {
    HTTPStatus.UNPROCESSABLE_ENTITY: "Cette communauté n'est pas connue : rien n'a été demandé.",
    HTTPStatus.NOT_FOUND: "Aucun dossier n'a ce numéro.",
    HTTPStatus.CONFLICT: "Ce dossier est clos : rien ne peut plus lui être proposé.",
    HTTPStatus.SERVICE_UNAVAILABLE: "La base ne répond pas : rien n'a été enregistré. Réessayer.",
}


@router.get("/dossiers/{case_id}")
def dossier(work: Work, desk: Seeking, case_id: CaseId, who: Holder) -> HTMLResponse:
    """Show the last answer given to a case, and what was decided."""
    try:
        found = work.read_case(case_id, named(who))
    except UnknownCase:
        return _sorry(work.runtime, HTTPStatus.NOT_FOUND)
    except StoreUnavailable:
        return _sorry(work.runtime, HTTPStatus.SERVICE_UNAVAILABLE)
    now, snapshot = work.runtime.clock.now(), work.runtime.snapshots.current()
    with work.store.reading() as unit:
        letters = unit.outbox.of_case(case_id)
    called_off = {_topic(one) for one in letters if isinstance(one.message.body, Withdrawal)}
    content = {
        "letters": Counter(_letter(one, called_off, now) for one in letters).items(),
        **sought(work.runtime, desk, found.case),
        "case": found.case,
        "state": CASES[found.case.state],
        "may_take_up": found.decisions and found.case.state in AGAIN,
        "may_go_on": found.case.state in WAITING,
        "may_cancel": found.case.state in CANCELLABLE,
        "answer": found.answer and shown_answer(found.answer.orientation, snapshot, now),
        "decisions": [
            (f"{day(one.at)} {clock(one.at)}", one.rank, ROLES[one.actor.role], one.motive)
            for one in found.decisions
        ],
    }
    return page("dossier.html", work.runtime, content)


Topic = tuple[Channel, str]
"""To whom, and about what."""


def _topic(one: Delivery) -> Topic:
    return one.message.channel, one.message.about


def _letter(one: Delivery, called_off: Container[Topic], now: datetime) -> tuple[str, str, str]:
    """To whom a message goes and what it says, what became of it, and how that looks."""
    what = f"{TO[one.message.channel]} : {SAYS[type(one.message.body)]}"
    is_over = _topic(one) in called_off and not isinstance(one.message.body, Withdrawal)
    match one.state:
        case DeliveryState.DEAD if is_over:
            return what, "pas parti, annulé depuis", "unknown"
        case DeliveryState.DEAD:
            return what, f"pas parti, à dire par téléphone ({one.last_error})", "late"
        case DeliveryState.SENT:
            return what, f"parti {moment_from(one.sent_at, now)}" if one.sent_at else "parti", "ok"
        case state:
            return what, STATES[state], "unknown"


@router.post("/dossiers/{case_id}")
def again(work: Work, case_id: CaseId, who: Holder) -> Response:
    """Compute the proposals of a case again."""
    try:
        work.propose(case_id, named(who))
    except UnknownCase:
        return _sorry(work.runtime, HTTPStatus.NOT_FOUND)
    except Conflict:
        return _sorry(work.runtime, HTTPStatus.CONFLICT)
    except StoreUnavailable:
        return _sorry(work.runtime, HTTPStatus.SERVICE_UNAVAILABLE)
    return RedirectResponse(f"/dossiers/{case_id}", HTTPStatus.SEE_OTHER)


@router.post("/dossiers/{case_id}/cpts")
def ask_community(
    work: Work,
    desk: Seeking,
    case_id: CaseId,
    who: Holder,
    community: Annotated[str, Form(alias="cpts", max_length=80)] = "",
) -> Response:
    """Ask the members of a community to take the patient."""
    try:
        desk.seek(case_id, Identifier.parse(community), USUAL_MINUTES, named(who))
    except ValueError:
        return _sorry(work.runtime, HTTPStatus.UNPROCESSABLE_ENTITY)
    except BadInput:
        return _sorry(work.runtime, HTTPStatus.UNPROCESSABLE_ENTITY)
    except UnknownCase:
        return _sorry(work.runtime, HTTPStatus.NOT_FOUND)
    except Conflict as conflict:
        return _sorry(
            work.runtime, HTTPStatus.CONFLICT, f"Demande non envoyée : {conflict.reason}."
        )
    except StoreUnavailable:
        return _sorry(work.runtime, HTTPStatus.SERVICE_UNAVAILABLE)
    return RedirectResponse(f"/dossiers/{case_id}", HTTPStatus.SEE_OTHER)


def _sorry(runtime: Runtime, status: HTTPStatus, message: str = "") -> HTMLResponse:
    return page("sorry.html", runtime, {"message": message or SORRY[status]}, status=status)
