"""The board: journeys under way, what waits, notes; gestures of one key; search."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from regulation.cases import Case
from regulation.decisions import Actor
from regulation.declarations import Declaration
from regulation.drafts import CaseDraft
from regulation.kernel.places import Position
from regulation.lexicon import CARE
from regulation.measures import clock
from regulation.proposals import OrientationProposal
from regulation.telephones import international
from services.access import CaseId, Work
from services.casework import Casework
from services.console.alerts import Moment
from services.console.chosen import ChosenProposals
from services.console.courses import by_urgency, course_of
from services.console.decision import refused, unheld
from services.console.pages import fragment, page
from services.console.post import Holder, named
from services.console.screen import Follow
from services.console.words import STATES, ago, day
from services.following import Following, Picture
from services.refusals import Conflict, TooEarly, UnknownCase
from services.runtime import Runtime
from services.store import StoreUnavailable

router = APIRouter(include_in_schema=False)

MOST_FOUND, LOOKED_THROUGH = 20, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A call that waits for a decision: opened here, or begun by another software."""

    href: str
    text: str
    since: str
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A case that a search found."""

    case_id: str
    text: str
    state: str


async def chosen_of(request: Request) -> ChosenProposals:
    """Return the decided proposals at hand."""
    chosen: ChosenProposals = request.app.state.chosen
    return chosen


Command = Callable[[str, Actor], object]
Decided = Annotated[ChosenProposals, Depends(chosen_of)]


@router.get("/encours")
def board(
    follow: Follow,
    decided: Decided,
    who: Holder,
    *,
    first: Annotated[bool, Query(alias="premier")] = False,
) -> HTMLResponse:
    """Show everything under way."""
    if first:
        follow.watched(named(who))
    return show_board(follow, decided, who)


@router.post("/encours/{case_id}/retour")
def call_home(follow: Follow, decided: Decided, case_id: CaseId, who: Holder) -> Response:
    """Say that the patient is ready to go home."""
    return _done(follow, decided, case_id, who, follow.want_return)


@router.post("/encours/{case_id}/cloture")
def close(follow: Follow, decided: Decided, case_id: CaseId, who: Holder) -> Response:
    """Say that the patient is home."""
    return _done(follow, decided, case_id, who, follow.close)


@router.post("/encours/{case_id}/annulation")
def cancel(follow: Follow, work: Work, case_id: CaseId, who: Holder) -> Response:
    """Give back what the case holds: the patient no longer comes."""
    over = "Ce dossier est clos ou annulé : il n'y a plus rien à rendre."
    return _leaving(work, who, partial(follow.cancel, case_id), f"/dossiers/{case_id}", over)


@router.post("/encours/{case_id}/reprise")
def take_up_again(work: Work, case_id: CaseId, who: Holder) -> Response:
    """Propose again for a decided case, on the call screen; what it holds is kept meanwhile."""
    over = "Ce dossier est clos : rien ne peut plus être proposé."
    propose = partial(_propose, work, case_id)
    return _leaving(work, who, propose, f"/appels/{case_id}", over)


def _propose(work: Casework, case_id: str, who: Actor) -> object:
    return work.propose(case_id, who.actor_id)


def _leaving(
    work: Casework, who: Actor | None, gesture: Callable[[Actor], object], to: str, over: str
) -> Response:
    """Make a gesture that leaves the page it is made on, then go there; `over`: what is said of a
    case that no longer admits it."""
    if who is None:
        text = "Personne ne tient ce poste : le prendre en haut de la page d'appel, puis reprendre."
        return _sorry(work, HTTPStatus.UNAUTHORIZED, text)
    try:
        gesture(who)
    except UnknownCase:
        return _sorry(work, HTTPStatus.NOT_FOUND, "Aucun dossier n'a ce numéro.")
    except Conflict:
        return _sorry(work, HTTPStatus.CONFLICT, over)
    except StoreUnavailable:
        text = "La base ne répond pas : rien n'est fait, réessayer dans un instant."
        return _sorry(work, HTTPStatus.SERVICE_UNAVAILABLE, text)
    return RedirectResponse(to, HTTPStatus.SEE_OTHER)


def _sorry(work: Casework, status: HTTPStatus, text: str) -> HTMLResponse:
    """Refuse a gesture that leaves the screen for a page of its own."""
    return page("sorry.html", work.runtime, {"message": text}, status=status)


@router.post("/consignes")
def leave_note(
    follow: Follow,
    decided: Decided,
    who: Holder,
    text: Annotated[str, Form(alias="consigne", max_length=500)] = "",
) -> Response:
    """Leave a note to the next shift."""
    if who is None:
        return unheld()
    if text.strip():
        follow.leave_note(text, who)
    return show_board(follow, decided, who)


@router.get("/recherche")
def search(
    follow: Follow, work: Work, who: Holder, q: Annotated[str, Query(max_length=100)] = ""
) -> HTMLResponse:
    """Look for cases by number, commune, age or telephone."""
    cases = follow.look_through(LOOKED_THROUGH, named(who)) if q.strip() else ()
    called = international(q)
    found = [one for one in cases if _is_of(one, called) or _matches(one, q, work.runtime)]
    shown = [_found(one, work.runtime) for one in found[:MOST_FOUND]]
    return fragment("parts/found.html", {"found": shown, "asked": q.strip()})


def show_board(follow: Follow, decided: Decided, who: Actor | None) -> HTMLResponse:
    """Show the board as it is now."""
    picture, runtime = follow.picture(), follow.runtime
    chosen = decided.of([one.decision for one in picture.followed], follow)
    courses = by_urgency(
        [
            course_of(
                one,
                chosen[one.case.case_id],
                Moment(
                    now=picture.now,
                    answer_within=runtime.answer_within,
                    declared=_declared(chosen[one.case.case_id], picture),
                ),
                home_of(one.case, runtime),
            )
            for one in picture.followed
        ]
    )
    content = {
        "courses": courses,
        "alerts": sum(one.alert is not None for one in courses),
        "waiting": tuple(_waiting(picture, runtime, who)),
        "notes": [(clock(one.at), one.who, one.text, one.case_id) for one in picture.notes],
    }
    return fragment("parts/board.html", content)


def _declared(chosen: OrientationProposal, picture: Picture) -> Declaration | None:
    """What the place where the patient is to be seen says of itself."""
    facts = chosen.effecteur
    return picture.declared.get(facts.effecteur.effecteur_id) if facts else None


def home_of(case: Case, runtime: Runtime) -> str:
    """Name where the patient is."""
    return _town(case.patient.position, runtime)


def _town(position: Position, runtime: Runtime) -> str:
    return runtime.gazetteer.nearest(position).lstrip("0123456789 ")


def _done(
    follow: Following, decided: ChosenProposals, case_id: str, who: Actor | None, command: Command
) -> Response:
    if who is None:
        return unheld()
    try:
        command(case_id, who)
    except UnknownCase:
        return refused(HTTPStatus.NOT_FOUND, "Aucun dossier n'a ce numéro.")
    except TooEarly as early:
        return refused(HTTPStatus.CONFLICT, f"Trop tôt : {early.reason}.")
    except Conflict:
        return refused(HTTPStatus.CONFLICT, "L'état de ce dossier ne le permet plus.")
    except StoreUnavailable:
        return refused(HTTPStatus.SERVICE_UNAVAILABLE, "La base ne répond pas : rien n'est fait.")
    return show_board(follow, decided, who)


def _waiting(picture: Picture, runtime: Runtime, who: Actor | None) -> Iterator[Waiting]:
    mine = [_undecided(one, picture, runtime, who) for one in picture.waiting]
    yield from sorted(mine, key=lambda one: not one.mine)
    for draft in picture.drafts:
        yield _begun(draft, picture)


def _undecided(case: Case, picture: Picture, runtime: Runtime, who: Actor | None) -> Waiting:
    last = case.journal[-1] if case.journal else None
    need = CARE[case.need.code].lower()
    return Waiting(
        href=f"/appels/{case.case_id}",
        text=f"{home_of(case, runtime)}, {case.patient.age:g} ans, {need}",
        since=ago(last.at if last else case.caller.at, picture.now),
        mine=last is not None and who is not None and last.actor == who.actor_id,
    )


def _begun(draft: CaseDraft, picture: Picture) -> Waiting:
    age = draft.said.get("patient.age")
    told = [draft.sender, "" if age is None else f"{age:g} ans"]
    return Waiting(
        href=f"/brouillons/{quote(draft.draft_id, safe='')}",
        text=", ".join(filter(None, told)),
        since=ago(draft.told_at, picture.now),
        mine=False,
    )


def _is_of(case: Case, called: str | None) -> bool:
    """Tell whether a telephone is a case's, however it is written; None is nobody's."""
    return called is not None and international(case.caller.phone or "") == called


def _matches(case: Case, asked: str, runtime: Runtime) -> bool:
    told = (case.case_id, home_of(case, runtime), f"{case.patient.age:g} ans", STATES[case.state])
    text = " ".join((*told, case.caller.phone or "")).casefold()
    return all(word in text for word in asked.casefold().split())


def _found(case: Case, runtime: Runtime) -> Found:
    at = case.journal[-1].at if case.journal else case.caller.at
    text = f"{home_of(case, runtime)}, {case.patient.age:g} ans, {CARE[case.need.code].lower()}"
    return Found(
        case_id=case.case_id, text=f"{day(at)} {clock(at)} · {text}", state=STATES[case.state]
    )
