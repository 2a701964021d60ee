"""What the rules may speak of: every fact that regulation gives them, every effect it reads.

`aiguilleur rules check` holds the rule files to it.
"""

from collections.abc import Iterator, Mapping, Set

from regulation import (
    assessment,
    competences,
    entitlement,
    figures,
    indications,
    premises,
    prescription,
    red_flags,
    regimes,
    scales,
    social,
)
from regulation.assessment import SIMULATOR_STATE, SIMULATOR_STATES, simulator_family
from regulation.cases import CareLevel, Priority, Sex
from regulation.effecteurs import Accessible, CareCode, EffecteurKind
from regulation.kernel.modes import FLEET_MODES, Mode, Tier
from regulation.mobility import AUTONOMIES, VehicleClass, known_facts, yes_or_no_facts
from regulation.proposals import ProposalKind
from regulation.rules import RuleBook
from regulation.rules.words import Family, Vocabulary
from regulation.tariffs import PharmacyDuty

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
OBJECTIVE = "objectif"
"""Family of the terms by which journeys are weighed."""
TERRITORY = "territoire"
"""Family of the figures that a territory sets."""

TOLD_OF_PREMISES = frozenset(f"{premises.TOLD}{name}" for name in premises.FIELDS)
NEEDED = frozenset(f"{premises.NEEDS}{need}" for need in premises.NAMES)
MEMBERS = frozenset(f"{name}.{one}" for name, listed in premises.LISTS.items() for one in listed)

VALUES: Mapping[str, Set[object]] = {
    **dict.fromkeys(yes_or_no_facts(), YES_NO),
    **dict.fromkeys(("has_criterion", "class_settled", "deadline_set"), YES_NO),
    **dict.fromkeys(("needs_approval", "cost_open", "emergency_told"), YES_NO),
    **dict.fromkeys(("escort_found", "age_told"), YES_NO),
    **dict.fromkeys(("shared_allowed", "companion_needed"), YES_NO),
    **dict.fromkeys(("vehicle_class", "at_least"), CLASSES),
    **dict.fromkeys((*NEEDED, *TOLD_OF_PREMISES, *MEMBERS, *premises.YES_NO_FIELDS), YES_NO),
    **premises.CODES,
    **{f"effecteur.care.{code}": YES_NO for code in CareCode},
    "autonomy": frozenset(AUTONOMIES),
    "care_level": frozenset(map(str, CareLevel)),
    "priority": frozenset(map(str, Priority)),
    "need.code": CARE,
    "patient.sex": frozenset(map(str, Sex)),
    "effecteur.kind": frozenset(map(str, EffecteurKind)),
    "weekday": frozenset(range(1, 8)),
    "hour": frozenset(range(24)),
    **dict.fromkeys((*social.SWITCHES, *social.DUTY_FACTS, "served", "legs.shared"), YES_NO),
    **dict.fromkeys((f"legs.{mode}" for mode in FLEET_MODES), YES_NO),
    "funding.covered": YES_NO,
    "regime": frozenset(map(str, regimes.Regime)),
    "preferred": frozenset(map(str, indications.Preferred)),
    "proposal.kind": frozenset(map(str, ProposalKind)),
    "pharmacy": frozenset(map(str, PharmacyDuty)),
    **dict.fromkeys((one for one in regimes.FACTS if one.startswith("holiday")), YES_NO),
    regimes.BRIDGE_DAYS: YES_NO,
}
"""Values of the facts that have a closed list of them."""

EFFECTS: Mapping[str, Set[object]] = {
    "class": CLASSES,
    "classes": CLASSES,
    "crew": frozenset({1, 2}),
    "equipment": EQUIPMENT,
    "needs": frozenset(premises.NAMES),
    "verdict": frozenset(map(str, Accessible)) - {Accessible.UNKNOWN},
    "document": frozenset(map(str, entitlement.Document)),
    "payer": frozenset(map(str, entitlement.FundingPayer)),
    "also": CARE,
    "regime": frozenset(map(str, regimes.Regime)),
    "tier": frozenset(map(int, Tier)),
    **dict.fromkeys(
        ("refuse", "companion", "shared", "unshared", "confirm", "contradiction"), YES_NO
    ),
    **dict.fromkeys(("asks_sharing", "advice", "accepts", "declines", "says", "warns"), YES_NO),
    **dict.fromkeys(("covered", "franchise", "prior_approval", "otherwise", "adds"), YES_NO),
    "franchise_doubtful": YES_NO,
    "reimburses": frozenset(map(str, Mode)),
}

FIGURES: Mapping[str, Set[object]] = {
    SIMULATOR_STATE: frozenset(SIMULATOR_STATES),
    "scarce_visit_classes": CLASSES,
    "ed_avoided_levels": frozenset(map(str, CareLevel)),
    "remote_confirmed_needs": CARE,
    "garde.ambulance_categories": frozenset("ABC"),
}
"""Values of the figures that have a closed list of them, or list some of it."""


