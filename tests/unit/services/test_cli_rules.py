"""`aiguilleur rules`: what is checked, what is explained, what is at fault."""

import pytest

from tests.unit.services.command_line import aiguilleur, is_refused

__all__ = ["aiguilleur"]
FILE = """
family = "classe_arrete"
title = "Essai"
[[rule]]
id = "ESS-UN"
statement = "Une règle écrite pour un essai."
when = { oxygen = true }
then = { class = "AMBULANCE", crew = 2 }
source = "Texte d'essai"
status = "law"
since = 2020-01-01
until = 2027-01-01
[[parameter]]
name = "essai.km"
value = 110
unit = "centimes"
statement = "Prix d'un kilomètre d'essai."
source = "Texte d'essai"
status = "convention"
since = 2025-11-01
"""


def folder_with(aiguilleur, text):
    folder = aiguilleur.folder / "rules"
    folder.mkdir()
    (folder / "essai.toml").write_text(text, encoding="utf-8")
    return str(folder)


def test_the_rules_in_force_have_no_fault(aiguilleur):
    said = aiguilleur.run("rules", "check", "--format", "json")
    assert (said.status, said.document["faults"]) == (0, [])
    assert said.document["rows"] > 100
    assert "aucun défaut" in aiguilleur.run("rules", "check").out


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("oxygen", "oxigen", "essai.toml:4: règle ESS-UN : fait inconnu : oxigen"),
        ("class =", "colour =", "essai.toml:4: règle ESS-UN : effet inconnu : colour"),
        ("2020-01-01", "hier", "essai.toml:11: ce n'est pas du TOML : « since = hier »"),
        pytest.param("2020-01-01", "9" * 5_000, "essai.toml: contient un nombre", id="vast"),
        pytest.param("2020-01-01", "[" * 100_000, "essai.toml: emboîte trop de", id="deep"),
        ("source", "origin", "essai.toml:4: règle ESS-UN : source : absent"),
    ],
)
def test_rules_at_fault_are_named_and_end_in_status_3(aiguilleur, before, after, fault):
    folder = folder_with(aiguilleur, FILE.replace(before, after, 1))
    said = aiguilleur.run("rules", "check", "--folder", folder)
    assert said.status == 3
    assert fault in said.out
    assert aiguilleur.run("rules", "check", "--folder", folder, "--format", "json").document[
        "faults"
    ]


def test_a_rule_is_explained_with_its_source_and_its_days(aiguilleur):
    folder = folder_with(aiguilleur, FILE)
    told = aiguilleur.run("rules", "explain", "ESS-UN", "--folder", folder, "--format", "json")
    assert told.document == {
        "id": "ESS-UN",
        "family": "classe_arrete",
        "statement": "Une règle écrite pour un essai.",
        "source": "Texte d'essai",
        "status": "law",
        "valid_from": "2020-01-01",
        "valid_to": "2027-01-01",
        "when": {"oxygen": True},
        "then": {"class": "AMBULANCE", "crew": 2},
    }


def test_a_figure_is_explained_by_its_name(aiguilleur):
    folder = folder_with(aiguilleur, FILE)
    told = aiguilleur.run("rules", "explain", "essai.km", "--folder", folder, "--format", "json")
    assert (told.document["value"], told.document["unit"]) == (110, "centimes")
    assert told.document["valid_to"] is None


def test_a_rule_in_force_is_explained_in_plain_words(aiguilleur):
    said = aiguilleur.run("rules", "explain", "CLASSE-AMB-OXYGENE")
    assert said.status == 0
    assert "CLASSE-AMB-OXYGENE : De l'oxygène doit être administré pendant le trajet." in said.out
    assert "Si : oxygène pendant le trajet [oxygen] = oui" in said.out
    assert "Alors : classe : ambulance ; équipage : 2" in said.out
    assert "Statut : texte ; en vigueur depuis le 23/12/2006" in said.out


