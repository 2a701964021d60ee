"""The figures a territory may set: what each is and rests on, and what another value would change.

Nothing is set here: a figure is written, dated and sourced, in the territory's folder.
"""

import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from regulation.rules import Parameter, Status
from regulation.rules.sentences import in_euros
from regulation.rules.tuning import NotTunable, tunable, tuned
from regulation.snapshots import Snapshot
from regulation.wording import measure_in_words, value_in_words
from services.access import Managing, Work
from services.casework import Casework
from services.console.pages import page
from services.console.territory_gestures import Manager
from services.console.words import day, metres_told, seconds_told
from services.previewing import MOST_REPLAYED, Changed, Preview, Told, preview
from services.replaying import Place

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

BACK = timedelta(days=7)
STATUSES: Mapping[Status, str] = {
    Status.LAW: "loi",
    Status.CONVENTION: "convention",
    Status.ASSUMPTION: "hypothèse",
}
CHANGES: Mapping[Changed, str] = {
    Changed.PLACE: "un autre lieu, ou une autre réponse",
    Changed.TIME: "le même lieu à une autre heure",
    Changed.JOURNEY: "le même soin, un autre trajet",
    Changed.OTHERS: "la même première proposition, d'autres ensuite",
    Changed.NOTHING: "rien ne change",
}
BUSY = "Un autre essai est en cours : attendre qu'il finisse."


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigure:
    """One figure; `is_switch`: yes or no; `is_tried_here`: another value can be tried."""

    name: str
    scope: str
    value: str
    unit: str
    statement: str
    source: str
    status: str
    since: str
    is_switch: bool
    is_tried_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPreview:
    """What a value tried would have changed, in words."""

    name: str
    statement: str
    was: str
    tried: str
    unit: str
    replayed: int
    decided: int
    lost: int
    changes: tuple[tuple[int, str], ...]
    measures: tuple[tuple[str, str, str], ...]
    moves: tuple[tuple[str, int], ...]
    written: str


@router.get("/territoire/parametres")
def figures(work: Work) -> HTMLResponse:
    """Show the figures a territory may set."""
    return _page(work)


async def turn_of(request: Request) -> Lock:
    """Return what lets one value be tried at a time: each keeps the processor from calls."""
    turn: Lock = request.app.state.trying
    return turn


@router.post("/territoire/parametres")
def try_value(
    work: Work,
    desk: Managing,
    who: Manager,
    turn: Annotated[Lock, Depends(turn_of)],
    *,
    name: Annotated[str, Form(alias="nom", max_length=100)],
    told: Annotated[str, Form(alias="valeur", max_length=40)],
    scope: Annotated[str, Form(alias="portee", max_length=40)] = "",
) -> Response:
    """Show what another value of a figure would have changed of last week's cases."""
    if not turn.acquire(blocking=False):
        return _page(work, refusal=BUSY)
    try:
        desk.note_tried(who)
        return _page(work, shown=_tried(work, name, scope, told))
    except NotTunable as refusal:
        return _page(work, refusal=f"{name} : {refusal}.")
    finally:
        turn.release()


def _tried(work: Casework, name: str, scope: str, told: str) -> ShownPreview:
    """Try a value; raise NotTunable when it cannot be."""
    runtime = work.runtime
    now = runtime.clock.now()
    rules = runtime.rules_at(now)
    figure = rules.find_parameter(name, now, scope)
    if figure is None:
        raise NotTunable("aucun chiffre de ce nom n'est en vigueur")
    if runtime.desk_under is None:
        raise NotTunable("ce service ne peut pas essayer d'autres règles")
    place = Place(desk_under=runtime.desk_under, travel=runtime.travel_label, rules=rules)
    tried, changed = tuned(rules, figure, told, now)
    try:
        found = preview(work.store, place, tried, now - BACK)
    except (ValueError, TypeError, ArithmeticError) as fault:
        log.warning("%s cannot be tried: %s", figure.name, type(fault).__name__)
        raise NotTunable(f"le calcul se refuse à {told[:20]}") from None
    return _shown(figure, changed, found, runtime.snapshots.current(), now)


