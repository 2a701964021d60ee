"""Whom social transport takes, and which vehicles are kept for the AMU: rules of a territory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from regulation.mobility import VehicleClass
from regulation.rules import CompiledRule, RuleBook

FAMILY = "transport_social"
SWITCHES = ("social.takes_care_trips", "social.takes_covered_trips")
"""Figures that are yes or no, and facts of the rules."""

FACTS = frozenset({"vehicle_class", "patient.age", "funding.covered", *SWITCHES})
DUTY_FAMILY = "garde_ambulanciere"
RESERVED = "garde.reserved_vehicles"
DUTY_FACTS = frozenset({"vehicle.reserved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialRules:
    """Whom social transport takes: somebody a rule accepts and none refuses."""

    rules: Sequence[CompiledRule]
    switches: dict[str, object]

    def take(self, vehicle_class: VehicleClass, age: float, *, covered: bool | None) -> bool:
        """Tell whether it takes somebody of this class and age; `covered` None: not known."""
        facts = {
            **self.switches,
            "vehicle_class": str(vehicle_class),
            "patient.age": age,
            "funding.covered": covered,
        }
        spoken = [one.rule.then for one in self.rules if one.holds(facts)]
        return any("accepts" in then for then in spoken) and not any(
            "declines" in then for then in spoken
        )


def social_rules(rulebook: RuleBook, at: datetime) -> SocialRules:
    """Read the rules in force, with the switches of the territory."""
    return SocialRules(
        rules=rulebook.family(FAMILY, at),
        switches={name: rulebook.parameter(name, at) for name in SWITCHES},
    )


def reserved_vehicles(rulebook: RuleBook, at: datetime) -> frozenset[str]:
    """Vehicles that a rule keeps from unscheduled care, by their id in the fleet."""
    reserved = {"vehicle.reserved": True}
    spoken = [one.rule.then for one in rulebook.family(DUTY_FAMILY, at) if one.holds(reserved)]
    kept = any("declines" in then for then in spoken)
    return frozenset(rulebook.words(RESERVED, at)) if kept else frozenset()
