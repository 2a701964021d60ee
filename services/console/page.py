"""The first page: a call in, ranked proposals out; plain HTML, no script."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.access import CaseId, Work
from services.console.fields import FIELDS, SECTIONS
from services.console.form import ToMend, read_form
from services.console.shown import clock, day, shown_answer, shown_sources
from services.refusals import Conflict, UnknownCase
from services.runtime import Runtime
from services.store import StoreUnavailable

router = APIRouter(include_in_schema=False)
static = StaticFiles(directory=Path(__file__).parent / "static")

WHO = "page"
"""Who asks, in the audit trail: the page has no session yet."""

_templates = Environment(
    loader=PackageLoader("services.console"), autoescape=True, undefined=StrictUndefined
)


async def _filled(request: Request) -> Mapping[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _new_case_id(request: Request) -> str:
    make: Callable[[], str] = request.app.state.new_case_id
    return make()


Filled = Annotated[Mapping[str, str], Depends(_filled)]
NewCaseId = Annotated[str, Depends(_new_case_id)]


@router.get("/")
def call(work: Work) -> HTMLResponse:
    """Show the empty form."""
    defaults = {name: field.default for name, field in FIELDS.items()}
    return _form(work.runtime, defaults, {}, HTTPStatus.OK)


@router.post("/")
def take_call(work: Work, filled: Filled, case_id: NewCaseId) -> Response:
    """Take the call and go to its page, or show the form again with what to mend."""
    runtime = work.runtime
    try:
        at = runtime.clock.now()
        case = read_form(filled, runtime.gazetteer, case_id=case_id, at=at)
    except ToMend as refusal:
        return _form(runtime, filled, refusal.faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        work.open_case(case, WHO)
        work.propose(case.case_id, WHO)
    except StoreUnavailable:
        return _sorry(runtime, HTTPStatus.SERVICE_UNAVAILABLE)
    return RedirectResponse(f"/dossiers/{case.case_id}", HTTPStatus.SEE_OTHER)


@router.get("/dossiers/{case_id}")
def dossier(work: Work, case_id: CaseId) -> HTMLResponse:
    """Show the last answer given to a case."""
    try:
        found = work.read_case(case_id, WHO)
    except UnknownCase:
        return _sorry(work.runtime, HTTPStatus.NOT_FOUND)
    except StoreUnavailable:
        return _sorry(work.runtime, HTTPStatus.SERVICE_UNAVAILABLE)
    answer = found.answer and shown_answer(found.answer.orientation)
    return _page("dossier.html", work.runtime, case=found.case, answer=answer)


@router.post("/dossiers/{case_id}")
def again(work: Work, case_id: CaseId) -> Response:
    """Compute the proposals of a case again."""
    try:
        work.propose(case_id, WHO)
    except UnknownCase:
        return _sorry(work.runtime, HTTPStatus.NOT_FOUND)
    except Conflict:
        return _sorry(work.runtime, HTTPStatus.CONFLICT)
    except StoreUnavailable:
        return _sorry(work.runtime, HTTPStatus.SERVICE_UNAVAILABLE)
    return RedirectResponse(f"/dossiers/{case_id}", HTTPStatus.SEE_OTHER)


def _form(
    runtime: Runtime, filled: Mapping[str, str], faults: Mapping[str, str], status: HTTPStatus
) -> HTMLResponse:
    return _page(
        "call.html", runtime, status, sections=SECTIONS, filled=filled, faults=faults, known=FIELDS
    )


SORRY = {
    HTTPStatus.NOT_FOUND: "Aucun dossier n'a ce numéro.",
    HTTPStatus.CONFLICT: "Ce dossier est clos : rien ne peut plus lui être proposé.",
    HTTPStatus.SERVICE_UNAVAILABLE: "La base ne répond pas : rien n'a été enregistré. Réessayer.",
}


def _sorry(runtime: Runtime, status: HTTPStatus) -> HTMLResponse:
    return _page("sorry.html", runtime, status, message=SORRY[status])


def _page(
    template: str, runtime: Runtime, status: HTTPStatus = HTTPStatus.OK, **content: object
) -> HTMLResponse:
    now = runtime.clock.now()
    html = _templates.get_template(template).render(
        territory=runtime.gazetteer.name,
        now=f"{day(now)} à {clock(now)}",
        travel=runtime.travel_label,
        sources=shown_sources(runtime.sources.health()),
        **content,
    )
    return HTMLResponse(html, status)
