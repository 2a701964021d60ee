"""What the rules may speak of: every fact that regulation gives them, every effect it reads.

`aiguilleur rules check` holds the rule files to it.
"""

from collections.abc import Mapping, Set

from regulation import competences, entitlement, regimes
from regulation.cases import CareLevel, Priority, Sex
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.modes import Tier
from regulation.mobility import AUTONOMIES, VehicleClass, known_facts, yes_or_no_facts
from regulation.premises import JUDGES
from regulation.rules import RuleBook
from regulation.rules.review import Vocabulary

YES_NO = frozenset({True, False})
CLASSES = frozenset(map(str, VehicleClass))
CARE = frozenset(map(str, CareCode))
EQUIPMENT = frozenset(
    {
        "OXYGEN",
        "BARIATRIC",
        "CHILD_SEAT",
        "SERVICE_ANIMAL",
        "WHEELCHAIR_FOLDED",
        "COMPANION_SEAT",
    }
)
RED_FLAG_FACTS = frozenset({"priority", "care_level", "deadline_set", "motif", "motif_chapter"})
READING_ANSWERS = ("classe_arrete", "classe_simulateur", "accompagnement", "besoins_locaux")
"""Families whose rules read the answers alone."""

VALUES: Mapping[str, Set[object]] = {
    **dict.fromkeys(yes_or_no_facts(), YES_NO),
    **dict.fromkeys(("has_criterion", "class_settled", "deadline_set"), YES_NO),
    **dict.fromkeys(("vehicle_class", "at_least"), CLASSES),
    **{f"needs.{need}": YES_NO for need in JUDGES},
    **{f"effecteur.care.{code}": YES_NO for code in CareCode},
    "autonomy": frozenset(AUTONOMIES),
    "care_level": frozenset(map(str, CareLevel)),
    "priority": frozenset(map(str, Priority)),
    "need.code": CARE,
    "patient.sex": frozenset(map(str, Sex)),
    "effecteur.kind": frozenset(map(str, EffecteurKind)),
    "weekday": frozenset(range(1, 8)),
    "hour": frozenset(range(24)),
    **dict.fromkeys((one for one in regimes.FACTS if one.startswith("holiday")), YES_NO),
    regimes.BRIDGE_DAYS: YES_NO,
}
"""Values of the facts that have a closed list of them."""

EFFECTS: Mapping[str, Set[object]] = {
    "class": CLASSES,
    "crew": frozenset({1, 2}),
    "equipment": EQUIPMENT,
    "needs": frozenset(JUDGES),
    "document": frozenset(map(str, entitlement.Document)),
    "payer": frozenset(map(str, entitlement.FundingPayer)),
    "also": CARE,
    "regime": frozenset(map(str, regimes.Regime)),
    "tier": frozenset(map(int, Tier)),
    **dict.fromkeys(("refuse", "companion", "unshared", "confirm", "contradiction"), YES_NO),
    **dict.fromkeys(("covered", "franchise", "prior_approval", "otherwise"), YES_NO),
}


def vocabulary(rulebook: RuleBook) -> Vocabulary:
    """Return what the rules of this book may speak of: its own switches are facts too."""
    prefix = competences.SWITCHES
    switches = frozenset(one.name for one in rulebook.parameters if one.name.startswith(prefix))
    families = _families(switches)
    facts = {name: VALUES.get(name) for known in families.values() for name in known}
    figures = frozenset(one.name for one in rulebook.parameters)
    return Vocabulary(
        facts=facts | dict.fromkeys(switches, YES_NO),
        effects={**EFFECTS, "facts": known_facts(), "rate": figures},
        families=families,
    )


def _families(switches: frozenset[str]) -> Mapping[str, Set[str]]:
    """Facts given to each family; to those that aren't named, all of them."""
    answers = known_facts()
    return {
        **dict.fromkeys(READING_ANSWERS, answers),
        "exclusions": answers | {"has_criterion"},
        entitlement.FAMILY: answers | entitlement.DERIVED_FACTS,
        "drapeaux_rouges": answers | RED_FLAG_FACTS,
        competences.FAMILY: competences.REQUEST_FACTS | competences.EFFECTEUR_FACTS | switches,
        regimes.FAMILY: regimes.FACTS,
    }
