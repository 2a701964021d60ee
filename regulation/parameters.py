"""Typed figures of the orientation and the objective, read from the rule book for an instant."""

from dataclasses import replace
from datetime import datetime, timedelta

from regulation.care_stops import CareParameters
from regulation.cases import CareLevel
from regulation.effecteurs import CareCode
from regulation.kernel.journeys import Sparing
from regulation.kernel.modes import PharmacyNeed, Tier
from regulation.kernel.objective import Objective, Term
from regulation.mobility import VehicleClass
from regulation.riding import RidingParameters
from regulation.rules import RuleBook
from regulation.social import reserved_vehicles, social_rules
from regulation.usecases import OrientationParameters

TIMES = frozenset({"delay_s", "waiting_s", "aboard_s", "away_s"})
"""Terms of the objective that count seconds."""


def orientation_parameters(rulebook: RuleBook, at: datetime) -> OrientationParameters:
    """Read the figures in force; raise UnknownParameterError naming one that is missing."""
    levels = {level: f"deadline_minutes.{level}" for level in (CareLevel.R2, CareLevel.R3)}
    sparing = _sparing(rulebook, at)
    boarding = {c: minutes(rulebook, f"boarding_minutes.{c}", at) for c in VehicleClass}
    return OrientationParameters(
        care=_care(rulebook, at),
        riding=RidingParameters(
            boarding=boarding,
            alighting=boarding,
            max_aboard=minutes(rulebook, "max_aboard_minutes", at),
            max_detour_m=round(1000 * rulebook.number("shared.extra_km_per_rider", at)),
            driving_age=rulebook.number("driving_age", at),
            walking_age=rulebook.number("walking_age", at),
            minor_age=rulebook.number("minor_age", at),
            social=social_rules(rulebook, at),
            reserved=reserved_vehicles(rulebook, at),
        ),
        deadlines={level: minutes(rulebook, name, at) for level, name in levels.items()},
        pharmacy_stakes={
            PharmacyNeed.NONE: 0,
            PharmacyNeed.LIKELY: int(rulebook.number("pharmacy_stake.likely", at)),
            PharmacyNeed.CERTAIN: int(rulebook.number("pharmacy_stake.certain", at)),
        },
        scarce_visit_classes=frozenset(
            VehicleClass(name) for name in rulebook.words("scarce_visit_classes", at)
        ),
        ed_avoided_levels=frozenset(
            CareLevel(name) for name in rulebook.words("ed_avoided_levels", at)
        ),
        visit_reach_m=1000 * rulebook.number("visit_reach_km", at),
        horizons=_hours(rulebook, "search_horizons_hours", at),
        sparing=sparing,
        sparing_places=int(rulebook.number("sparing.nearest_places", at)) if sparing else 0,
    )


def objective(rulebook: RuleBook, at: datetime) -> Objective:
    """Read the terms of the objective; raise UnknownParameterError or ValueError."""
    terms = {}
    for one in rulebook.family("objectif", at):
        effect = one.rule.then
        term = Term(
            name=str(effect["term"]),
            tier=Tier(int(str(effect["tier"]))),
            weight=int(str(effect["weight"])),
        )
        terms[term.name] = term
    return Objective(terms=terms, burden_step=int(rulebook.number("objective.burden_step", at)))


def _sparing(rulebook: RuleBook, at: datetime) -> Sparing | None:
    """The objective in which time weighs a part of what it does in `objective`; None: a book
    without the figure of what is felt looks for no cheaper journey."""
    gain = rulebook.find_parameter("sparing.gain_cents", at)
    if gain is None:
        return None
    usual, part = objective(rulebook, at), int(rulebook.number("sparing.time_divisor", at))
    terms = {
        name: term if name in TIMES else replace(term, weight=part * term.weight)
        for name, term in usual.terms.items()
    }
    return Sparing(
        objective=Objective(terms=terms, burden_step=part * usual.burden_step),
        gain_cents=int(rulebook.number("sparing.gain_cents", at)),
        unsure=frozenset(rulebook.words("sparing.unsure_terms", at)),
    )


def minutes(rulebook: RuleBook, name: str, at: datetime) -> timedelta:
    """Read a duration given in minutes."""
    return timedelta(minutes=rulebook.number(name, at))


def _hours(rulebook: RuleBook, name: str, at: datetime) -> tuple[timedelta, ...]:
    """Read durations given in hours, shortest first."""
    listed = rulebook.parameter(name, at)
    assert isinstance(listed, tuple)
    return tuple(timedelta(hours=float(hours)) for hours in listed)


def _care(rulebook: RuleBook, at: datetime) -> CareParameters:
    return CareParameters(
        care_length=minutes(rulebook, "care_length_minutes", at),
        ed_length=minutes(rulebook, "ed_length_minutes", at),
        pharmacy_length=minutes(rulebook, "pharmacy_minutes", at),
        doors_open_before=minutes(rulebook, "doors_open_before_minutes", at),
        walkin_step=minutes(rulebook, "walkin_step_minutes", at),
        walkin_horizon=minutes(rulebook, "walkin_horizon_minutes", at),
        remote_confirmed=frozenset(
            CareCode(name) for name in rulebook.words("remote_confirmed_needs", at)
        ),
    )
