"""Proposals in plain French: what is proposed, why, and what to beware of."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from regulation.care_stops import StopFacts
from regulation.effecteurs import Effecteur
from regulation.eligibility import Question, receives_without_agenda
from regulation.entitlement import Funding
from regulation.indications import ProposalFacts
from regulation.kernel.journeys import CareStop, PlannedLeg
from regulation.kernel.modes import Encounter, LegKind, Mode, Payer, PharmacyNeed
from regulation.kernel.observed import Freshness
from regulation.kernel.time import PARIS, TimeWindow
from regulation.kernel.travel import LegPrice
from regulation.lexicon import CLASSES
from regulation.marketplace import MARKETPLACE, is_accepted
from regulation.measures import clock, kilometres, lasting
from regulation.offers import Booking, Slot, SlotMode
from regulation.premises import NAMES
from regulation.proposals import EffecteurFacts, OrientationProposal, ProposalKind, ProposedSlot
from regulation.rules import Fired
from regulation.rules.sentences import in_euros
from regulation.telephones import as_dialled
from regulation.telling import Answering, Journey
from regulation.wording import fact_in_french

MODES_IN_FRENCH = {
    Mode.ON_FOOT: "à pied",
    Mode.OWN_CAR: "en voiture",
    Mode.COMPANION_CAR: "en voiture, conduit par un proche",
    Mode.PUBLIC_TRANSPORT: "en transports en commun",
    Mode.SOCIAL: "en transport social",
    Mode.TAXI: "en taxi",
    Mode.TAXI_TPMR: "en taxi TPMR",
    Mode.VSL: "en VSL",
    Mode.VSL_TPMR: "en VSL TPMR",
    Mode.AMBULANCE: "en ambulance",
    Mode.CARE_TEAM: "par la route",
}
PAYERS_IN_FRENCH = {
    Payer.CPAM: "pris en charge par l'Assurance Maladie",
    Payer.ETABLISSEMENT: "à la charge de l'établissement",
    Payer.COLLECTIVITE: "à la charge de la collectivité",
    Payer.PATIENT: "à la charge du patient",
    Payer.UNKNOWN: "prise en charge à confirmer",
}
KINDS_IN_FRENCH = {
    ProposalKind.CONSULTATION: "Consultation",
    ProposalKind.HOME_VISIT: "Visite à domicile",
    ProposalKind.TELECONSULTATION: "Téléconsultation",
    ProposalKind.ASSISTED_TELECONSULTATION: "Téléconsultation assistée",
    ProposalKind.PHARMACY: "Pharmacie",
    ProposalKind.ED: "Urgences",
    ProposalKind.ADVICE: "Conseil",
    ProposalKind.AMU: "Aide médicale urgente",
}


def amu_proposal(reasons: Sequence[Fired]) -> OrientationProposal:
    """Hand over to the AMU: never a slot, no leg."""
    return OrientationProposal(
        rank=1,
        kind=ProposalKind.AMU,
        objective={},
        explanation=(
            "Transférer immédiatement à l'aide médicale urgente (AMU).",
            *(f"{fired.reason} [{fired.rule_id}]" for fired in reasons),
        ),
        warnings=("Seul un médecin régulateur peut lever un drapeau rouge, avec un motif.",),
    )


def advice_proposal(reasons: Sequence[Fired]) -> OrientationProposal:
    """Advice or a phone prescription by the regulating doctor."""
    return OrientationProposal(
        rank=1,
        kind=ProposalKind.ADVICE,
        objective={},
        explanation=tuple(f"{fired.reason} [{fired.rule_id}]" for fired in reasons),
        to_confirm=("Conseil ou prescription du médecin régulateur.",),
    )


def unserved_proposal(context: Answering, stops: Sequence[CareStop]) -> OrientationProposal:
    """Say that nothing fits, why, and what to do."""
    preferred = context.preferred(None)
    said = context.indications.of(
        ProposalFacts(served=False, preferred=preferred, kind=str(ProposalKind.ADVICE))
    )
    if stops:
        why = (
            f"{len(stops)} créneaux compatibles, mais aucun transport adapté ne permet d'y aller "
            "et d'en revenir dans les délais connus."
        )
    else:
        why = "Aucun effecteur compatible n'a de créneau connu à cet instant."
    return OrientationProposal(
        rank=1,
        kind=ProposalKind.ADVICE,
        objective={},
        explanation=(
            why,
            "Conseil du médecin régulateur et rappel du patient à programmer.",
            *said.explanation,
        ),
        warnings=(
            "Aucune solution complète trouvée : voir les exclusions.",
            *said.warnings,
            *confirmations(context.question),
        ),
    )


def journey_proposal(journey: Journey, rank: int) -> OrientationProposal:
    """Turn a planned journey into the proposal shown to the regulator."""
    planned, facts, said = journey.planned, journey.facts, journey.said()
    return OrientationProposal(
        rank=rank,
        kind=facts.kind,
        effecteur=_effecteur_facts(journey),
        slot=_slot(facts, planned.stop),
        care=TimeWindow(planned.stop.start, planned.stop.end),
        legs=tuple(_called_for(leg, facts.kind) for leg in planned.legs),
        home_at=planned.home_at,
        spares_cents=journey.spares_cents,
        objective=planned.terms,
        explanation=(*_explanation(journey), *said.explanation),
        to_confirm=tuple(_to_confirm(journey)),
        warnings=(*_warnings(journey), *said.warnings),
    )


def confirmations(question: Question) -> Iterator[str]:
    """What a doctor must confirm or has lifted, and what is not known of the mobility."""
    for lifted in question.lifted:
        yield f"Drapeau rouge levé par un médecin régulateur [{lifted.rule_id}]."
    for text in question.verdict.to_confirm_by_doctor:
        yield f"À confirmer par un médecin : {text}"
    if question.verdict.vehicle_class is None:
        missing = ", ".join(dict.fromkeys(map(fact_in_french, question.verdict.missing)))
        yield (
            f"Mobilité incomplète : au moins {CLASSES[question.verdict.at_least]} ; "
            f"à demander ou à confirmer : {missing}"
        )


def _effecteur_facts(journey: Journey) -> EffecteurFacts:
    candidate, agenda = journey.facts.candidate, journey.facts.agenda
    now = journey.question.now
    return EffecteurFacts(
        effecteur=candidate.effecteur,
        availability=candidate.availability,
        freshness=agenda.slots.freshness(now) if agenda else Freshness.FRESH,
        observed_at=agenda.slots.observed_at if agenda else None,
        accessibility={need: judged.verdict for need, judged in candidate.premises.items()},
    )


def _slot(facts: StopFacts, stop: CareStop) -> ProposedSlot | None:
    if facts.slot is None or facts.agenda is None:
        return None
    observed = facts.agenda.slots
    return ProposedSlot(
        slot_id=facts.slot.slot_id,
        window=TimeWindow(stop.start, max(facts.slot.window.end, stop.start)),
        mode=facts.mode,
        booking=facts.slot.booking,
        source=MARKETPLACE if is_accepted(facts.slot.slot_id) else observed.source,
        observed_at=observed.observed_at,
        practitioner=facts.slot.practitioner,
    )


def _explanation(journey: Journey) -> Iterator[str]:
    planned, facts = journey.planned, journey.facts
    name = facts.candidate.effecteur.name
    yield f"{KINDS_IN_FRENCH[facts.kind]} : {name}, {_moment(planned.stop.start, journey)}."
    if journey.spares_cents:
        paid = planned.patient_cents
        yield (
            f"Transport moins cher pour le patient : {in_euros(paid)} à sa charge, contre "
            f"{in_euros(paid + journey.spares_cents)} au moins ailleurs, là où le coût est connu "
            "et où un médecin n'a rien à confirmer."
        )
    yield from _offered(facts)
    is_cost_open = journey.question.verdict.funding.is_cost_open
    for leg in planned.legs:
        yield _leg_sentence(leg, at_most=is_cost_open)
    if planned.pharmacy is not None:
        yield "Le retour passe par une pharmacie ouverte à cette heure."
    if planned.home_at is not None and planned.legs:
        yield f"De retour au domicile à {clock(planned.home_at)}."
    if any(leg.mode is not Mode.CARE_TEAM for leg in planned.legs):
        yield from funding_sentences(journey.question.verdict.funding)
    verdict = journey.question.verdict
    for fired in verdict.fired:
        if fired not in verdict.funding.fired:  # said by the sentence above, where it matters
            yield f"{fired.reason} [{fired.rule_id}]"


def _offered(facts: StopFacts) -> Iterator[str]:
    """Say of a slot what sets it apart."""
    if facts.slot is not None and is_accepted(facts.slot.slot_id):
        yield "Accepté par le lieu, qui prend ce patient à cette heure (place de marché)."
    if facts.slot is not None and facts.slot.reserved:
        yield "Créneau que le lieu garde pour des patients handicapés."


def funding_sentences(funding: Funding) -> Iterator[str]:
    """Say who pays, then what else the rules have to say of it."""
    yield funding.sentence
    for note in funding.notes:
        yield f"{note.reason} [{note.rule_id}]"


def _leg_sentence(leg: PlannedLeg, *, at_most: bool) -> str:
    names = {
        LegKind.OUTWARD: "Aller",
        LegKind.PHARMACY: "Vers la pharmacie",
        LegKind.RETURN: "Retour",
        LegKind.CARE_TEAM: "Déplacement de l'équipe",
    }
    when = f"{clock(leg.pickup_at)} → {clock(leg.dropoff_at)}"
    how_far = kilometres(leg.distance_m)
    paid = f", {_paid_in_words(leg.price, at_most=at_most)}" if leg.price.total_cents else ""
    return f"{names[leg.kind]} {MODES_IN_FRENCH[leg.mode]}, {when}, {how_far}{paid}."


def _paid_in_words(price: LegPrice, *, at_most: bool) -> str:
    """Say what a leg costs and what is left of it to the patient, at most while that may fall."""
    told = f"{in_euros(price.total_cents)} {PAYERS_IN_FRENCH[price.payer]}"
    split = price.payer is not Payer.PATIENT and price.patient_cents not in {0, price.total_cents}
    if not split:
        return told
    borne = price.total_cents - price.patient_cents
    left = f"{in_euros(price.patient_cents)} restant au patient" + " au plus" * at_most
    return f"{told} pour {in_euros(borne)}, {left}"


def _warnings(journey: Journey) -> Iterator[str]:
    planned, facts, question = journey.planned, journey.facts, journey.question
    wanted = question.case.preferred_effecteur
    if wanted is not None and wanted not in question.snapshot.effecteurs:
        yield f"Effecteur demandé inconnu dans ce territoire : {wanted}."
    late = planned.terms.get("late_min", 0)
    if late:
        yield f"Soin {lasting(timedelta(minutes=late))} après la fin du délai demandé."
    yield from _source_warnings(journey)
    if planned.stop.penalties.get("unknown_access"):
        judged = facts.candidate.premises.items()
        needs = [NAMES[need] for need, found in judged if found.verdict == "UNKNOWN"]
        yield f"Accessibilité inconnue ({', '.join(needs)}) : appeler avant d'envoyer le patient."
    if planned.pharmacy is not None and planned.pharmacy.penalties.get("unknown_access"):
        yield "Accessibilité de la pharmacie inconnue : l'appeler avant d'y envoyer le patient."
    for text in _for_the_doctor(journey):
        yield f"À confirmer par un médecin : {text}"
    for vehicle in dict.fromkeys(leg.vehicle_id for leg in planned.legs if leg.position_lost):
        yield f"Position du véhicule {vehicle} perdue : compté depuis son dépôt, à confirmer."
    if question.case.pharmacy_stop is PharmacyNeed.CERTAIN and planned.pharmacy is None:
        yield "Aucune pharmacie sur le trajet : remise des médicaments à organiser."
    yield from confirmations(question)


def _called_for(leg: PlannedLeg, kind: ProposalKind) -> PlannedLeg:
    """Nobody knows when one leaves an emergency department: the ride home is called for then."""
    waits = leg.kind in {LegKind.PHARMACY, LegKind.RETURN} and leg.vehicle_id is not None
    return replace(leg, will_call=True) if waits and kind is ProposalKind.ED else leg


def _for_the_doctor(journey: Journey) -> Iterator[str]:
    facts = journey.facts
    if facts.mode is SlotMode.VR or facts.kind is ProposalKind.ASSISTED_TELECONSULTATION:
        yield "l'examen physique n'est pas nécessaire."
    protocol = facts.candidate.protocol
    if protocol is not None:
        yield f"{protocol.reason} [{protocol.rule_id}]"


def _to_confirm(journey: Journey) -> Iterator[str]:
    """What a doctor confirms: the verdict's points, an open class, an examination left out."""
    verdict = journey.question.verdict
    yield from verdict.to_confirm_by_doctor
    if verdict.vehicle_class is None:
        yield f"Mobilité incomplète : au moins {CLASSES[verdict.at_least]}."
    yield from _for_the_doctor(journey)


