"""The answer as it goes out by JSON."""

from collections.abc import Mapping
from datetime import datetime

from regulation.eligibility import Exclusion
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.places import Position
from regulation.kernel.time import PARIS
from regulation.proposals import (
    EffecteurFacts,
    Orientation,
    OrientationProposal,
    ProposedSlot,
    SolverReport,
)

Json = Mapping[str, object]


def orientation_out(orientation: Orientation) -> Json:
    """Write an orientation; instants in Europe/Paris with their offset, money in cents."""
    return {
        "case_id": orientation.case_id,
        "snapshot_id": orientation.snapshot_id,
        "rules_version": orientation.rules_version,
        "solver": _solver(orientation.solver) if orientation.solver else None,
        "proposals": [proposal_out(proposal) for proposal in orientation.proposals],
        "excluded": [_excluded(exclusion) for exclusion in orientation.excluded],
    }


def _solver(report: SolverReport) -> Json:
    bound = {} if report.bound is None else {"bound": report.bound}
    return {"status": str(report.status), "wall_ms": round(report.wall_ms, 1), **bound}


def proposal_out(proposal: OrientationProposal) -> Json:
    """Write one proposal."""
    document: dict[str, object] = {"rank": proposal.rank, "kind": str(proposal.kind)}
    if proposal.effecteur:
        document["effecteur"] = _effecteur(proposal.effecteur)
    document["slot"] = _slot(proposal.slot) if proposal.slot else None
    document["legs"] = [_leg(leg) for leg in proposal.legs]
    if proposal.home_at:
        document["home_at"] = instant_out(proposal.home_at)
    if proposal.spares_cents:
        document["spares_eur_cents"] = proposal.spares_cents
    document["objective"] = dict(proposal.objective)
    document["explanation"] = list(proposal.explanation)
    document["warnings"] = list(proposal.warnings)
    return document


def _effecteur(facts: EffecteurFacts) -> Json:
    effecteur = facts.effecteur
    return {
        "id": str(effecteur.effecteur_id),
        "kind": str(effecteur.kind),
        "name": effecteur.name,
        "position": point_out(effecteur.position),
        "availability": str(facts.availability),
        "freshness": str(facts.freshness),
        "observed_at": instant_out(facts.observed_at) if facts.observed_at else None,
        "accessibility": {need: str(judged) for need, judged in facts.accessibility.items()},
    }


def _slot(slot: ProposedSlot) -> Json:
    return {
        "id": slot.slot_id,
        "start": instant_out(slot.window.start),
        "end": instant_out(slot.window.end),
        "mode": str(slot.mode),
        "booking": str(slot.booking),
        "source": slot.source,
        "observed_at": instant_out(slot.observed_at),
    }


def _leg(leg: PlannedLeg) -> Json:
    document: dict[str, object] = {"kind": str(leg.kind), "mode": str(leg.mode)}
    if leg.vehicle_id is not None:
        document["vehicle_id"] = leg.vehicle_id
    document |= {
        "from": point_out(leg.origin),
        "to": point_out(leg.destination),
        "pickup_at": instant_out(leg.pickup_at),
        "dropoff_at": instant_out(leg.dropoff_at),
        "distance_m": leg.distance_m,
        "on_board_s": leg.on_board_s,
        "price_eur_cents": leg.price.total_cents,
        "patient_eur_cents": leg.price.patient_cents,
        "am_eur_cents": leg.price.am_cents,
        "payer": str(leg.price.payer),
        "shared": leg.shared,
        "will_call": leg.will_call,
    }
    return document


def _excluded(exclusion: Exclusion) -> Json:
    return {
        "effecteur_id": str(exclusion.effecteur_id),
        "rule_id": exclusion.rule_id,
        "reason": exclusion.reason,
    }


def point_out(position: Position) -> Json:
    """Write a position in degrees."""
    return {"lat": position.lat, "lon": position.lon}


def instant_out(instant: datetime) -> str:
    """Write an instant in Europe/Paris with its offset, to the second."""
    return instant.astimezone(PARIS).isoformat(timespec="seconds")