def vocabulary(rulebook: RuleBook) -> Vocabulary:
    """Return what the rules of this book may speak of: its own switches are facts too."""
    prefix = competences.SWITCHES
    switches = frozenset(one.name for one in rulebook.parameters if one.name.startswith(prefix))
    families = _families(switches)
    given = [one.facts for one in families.values() if one.facts is not None]
    facts = {name: VALUES.get(name) for known in given for name in known}
    named = frozenset(one.name for one in rulebook.parameters)
    return Vocabulary(
        facts=facts | dict.fromkeys(switches, YES_NO),
        effects={
            **EFFECTS,
            "facts": known_facts(),
            "rate": named,
            "box": frozenset(_listed(rulebook, prescription.BOXES)),
            "where": frozenset(_listed(rulebook, premises.PARTS)),
        },
        families=families,
        figures={
            **FIGURES,
            "sparing.unsure_terms": _told(rulebook, OBJECTIVE, "term"),
            **dict.fromkeys(
                (name for name in named if name.startswith(premises.PARTS)),
                _told(rulebook, premises.FAMILY, "where"),
            ),
        },
        shapes=figures.SHAPES,
        may_end=figures.MAY_END,
        ranks={"class": tuple(map(str, VehicleClass)), "crew": (1, 2)},
    )


def _told(rulebook: RuleBook, family: str, effect: str) -> Set[object]:
    """What the rules of a family say of an effect."""
    return frozenset(one.then.get(effect) for one in rulebook.rules if one.family == family)


def _listed(rulebook: RuleBook, prefix: str) -> Iterator[object]:
    """What the figures of this prefix list."""
    for one in rulebook.parameters:
        if one.name.startswith(prefix) and isinstance(one.value, tuple):
            yield from one.value


AROUND = frozenset(
    {"companion", "equipment", "shared", "unshared", "inform", "confirm", "contradiction"}
)
PAYING = frozenset(
    {"covered", "document", "rate", "payer", "prior_approval", "otherwise"}
    | {"franchise", "franchise_doubtful", "adds", "reimburses"}
)
TERM = frozenset({"term", "tier", "weight"})


def _families(switches: frozenset[str]) -> Mapping[str, Family]:
    """What the rules of each family are given, and may say."""
    answers = known_facts()
    return {
        **_of_the_class(answers),
        **_of_the_call(answers),
        **_of_what_is_owed(answers),
        **_of_effecteurs(switches),
        **_of_figures(),
    }


def _of_the_class(answers: frozenset[str]) -> Mapping[str, Family]:
    """How a patient may travel, from the answers on mobility."""
    crewed, one_class = frozenset({"class", "crew"}), frozenset({"class"})
    needs, filled = frozenset({"needs"}), frozenset({"facts"})
    return {
        "classe_arrete": Family(facts=answers, effects=crewed, needed=crewed),
        **dict.fromkeys(
            map(simulator_family, SIMULATOR_STATES),
            Family(facts=answers, effects=one_class | {"asks_sharing"}, needed=one_class),
        ),
        "exclusions": Family(facts=answers | {"has_criterion"}),
        "accompagnement": Family(facts=answers | assessment.DERIVED_FACTS, effects=AROUND),
        "besoins_locaux": Family(facts=answers, effects=needs, needed=needs),
        "questions": Family(facts=frozenset(), effects=filled, needed=filled),
    }


def _of_the_call(answers: frozenset[str]) -> Mapping[str, Family]:
    """How grave it is, how it is told, and what is said of each proposal."""
    hl7 = frozenset({"hl7_v2"})
    return {
        "drapeaux_rouges": Family(facts=answers | RED_FLAG_FACTS),
        red_flags.LEVELS_FAMILY: Family(
            facts=answers | RED_FLAG_FACTS, effects=frozenset({"advice"})
        ),
        indications.FAMILY: Family(
            facts=indications.REQUEST_FACTS | indications.PROPOSAL_FACTS,
            effects=frozenset({"says", "warns"}),
            carries_figures=True,
        ),
        scales.FAMILY: Family(
            facts=answers | {"vehicle_class"},
            effects=scales.EFFECTS,
            needed=scales.EFFECTS,
            first_only=True,
        ),
        scales.SIGNS: Family(facts=answers, effects=hl7, needed=hl7),
    }


def _of_what_is_owed(answers: frozenset[str]) -> Mapping[str, Family]:
    """Who pays, on what document, at which tariff."""
    boxed, regime = frozenset({"box", "entry"}), frozenset({"regime"})
    return {
        entitlement.FAMILY: Family(facts=answers | entitlement.DERIVED_FACTS, effects=PAYING),
        prescription.FAMILY: Family(
            facts=answers | prescription.DERIVED_FACTS, effects=boxed, needed=boxed
        ),
        regimes.FAMILY: Family(
            facts=regimes.FACTS,
            effects=regime | {"part"},
            needed=regime,
            first_only=True,
            whole=True,
        ),
    }


def _of_effecteurs(switches: frozenset[str]) -> Mapping[str, Family]:
    """Who may see the patient, on which premises, and which services take them."""
    asked = competences.REQUEST_FACTS | competences.EFFECTEUR_FACTS | switches
    part = frozenset({"where", "verdict"})
    return {
        premises.FAMILY: Family(
            facts=frozenset({*premises.FIELDS, *TOLD_OF_PREMISES, *MEMBERS, *NEEDED}),
            effects=part,
            needed=part,
        ),
        competences.FAMILY: Family(facts=asked, effects=frozenset({"refuse", "also"})),
        social.FAMILY: Family(facts=social.FACTS, effects=frozenset({"accepts", "declines"})),
        social.DUTY_FAMILY: Family(facts=social.DUTY_FACTS, effects=frozenset({"declines"})),
    }


def _of_figures() -> Mapping[str, Family]:
    """Families that are asked nothing: they hold figures, or the terms of the objective."""
    return {
        OBJECTIVE: Family(facts=frozenset(), effects=TERM, needed=TERM),
        **dict.fromkeys(("tarifs", TERRITORY), Family(facts=frozenset())),
    }
