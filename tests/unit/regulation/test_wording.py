"""Rules are told in French: every fact, every effect, every shape of a condition."""

import re
from dataclasses import replace
from datetime import date

import pytest

from regulation.lexicon import EFFECTS
from regulation.rules import Parameter, Rule, Status, Validity
from regulation.vocabulary import vocabulary
from regulation.wording import (
    condition_in_words,
    effect_in_words,
    equipment_in_words,
    fact_in_french,
    figure_in_words,
    measure_in_words,
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
        (
            {"need.code": ["GP", "NURSE"]},
            "besoin de soins [need.code] parmi médecine générale, soins infirmiers",
        ),
        ({"age": {"ge": 2, "lt": 3.5}}, "âge [age] ≥ 2 et < 3,5"),
        ({"age": {"lt": "minor_age"}}, "âge [age] < la majorité [minor_age]"),
        ({"age": {"lt": "pas_un_chiffre"}}, "âge [age] < le chiffre pas_un_chiffre"),
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


def test_an_effect_that_names_answers_or_a_figure_names_them_in_french():
    told = effect_in_words({"facts": ["age", "oxygen"], "rate": "coverage.full"})
    assert told == (
        "réponses renseignées : âge, oxygène pendant le trajet ; taux : plein [coverage.full]"
    )


def test_no_rule_leaves_a_code_to_be_guessed():
    named = re.compile(r"\[[^\]]*\]|champ(?: rempli :)? [a-z_.]+")
    told = (
        f"{condition_in_words(one.when)} ; {effect_in_words(one.then)}" for one in rules().rules
    )
    shown = [named.sub("", one) for one in told]
    assert [one for one in shown if re.search(r"[A-Za-z0-9]_[A-Za-z0-9]|le chiffre", one)] == []


def test_no_rule_rests_on_a_page_that_a_doctor_cannot_read():
    rows: list[Rule | Parameter] = [*rules().rules, *rules().parameters]
    inward = re.compile(r"§ ?\d|[Dd]esign|docs/|`")
    assert [one for one in rows if inward.search(one.source + one.statement)] == []


def test_equipment_is_named_and_a_code_of_nobody_stays():
    assert equipment_in_words({"OXYGEN", "RAMPE"}) == ["RAMPE", "oxygène"]


@pytest.mark.parametrize(
    ("name", "value", "unit", "words"),
    [
        ("transit_hours", (6, 23), "h", "de 6 h à 23 h"),
        ("vsl.sharing", (23, 35), "%", "23 %, 35 %"),
        ("vsl.short_trip", (7, 854, 8, 768), "km, centimes", "7 km : 8,54 €, 8 km : 7,68 €"),
        ("essai", (7, 2, 8, 1.5), "km, min", "7 km : 2 min, 8 km : 1,5 min"),
        ("remote_confirmed_needs", ("PSYCHIATRY",), "", "psychiatrie"),
        ("garde.reserved_vehicles", (), "", "aucun"),
        ("walk_speed_km_h", 4.5, "km/h", "4,5 km/h"),
    ],
)
def test_a_figure_is_measured_in_its_unit(name, value, unit, words):
    assert measure_in_words(name, value, unit) == words


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
