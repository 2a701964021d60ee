"""What the caller hears: the verdict and a proposal in plain French, to be read aloud."""

from collections.abc import Iterator
from datetime import datetime

from regulation.disclosure import Meeting
from regulation.entitlement import Document, Funding, FundingPayer
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import FLEET_MODES, LegKind, Mode, Payer
from regulation.kernel.time import PARIS
from regulation.mobility import MobilityVerdict, VehicleClass
from regulation.proposals import OrientationProposal, ProposalKind
from services.console.words import day_from, said_clock
from services.outgoing import meeting_of

HOLD_ON = "Restez en ligne, je vous passe tout de suite l'aide médicale urgente."

BY_OWN_MEANS = {
    True: "Vous pouvez venir par vos propres moyens.",
    False: "Votre état ne demande pas de transport sanitaire.",
    None: "Votre état permet de venir par vos propres moyens, si vous en avez.",
}
"""By whether the patient has any: a car, or public transport; None: not known."""

CARRIED_BY = {
    VehicleClass.TAP: "Il vous faut un transport assis, en taxi conventionné ou en VSL.",
    VehicleClass.TAP_TPMR: "Il vous faut un véhicule où l'on reste dans son fauteuil.",
    VehicleClass.AMBULANCE: "Il vous faut une ambulance.",
}
ON_PAPER = {
    Document.PRESCRIPTION_TRANSPORT: ", sur prescription",
    Document.DAP: ", sur accord préalable",
    Document.CONVOCATION: ", sur convocation",
    Document.NONE: "",
}
VEHICLES = {
    Mode.SOCIAL: "Un transport social",
    Mode.TAXI: "Un taxi",
    Mode.TAXI_TPMR: "Un taxi adapté au fauteuil",
    Mode.VSL: "Un véhicule sanitaire léger",
    Mode.VSL_TPMR: "Un véhicule sanitaire adapté au fauteuil",
    Mode.AMBULANCE: "Une ambulance",
}
OWN = {
    Mode.ON_FOOT: "Vous y allez à pied, en partant",
    Mode.OWN_CAR: "Vous y allez en voiture, en partant",
    Mode.COMPANION_CAR: "Votre proche vous conduit, en partant",
    Mode.PUBLIC_TRANSPORT: "Vous y allez en transports en commun, en partant",
}


def say_verdict(verdict: MobilityVerdict, *, has_means: bool | None) -> str:
    """Say how the patient travels and whether it is paid for."""
    if verdict.vehicle_class is None:
        return "J'ai encore besoin de savoir comment vous vous déplacez."
    if verdict.vehicle_class is VehicleClass.SMUR:
        return HOLD_ON
    is_free = verdict.vehicle_class is VehicleClass.INDIVIDUEL
    said = BY_OWN_MEANS[has_means] if is_free else CARRIED_BY[verdict.vehicle_class]
    if verdict.companion_needed:
        said += " Quelqu'un doit vous accompagner, à l'aller et au retour."
    return f"{said} {say_paid(verdict.funding)}"


def say_paid(funding: Funding) -> str:
    """Say how much of the transport is paid, and on which paper, when it is."""
    if funding.covered is None:
        return "Je ne peux pas encore vous dire si le transport est remboursé."
    if not funding.covered:
        return "Le transport n'est pas remboursé."
    return f"Le transport est p{sum_up(funding)[1:]}"


def sum_up(funding: Funding) -> str:
    """Say who pays in a few words; the whole of it is `funding.sentence`."""
    if funding.covered is None:
        return "Prise en charge à établir."
    if not funding.covered:
        return "Transport non pris en charge."
    if funding.payer is FundingPayer.ETABLISSEMENT:
        return f"Pris en charge par l'établissement{ON_PAPER[funding.document]}."
    best = funding.percent_at_most
    more = " au moins" if best is not None and best != funding.percent else ""
    rate = "" if funding.percent is None else f" à {funding.percent} %{more}"
    return f"Pris en charge{rate}{ON_PAPER[funding.document]}."


def say_proposal(proposal: OrientationProposal, now: datetime) -> str:
    """Say one proposal, times first, then the place, then the way there and home."""
    return " ".join(_sentences(proposal, now))


