"""`aiguilleur mobility`: answers in, a verdict out, bad answers refused by name."""

import pytest

from tests.unit.services.command_line import aiguilleur, is_refused

__all__ = ["aiguilleur"]
AT = ("--at", "2026-11-28T12:00:00+01:00")
KEYS = {
    "vehicle_class", "at_least", "prescription", "vehicle_needs", "crew", "companion_needed",
    "shared_allowed", "driver_info", "premises_needs", "funding", "fired", "to_confirm_by_doctor",
    "missing", "next_question",
}  # fmt: skip
CHILD = {
    "age": 10, "autonomy": "with_companion", "companion_available": True, "walking_aid": False,
    "uses_wheelchair": False, "lying_or_semi_sitting": False, "stretcher_or_carrying": False,
    "qualified_supervision": False, "oxygen": False, "asepsis": False, "smur_team_needed": False,
    "strict_hygiene": False, "disinfection_risk": False, "side_effect_risk": False,
    "impairments": [], "motive": ["none"],
    "home": {"floor": 3, "lift": False, "can_use_stairs": False},
}  # fmt: skip


def test_a_verdict_is_one_document_of_the_documented_keys(aiguilleur):
    said = aiguilleur.run("mobility", aiguilleur.file(CHILD), *AT, "--format", "json")
    assert (said.status, said.err) == (0, "")
    assert set(said.document) == KEYS
    assert said.document["vehicle_class"] == "INDIVIDUEL"
    assert said.document["companion_needed"] is True
    assert set(said.document["funding"]) == {"covered", "payer", "document"}
    assert {"rule_id", "reason", "source"} == set(said.document["fired"][0])


def test_a_verdict_is_said_in_french_by_default(aiguilleur):
    said = aiguilleur.run("mobility", aiguilleur.file(CHILD), *AT)
    assert said.status == 0
    assert "Classe : INDIVIDUEL (moyens personnels ou transports en commun)" in said.out
    assert "Trajet : accompagnant : oui, partage : non" in said.out
    assert "Véhicule : place pour un accompagnant" in said.out
    assert "! À confirmer par un médecin : L'enfant est porté" in said.out


def test_the_level_of_mobility_is_said_in_every_scale_and_written_when_asked_for(aiguilleur):
    deaf = aiguilleur.file({"impairments": ["hearing"]})
    told = aiguilleur.run("mobility", deaf, *AT).out
    assert "Niveau de mobilité : à préciser ; HL7 v2 : A6" in told
    lying = aiguilleur.file({"lying_or_semi_sitting": True})
    found = aiguilleur.run("mobility", lying, *AT, "--scales", "--format", "json").document[
        "scales"
    ]
    assert (found["level"], found["hl7_v2"], found["nemt"]) == ("M6", ["A2"], "BLS")
    assert found["fired"] == ["ECH-M6"]


def test_without_any_answer_the_class_is_open_and_a_question_comes(aiguilleur):
    said = aiguilleur.run("mobility", aiguilleur.file({}), *AT)
    assert "Classe : à préciser (au moins INDIVIDUEL : moyens personnels" in said.out
    assert "Question suivante : Q-DEPLACEMENT" in said.out
    assert "Réponses manquantes : besoin d'une équipe SMUR [smur_team_needed], " in said.out


IN_WHEELCHAIR = {
    **CHILD, "age": 82, "autonomy": "with_professional", "stays_in_wheelchair": True,
    "uses_wheelchair": True, "companion_available": False, "home": {"floor": 0},
    "motive": ["ald"], "ald": {"related": True, "incapacity": True}, "particulars": ["css"],
}  # fmt: skip


def test_what_the_prescription_carries_is_said_box_by_box(aiguilleur):
    said = aiguilleur.run("mobility", aiguilleur.file(IN_WHEELCHAIR), *AT).out
    assert "Classe : TAP_TPMR (VSL ou taxi conventionné TPMR)" in said
    assert "à 100 % par l'Assurance maladie" in said
    assert "sans franchise" in said
    assert "Trajet : équipage de 1, accompagnant : non, partage : possible" in said
    assert "Locaux : sanitaires adaptés, stationnement adapté, accès sans marche" in said
    boxes = said.partition("À porter sur la prescription de transport")[2].splitlines()[1:]
    assert "  Mode de transport : transport assis professionnalisé, TPMR [IMP-MODE-TPMR]" in boxes
    assert "  Accident causé par un tiers : à remplir" in boxes


