"""From a mobility verdict to what carrying this person takes."""

from dataclasses import dataclass
from datetime import timedelta

from regulation.cases import Case
from regulation.kernel.modes import Mode
from regulation.kernel.riders import Load, RiderNeeds
from regulation.mobility import MobilityAnswers, MobilityVerdict, VehicleClass
from regulation.social import SocialRules

FLEET_BY_CLASS: dict[VehicleClass, frozenset[Mode]] = {
    VehicleClass.INDIVIDUEL: frozenset({Mode.TAXI}),
    VehicleClass.TAP: frozenset({Mode.TAXI, Mode.VSL, Mode.TAXI_TPMR, Mode.VSL_TPMR}),
    VehicleClass.TAP_TPMR: frozenset({Mode.TAXI_TPMR, Mode.VSL_TPMR}),
    VehicleClass.AMBULANCE: frozenset({Mode.AMBULANCE}),
    VehicleClass.SMUR: frozenset(),
}
"""Vehicles of the fleet a class may ride in, social transport apart: never below it (arrêté of 23
December 2006), nor an ambulance for who can sit (CSS L322-5, least expensive compatible mode)."""

NOT_VEHICLE_EQUIPMENT = frozenset({"COMPANION_SEAT", "WHEELCHAIR_FOLDED", "SERVICE_ANIMAL"})
"""Needs that any vehicle of the right class meets by its room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RidingParameters:
    """Time to get aboard and off by class, time aboard, detour for others, ages from which one
    drives, walks beside somebody, is no minor; whom social transport takes; `reserved`: vehicles
    kept for the AMU."""

    boarding: dict[VehicleClass, timedelta]
    alighting: dict[VehicleClass, timedelta]
    max_aboard: timedelta
    max_detour_m: int
    driving_age: float
    walking_age: float
    minor_age: float
    social: SocialRules
    reserved: frozenset[str] = frozenset()


def effective_class(verdict: MobilityVerdict) -> VehicleClass:
    """Class to plan with: the verdict's, or what is already certain when it is still open."""
    return verdict.vehicle_class or verdict.at_least


def rider_needs(case: Case, verdict: MobilityVerdict, parameters: RidingParameters) -> RiderNeeds:
    """Room, modes, equipment and crew for the patient and whoever goes with them."""
    vehicle_class = effective_class(verdict)
    return RiderNeeds(
        load=_load(vehicle_class, companions=_companions(verdict)),
        modes=_fleet_modes(case, verdict, parameters)
        | own_modes(case.mobility, case.patient.age, verdict, parameters),
        equipment=frozenset(map(str, verdict.vehicle_needs)) - NOT_VEHICLE_EQUIPMENT,
        crew=max(verdict.crew, 1),
        shared_allowed=verdict.shared_allowed,
        boarding_s=int(parameters.boarding[vehicle_class].total_seconds()),
        alighting_s=int(parameters.alighting[vehicle_class].total_seconds()),
        max_aboard_s=int(parameters.max_aboard.total_seconds()),
        max_detour_m=parameters.max_detour_m if verdict.shared_allowed else None,
        not_by=parameters.reserved,
    )


def _fleet_modes(
    case: Case, verdict: MobilityVerdict, parameters: RidingParameters
) -> frozenset[Mode]:
    vehicle_class = effective_class(verdict)
    taken = parameters.social.take(vehicle_class, case.patient.age, covered=verdict.funding.covered)
    return FLEET_BY_CLASS[vehicle_class] | (frozenset({Mode.SOCIAL}) if taken else frozenset())


def _companions(verdict: MobilityVerdict) -> int:
    """Room for whoever goes along, even when it isn't known yet who: a minor never goes alone."""
    return int(verdict.companion_needed or "COMPANION_SEAT" in verdict.vehicle_needs)


def _load(vehicle_class: VehicleClass, companions: int) -> Load:
    match vehicle_class:
        case VehicleClass.AMBULANCE | VehicleClass.SMUR:
            return Load(stretchers=1, attendants=companions)
        case VehicleClass.TAP_TPMR:
            return Load(wheelchairs=1, seats=companions)
        case VehicleClass.INDIVIDUEL | VehicleClass.TAP:  # pragma: no branch  the last one
            return Load(seats=1 + companions)


def own_modes(
    answers: MobilityAnswers, age: float, verdict: MobilityVerdict, parameters: RidingParameters
) -> frozenset[Mode]:
    """Own means that the answers allow for certain; an unknown answer allows none."""
    vehicle_class = effective_class(verdict)
    if vehicle_class not in {VehicleClass.INDIVIDUEL, VehicleClass.TAP}:
        return frozenset()
    modes: set[Mode] = set()
    car, companion = answers.own_vehicle_available is True, answers.companion_available is True
    if car and companion:
        modes.add(Mode.COMPANION_CAR)
    goes_alone = vehicle_class is VehicleClass.INDIVIDUEL and not verdict.companion_needed
    if goes_alone and car and age >= parameters.driving_age:
        modes.add(Mode.OWN_CAR)
    is_child = parameters.walking_age <= age < parameters.minor_age
    if _walks(answers, verdict) and (goes_alone or (is_child and companion)):
        modes.add(Mode.ON_FOOT)
    if answers.public_transport_possible is True and (companion or not verdict.companion_needed):
        modes.add(Mode.PUBLIC_TRANSPORT)
    return frozenset(modes)


def _walks(answers: MobilityAnswers, verdict: MobilityVerdict) -> bool:
    """Tell whether somebody surely walks by themselves: nothing of what is known, or was asked and
    isn't, hinders them."""
    helped = (answers.walking_aid, answers.uses_wheelchair)
    return (
        verdict.vehicle_class is VehicleClass.INDIVIDUEL
        and answers.autonomy == "alone"
        and all(one in {None, False} for one in helped)
        and answers.home.can_use_stairs in {None, True}
    )
