"""The page of a case: what was answered, what was decided; without any script."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.access import CaseId, Work
from services.console.pages import page
from services.console.post import ROLES, Holder, named
from services.console.proposals import shown_answer
from services.console.words import clock, day
from services.refusals import Conflict, UnknownCase
from services.runtime import Runtime
from services.store import StoreUnavailable

router = APIRouter(include_in_schema=False)

SORRY = {
    HTTPStatus.NOT_FOUND: "Aucun dossier n'a ce numéro.",
    HTTPStatus.CONFLICT: "Ce dossier est clos : rien ne peut plus lui être proposé.",
    HTTPStatus.SERVICE_UNAVAILABLE: "La base ne répond pas : rien n'a été enregistré. Réessayer.",
}


@router.get("/dossiers/{case_id}")
def dossier(work: Work, case_id: CaseId, who: Holder) -> HTMLResponse:
    """Show the last answer given to a case, and what was decided."""
    try:
        found = work.read_case(case_id, named(who))
    except UnknownCase:
        return _sorry(work.runtime, HTTPStatus.NOT_FOUND)
    except StoreUnavailable:
        return _sorry(work.runtime, HTTPStatus.SERVICE_UNAVAILABLE)
    now, snapshot = work.runtime.clock.now(), work.runtime.snapshots.current()
    content = {
        "case": found.case,
        "answer": found.answer and shown_answer(found.answer.orientation, snapshot, now),
        "decisions": [
            (f"{day(one.at)} {clock(one.at)}", one.rank, ROLES[one.actor.role], one.motive)
            for one in found.decisions
        ],
    }
    return page("dossier.html", work.runtime, content)


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


def _sorry(runtime: Runtime, status: HTTPStatus) -> HTMLResponse:
    return page("sorry.html", runtime, {"message": SORRY[status]}, status=status)