def test_an_ambulance_says_when_its_prescription_may_follow(aiguilleur):
    said = aiguilleur.run("mobility", aiguilleur.file({**CHILD, "oxygen": True}), *AT).out
    assert "la prescription peut être écrite après le transport" in said
    assert "  Urgence : appel SAMU - Centre 15 [IMP-URGENCE-SAMU]" in said
    assert "Trajet : équipage de 2, accompagnant : oui, partage : non" in said


def test_the_verdict_is_that_of_now_when_no_instant_is_given(aiguilleur):
    said = aiguilleur.run("mobility", aiguilleur.file({"oxygen": True}), "--format", "json")
    assert said.document["at_least"] == "AMBULANCE"


def test_the_driver_is_told_what_helps(aiguilleur):
    said = aiguilleur.run("mobility", aiguilleur.file({"language": "ar"}), *AT)
    assert "> Langue parlée : ar." in said.out


def test_an_unknown_answer_is_not_a_missing_one(aiguilleur):
    answers = {**CHILD, "companion_available": "unknown", "autonomy": "with_professional"}
    said = aiguilleur.run("mobility", aiguilleur.file(answers), *AT, "--format", "json")
    assert said.document["vehicle_class"] is None
    assert said.document["missing"] == ["companion_available"]
    assert said.document["next_question"] is None


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"oxigen": True}, "oxigen"),
        ({"oxygen": "yes"}, "oxygen"),
        ({"oxygen": 1}, "oxygen"),
        ({"age": "47"}, "age"),
        ({"age": True}, "age"),
        ({"age": "inconnu"}, "age"),
        ({"language": "francais"}, "language"),
        ({"home": "elsewhere"}, "home"),
        ({"series": {"count": 4.0, "months": 2, "km_one_way": 3}}, "series.count"),
        ({"age": -1}, "age"),
        ({"age": 126}, "age"),
        ({"autonomy": "crawling"}, "autonomy"),
        ({"home": {"floor": 1.5}}, "home.floor"),
        ({"home": {"storey": 1}}, "home.storey"),
        ({"impairments": ["motor", "ageing"]}, "impairments"),
        ({"motive": ["none", "ald"]}, "motive"),
        ({"series": {"count": 0, "months": 2, "km_one_way": 3}}, "series.count"),
        ({"distance_km_one_way": -3}, "distance_km_one_way"),
        ({"stays_in_wheelchair": True, "uses_wheelchair": False}, "uses_wheelchair"),
        ({"language": "French"}, "language"),
        ({"particulars": ["rich"]}, "particulars"),
        ([], "document"),
    ],
)
def test_a_bad_answer_is_refused_on_one_line_that_names_it(aiguilleur, answers, field):
    said = aiguilleur.run("mobility", aiguilleur.file(answers), *AT)
    assert is_refused(said, field) or said.err.startswith(f"aiguilleur: {field}.")
    assert (said.status, said.out, len(said.err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("instant", ["2026-11-28T12:00:00", "noon", "2026-13-01T00:00:00+01:00"])
def test_an_instant_without_an_offset_is_refused(aiguilleur, instant):
    said = aiguilleur.run("mobility", aiguilleur.file({}), "--at", instant)
    assert is_refused(said, "--at")


def test_a_file_that_is_not_json_or_not_there_is_refused_by_name(aiguilleur):
    path = aiguilleur.file("{")
    assert is_refused(aiguilleur.run("mobility", path, *AT), path)
    missing = str(aiguilleur.folder / "absent.json")
    assert is_refused(aiguilleur.run("mobility", missing, *AT), missing)


@pytest.mark.parametrize(
    "name",
    ["age", "home", "ald", "series", "distance_km_one_way", "language", "particulars"],
)
def test_every_answer_may_be_asked_and_not_known(aiguilleur, name):
    said = aiguilleur.run("mobility", aiguilleur.file({name: "unknown"}), *AT, "--format", "json")
    assert said.status == 0
    assert said.document["vehicle_class"] is None


@pytest.mark.parametrize(("hospitalised", "told"), [("unknown", True), (False, False)])
def test_the_document_too_says_that_the_cost_is_to_be_confirmed(aiguilleur, hospitalised, told):
    lying = {
        "age": 47,
        "smur_team_needed": False,
        "lying_or_semi_sitting": True,
        "motive": ["none"],
        "particulars": [],
        "hospitalised_now": hospitalised,
    }
    verdict = aiguilleur.run("mobility", aiguilleur.file(lying), "--format", "json").document
    fired = {one["rule_id"] for one in verdict["fired"]}
    assert ("PEC-A-CONFIRMER" in fired) is told
    assert "PEC-A-POSTERIORI" in fired
