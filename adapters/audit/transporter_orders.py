"""Missions ordered, and what a company made of them: taken, answered in time, carried out."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from adapters.audit.checks import Fault, Judgement, Measured, NotProvable, NotTried, shut_out
from adapters.audit.exchanges import Evidence, Exchange, Purpose
from adapters.audit.trees import first_text
from adapters.audit.webhook_events import Told, events, fault_in, instant
from adapters.audit.webhook_journal import ORDER
from transport.reports import Answer, MissionStatus

NO_ORDER: Final = NotTried("aucune mission n'a été demandée (--book)")
NO_ANSWER: Final = NotProvable("aucune réponse")
NO_STATUS: Final = NotProvable("aucun état de mission")
HAS_IT_ALREADY: Final = 409


def _is_taken(order: Exchange) -> bool:
    return order.status is not None and (200 <= order.status < 300 or order.status == 409)  # noqa: PLR2004


def takes_orders(evidence: Evidence) -> Judgement:
    """Every order is taken."""
    asked = evidence.of(Purpose.ORDER, Purpose.ORDER_AGAIN)
    asked = tuple(one for one in asked if not one.is_throttled)
    if not asked:
        return NO_ORDER
    if all(one.is_shut_out for one in asked):
        return shut_out(asked)
    return [
        Fault(
            exchange=one, where="", reason=one.failure or f"mission non prise (HTTP {one.status})"
        )
        for one in asked
        if not _is_taken(one)
    ]


def refuses_forged(evidence: Evidence) -> Judgement:
    """An order signed with another secret is turned away."""
    forged = evidence.of(Purpose.FORGED)
    if not forged:
        return NotTried("aucune mission mal signée n'a été essayée (--book)")
    if all(one.is_shut_out for one in evidence.of(Purpose.ORDER, Purpose.FORGED)):
        return shut_out(forged)
    return [
        Fault(exchange=one, where="", reason="une mission mal signée est prise")
        for one in forged
        if _is_taken(one)
    ]


def _orders(evidence: Evidence, *purposes: Purpose) -> dict[str, Exchange]:
    """Missions ordered, by id; the letter of a withdrawal orders none."""
    found = {}
    for one in evidence.of(*(purposes or (Purpose.ORDER,))):
        letter = json.loads(one.sent)
        if letter.get("kind") == ORDER:
            found[first_text(letter, "body.mission_id")] = one
    return found


def its_missions(evidence: Evidence) -> Judgement:
    """Only missions that were ordered are told of."""
    asked = _orders(evidence, Purpose.ORDER, Purpose.FORGED)
    told = [one for one in events(evidence, "answer", "status") if one.mission_id]
    if not told or not asked:
        return NO_ORDER if not asked else NO_ANSWER
    return [fault_in(one, "mission jamais demandée") for one in told if one.mission_id not in asked]


def _answers(evidence: Evidence) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for told in events(evidence, "answer"):
        found[told.mission_id].append(told)
    return found


def answered(evidence: Evidence) -> Judgement:
    """Every order taken has an answer."""
    taken = {mission: one for mission, one in _orders(evidence).items() if _is_taken(one)}
    if not taken:
        return NO_ORDER
    answers = _answers(evidence)
    if evidence.is_cut_short and not set(taken) <= set(answers):
        return NotProvable("l'écoute a été interrompue avant la réponse")
    return [
        Fault(exchange=one, where=mission, reason="aucune réponse à cette mission")
        for mission, one in taken.items()
        if mission not in answers
    ]


def _delays(evidence: Evidence) -> Iterator[tuple[Told, timedelta, timedelta]]:
    """Yield the first answer to each mission, its delay, and what was allowed."""
    answers = _answers(evidence)
    for mission, order in _orders(evidence).items():
        by = instant(first_text(json.loads(order.sent), "body.answer_by"))
        if mission in answers and by is not None:
            first = answers[mission][0]
            yield first, first.delivery.at - order.at, by - order.at


def in_time(evidence: Evidence) -> Judgement:
    """The answer came before `answer_by`."""
    found = list(_delays(evidence))
    if not found:
        return NotProvable("aucune réponse à une mission datée")
    return [
        fault_in(told, f"réponse au bout de {seconds(delay)}, {seconds(allowed)} permis")
        for told, delay, allowed in found
        if delay > allowed
    ]


def delay(evidence: Evidence) -> Judgement:
    """How long answers take."""
    found = [delay for _, delay, _ in _delays(evidence)]
    if not found:
        return NotProvable("aucune réponse chronométrée")
    return Measured(
        f"{len(found)} réponses : médiane {seconds(middle(found))}, maximum {seconds(max(found))}"
    )


def one_word(evidence: Evidence) -> Judgement:
    """A mission is taken or refused once; put off, it may still be either."""
    answers = _answers(evidence)
    if not answers:
        return NotProvable("aucune réponse")
    faults = []
    for told in answers.values():
        final = [one for one in told if one.text("answer") != Answer.DEFERRED]
        other = [one for one in final[1:] if one.event != final[0].event]
        faults += [fault_in(one, "une autre réponse à la même mission") for one in other]
    return faults


def _by_mission(evidence: Evidence) -> Mapping[str, Sequence[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for told in events(evidence, "status"):
        if told.at is not None and told.text("status") in set(MissionStatus):
            found[told.mission_id].append(told)
    return found


def goes_on(evidence: Evidence) -> Judgement:
    """Statuses never go back."""
    told = _by_mission(evidence)
    if not told:
        return NotProvable("aucun état de mission")
    return [
        fault_in(later, f"{later.text('status')} dit après {before.text('status')}")
        for of_one in told.values()
        for before, later in pairwise(sorted(of_one, key=when))
        if MissionStatus(later.text("status")).rank < MissionStatus(before.text("status")).rank
    ]


def agreed_first(evidence: Evidence) -> Judgement:
    """Nobody sets out on a mission they haven't taken."""
    told = _by_mission(evidence)
    if not told:
        return NotProvable("aucun état de mission")
    agreed = {
        mission
        for mission, answers in _answers(evidence).items()
        if any(one.text("answer") in {Answer.ACCEPTED, Answer.PARTLY} for one in answers)
    }
    return [
        fault_in(of_one[0], "état d'une mission que personne n'a acceptée")
        for mission, of_one in told.items()
        if mission not in agreed
    ]


def when(told: Told) -> datetime:
    """Return the instant of an event that has one."""
    assert told.at is not None, "events without an instant were left out"
    return told.at


def middle(spans: Sequence[timedelta]) -> timedelta:
    """Return the median of some durations."""
    return timedelta(seconds=median(one.total_seconds() for one in spans))


def seconds(span: timedelta) -> str:
    """Write a duration for the report."""
    return f"{span.total_seconds():.0f} s"
