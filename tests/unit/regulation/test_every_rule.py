"""Each rule of the base speaks when it should, and the verdict is another one without it."""

from dataclasses import replace
from typing import Any

import pytest

from regulation.assessment import SIMULATOR_STATES, read_class, simulator_family
from regulation.mobility import AldAnswers, HomeAnswers, MobilityAnswers
from regulation.red_flags import find_red_flags
from tests.unit.regulation.worlds import NOON, no_need, rules, rules_without, upstairs, verdict_of

Changes = dict[str, dict[str, Any]]
HELPED: dict[str, Any] = {"walking_aid": True, "autonomy": "with_professional"}
CLASSES: Changes = {
    "CLASSE-SMUR": {"smur_team_needed": True},
    "CLASSE-AMB-ALLONGE": {"lying_or_semi_sitting": True},
    "CLASSE-AMB-PORTAGE": {"stretcher_or_carrying": True},
    "CLASSE-AMB-SURVEILLANCE": {"qualified_supervision": True},
    "CLASSE-AMB-OXYGENE": {"oxygen": True},
    "CLASSE-AMB-ASEPSIE": {"asepsis": True},
    "CLASSE-AMB-ESCALIER": {"home": upstairs()},
    "CLASSE-TPMR-FAUTEUIL": {"stays_in_wheelchair": True, "uses_wheelchair": True},
    "CLASSE-TAP-DEPLACEMENT": HELPED,
    "CLASSE-TAP-TIERS": {"impairments": frozenset({"cognitive"})},
    "CLASSE-TAP-HYGIENE": {"strict_hygiene": True},
    "CLASSE-TAP-DESINFECTION": {"disinfection_risk": True},
    "CLASSE-TAP-EFFETS": {"side_effect_risk": True},
}
AROUND: Changes = {
    "ACC-MINEUR": {"age": 12},
    "ACC-PROCHE": {"autonomy": "with_companion"},
    "EQ-SIEGE-ENFANT": {"age": 9.9},
    "EQ-SIEGE-DEMANDE": {"car_seat_needed": True},
    "EQ-OXYGENE": {"oxygen": True},
    "EQ-BARIATRIQUE": {"bariatric": True},
    "EQ-CHIEN": {"service_animal": True},
    "EQ-FAUTEUIL-PLIE": {"uses_wheelchair": True},
    "PART-ASSIS": HELPED,
    "PART-EXCLU": {**HELPED, "sharing_excluded": True},
    "PART-HYGIENE": {**HELPED, "strict_hygiene": True},
    "INFO-VISUEL": {"impairments": frozenset({"visual"})},
    "INFO-AUDITIF": {"impairments": frozenset({"hearing"})},
    "INFO-PAROLE": {"impairments": frozenset({"speech"})},
    "INFO-COMPREHENSION": {"impairments": frozenset({"psychic"})},
    "CONF-AIDE-HUMAINE": {"autonomy": "with_professional"},
    "CONF-AIDE-SEUL": {"walking_aid": True},
    "CONF-ENFANT-PORTE": {"age": 10, "home": upstairs(), "companion_available": True},
}
AROUND |= {
    "ACC-TIERS": {"impairments": frozenset({"mental"}), "companion_available": True},
    "CONF-MARCHES": {"home": upstairs(floor=0, steps=3)},
    "CONF-SANS-ACCOMPAGNANT": {"age": 8, "companion_available": None},
    "CONF-AGE-INCONNU": {"age": None, "companion_available": None},
    "CONTRA-FAUTEUIL-ESCALIER": {"stays_in_wheelchair": True, "uses_wheelchair": True},
    "CONTRA-SEUL-PORTE": {"stretcher_or_carrying": True},
    "CONTRA-ALD": {"ald": AldAnswers(related=True)},
    "CONTRA-PERMISSION": {"leave_without_medical_motive": True},
}
PREMISES: Changes = {
    "LOC-FAUTEUIL": {"uses_wheelchair": True},
    "LOC-FAUTEUIL-SANS-TRANSFERT": {"stays_in_wheelchair": True, "uses_wheelchair": True},
    "LOC-MARCHE": {"walking_aid": True},
    "LOC-BRANCARD": {"lying_or_semi_sitting": True},
    "LOC-VISUEL": {"impairments": frozenset({"visual"})},
    "LOC-AUDITIF": {"impairments": frozenset({"hearing"})},
    "LOC-PERSONNEL": {"impairments": frozenset({"mental"})},
    "LOC-BARIATRIQUE": {"bariatric": True},
}
LEGAL: Changes = {
    "PRESC-SORTIE": {"leave_without_medical_motive": True},
    "PRESC-BARIATRIQUE-SEUL": {"bariatric": True},
}
READ: Changes = {
    "SMUR": {"smur_team_needed": True},
    "AMBULANCE": {"oxygen": True},
    "TPMR": {"stays_in_wheelchair": True, "uses_wheelchair": True},
    "TAP": {"side_effect_risk": True},
}
STATES: dict[str, Changes] = {
    state: {f"SIMU-{state.upper()}-{name}": changes for name, changes in READ.items()}
    for state in SIMULATOR_STATES
}
SIMULATOR = {
    rule_id: (state, one) for state, told in STATES.items() for rule_id, one in told.items()
}
STATES["a"]["SIMU-A-INDIVIDUEL"] = {"autonomy": "with_professional"}
"""Tested apart: where it doesn't hold, nothing is justified."""
NOT_ASKED: Changes = {
    "Q-DEPLACEMENT": {"stays_in_wheelchair": None, "uses_wheelchair": None},
    "Q-TRAJET": {"impairments": None},
    "Q-ACCOMPAGNANT": {"impairments": frozenset({"mental"}), "companion_available": None},
    "Q-ESCALIER": {"autonomy": "with_professional", "home": upstairs(can_use_stairs=None)},
    "Q-ETAGE": {"home": upstairs(floor=None)},
    "Q-AGE": {"age": None, "home": upstairs(), "companion_available": True},
    "Q-MOTIF": {"motive": None, "ald": AldAnswers()},
}
FLAGS: Changes = {
    "ROUGE-PRIORITE": {"priority": "P1"},
    "ROUGE-R1": {"care_level": "R1"},
    "ROUGE-R2": {"care_level": "R2"},
    "ROUGE-SMUR": {"answers": no_need(smur_team_needed=True)},
    "ROUGE-MOTIF-VITAL": {"motif": "M01.02"},
    "ROUGE-MOTIF-TRAUMA": {"motif": "M02.04"},
    "ROUGE-MOTIF-MEDICAL": {"motif": "M03.08"},
}
SPEAKING = CLASSES | AROUND | PREMISES
FAMILIES = {
    "classe_arrete": CLASSES,
    "accompagnement": AROUND,
    "besoins_locaux": PREMISES,
    "exclusions": LEGAL,
    **{simulator_family(state): told for state, told in STATES.items()},
    "questions": NOT_ASKED,
    "drapeaux_rouges": FLAGS,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_no_rule_of_the_family_is_without_a_test(family: str):
    assert {one.rule_id for one in rules().rules if one.family == family} == set(FAMILIES[family])


@pytest.mark.parametrize("rule_id", SPEAKING)
def test_a_rule_speaks_when_its_condition_holds(rule_id: str):
    told = {one.rule_id: one for one in verdict_of(no_need(**SPEAKING[rule_id])).fired}
    rule = rules().find_rule(rule_id)
    assert rule is not None
    assert (told[rule_id].reason, told[rule_id].source) == (rule.statement, rule.source)


@pytest.mark.parametrize("rule_id", SPEAKING)
def test_a_rule_is_silent_for_somebody_without_any_need(rule_id: str):
    assert rule_id not in {one.rule_id for one in verdict_of(no_need()).fired}


@pytest.mark.parametrize("rule_id", CLASSES)
def test_a_class_rule_gives_its_class_and_nobody_else_would(rule_id: str):
    rule = rules().find_rule(rule_id)
    assert rule is not None
    answers = no_need(**CLASSES[rule_id])
    assert verdict_of(answers).vehicle_class == rule.then["class"]
    assert verdict_of(answers).crew == rule.then["crew"]
    assert verdict_of(answers, rules_without(rule_id)).vehicle_class == "INDIVIDUEL"


@pytest.mark.parametrize("rule_id", AROUND | PREMISES | LEGAL)
def test_without_the_rule_the_verdict_is_another_one(rule_id: str):
    answers = no_need(**(AROUND | PREMISES | LEGAL)[rule_id])
    with_it, without = verdict_of(answers), verdict_of(answers, rules_without(rule_id))
    assert replace(with_it, fired=()) != replace(without, fired=())


@pytest.mark.parametrize("rule_id", SIMULATOR)
def test_without_the_rule_the_reading_of_the_simulator_is_another_one(rule_id: str):
    state, changes = SIMULATOR[rule_id]
    facts = no_need(**changes).facts()
    rule = rules().find_rule(rule_id)
    assert rule is not None
    with_it, without = (
        read_class(simulator_family(state), facts, book, NOON).conclusion
        for book in (rules(), rules_without(rule_id))
    )
    assert (with_it, without) == (rule.then["class"], "INDIVIDUEL")


def test_without_its_rule_of_own_means_state_a_no_longer_says_that_nothing_is_justified():
    facts = no_need(autonomy="with_professional").facts()
    family = simulator_family("a")
    assert read_class(family, facts, rules(), NOON).conclusion == "aucun mode justifié"
    book = rules_without("SIMU-A-INDIVIDUEL")
    assert read_class(family, facts, book, NOON).conclusion == "INDIVIDUEL"


@pytest.mark.parametrize("rule_id", NOT_ASKED)
def test_a_question_is_asked_while_its_answer_can_change_something(rule_id: str):
    answers = no_need(**NOT_ASKED[rule_id])
    assert verdict_of(answers).next_question == rule_id
    assert verdict_of(answers, rules_without(rule_id)).next_question is None


@pytest.mark.parametrize("rule_id", FLAGS)
def test_a_red_flag_is_raised_by_its_rule_alone(rule_id: str):
    asked: dict[str, Any] = {
        "priority": "P2",
        "care_level": "R3",
        "deadline_set": False,
        "motif": None,
        "answers": no_need(),
        "at": NOON,
    }
    raised = find_red_flags(**{**asked, **FLAGS[rule_id]}, rulebook=rules())
    assert [one.rule_id for one in raised] == [rule_id]
    assert not find_red_flags(**{**asked, **FLAGS[rule_id]}, rulebook=rules_without(rule_id))
    assert not find_red_flags(**asked, rulebook=rules())


def test_somebody_who_answered_everything_is_asked_nothing():
    verdict = verdict_of(no_need())
    assert (verdict.next_question, verdict.missing) == (None, ())


def test_somebody_of_whom_nothing_is_known_has_no_class():
    verdict = verdict_of(MobilityAnswers(home=HomeAnswers()))
    assert verdict.vehicle_class is None
    assert verdict.at_least == "INDIVIDUEL"
    assert verdict.prescription.vehicle_class is None
    assert verdict.next_question == "Q-DEPLACEMENT"
