"""Judges of how a server searches: periods, people, nothing found, what it doesn't understand."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from adapters.audit.checks import Fault, Judgement, NotProvable
from adapters.audit.exchanges import Evidence, Exchange, Placed, Purpose
from adapters.audit.trees import first_text, texts
from regulation.kernel.time import TimeWindow

TO_THE_SECOND = timedelta(seconds=1)
"""Bounds are asked to the second: a slot within the last one is not outside."""

NUMBER_DIGITS = 11
GONE = NotProvable("ce qui était cherché n'est plus rendu du tout : pris, peut-être, entre-temps")
"""A slot that a patient takes while the audit runs accuses nobody."""


def instant(text: str) -> datetime | None:
    """Read an instant with its offset, None when it isn't one."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else None


def _starts(exchange: Exchange) -> Iterator[tuple[Placed, datetime]]:
    for placed in exchange.resources:
        start = instant(first_text(placed.resource, "start"))
        if placed.kind == "Slot" and start is not None:
            yield placed, start


def nothing_before(evidence: Evidence) -> Judgement:
    """No slot begins before the period asked."""
    return _outside(evidence, lambda start, window: start < window.start, "avant la période")


def nothing_after(evidence: Evidence) -> Judgement:
    """No slot begins outside the period asked."""
    return _outside(
        evidence,
        lambda start, window: not window.start <= start < window.end + TO_THE_SECOND,
        "hors de la période",
    )


def _outside(
    evidence: Evidence, is_out: Callable[[datetime, TimeWindow], bool], told: str
) -> Judgement:
    asked = [one for one in evidence.searches() if one.window is not None]
    found = [(one, *slot) for one in asked for slot in _starts(one)]
    if not found:
        return NotProvable("aucun créneau daté dans une réponse à une recherche")
    return [
        Fault(
            exchange=search,
            where=f"{placed.where} ({placed.reference}) start",
            reason=f"{start.isoformat()} est {told} demandée",
        )
        for search, placed, start in found
        if search.window is not None and is_out(start, search.window)
    ]


def seen_after(evidence: Evidence, search: Exchange) -> Exchange | None:
    """Return the whole period as it was asked again after a search, None when it wasn't."""
    later = evidence.exchanges[evidence.exchanges.index(search) + 1 :]
    whole = (one for one in later if one.purpose is Purpose.AGAIN and one.is_answered)
    return next((one for one in whole if set(search.asked) <= set(one.asked)), None)


def _within(search: Exchange, start: datetime) -> bool:
    assert search.window is not None
    return search.window.start <= start < search.window.end + TO_THE_SECOND


def _still_there(evidence: Evidence, search: Exchange) -> bool:
    """Tell whether the slot that a narrow search left out is still given over the whole period."""
    whole = seen_after(evidence, search)
    return whole is not None and any(_within(search, start) for _, start in _starts(whole))


def _still_held(evidence: Evidence, search: Exchange) -> bool:
    """Tell whether whoever was asked for alone still has slots over the whole period."""
    whole, (number,) = seen_after(evidence, search), search.asked
    return whole is not None and any(
        value.endswith(number.value[-NUMBER_DIGITS:])
        for placed in whole.resources
        if placed.kind in {"Practitioner", "Organization"}
        for value in texts(placed.resource, "identifier.value")
    )


def _holds_slots(search: Exchange) -> bool:
    return any(placed.kind == "Slot" for placed in search.resources)


def filters(evidence: Evidence) -> Judgement:
    """A narrower period gives what lies in it, and nothing else."""
    narrow = [one for one in evidence.of(Purpose.NARROW) if one.is_answered]
    if not narrow:
        return NotProvable("pas assez de créneaux pour chercher dans une période plus courte")
    faults = []
    for search in narrow:
        if not _holds_slots(search) and _still_there(evidence, search):
            faults.append(_on(search, "le créneau connu de cette période n'est pas rendu"))
        faults += [
            _on(search, f"{placed.reference} commence hors de la période demandée")
            for placed, start in _starts(search)
            if not _within(search, start)
        ]
    return faults if faults or any(map(_holds_slots, narrow)) else GONE


def finds_by_number(evidence: Evidence) -> Judgement:
    """A search for one number gives agendas of this number alone."""
    alone = [one for one in evidence.of(Purpose.ALONE) if one.is_answered]
    if not alone:
        return NotProvable("aucun créneau dont chercher le titulaire seul")
    faults = []
    for search in alone:
        (number,) = search.asked
        kinds = {placed.kind for placed in search.resources}
        holder = "Practitioner" if "Practitioner" in kinds else "Organization"
        others = {
            value
            for placed in search.resources
            if placed.kind == holder
            for value in texts(placed.resource, "identifier.value")
            if not value.endswith(number.value[-NUMBER_DIGITS:])
        }
        if others:
            faults.append(_on(search, f"{len(others)} autre(s) titulaire(s) que celui demandé"))
        if not _holds_slots(search) and _still_held(evidence, search):
            faults.append(_on(search, "aucun créneau, alors que ce titulaire en a un"))
    return faults if faults or any(map(_holds_slots, alone)) else GONE


def empty_when_nothing(evidence: Evidence) -> Judgement:
    """A period without a slot gives an empty bundle: total 0, no entry."""
    asked = evidence.of(Purpose.NOTHING)
    asked = tuple(one for one in asked if not one.is_throttled)
    if not asked:
        return NotProvable("la recherche sans résultat n'a pas été faite, ou refusée (429)")
    faults = []
    for search in asked:
        if not search.is_answered:
            faults.append(_on(search, search.failure or f"HTTP {search.status}"))
        elif (search.document or {}).get("total") != 0 or "entry" in (search.document or {}):
            faults.append(_on(search, "Bundle vide attendu : total 0, aucune entrée"))
    return faults


def numbers_asked(evidence: Evidence) -> Judgement:
    """A practitioner's number is one that was asked: its RPPS."""
    faults, judged = [], 0
    for search in evidence.searches():
        asked = {number.value for number in search.asked}
        for placed in search.resources:
            if placed.kind != "Practitioner" or not asked:
                continue
            judged += 1
            given = first_text(placed.resource, "identifier.value")
            if given[:1] != "8" or given[1:] not in asked:
                where = f"{placed.where} ({placed.reference}) identifier.value"
                reason = "n'est pas un des RPPS demandés"
                faults.append(Fault(exchange=search, where=where, reason=reason))
    return faults if judged else NotProvable("aucun praticien dans une réponse à une recherche")


def refuses_politely(evidence: Evidence) -> Judgement:
    """A question that means nothing is refused: 4xx and an OperationOutcome."""
    tried = evidence.of(Purpose.MALFORMED)
    asked = [one for one in tried if one.status is not None and not one.is_throttled]
    if not asked:
        return NotProvable("la recherche malformée n'a pas reçu de réponse")
    faults = []
    for search in asked:
        assert search.status is not None
        if not 400 <= search.status < 500:  # noqa: PLR2004  client errors
            faults.append(_on(search, f"HTTP {search.status} au lieu d'un refus (4xx)"))
        elif first_text(search.document, "resourceType") != "OperationOutcome":
            faults.append(_on(search, "refus sans OperationOutcome"))
    return faults


def _on(exchange: Exchange, reason: str) -> Fault:
    return Fault(exchange=exchange, where="", reason=reason)
