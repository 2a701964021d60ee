"""A transport company's software: its deliveries, its answers in time, how old its positions are.

What is required is written in docs/transporteurs.md; requirement ids name its parts.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Final

from adapters.audit.checks import (
    Check,
    Fault,
    Judge,
    Judgement,
    Measured,
    NotProvable,
    measure,
    shall,
    shall_not,
)
from adapters.audit.exchanges import Evidence, Exchange
from adapters.audit.sas_shared import FindAddress
from adapters.audit.transporter_orders import (
    agreed_first,
    answered,
    delay,
    goes_on,
    in_time,
    its_missions,
    middle,
    one_word,
    refuses_forged,
    seconds,
    takes_orders,
    when,
)
from adapters.audit.webhook_events import (
    Told,
    code_fault,
    deliveries,
    delivery_fault,
    events,
    fault_in,
    form_fault,
    instant_fault,
    message_id,
)
from adapters.audit.webhook_journal import signed_at
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE
from transport.reports import Answer

NAME: Final = "transporter"
SIGNED_FOR: Final = timedelta(minutes=5)
POSITION_VALID: Final = timedelta(seconds=60)
"""Interop.md §9, A8: past it a position is stale. Its manifest says the same."""
LONGEST_GAP: Final = timedelta(seconds=120)
TOO_LATE: Final = 503
OURS: Final = "transporteurs"
NO_DELIVERY: Final = NotProvable("le transporteur n'a rien envoyé")


def _each_delivery(judge: Callable[[Exchange], str]) -> Judge:
    def judged(evidence: Evidence) -> Judgement:
        came = deliveries(evidence)
        if not came:
            return NO_DELIVERY
        return [_of(one, why) for one in came if (why := judge(one))]

    return judged


def _each_event(judge: Callable[[Told], str], *kinds: str) -> Judge:
    def judged(evidence: Evidence) -> Judgement:
        told = list(events(evidence, *kinds))
        if not told:
            return NO_DELIVERY if not kinds else NotProvable("aucun événement de ce type")
        return [fault_in(one, why) for one in told if (why := judge(one))]

    return judged


def _of(exchange: Exchange, reason: str) -> Fault:
    return Fault(exchange=exchange, where=message_id(exchange), reason=reason)


def _signature(delivery: Exchange) -> str:
    if signed_at(delivery.signature) is None:
        return "Aiguilleur-Signature absente ou mal formée"
    return "la signature n'est pas celle du secret partagé" * (delivery.is_authentic is False)


def _signed_now(delivery: Exchange) -> str:
    dated = signed_at(delivery.signature)
    if dated is None or abs(delivery.at - dated) <= SIGNED_FOR:
        return ""
    return f"signature datée de {seconds(delivery.at - dated)} avant la réception"


def _not_ahead(told: Told) -> str:
    at = told.at
    if at is None or at - told.delivery.at <= CLOCK_SKEW_TOLERANCE:
        return ""
    return f"at est en avance de {seconds(at - told.delivery.at)} sur la réception"


def _names_its_vehicle(told: Told) -> str:
    accepted = told.text("answer") == Answer.ACCEPTED
    return "ACCEPTEE sans vehicle_id" if accepted and not told.text("vehicle_id") else ""


def _one_content_by_number(evidence: Evidence) -> Judgement:
    bodies: dict[str, bytes] = {}
    if not deliveries(evidence):
        return NO_DELIVERY
    return [
        _of(one, "un autre envoi porte déjà ce message_id")
        for one in deliveries(evidence)
        if message_id(one) and bodies.setdefault(message_id(one), one.body) != one.body
    ]


def _sent_again(evidence: Evidence) -> Judgement:
    came = deliveries(evidence)
    refused = [(rank, one) for rank, one in enumerate(came) if one.status == TOO_LATE]
    if not refused:
        return NotProvable("aucun envoi n'a reçu 503")
    if evidence.is_cut_short:
        return NotProvable("l'écoute a été interrompue avant tout renvoi")
    return [
        _of(one, "répondu 503, jamais renvoyé tel quel")
        for rank, one in refused
        if not any(later.body == one.body for later in came[rank + 1 :])
    ]


def _told_once(evidence: Evidence) -> Judgement:
    """The same event isn't told under two numbers: the inbox would take it twice."""
    first: dict[str, str] = {}
    faults = []
    for told in events(evidence):
        key, number = json.dumps(told.event, sort_keys=True), message_id(told.delivery)
        if first.setdefault(key, number) != number:
            faults.append(fault_in(told, "le même événement sous un autre message_id"))
    return faults if first else NO_DELIVERY


def _ages(evidence: Evidence) -> list[tuple[Told, timedelta]]:
    dated = ((told, told.at) for told in events(evidence, "position"))
    return [(told, told.delivery.at - at) for told, at in dated if at is not None]