def test_a_figure_in_force_is_explained_in_plain_words(aiguilleur):
    said = aiguilleur.run("rules", "explain", "pdsa.bridge_days")
    assert "pdsa.bridge_days : La permanence des soins couvre les ponts." in said.out
    assert "Valeur : non" in said.out
    assert "Réglable par un territoire." in said.out


def test_an_id_nobody_knows_is_bad_input(aiguilleur):
    assert is_refused(aiguilleur.run("rules", "explain", "PAS-UNE-REGLE"), "ID")
    assert "proches : PEC-ALD" in aiguilleur.run("rules", "explain", "PEC-ALDS").err


def test_rules_that_cannot_be_read_explain_nothing(aiguilleur):
    folder = folder_with(aiguilleur, "family =")
    said = aiguilleur.run("rules", "explain", "ESS-UN", "--folder", folder)
    assert (said.status, said.out) == (3, "")
    assert "essai.toml:1: ce n'est pas du TOML" in said.err


def test_every_row_of_a_figure_is_explained(aiguilleur):
    told = aiguilleur.run("rules", "explain", "taxi.km", "--format", "json").document["rows"]
    assert {row["scope"]: row["value"] for row in told}["31"] == 110
    assert len(told) > 5


OWN = """
territory = "essai"
[[parameter]]
name = "pdsa.bridge_days"
value = true
statement = "La permanence des soins couvre les ponts."
source = "Cahier des charges régional, essai"
status = "convention"
since = 2026-01-01
"""
BRIDGE = ("rules", "regime", "--at", "2026-05-15T10:00:00+02:00")


def test_the_regime_of_an_instant_is_said_with_its_rule(aiguilleur):
    night = aiguilleur.run("rules", "regime", "--at", "2026-11-23T23:00:00+01:00")
    assert "Régime : PDSA_NUIT (soirée), le 23/11/2026 à 23:00" in night.out
    assert "[REG-SOIREE ; CSP R6315-1" in night.out
    day = aiguilleur.run(*BRIDGE, "--format", "json").document
    assert (day["regime"], day["rule_id"]) == ("JOURNEE", "REG-JOURNEE")


def test_a_territory_counts_its_bridge_days(aiguilleur):
    own = aiguilleur.folder / "regles.toml"
    own.write_text(OWN, encoding="utf-8")
    assert "Régime : PDSA_PONT" in aiguilleur.run(*BRIDGE, "--overrides", str(own)).out
    assert aiguilleur.run("rules", "check", "--overrides", str(own)).status == 0


def test_good_friday_is_a_holiday_in_alsace_alone(aiguilleur):
    friday = ("rules", "regime", "--at", "2026-04-03T10:00:00+02:00")
    assert "JOURNEE" in aiguilleur.run(*friday).out
    assert "PDSA_JOUR_FERIE" in aiguilleur.run(*friday, "--department", "67").out


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--department", "99"), "--department"),
        (("--at", "2010-01-01T10:00:00+01:00"), "--at"),
        (("--at", "demain"), "--at"),
        (("--overrides", "nulle-part.toml"), "rules"),
    ],
)
def test_a_regime_nobody_can_tell_is_refused_by_name(aiguilleur, arguments, field):
    assert is_refused(aiguilleur.run("rules", "regime", *arguments), field)


def test_the_readings_of_the_class_rules_are_compared(aiguilleur):
    told = aiguilleur.run("rules", "readings")
    assert (told.status, told.err) == (0, "")
    assert "État (b) : 36 différences avec l'arrêté." in told.out
    day = ("--at", "2026-07-22T12:00:00+02:00")
    shown = aiguilleur.run("rules", "readings", *day, "--format", "json").document
    assert shown["combinations"] == 24576
    assert {one["state"] for one in shown["differences"]} == {"a", "b"}


def test_readings_of_rules_that_cannot_be_read_are_refused(aiguilleur):
    folder = folder_with(aiguilleur, "family =")
    assert is_refused(aiguilleur.run("rules", "readings", "--folder", folder), "rules")
