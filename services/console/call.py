"""The call screen while the call is being taken: read as it is told, answered as it is read."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from regulation.cases import Case
from regulation.measures import clock
from regulation.proposals import Orientation, ProposalKind
from services.access import CASE_ID, CaseId, Work
from services.answering import Answered, Vain, answered_on
from services.casework import UNDECIDED, Casework
from services.console.extra import ShownExtra, extras_for
from services.console.fields import DEFAULTS, FIELDS
from services.console.form import ToMend
from services.console.journey_map import drawing_of
from services.console.kept import lines, reasons_gone
from services.console.own_choice import (
    OwnChoice,
    Wish,
    choose,
    effecteurs_like,
    vehicles_like,
    with_choice,
)
from services.console.pages import fragment
from services.console.post import Holder, Seated, named
from services.console.prefilled import of_case, of_draft, prefilled
from services.console.previews import Previews
from services.console.proposals import shown_answer
from services.console.screen import (
    Follow,
    NewCaseId,
    Sent,
    SentForm,
    case_of,
    new_case_id,
    parts,
    screen,
)
from services.console.turns import Turns
from services.refusals import Conflict, UnknownCase
from services.runtime import Runtime
from services.store import StoreUnavailable

router = APIRouter(include_in_schema=False)

SUGGESTED = 8
MOTIVES = (
    "Préférence du patient",
    "Suivi en cours, médecin traitant",
    "Effecteur joint par téléphone",
    "Connaissance du terrain",
    "Transport moins cher pour le patient",
)


async def _turns(request: Request) -> Turns:
    turns: Turns = request.app.state.turns
    return turns


async def previews_of(request: Request) -> Previews:
    """Return what is remembered of the answers being shown."""
    previews: Previews = request.app.state.previews
    return previews


Shown = Annotated[Previews, Depends(previews_of)]


@router.get("/")
@router.get("/sas/recherche")
def call(request: Request, work: Work, case_id: NewCaseId, seat: Seated) -> HTMLResponse:
    """Show the screen, filled with what the regulation software already knows."""
    filled = {**DEFAULTS, **prefilled(request.query_params)}
    return screen(work.runtime, filled, case_id, seat)


@router.get("/appels/{case_id}")
def go_on(work: Work, case_id: CaseId, seat: Seated) -> Response:
    """Show the screen of a call that waits for its decision, as it was told."""
    try:
        case = work.read_case(case_id, named(seat.holder)).case
    except UnknownCase:
        return RedirectResponse(f"/dossiers/{case_id}", HTTPStatus.SEE_OTHER)
    if case.state not in UNDECIDED:
        return RedirectResponse(f"/dossiers/{case_id}", HTTPStatus.SEE_OTHER)
    filled = {**DEFAULTS, **of_case(case, work.runtime.gazetteer)}
    return screen(work.runtime, filled, case_id, seat, began=case.caller.at)


@router.get("/brouillons/{draft_id}")
def begin_from(
    request: Request, work: Work, follow: Follow, draft_id: str, seat: Seated
) -> Response:
    """Show the screen of a call that another software began to tell."""
    draft = follow.read_draft(draft_id, named(seat.holder))
    if draft is None:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    filled = {**DEFAULTS, **of_draft(draft, work.runtime.gazetteer)}
    case_id = draft_id if CASE_ID.fullmatch(draft_id) else new_case_id(request)
    return screen(work.runtime, filled, case_id, seat)


@router.post("/appel/attente")
def park(work: Work, sent: SentForm, who: Holder) -> Response:
    """Keep the call as it is told, undecided: it waits in the queue."""
    try:
        work.answer(case_of(sent, work.runtime), named(who))
    except ToMend as refusal:
        text = _waiting(sent, refusal)
        return _issue(HTTPStatus.UNPROCESSABLE_ENTITY, text)
    except Conflict:
        return _issue(HTTPStatus.CONFLICT, "Ce dossier a déjà été décidé.")
    except StoreUnavailable:
        return unavailable()
    return Response(headers={"HX-Redirect": "/"})


@router.post("/")
def take_call(work: Work, sent: SentForm, seat: Seated) -> Response:
    """Without scripts: take the call and go to its page, or show again what to mend."""
    runtime = work.runtime
    try:
        case = case_of(sent, runtime)
    except ToMend as refusal:
        return screen(
            runtime,
            sent.filled,
            sent.case_id,
            seat,
            faults=refusal.faults,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    try:
        work.answer(case, named(seat.holder))
    except Conflict:
        pass  # decided already: its page says how
    except StoreUnavailable:
        return unavailable()
    return RedirectResponse(f"/dossiers/{case.case_id}", HTTPStatus.SEE_OTHER)


@router.post("/appel/lecture")
def read(work: Work, sent: SentForm) -> HTMLResponse:
    """Say what the call tells so far: red flags, next question, verdict, what to mend.

    The screen asks for proposals at the same time: that request makes vain those before it.
    """
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
    with turns.taken(sent.case_id) as is_wanted:
        if not is_wanted():
            return Response(status_code=HTTPStatus.NO_CONTENT)
        try:
            case = case_of(sent, work.runtime)
        except ToMend as refusal:
            return fragment("parts/waiting.html", {"waiting": _waiting(sent, refusal)})
        try:
            answered, own = _answered(work, case, sent.wish, is_wanted)
        except StoreUnavailable:
            return _issue(HTTPStatus.SERVICE_UNAVAILABLE, "La base ne répond pas.")
        except Vain:  # the call says more by now: the search of its answer has been asked for
            return Response(status_code=HTTPStatus.NO_CONTENT)
    shown.remember(answered)
    return proposed(work, sent, answered.orientation, own=own, case=case)


def _answered(
    work: Casework, case: Case, wish: Wish | None, is_wanted: Callable[[], bool]
) -> tuple[Answered, OwnChoice | None]:
    """Answer the call, with what comes of the regulator's own choice; raise Vain."""
    with work.runtime.search:
        if not is_wanted():  # by the time its turn came
            raise Vain
        scene = work.scene(case.case_id)
        best = answered_on(scene, case, work.runtime, is_wanted)
    if wish is None:
        return best, None
    own = choose(case, wish, best, scene, work.runtime)
    return with_choice(best, own, scene), own


