"""A decision computed again from what its answer rested on, and compared with what was shown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from adapters.roads.errors import PositionOffRoads
from regulation.basis import Basis
from regulation.bookings import without_taken
from regulation.decisions import Decision
from regulation.kernel.modes import SolverStatus
from regulation.ports import RecordedOrientation
from regulation.proposals import Orientation
from regulation.rules import RuleBook, UnknownParameterError
from regulation.rules.changes import changed_rows
from regulation.usecases import propose_orientations
from services.basis import PROGRAM, Grounds, read_grounds
from services.runtime import DeskMaker
from services.schemas.orientation import orientation_out
from services.store import Store, Unit

UNHURRIED_S = 3600.0
"""The wall clock cuts no replay: budgets of work alone decide, as they did."""


MOST_NAMED = 12
"""Rows of the rules named one by one in a remark."""

ELSEWHERE = "elle est d'un autre territoire que celui-ci : nommer le sien par --territory"

Difference = tuple[str, tuple[object, object]]
"""Where two answers differ, what was there, what is there now."""


class CannotReplay(LookupError):  # noqa: N818  a refusal, named as one says it
    """There is no such decision, or what it rested on is no longer kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where replays are computed: the desk of a territory under given rules, its roads, and the
    rules in force there today."""

    desk_under: Callable[[RuleBook], DeskMaker]
    travel: str
    rules: RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What was shown, what is found again, and where they differ (path: what was, what is).

    `remarks` say what may explain a difference, in French.
    """

    decision: Decision
    shown: RecordedOrientation
    found: Orientation
    differences: Mapping[str, tuple[object, object]]
    remarks: tuple[str, ...]


def replay(store: Store, decision_id: str, place: Place, *, today: bool = False) -> Replay:
    """Compute the answer of a decision again, under the rules it was given under or, to see what
    a change of rules does, under those of `today`; raise CannotReplay."""
    with store.reading() as unit:
        decision = _decided(unit, decision_id)
        shown, basis, grounds = _kept(unit, decision)
    under = replace(grounds, rulebook=place.rules) if today else grounds
    try:
        found = answer_again(under, place)
    except UnknownParameterError as missing:
        raise CannotReplay(_too_old(grounds.rulebook, missing)) from None
    except PositionOffRoads:
        raise CannotReplay(ELSEWHERE) from None
    rules = _remarks_on_rules(grounds.rulebook, place.rules, today=today)
    return Replay(
        decision=decision,
        shown=shown,
        found=found,
        differences=dict(_differences(_compared(shown.orientation), _compared(found))),
        remarks=(*rules, *_remarks(shown, basis, place)),
    )


def _decided(unit: Unit, decision_id: str) -> Decision:
    try:
        return unit.journal.get_decision(decision_id)
    except LookupError:
        reason = "aucune décision ne porte ce numéro ; celui du dossier n'y suffit pas"
        raise CannotReplay(reason) from None


def _kept(unit: Unit, decision: Decision) -> tuple[RecordedOrientation, Basis, Grounds]:
    """Read the answer that was decided on, and all that it rested on."""
    shown = unit.journal.get_orientation(decision.orientation_id)
    if shown.basis is None:
        raise CannotReplay("ce sur quoi la réponse reposait n'était pas gardé à cette date")
    try:
        return shown, shown.basis, read_grounds(decision.case_id, shown.basis, unit.archive)
    except LookupError:
        raise CannotReplay("ce sur quoi la réponse reposait n'est plus gardé") from None


def answer_again(grounds: Grounds, place: Place) -> Orientation:
    """Answer a case on the grounds of an earlier answer."""
    held = grounds.held
    desk = place.desk_under(grounds.rulebook)(held.now, held.promised, grounds.vehicles)
    desk = replace(desk, recent=grounds.recent, budget=replace(held.budget, wall_s=UNHURRIED_S))
    snapshot = without_taken(grounds.snapshot, held.taken)
    return propose_orientations(grounds.case, snapshot, desk, held.now)


def _compared(orientation: Orientation) -> object:
    """The answer as it goes out, without how long it took."""
    document = dict(orientation_out(orientation))
    solver = document["solver"]
    if isinstance(solver, Mapping):
        document["solver"] = {name: told for name, told in solver.items() if name != "wall_ms"}
    return document


def _differences(
    was: object, now: object, path: str = ""
) -> Iterator[tuple[str, tuple[object, object]]]:
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for name in {**was, **now}:
            inner = f"{path}.{name}" if path else str(name)
            yield from _differences(was.get(name), now.get(name), inner)
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for number, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from _differences(one, other, f"{path}[{number}]")
    elif was != now:
        yield path, (was, now)


def _too_old(rulebook: RuleBook, missing: UnknownParameterError) -> str:
    return (
        f"il manque aux règles de ce jour-là ({rulebook.version}) un chiffre que {PROGRAM} lit :"
        f" {missing} ; rejouer avec le programme d'alors, ou avec --today"
    )


def _remarks_on_rules(kept: RuleBook, current: RuleBook, *, today: bool) -> Iterator[str]:
    """Say that the rules have changed since, which rows, and under which it was replayed."""
    if kept.version == current.version:
        return
    under = "celles d'aujourd'hui" if today else "celles d'alors"
    yield f"Règles : {kept.version} alors, {current.version} aujourd'hui ; rejoué sous {under}."
    changed = changed_rows(kept, current)
    if changed:
        shown, more = ", ".join(changed[:MOST_NAMED]), len(changed) - MOST_NAMED
        yield f"Lignes changées depuis : {shown}" + (f" et {more} de plus." if more > 0 else ".")


def _remarks(shown: RecordedOrientation, basis: Basis, place: Place) -> Iterator[str]:
    if basis.program != PROGRAM:
        yield f"Calculé par {basis.program}, rejoué par {PROGRAM}."
    if basis.travel != place.travel:
        yield f"Temps de trajet : « {basis.travel} » alors, « {place.travel} » maintenant."
    solver = shown.orientation.solver
    if solver is not None and solver.status is SolverStatus.TRUNCATED:
        yield "La réponse d'alors avait été coupée par l'horloge : le rejeu cherche jusqu'au bout."