def _age(evidence: Evidence) -> Judgement:
    ages = _ages(evidence)
    if not ages:
        return NotProvable("aucune position")
    known = [age for _, age in ages]
    old = [(told, age) for told, age in ages if age > POSITION_VALID]
    figure = (
        f"{len(ages)} positions : âge médian {seconds(max(timedelta(0), middle(known)))}, "
        f"maximum {seconds(max(known))}, {seconds(POSITION_VALID)} permis"
    )
    return Measured(
        figure, tuple(fault_in(told, f"position vieille de {seconds(a)}") for told, a in old)
    )


def _often(evidence: Evidence) -> Judgement:
    by_vehicle: dict[str, list[Told]] = defaultdict(list)
    for told, _ in _ages(evidence):
        by_vehicle[told.text("vehicle_id")].append(told)
    gaps = [
        (later, when(later) - when(before))
        for told in by_vehicle.values()
        for before, later in pairwise(sorted(told, key=when))
    ]
    if not gaps:
        return NotProvable("moins de deux positions d'un même véhicule")
    longest = max(gap for _, gap in gaps)
    faults = [
        fault_in(told, f"{seconds(gap)} sans position") for told, gap in gaps if gap > LONGEST_GAP
    ]
    return Measured(f"plus long silence d'un véhicule : {seconds(longest)}", tuple(faults))


def _free_is_said(evidence: Evidence) -> Judgement:
    told = list(events(evidence, "position"))
    if not told:
        return NotProvable("aucune position")
    said = sum(isinstance(one.event.get("available"), bool) for one in told)
    return Measured(f"{said} positions sur {len(told)} disent si le véhicule est libre")


CHECKS: Final[tuple[Check, ...]] = (
    shall("mission-prise", f"{OURS}@ordre", "Une mission transmise est prise.", takes_orders),
    shall_not(
        "mission-forgee",
        f"{OURS}@signature",
        "Une mission mal signée n'est pas prise.",
        refuses_forged,
    ),
    shall("reponse", f"{OURS}@answer", "Chaque mission prise a sa réponse.", answered),
    shall(
        "delai", f"{OURS}@answer_by", "La réponse vient avant l'heure dite (answer_by).", in_time
    ),
    shall(
        "vehicule",
        f"{OURS}@answer",
        "Une mission acceptée nomme son véhicule.",
        _each_event(_names_its_vehicle, "answer"),
    ),
    shall(
        "une-parole",
        f"{OURS}@idempotence",
        "Une mission, même envoyée deux fois, a une réponse.",
        one_word,
    ),
    shall(
        "signature",
        f"{OURS}@signature",
        "Chaque envoi est signé du secret partagé.",
        _each_delivery(_signature),
    ),
    shall(
        "signature-datee",
        f"{OURS}@signature",
        "La signature date de moins de cinq minutes.",
        _each_delivery(_signed_now),
    ),
    shall(
        "envoi",
        f"{OURS}@envoi",
        "Un envoi porte message_id et events, rien d'autre.",
        _each_delivery(delivery_fault),
    ),
    shall(
        "evenement",
        f"{OURS}@champs",
        "Chaque événement a les champs de son type.",
        _each_event(form_fault),
    ),
    shall(
        "codes",
        f"{OURS}@codes",
        "Réponses, états et motifs sont ceux convenus.",
        _each_event(code_fault),
    ),
    shall(
        "instants",
        f"{OURS}@instants",
        "Les instants portent un décalage horaire.",
        _each_event(instant_fault),
    ),
    shall_not(
        "avance",
        f"{OURS}@instants",
        "Aucun événement n'est daté de plus tard.",
        _each_event(_not_ahead),
    ),
    shall(
        "numero",
        f"{OURS}@message_id",
        "Un message_id désigne un seul envoi.",
        _one_content_by_number,
    ),
    shall("renvoi", f"{OURS}@503", "Un envoi répondu 503 revient tel quel.", _sent_again),
    shall_not(
        "redite",
        f"{OURS}@message_id",
        "Un événement n'est pas redit sous un autre numéro.",
        _told_once,
    ),
    shall_not(
        "mission-d-autrui",
        f"{OURS}@missions",
        "Il n'est parlé que de missions demandées.",
        its_missions,
    ),
    shall("etats", f"{OURS}@status", "Les états d'une mission avancent.", goes_on),
    shall("accord", f"{OURS}@status", "Une mission en cours a d'abord été acceptée.", agreed_first),
    measure("delai-reponse", "Délai des réponses.", delay),
    measure("age-positions", "Âge des positions à leur réception.", _age),
    measure("cadence-positions", "Silence le plus long d'un véhicule suivi.", _often),
    measure("libre", "Disponibilité dite avec la position.", _free_is_said),
)


def checks(_find: FindAddress | None) -> tuple[Check, ...]:
    """Return every check of a transport company, in the order of the report."""
    return CHECKS
