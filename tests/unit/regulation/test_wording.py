"""Rules are told in French: every fact, every effect, every shape of a condition."""

from dataclasses import replace
from datetime import date

import pytest

from regulation.lexicon import EFFECTS
from regulation.rules import Parameter, Rule, Status, Validity
from regulation.vocabulary import vocabulary
from regulation.wording import (
    condition_in_words,
    effect_in_words,
    fact_in_french,
    figure_in_words,
    rule_in_words,
)
from tests.unit.regulation.worlds import rules

RULE = Rule(
    rule_id="ESS-UN",
    family="essai",
    statement="Une règle d'essai.",
    when={"oxygen": True},
    then={"companion": True},
    source="Texte d'essai",
    status=Status.LAW,
    validity=Validity(since=date(2026, 1, 1)),
)
RATE = Parameter(
    name="essai.km",
    family="essai",
    value=1.5,
    unit="€",
    statement="Un chiffre d'essai.",
    source="Texte d'essai",
    status=Status.ASSUMPTION,
    validity=Validity(since=date(2026, 1, 1), until=date(2026, 12, 31)),
)


@pytest.mark.parametrize("fact", sorted(vocabulary(rules()).facts))
def test_every_fact_of_the_rules_has_a_name_in_french(fact):
    assert fact_in_french(fact) != fact


def test_every_effect_of_the_rules_has_a_name_in_french():
    families = vocabulary(rules()).families.values()
    assert {effect for one in families for effect in one.effects} == set(EFFECTS)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"oxygen": False}, "oxygène pendant le trajet [oxygen] = non"),
        ({"autonomy": "alone"}, "façon de se déplacer [autonomy] = seul"),
        ({"need.code": ["GP", "NURSE"]}, "besoin de soins [need.code] parmi GP, NURSE"),
        ({"age": {"ge": 2, "lt": 3.5}}, "âge [age] ≥ 2 et < 3,5"),
        ({"age": {"lt": "minor_age"}}, "âge [age] < le chiffre minor_age"),
        (
            {"asepsis": True, "not": {"any": [{"age": 3}, {"age": 4}]}},
            "conditions d'asepsie [asepsis] = oui et sauf si ((âge [age] = 3 ou âge [age] = 4))",
        ),
        ({"needs.STEP_FREE": True}, "besoin : accès sans marche [needs.STEP_FREE] = oui"),
        ({"pas.un.fait": "A"}, "pas.un.fait [pas.un.fait] = A"),
    ],
)
def test_a_condition_is_told_in_words(when, words):
    assert condition_in_words(when) == words


def test_an_effect_is_told_in_words():
    told = effect_in_words({"confirm": True, "covered": False, "inform": ("a", "b")})
    assert told == "à confirmer par un médecin ; pris en charge : non ; dire au conducteur : a, b"


def test_a_rule_is_told_line_by_line():
    assert list(rule_in_words(RULE)) == [
        "ESS-UN : Une règle d'essai.",
        "Si : oxygène pendant le trajet [oxygen] = oui",
        "Alors : un accompagnant fait le trajet",
        "Source : Texte d'essai",
        "Statut : texte ; en vigueur depuis le 01/01/2026",
        "Famille : essai",
    ]


def test_a_rule_without_condition_or_effect_says_neither():
    told = list(rule_in_words(replace(RULE, when={}, then={}, place="essai.toml:4")))
    assert told[1] == "Source : Texte d'essai"
    assert told[-1] == "Famille : essai ; écrit en essai.toml:4"


def test_a_figure_is_told_line_by_line():
    assert list(figure_in_words(replace(RATE, scope="31", overridable=True))) == [
        "essai.km (31) : Un chiffre d'essai.",
        "Valeur : 1,5 €",
        "Réglable par un territoire.",
        "Source : Texte d'essai",
        "Statut : hypothèse à valider ; en vigueur depuis le 01/01/2026, jusqu'au 31/12/2026",
        "Famille : essai",
    ]
    assert len(list(figure_in_words(RATE))) == 5
