"""What the page of an answer shows, in French, ready to be laid out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from regulation.explanations import KINDS_IN_FRENCH, MODES_IN_FRENCH, PAYERS_IN_FRENCH
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import LegKind, SolverStatus
from regulation.kernel.observed import Freshness
from regulation.kernel.time import PARIS
from regulation.offers import Availability, Booking
from regulation.proposals import EffecteurFacts, Orientation, OrientationProposal, ProposalKind
from regulation.snapshots import SourceHealth, SourceState

LEGS = {
    LegKind.OUTWARD: "Aller",
    LegKind.PHARMACY: "Vers la pharmacie",
    LegKind.RETURN: "Retour",
    LegKind.CARE_TEAM: "Venue de l'équipe",
}
FRESHNESS = {
    Freshness.FRESH: "à jour",
    Freshness.STALE: "ancienne, à vérifier",
    Freshness.LOST: "perdue",
}
AVAILABILITY = {
    Availability.FREE: "créneaux libres",
    Availability.NONE: "sans créneau",
    Availability.UNKNOWN: "disponibilité inconnue",
}
BOOKINGS = {
    Booking.ROUTINE: "rendez-vous",
    Booking.WALKIN: "sans rendez-vous",
    Booking.PHONE: "à réserver par téléphone",
}
PROVEN = {
    SolverStatus.OPTIMAL: "classement prouvé le meilleur",
    SolverStatus.FEASIBLE: "bonnes solutions, sans preuve que ce soient les meilleures",
    SolverStatus.TRUNCATED: "recherche interrompue faute de temps",
}
SOURCE_STATES = {
    SourceState.OK: "à jour",
    SourceState.DEGRADED: "incomplète",
    SourceState.SILENT: "muette",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLeg:
    """One leg as the table has it."""

    kind: str
    leaves: str
    arrives: str
    mode: str
    vehicle: str
    distance: str
    price: str
    payer: str
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProposal:
    """One proposal as the page has it."""

    rank: int
    title: str
    is_handover: bool
    facts: tuple[tuple[str, str], ...]
    legs: tuple[ShownLeg, ...]
    explanation: Sequence[str]
    warnings: Sequence[str]
    terms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """An answer as the page has it."""

    proposals: tuple[ShownProposal, ...]
    excluded: tuple[tuple[str, str, str], ...]
    proven: str
    snapshot_id: str
    rules_version: str


def shown_answer(orientation: Orientation) -> ShownAnswer:
    """Lay out an answer."""
    report = orientation.solver
    return ShownAnswer(
        proposals=tuple(map(_proposal, orientation.proposals)),
        excluded=tuple(
            (str(one.effecteur_id), one.reason, one.rule_id) for one in orientation.excluded
        ),
        proven=PROVEN[report.status] if report else "",
        snapshot_id=orientation.snapshot_id,
        rules_version=orientation.rules_version,
    )


def shown_sources(sources: Sequence[SourceHealth]) -> tuple[tuple[str, str, str], ...]:
    """Lay out the sources: name, state, when last seen."""
    return tuple(
        (
            source.name,
            SOURCE_STATES[source.state],
            f"vue à {clock(source.last_success)}" if source.last_success else "jamais vue",
        )
        for source in sources
    )


def clock(instant: datetime) -> str:
    """Write the time of day of an instant."""
    return f"{instant.astimezone(PARIS):%H:%M}"


def day(instant: datetime) -> str:
    """Write the day of an instant."""
    return f"{instant.astimezone(PARIS):%d/%m/%Y}"


def _proposal(proposal: OrientationProposal) -> ShownProposal:
    return ShownProposal(
        rank=proposal.rank,
        title=" — ".join(_title(proposal)),
        is_handover=proposal.kind is ProposalKind.AMU,
        facts=tuple(_facts(proposal)),
        legs=tuple(map(_leg, proposal.legs)),
        explanation=proposal.explanation,
        warnings=proposal.warnings,
        terms=tuple(proposal.objective.items()),
    )


def _title(proposal: OrientationProposal) -> Iterator[str]:
    yield KINDS_IN_FRENCH[proposal.kind]
    if proposal.effecteur is not None:
        yield proposal.effecteur.effecteur.name
    if proposal.care is not None:
        yield f"{day(proposal.care.start)} à {clock(proposal.care.start)}"


def _facts(proposal: OrientationProposal) -> Iterator[tuple[str, str]]:
    if proposal.effecteur is not None:
        yield from _effecteur(proposal.effecteur)
    if proposal.slot is not None:
        slot = proposal.slot
        times = f"{clock(slot.window.start)} – {clock(slot.window.end)}"
        yield "Créneau", f"{times}, {BOOKINGS[slot.booking]} (source {slot.source})"
    if proposal.home_at is not None:
        yield "De retour à", clock(proposal.home_at)


def _effecteur(facts: EffecteurFacts) -> Iterator[tuple[str, str]]:
    seen = f", vue à {clock(facts.observed_at)}" if facts.observed_at else ""
    known = f"{AVAILABILITY[facts.availability]}{seen} ({FRESHNESS[facts.freshness]})"
    yield "Disponibilité", known
    yield "Lieu", facts.effecteur.address or f"commune {facts.effecteur.commune}"
    if facts.effecteur.phone:
        yield "Téléphone", facts.effecteur.phone


def _leg(leg: PlannedLeg) -> ShownLeg:
    return ShownLeg(
        kind=LEGS[leg.kind],
        leaves=clock(leg.pickup_at),
        arrives=clock(leg.dropoff_at),
        mode=MODES_IN_FRENCH[leg.mode],
        vehicle=leg.vehicle_id or "—",
        distance=f"{leg.distance_m / 1000:.1f} km".replace(".", ","),
        price=f"{leg.price.total_cents / 100:.2f} €".replace(".", ","),
        payer=PAYERS_IN_FRENCH[leg.price.payer] if leg.price.total_cents else "—",
        notes=", ".join(_notes(leg)),
    )


def _notes(leg: PlannedLeg) -> Iterator[str]:
    if leg.shared:
        yield "partagé"
    if leg.will_call:
        yield "sur appel du patient"