def _sentences(proposal: OrientationProposal, now: datetime) -> Iterator[str]:
    match proposal.kind:
        case ProposalKind.AMU:
            yield HOLD_ON
            return
        case ProposalKind.ADVICE:
            yield "Le médecin régulateur va vous conseiller."
            return
        case _:
            yield _appointment(proposal, now)
    legs = {leg.kind: leg for leg in proposal.legs}
    outward = legs.get(LegKind.OUTWARD)
    if outward is not None:
        yield _there(outward, _day_of(outward.pickup_at, proposal, now))
    home = legs.get(LegKind.RETURN)
    if home is not None:
        day = _day_of(home.dropoff_at, proposal, now)
        yield _back(home, day, by_pharmacy=LegKind.PHARMACY in legs)
    patient = sum(leg.price.patient_cents for leg in proposal.legs)
    if any(leg.price.payer is Payer.UNKNOWN for leg in proposal.legs if leg.price.total_cents):
        yield "Je ne peux pas encore vous dire qui paie le transport."
    elif patient:
        yield f"Il restera à votre charge {_euros(patient)} de transport."


def _euros(cents: int) -> str:
    """An amount as one says it: nobody reads cents aloud."""
    euros = round(cents / 100)
    return f"environ {euros} euro{'s' if euros > 1 else ''}" if euros else "moins d'un euro"


def _appointment(proposal: OrientationProposal, now: datetime) -> str:
    when = ""
    if proposal.care is not None:
        day = day_from(proposal.care.start, now)
        when = f"{day} à {said_clock(proposal.care.start)}".strip()
    where = proposal.effecteur.effecteur.name if proposal.effecteur else ""
    match proposal.kind:
        case ProposalKind.HOME_VISIT:
            asked = f"On demande qu'un soignant passe chez vous {when} environ"
            return f"{asked}, attendez-le sauf avis contraire : {where}."
        case ProposalKind.TELECONSULTATION:
            return f"{REMOTE} {when}, {KEEP_IT} : {where}."
        case ProposalKind.ASSISTED_TELECONSULTATION:
            return f"{REMOTE} avec une aide sur place {when}, {KEEP_IT} : {where}."
        case ProposalKind.ED:
            return f"On vous oriente vers les urgences {when} environ : {where}."
        case _:
            return f"{HOW[_meeting(proposal)].format(when=when)} : {where}."


def _meeting(proposal: OrientationProposal) -> Meeting:
    """How one gets in; where no slot is known, one is told to come without an appointment."""
    return meeting_of(proposal) if proposal.slot else Meeting.WALKIN


HOW = {
    Meeting.APPOINTMENT: "Vous avez rendez-vous {when}",
    Meeting.ASKED: "On demande pour vous un rendez-vous {when}, allez-y sauf avis contraire",
    Meeting.WALKIN: "Présentez-vous {when}, sans rendez-vous",
    Meeting.ON_TOP: "On demande s'ils peuvent vous prendre en plus des rendez-vous, {when} environ",
}
REMOTE, KEEP_IT = (
    "On demande pour vous une téléconsultation",
    "gardez cette heure sauf avis contraire",
)
"""How one gets in, said to the caller; a place that is asked, or to be called, has not agreed."""


def _day_of(at: datetime, proposal: OrientationProposal, now: datetime) -> str:
    """The day of a leg, when it is another than that of care, which was just said."""
    care = proposal.care
    if care is None or at.astimezone(PARIS).date() == care.start.astimezone(PARIS).date():
        return ""
    day = day_from(at, now) or "aujourd'hui"
    return f"{day} "


def _there(leg: PlannedLeg, day: str) -> str:
    at = said_clock(leg.pickup_at)
    if leg.mode in FLEET_MODES:
        comes = f"{VEHICLES[leg.mode]} doit venir vous chercher {day}à {at}"
        return f"{comes}, si le transporteur confirme."
    return f"{OWN[leg.mode]} {day}à {at}."


def _back(leg: PlannedLeg, day: str, *, by_pharmacy: bool) -> str:
    by = ", en passant par la pharmacie" if by_pharmacy else ""
    if leg.will_call:
        return f"Pour le retour{by}, vous nous rappelez quand vous sortez."
    return f"Vous êtes de retour chez vous {day}vers {said_clock(leg.dropoff_at)}{by}."
