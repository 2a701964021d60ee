"""The call screen while the call is being taken: read as it is told, answered as it is read."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from regulation.proposals import Orientation
from services.access import Work
from services.casework import Casework
from services.console.fields import DEFAULTS, FIELDS
from services.console.form import ToMend
from services.console.kept import lines, reasons_gone
from services.console.pages import fragment
from services.console.post import Holder, Proved, named
from services.console.prefilled import prefilled
from services.console.previews import Previews
from services.console.proposals import shown_answer
from services.console.screen import NewCaseId, Sent, SentForm, case_of, parts, screen
from services.console.turns import Turns
from services.console.words import clock
from services.refusals import Conflict
from services.runtime import Runtime
from services.store import StoreUnavailable

router = APIRouter(include_in_schema=False)

SUGGESTED = 8
MOTIVES = (
    "Préférence du patient",
    "Suivi en cours, médecin traitant",
    "Effecteur joint par téléphone",
    "Connaissance du terrain",
)


def _turns(request: Request) -> Turns:
    turns: Turns = request.app.state.turns
    return turns


def previews_of(request: Request) -> Previews:
    """Return what is remembered of the answers being shown."""
    previews: Previews = request.app.state.previews
    return previews


Shown = Annotated[Previews, Depends(previews_of)]


@router.get("/")
@router.get("/sas/recherche")
def call(
    request: Request, work: Work, case_id: NewCaseId, who: Holder, proved: Proved
) -> HTMLResponse:
    """Show the screen, filled with what the regulation software already knows."""
    filled = {**DEFAULTS, **prefilled(request.query_params)}
    return screen(work.runtime, filled, case_id, who, proved=proved)


@router.post("/")
def take_call(work: Work, sent: SentForm, who: Holder, proved: Proved) -> Response:
    """Without scripts: take the call and go to its page, or show again what to mend."""
    runtime = work.runtime
    try:
        case = case_of(sent, runtime)
    except ToMend as refusal:
        return screen(
            runtime,
            sent.filled,
            sent.case_id,
            who,
            proved=proved,
            faults=refusal.faults,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    try:
        work.answer(case, named(who))
    except Conflict:
        pass  # decided already: its page says how
    except StoreUnavailable:
        return unavailable()
    return RedirectResponse(f"/dossiers/{case.case_id}", HTTPStatus.SEE_OTHER)


@router.post("/appel/lecture")
def read(work: Work, sent: SentForm) -> HTMLResponse:
    """Say what the call tells so far: red flags, next question, verdict, what to mend."""
    shown = parts(sent.filled, work.runtime, card=sent.card, turn=sent.round)
    return fragment("parts/reading.html", {**shown, "faults": _faults(sent, work.runtime)})


def _faults(sent: Sent, runtime: Runtime) -> dict[str, str]:
    """What to mend of what was filled, by id of the field in the page."""
    try:
        case_of(sent, runtime)
    except ToMend as refusal:
        return {
            FIELDS[name].html_id: text
            for name, text in refusal.faults.items()
            if name in FIELDS and sent.filled.get(name)
        }
    return {}


@router.post("/appel/propositions")
def propose(
    work: Work, sent: SentForm, turns: Annotated[Turns, Depends(_turns)], shown: Shown
) -> Response:
    """Propose for the call as it is told, without keeping anything of it."""
    with turns.taken(sent.case_id) as is_last:
        if not is_last:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        try:
            case = case_of(sent, work.runtime)
        except ToMend as refusal:
            return fragment("parts/waiting.html", {"waiting": _waiting(sent, refusal)})
        try:
            answered = work.preview(case)
        except StoreUnavailable:
            return unavailable()
    shown.remember(answered)
    return proposed(work, sent, answered.orientation)


@router.get("/lieux")
def places(work: Work, q: Annotated[str, Query(max_length=200)]) -> JSONResponse:
    """Suggest addresses of the territory that what is typed may be the beginning of."""
    return JSONResponse({"lieux": list(work.runtime.gazetteer.suggest(q, SUGGESTED))})


def proposed(
    work: Casework,
    sent: Sent,
    orientation: Orientation,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    conflict: object = None,
) -> HTMLResponse:
    """Show proposals in place of those that the screen shows."""
    now, snapshot = work.runtime.clock.now(), work.runtime.snapshots.current()
    answer = shown_answer(orientation, snapshot, now)
    gone = reasons_gone(sent.seen, orientation, snapshot)
    content = {
        "answer": answer,
        "lines": lines(answer, sent.seen, sent.chosen, sent.cause, gone),
        "seen_at": f"offre de {clock(snapshot.taken_at)}",
        "motives": MOTIVES,
        "conflict": conflict,
    }
    return fragment("parts/answer.html", content, status=status)


def _waiting(sent: Sent, refusal: ToMend) -> str:
    if not sent.is_begun:
        return "Une adresse et un âge suffisent pour proposer."
    labels = [FIELDS[name].label if name in FIELDS else name for name in refusal.faults]
    return f"À corriger pour proposer : {', '.join(labels)}."


def unavailable() -> HTMLResponse:
    """Say that nothing could be kept; what was typed stays on the screen."""
    text = "La base ne répond pas : rien n'a été enregistré. Réessayer."
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return fragment("parts/issue.html", {"text": text, "calm": False}, status=status, to="#issue")