def _source_warnings(journey: Journey) -> Iterator[str]:
    facts, now = journey.facts, journey.question.now
    if facts.agenda is not None and facts.agenda.slots.freshness(now) is Freshness.STALE:
        yield f"Disponibilité vue il y a {lasting(facts.agenda.slots.age(now))} : à vérifier."
    if facts.slot is not None and facts.slot.booking is Booking.WALKIN:
        yield "Sans rendez-vous : l'attente sur place n'est pas garantie."
    if facts.slot is not None and facts.slot.booking is Booking.PHONE:
        yield _beyond_agenda(facts.candidate.effecteur, facts.slot)
    if receives_without_agenda(facts.candidate.effecteur) and facts.kind is ProposalKind.ED:
        yield "Passage aux urgences : durée estimée, non garantie."
    if journey.planned.stop.encounter is Encounter.TEAM_TRAVELS:
        yield "Heure de passage de l'équipe estimée."


def _beyond_agenda(effecteur: Effecteur, slot: Slot) -> str:
    whom = f"au {as_dialled(effecteur.phone)}" if effecteur.phone else "le lieu"
    plural = "s" if slot.capacity > 1 else ""
    told = f"{slot.capacity} patient{plural} déclaré{plural}"
    return (
        f"En sus de l'agenda ({told} jusqu'à {clock(slot.window.end)}, selon le lieu) : appeler "
        f"{whom} avant d'envoyer le patient."
    )


def _moment(instant: datetime, journey: Journey) -> str:
    """Write a time of day, with its date when it is not that of the call."""
    there, asked = (one.astimezone(PARIS) for one in (instant, journey.question.now))
    day = "" if there.date() == asked.date() else f"le {there:%d/%m/%Y} à "
    return f"{day}{clock(instant)}"