def _page(work: Casework, *, shown: ShownPreview | None = None, refusal: str = "") -> HTMLResponse:
    runtime = work.runtime
    now, area = runtime.clock.now(), runtime.area
    rules = runtime.rules_at(now)
    scopes = ("", area.code) if area else ("",)
    content = {
        "figures": [_figure(one) for one in tunable(rules, now, scopes)],
        "version": rules.version,
        "shown": shown,
        "refusal": refusal,
        "most": MOST_REPLAYED,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return page("territory_rules.html", runtime, content, status=status)


def _figure(one: Parameter) -> ShownFigure:
    is_switch = isinstance(one.value, bool)
    alone = is_switch or isinstance(one.value, int | float)
    return ShownFigure(
        name=one.name,
        scope=one.scope,
        value=value_in_words(one.value)
        if alone
        else measure_in_words(one.name, one.value, one.unit),
        unit=one.unit if alone else "",
        statement=one.statement,
        source=one.source,
        status=STATUSES[one.status],
        since=f"{one.validity.since:%d/%m/%Y}",
        is_switch=is_switch,
        is_tried_here=alone,
    )


def _shown(
    was: Parameter, tried: Parameter, found: Preview, snapshot: Snapshot, now: datetime
) -> ShownPreview:
    return ShownPreview(
        name=was.name,
        statement=was.statement,
        was=value_in_words(was.value),
        tried=value_in_words(tried.value),
        unit=was.unit,
        replayed=found.replayed,
        decided=found.decided,
        lost=found.lost,
        changes=tuple((found.changed.get(one, 0), label) for one, label in CHANGES.items()),
        measures=tuple(_measures(found.before, found.after)),
        moves=tuple(_moves(found, snapshot)),
        written=_toml(tried, day(now)),
    )


def _measures(before: Told, after: Told) -> Sequence[tuple[str, str, str]]:
    def row(label: str, *told: str) -> tuple[str, str, str]:
        was, now = told
        return label, was, now

    both = before, after
    return (
        row("Délai médian jusqu'au soin", *(seconds_told(one.delay_s) for one in both)),
        row("Distance médiane à l'aller", *(metres_told(one.road_m) for one in both)),
        row("Minutes au-delà du délai, en tout", *(str(one.late_min) for one in both)),
        row("Assurance maladie, en tout", *(in_euros(one.public_cents) for one in both)),
        row("Patients, en tout", *(in_euros(one.patient_cents) for one in both)),
        row("Avec une proposition moins chère", *(str(one.spared) for one in both)),
    )


def _moves(found: Preview, snapshot: Snapshot) -> Sequence[tuple[str, int]]:
    """Places that would be proposed first more or less often, by how much."""
    moved = Counter(found.after.places)
    moved.subtract(found.before.places)
    named = ((snapshot.effecteurs.get(one), one, by) for one, by in moved.items() if by)
    return sorted(
        ((place.name if place else str(one), by) for place, one, by in named),
        key=lambda one: (-abs(one[1]), one[0]),
    )[:10]


def _toml(tried: Parameter, today: str) -> str:
    """What to write in the territory's file to keep the value, its source left to be filled in."""
    value = str(tried.value).lower() if isinstance(tried.value, bool) else str(tried.value)
    told = today.split("/")
    lines = (
        "[[parameter]]",
        f'name = "{tried.name}"',
        *((f'scope = "{tried.scope}"',) if tried.scope else ()),
        f"value = {value}",
        *((f'unit = "{tried.unit}"',) if tried.unit else ()),
        f"statement = {json.dumps(tried.statement, ensure_ascii=False)}",
        'source = "à compléter : qui l\'a décidé, et quand"',
        'status = "convention"',
        f"since = {'-'.join(reversed(told))}",
    )
    return "\n".join(lines)