@router.get("/appels/{case_id}/trajet/{digest}")
def drawing(
    work: Work,
    shown: Shown,
    case_id: CaseId,
    digest: Annotated[str, Path(pattern="^[0-9a-f]{16}$")],
) -> Response:
    """Draw a journey being shown; what is no longer shown is not drawn."""
    proposal = shown.shown(case_id, digest)
    drawn = drawing_of(proposal, work.runtime.ground()) if proposal else ""
    if not drawn:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    kept = {"Cache-Control": "private, max-age=3600"}
    return Response(drawn, media_type="image/svg+xml", headers=kept)


@router.get("/effecteurs")
def effecteurs(work: Work, q: Annotated[str, Query(max_length=200)]) -> JSONResponse:
    """Suggest effecteurs by their name, their kind and their commune."""
    runtime = work.runtime
    found = effecteurs_like(q, runtime.snapshots.current(), runtime.ground())
    return JSONResponse({"lieux": found})


@router.get("/vehicules")
def vehicles(work: Work, q: Annotated[str, Query(max_length=100)]) -> JSONResponse:
    """Suggest vehicles by their number."""
    fleet = work.runtime.fleet(work.runtime.clock.now())
    return JSONResponse({"lieux": vehicles_like(q, fleet)})


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
    own: OwnChoice | None = None,
    case: Case | None = None,
) -> HTMLResponse:
    """Show proposals in place of those that the screen shows; `case`: the call they answer, for
    who says they take patients on top of their agenda."""
    now, snapshot = work.runtime.clock.now(), work.runtime.snapshots.current()
    chosen = own is not None and own.proposal is not None
    answer = shown_answer(orientation, snapshot, now, own=chosen)
    gone = reasons_gone(sent.seen, orientation, snapshot)
    content = {
        "answer": answer,
        "lines": lines(answer, sent.seen, sent.chosen, sent.cause, gone),
        "seen_at": f"offre de {clock(snapshot.taken_at)}",
        "motives": MOTIVES,
        "conflict": conflict,
        "own": own,
        "extras": _extras(work, case, orientation),
        "case_id": sent.case_id,
    }
    return fragment("parts/answer.html", content, status=status, to="#reponse" if conflict else "")


def _extras(work: Casework, case: Case | None, orientation: Orientation) -> list[ShownExtra]:
    """Nobody else is called while a red flag is handed over."""
    handed_over = any(one.kind is ProposalKind.AMU for one in orientation.proposals)
    if case is None or handed_over:
        return []
    runtime = work.runtime
    return extras_for(case, work, runtime.snapshots.current(), runtime.clock.now())


def _waiting(sent: Sent, refusal: ToMend) -> str:
    if not sent.is_begun:
        return "Une adresse et un âge suffisent pour proposer."
    labels = [FIELDS[name].label if name in FIELDS else name for name in refusal.faults]
    return f"À corriger pour proposer : {', '.join(labels)}."


def unavailable() -> HTMLResponse:
    """Say that nothing could be kept; what was typed stays on the screen."""
    text = "La base ne répond pas : rien n'a été enregistré. Réessayer."
    return _issue(HTTPStatus.SERVICE_UNAVAILABLE, text)


def _issue(status: HTTPStatus, text: str) -> HTMLResponse:
    return fragment("parts/issue.html", {"text": text, "calm": False}, status=status, to="#issue")
