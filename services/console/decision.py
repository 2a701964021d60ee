"""The decision from the screen, its undoing, and who holds the desk."""

from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from regulation.cases import Case, CaseState
from regulation.decisions import Actor, DecisionRefused, NotAllowed, Role
from regulation.measures import clock
from regulation.ports import RecordedOrientation
from services.access import Work
from services.answering import Answered
from services.casework import Casework
from services.console.call import Shown, proposed, unavailable
from services.console.form import ToMend
from services.console.kept import Cause, Seen
from services.console.pages import fragment
from services.console.post import ROLES, Holder, hold
from services.console.proposals import ShownProposal, shown_proposal
from services.console.screen import Sent, SentForm, case_of
from services.console.settling import Choice, Moved, settle
from services.deciding import Outcome
from services.refusals import Conflict, UnknownCase
from services.schemas.decision import ACTOR_ID
from services.store import StoreUnavailable

router = APIRouter(include_in_schema=False)

GRACE = timedelta(seconds=60)
"""Assumption: how long after a decision one key takes it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConflict:
    """Both versions of a proposal that moved: as it was read, as it can be now (None: gone)."""

    read: Seen
    now: ShownProposal | None
    why: str


@router.post("/appel/decision")
def decide(work: Work, sent: SentForm, who: Holder, shown: Shown) -> Response:
    """Decide what was read on the screen; when it has moved, show both versions."""
    if who is None:
        return unheld()
    try:
        case = case_of(sent, work.runtime)
        ready = shown.find(case, sent.digest, work.runtime.clock.now())
        settled = settle(work, case, _choice(sent), who, ready)
    except (ToMend, DecisionRefused, Conflict) as refusal:
        return refused(*_why_not(refusal))
    except StoreUnavailable:
        return unavailable()
    if isinstance(settled, Moved):
        shown.remember(_answered(case, settled.fresh))
        return _moved(work, sent, settled)
    return _decided(work, settled)


def _answered(case: Case, fresh: RecordedOrientation) -> Answered:
    return Answered(
        case=case,
        at=fresh.at,
        orientation=fresh.orientation,
        vehicle_versions=fresh.vehicle_versions,
        grounds=fresh.basis,
    )


def _why_not(refusal: Exception) -> tuple[HTTPStatus, str]:
    match refusal:
        case NotAllowed():
            return (
                HTTPStatus.FORBIDDEN,
                f"{refusal.reason[:1].upper()}{refusal.reason[1:].rstrip('.')}.",
            )
        case Conflict():
            return HTTPStatus.CONFLICT, "Ce dossier a déjà été décidé : voir son trajet en cours."
        case DecisionRefused():
            said = "Dire pourquoi la première proposition n'est pas retenue, puis décider."
            return HTTPStatus.UNPROCESSABLE_ENTITY, said
        case _:
            said = "L'appel est à compléter avant de décider."
            return HTTPStatus.UNPROCESSABLE_ENTITY, said


@router.post("/appel/annulation")
def undo(work: Work, sent: SentForm, who: Holder, shown: Shown) -> Response:
    """Take the decision back, within the time of grace; the call is as it was before."""
    if who is None:
        return unheld()
    try:
        work.take_back(sent.case_id, who, GRACE)
        case = case_of(sent, work.runtime)
        answered = work.preview(case)
    except UnknownCase:
        return refused(HTTPStatus.NOT_FOUND, "Aucune décision à annuler.")
    except (Conflict, ToMend):
        text = (
            "Trop tard pour annuler d'une touche : annuler le trajet depuis les trajets en cours."
        )
        return refused(HTTPStatus.CONFLICT, text)
    except StoreUnavailable:
        return unavailable()
    shown.remember(answered)
    told = replace(sent, seen=())
    answer = proposed(work, told, answered.orientation, case=answered.case)
    answer.headers["HX-Trigger"] = f'{{"reprise": {{"cle": "{uuid4()}"}}}}'
    return answer


@router.post("/poste")
def take_post(
    identifier: Annotated[str, Form(alias="identifiant", pattern=ACTOR_ID)],
    role: Annotated[Role, Form()],
    back: Annotated[str, Form(alias="retour")] = "/",
) -> Response:
    """Say who holds the desk, without leaving the call being taken."""
    inside = back if back.startswith("/") and not back.startswith("//") else "/"
    response: Response = RedirectResponse(inside, HTTPStatus.SEE_OTHER)
    hold(response, Actor(actor_id=identifier, role=role))
    return response


@router.post("/poste/ici")
def take_post_here(
    identifier: Annotated[str, Form(alias="identifiant", pattern=ACTOR_ID)],
    role: Annotated[Role, Form()],
) -> Response:
    """The same from within the screen, whose form stays as it is."""
    response = fragment(
        "parts/post_held.html", {"who": identifier, "role": ROLES[role]}, to="#issue"
    )
    hold(response, Actor(actor_id=identifier, role=role))
    return response


def _choice(sent: Sent) -> Choice:
    return Choice(key=sent.chosen, digest=sent.digest, motive=sent.motive, idempotency_key=sent.key)


def _decided(work: Casework, outcome: Outcome) -> HTMLResponse:
    now, at = work.runtime.clock.now(), outcome.decision.at
    until = clock(at + GRACE) if _is_reversible(outcome) and now - at < GRACE else ""
    content = {
        "proposal": shown_proposal(outcome.chosen, now),
        "case_id": outcome.decision.case_id,
        "until": until,
    }
    response = fragment("parts/decided.html", content)
    response.headers["HX-Trigger"] = "decide-fait"
    return response


def _is_reversible(outcome: Outcome) -> bool:
    return outcome.state is CaseState.DECIDED


def _moved(work: Casework, sent: Sent, moved: Moved) -> HTMLResponse:
    now = work.runtime.clock.now()
    read = next((one for one in sent.seen if one.key == sent.chosen), None)
    conflict = ShownConflict(
        read=read or Seen(key=sent.chosen, digest="", clock="", title="(ligne disparue)"),
        now=shown_proposal(moved.now, now) if moved.now else None,
        why="elle n'est plus proposée",
    )
    kept = replace(sent, cause=Cause.OFFER)
    return proposed(
        work,
        kept,
        moved.fresh.orientation,
        status=HTTPStatus.CONFLICT,
        conflict=conflict,
    )


def unheld() -> HTMLResponse:
    """Ask who holds the desk; nothing typed is lost."""
    status = HTTPStatus.UNAUTHORIZED
    return fragment("parts/post.html", {"roles": ROLES}, status=status, to="#issue")


def refused(status: HTTPStatus, text: str) -> HTMLResponse:
    """Say why something isn't done, where it is read at once."""
    return fragment("parts/issue.html", {"text": text, "calm": False}, status=status, to="#issue")
