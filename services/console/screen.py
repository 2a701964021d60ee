"""What the pages of a call share: the form as sent, the parts of the screen, the case it tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from regulation.cases import CareLevel, Case, Priority
from services.access import CASE_ID, casework_of
from services.console.cards import CARDS, YES, Card, Option
from services.console.fields import DEFAULTS, FIELDS, SECTIONS
from services.console.form import Filled, filled_from, read_form
from services.console.kept import Cause, Seen, read_seen
from services.console.keymap import KEYMAP
from services.console.own_choice import Wish, read_wish
from services.console.pages import page
from services.console.post import ROLES, Seat
from services.console.reading import read_call
from services.following import Following
from services.runtime import Runtime

CARDS_BY_ID: Mapping[str, Card] = {card.card_id: card for card in CARDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the screen sent: the fields, and what it shows."""

    filled: Filled
    case_id: str
    began: datetime
    key: str
    cause: Cause
    seen: tuple[Seen, ...]
    chosen: str
    digest: str
    motive: str
    wish: Wish | None
    card: str
    round: str

    @property
    def is_begun(self) -> bool:
        """Tell whether enough is said for anything to be proposed."""
        return all(self.filled.get(name) for name in ("patient.position", "patient.age"))


def new_case_id(request: Request) -> str:
    """Make the id of a new case."""
    make: Callable[[], str] = request.app.state.new_case_id
    return make()


async def sent_form(request: Request) -> Sent:
    """Read what the screen sent; what makes no sense is as if it weren't there."""
    form = await request.form()
    told = filled_from((name, value) for name, value in form.multi_items() if name in FIELDS)
    others = {name: value for name, value in form.items() if isinstance(value, str)}
    case_id = others.get("dossier", "")
    return Sent(
        filled={**DEFAULTS, **{name: value for name, value in told.items() if value}},
        case_id=case_id if CASE_ID.fullmatch(case_id) else new_case_id(request),
        began=_began(others.get("debut", ""), (await casework_of(request)).runtime.clock.now()),
        key=others.get("cle", "")[:200] or str(uuid4()),
        cause=Cause.OFFER if others.get("cause") == Cause.OFFER else Cause.SAID,
        seen=read_seen(str(one) for one in form.getlist("vu")),
        chosen=others.get("choisi", ""),
        digest=others.get("empreinte", ""),
        motive=others.get("motif", "").strip()[:1000],
        wish=read_wish(others.get("mon-effecteur", "")[:300], others.get("mon-vehicule", "")[:100]),
        card=others.get("carte", ""),
        round=others.get("tour", "0")[:9],
    )


async def following_of(request: Request) -> Following:
    """Return what follows the journeys of the application."""
    following: Following = request.app.state.following
    return following


Follow = Annotated[Following, Depends(following_of)]
NewCaseId = Annotated[str, Depends(new_case_id)]
SentForm = Annotated[Sent, Depends(sent_form)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A red flag one may raise by hand: what the button fills in now."""

    label: str
    title: str
    fills: str
    on: bool


def case_of(sent: Sent, runtime: Runtime) -> Case:
    """Make the case that the screen tells; raise ToMend."""
    return read_form(sent.filled, runtime.gazetteer, case_id=sent.case_id, at=sent.began)


LONGEST_CALL = timedelta(hours=2)
"""A call said to have begun longer ago has been left open: it begins now."""


def _began(told: str, now: datetime) -> datetime:
    try:
        began = datetime.fromisoformat(told)
    except ValueError:
        return now
    if began.tzinfo is None or not now - LONGEST_CALL <= began <= now:
        return now
    return began


def parts(
    filled: Filled, runtime: Runtime, *, card: str = "", turn: str = "0"
) -> dict[str, object]:
    """Make what the fragments of the left column show."""
    now = runtime.clock.now()
    reading = read_call(filled, runtime.rules_at(now), now)
    return {
        "reading": reading,
        "card": CARDS_BY_ID.get(card, reading.next_card),
        "chips": chips(filled),
        "tour": turn,
    }


def screen(
    runtime: Runtime,
    filled: Filled,
    case_id: str,
    seat: Seat,
    *,
    began: datetime | None = None,
    faults: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    """Show the whole screen."""
    content = {
        "sections": SECTIONS,
        "known": FIELDS,
        "filled": filled,
        "faults": faults or {},
        "case_id": case_id,
        "began": (began or runtime.clock.now()).isoformat(),
        "key": str(uuid4()),
        "keymap": KEYMAP,
        "holder": seat.holder,
        "proved": seat.proved,
        "roles": ROLES,
    }
    return page("call.html", runtime, {**content, **parts(filled, runtime)}, status=status)


def chips(filled: Filled) -> tuple[Chip, ...]:
    """The red flags that are raised by hand, and how each is now."""
    raised = (
        ("P0", "Priorité P0 : urgence vitale", {"need.priority": Priority.P0}),
        ("P1", "Priorité P1 : prioritaire", {"need.priority": Priority.P1}),
        ("R1", "Niveau R1 : urgence vitale", {"need.care_level": CareLevel.R1}),
        ("SMUR", "Une équipe du SMUR est nécessaire", {"mobility.smur_team_needed": YES}),
    )
    return tuple(_chip(filled, *one) for one in raised)


def _chip(filled: Filled, label: str, title: str, fills: Mapping[str, str]) -> Chip:
    on = all(filled.get(name) == value for name, value in fills.items())
    becomes = {name: DEFAULTS[name] for name in fills} if on else fills
    option = Option(key="", label=label, fills=becomes)
    return Chip(label=label, title=title, fills=option.encoded, on=on)
