"""What is asked of an editor, and in which order: the whole period first, then what it allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from adapters.audit.asking import Asker, Stopped, question
from adapters.audit.exchanges import Evidence, Exchange, Purpose
from adapters.audit.sas_bookings import book
from adapters.audit.searches import NUMBER_DIGITS, instant
from adapters.audit.trees import first_text, texts
from adapters.audit.vocabulary import IDNPS, IDNST
from regulation.kernel.ids import Identifier
from regulation.kernel.time import PARIS, TimeWindow

MOST_NUMBERS = 25
"""Numbers in one question, at most (INT_R01, INT_R04)."""
FAR = timedelta(days=700)
"""So far ahead nobody has published an agenda."""
DAYS_AHEAD = 2

_PLAIN = ":/,"


class Flow(StrEnum):
    """The three searches, under the names of their profiles."""

    PS = "sas-ps"
    CPTS = "sas-cpts"
    SOS = "sas-sos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an audit is about. `bookings`: slots booked, then cancelled; 0: nothing is written."""

    flow: Flow
    numbers: tuple[Identifier, ...]
    now: datetime
    bookings: int = 0


def usual_window(now: datetime) -> TimeWindow:
    """Return the period the national platform asks: to the end of the second next day."""
    wall = now.astimezone(PARIS)
    day = wall.date() + timedelta(days=DAYS_AHEAD)
    end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=PARIS)
    return TimeWindow(wall.replace(microsecond=0), end)


def path_of(flow: Flow, numbers: Sequence[Identifier], window: TimeWindow) -> str:
    """Write a search as the guide does, parameter by parameter."""
    start, end = (edge.isoformat(timespec="seconds") for edge in (window.start, window.end))
    return _path(flow, numbers, f"ge{start}", f"le{end}")


def _path(flow: Flow, numbers: Sequence[Identifier], since: str, until: str) -> str:
    if flow is Flow.SOS:
        tokens = ",".join(f"{IDNST}|3{number.value}" for number in numbers)
        parameters = [
            ("_revinclude", "Slot:schedule"),
            ("_include", "Schedule:actor:Location"),
            ("_include:iterate", "Location:organization"),
            ("_has:Slot:schedule:start", since),
            ("_has:Slot:schedule:start", until),
            ("_has:Slot:schedule:status", "free"),
            ("actor:Location.organization.identifier", tokens),
        ]
        return f"/Schedule?{_written(parameters)}"
    tokens = ",".join(f"{IDNPS}|8{number.value}" for number in numbers)
    parameters = [
        ("_include", "Slot:schedule"),
        ("_include:iterate", "Schedule:actor"),
        ("start", since),
        ("start", until),
        ("schedule.actor:Practitioner.identifier", tokens),
        ("status", "free"),
    ]
    if flow is Flow.CPTS:
        parameters.append(("_include", "Slot:service-type-reference"))
        parameters.append(("_include:iterate", "HealthcareService:organization"))
    return f"/Slot?{_written(parameters)}"


def _written(parameters: Sequence[tuple[str, str]]) -> str:
    return "&".join(f"{name}={quote(value, safe=_PLAIN)}" for name, value in parameters)


async def gather(asker: Asker, plan: Plan, *, is_encrypted: bool, is_local: bool) -> Evidence:
    """Ask everything the plan allows; what stops it is in the evidence."""
    stopped = None
    try:
        await _ask_all(asker, plan)
    except Stopped as reason:
        stopped = str(reason)
    return Evidence(
        exchanges=tuple(asker.kept),
        stopped=stopped,
        is_encrypted=is_encrypted,
        is_local=is_local,
    )


async def _ask_all(asker: Asker, plan: Plan) -> None:
    window = usual_window(plan.now)
    numbers = list(dict.fromkeys(plan.numbers))
    batches = [
        tuple(numbers[at : at + MOST_NUMBERS]) for at in range(0, len(numbers), MOST_NUMBERS)
    ]
    found = [await asker.ask(_search(plan, Purpose.SEARCH, batch, window)) for batch in batches]
    if not found:
        raise Stopped("personne dont demander les créneaux (--id)")
    fullest = max(found, key=lambda one: sum(r.kind == "Slot" for r in one.resources))
    await asker.ask(_search(plan, Purpose.AGAIN, fullest.asked, window))
    await _ask_narrower(asker, plan, fullest)
    await _ask_one(asker, plan, fullest, window)
    far = TimeWindow(window.start + FAR, window.start + FAR + timedelta(hours=1))
    await asker.ask(_search(plan, Purpose.NOTHING, batches[0], far))
    bad = _path(plan.flow, batches[0], "gehier", "ledemain")
    await asker.ask(question(Purpose.MALFORMED, bad, plan.now))
    if plan.bookings:
        await book(asker, plan.bookings, found, plan.now)


def _search(
    plan: Plan, purpose: Purpose, numbers: tuple[Identifier, ...], window: TimeWindow
) -> Exchange:
    url = path_of(plan.flow, numbers, window)
    return question(purpose, url, plan.now, asked=numbers, window=window)


async def _ask_narrower(asker: Asker, plan: Plan, found: Exchange) -> None:
    """Search for one known slot: the minute in which the middle one begins."""
    starts = sorted(
        start
        for placed in found.resources
        if placed.kind == "Slot" and (start := instant(first_text(placed.resource, "start")))
    )
    if len(set(starts)) > 1:
        known = starts[len(starts) // 2].astimezone(PARIS)
        minute = TimeWindow(known, known + timedelta(minutes=1))
        answer = await asker.ask(_search(plan, Purpose.NARROW, found.asked, minute))
        await _ask_whole_again(asker, plan, found, answer)


async def _ask_one(asker: Asker, plan: Plan, found: Exchange, window: TimeWindow) -> None:
    """Search for one of those who have slots."""
    holders = "Organization" if plan.flow is Flow.SOS else "Practitioner"
    values = [
        value
        for placed in found.resources
        if placed.kind == holders
        for value in texts(placed.resource, "identifier.value")
    ]
    known = [n for n in found.asked if any(v.endswith(n.value[-NUMBER_DIGITS:]) for v in values)]
    if known:
        answer = await asker.ask(_search(plan, Purpose.ALONE, (known[0],), window))
        await _ask_whole_again(asker, plan, found, answer)


async def _ask_whole_again(asker: Asker, plan: Plan, found: Exchange, answer: Exchange) -> None:
    """When a slot known isn't given, see whether it still is over the whole period."""
    if answer.is_answered and not any(one.kind == "Slot" for one in answer.resources):
        window = usual_window(plan.now)
        await asker.ask(_search(plan, Purpose.AGAIN, found.asked, window))
