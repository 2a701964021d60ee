"""What rules may speak of: the facts each part gives them, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from regulation.mobility import yes_or_no_facts
from regulation.rules.review import review, wrong_values
from regulation.vocabulary import vocabulary
from tests.unit.regulation.worlds import no_need, rules

FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "CLASSE-AMB-OXYGENE": (
        {"when": {"autonomy": "seul"}},
        "CLASSE-AMB-OXYGENE : fait autonomy : la valeur 'seul' n'existe pas",
    ),
    "CLASSE-TAP-HYGIENE": (
        {"then": {"class": "VSL", "crew": 1}},
        "CLASSE-TAP-HYGIENE : effet class : la valeur 'VSL' n'existe pas",
    ),
    "EQ-OXYGENE": (
        {"then": {"equipment": ("OXYGENE",)}},
        "EQ-OXYGENE : effet equipment : la valeur 'OXYGENE' n'existe pas",
    ),
    "LOC-BRANCARD": (
        {"then": {"needs": ("LIFT",)}},
        "LOC-BRANCARD : effet needs : la valeur 'LIFT' n'existe pas",
    ),
    "Q-AGE": (
        {"then": {"facts": ("aged",)}},
        "Q-AGE : effet facts : la valeur 'aged' n'existe pas",
    ),
    "PEC-ALD": (
        {"then": {"covered": True, "rate": "coverage.none"}},
        "PEC-ALD : effet rate : la valeur 'coverage.none' n'existe pas",
    ),
    "ROUGE-R1": (
        {"when": {"care_level": "R0"}},
        "ROUGE-R1 : fait care_level : la valeur 'R0' n'existe pas",
    ),
    "PROTO-IPA": (
        {"when": {"protocol.magic": True}},
        "PROTO-IPA : fait inconnu : protocol.magic",
    ),
}


def test_the_rules_in_force_speak_of_nothing_else():
    assert list(review(rules(), vocabulary(rules()))) == []


@pytest.mark.parametrize("rule_id", FAULTS)
def test_a_word_that_means_nothing_is_named(rule_id):
    changes, fault = FAULTS[rule_id]
    changed = [replace(one, **changes) if one.rule_id == rule_id else one for one in rules().rules]
    book = replace(rules(), rules=tuple(changed))
    found = list(review(book, vocabulary(book)))
    assert any(one.endswith(f": règle {fault}") for one in found), found


def test_every_answer_that_is_a_yes_or_a_no_is_known_as_one():
    told = {name for name, value in no_need().facts().items() if isinstance(value, bool)}
    assert told == yes_or_no_facts()


NUMBERS = sorted({one.name for one in rules().parameters if type(one.value) in {int, float}})


def refused(name: str, value: Any) -> list[str]:
    """Faults of the rules in force once this figure is changed."""
    changed = [replace(one, value=value) if one.name == name else one for one in rules().parameters]
    words = vocabulary(rules())
    return list(wrong_values(changed, words))


@pytest.mark.parametrize("name", NUMBERS)
def test_no_number_may_be_below_zero_nor_without_end(name):
    assert refused(name, -1)
    assert refused(name, float("nan"))
    assert refused(name, float("inf"))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("minor_age", 0, "un nombre entier, au moins 1"),
        ("franchise.adult_age", 0, "un nombre entier, au moins 1"),
        ("coverage.full", 155, "un nombre entier, de 0 à 100"),
        ("coverage.standard", 55.5, "un nombre entier, de 0 à 100"),
        ("garde.delay_minutes", -30, "un nombre, au moins 0"),
        ("social.radius_km", -5, "un nombre, au moins 0"),
        ("transit_hours", (-1, 23), "des nombres, au moins 0"),
        ("search_horizons_hours", (-8, 2.5), "des nombres de plus en plus grands, plus que 0"),
        ("search_horizons_hours", (0, 8), "des nombres de plus en plus grands, plus que 0"),
        ("search_horizons_hours", (24, 8), "des nombres de plus en plus grands, plus que 0"),
        ("search_horizons_hours", (), "des nombres de plus en plus grands, plus que 0"),
    ],
)
def test_a_dangerous_figure_is_refused_saying_what_it_must_be(name, value, expected):
    found = refused(name, value)
    assert found
    assert all(one.endswith(f"attendu : {expected}") for one in found)


LISTS = {
    "sparing.unsure_terms": ("remote_unconfirmed", "remote_uncomfirmed"),
    "scarce_visit_classes": ("TAP", "TAPE"),
    "ed_avoided_levels": ("R4", "R9"),
    "remote_confirmed_needs": ("GP", "G P"),
    "parts.STEP_FREE": ("entrance", "entrence"),
    "garde.ambulance_categories": ("C", "E"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_misspelt_word_of_a_list_is_refused_by_its_name(name):
    right, wrong = LISTS[name]
    assert not refused(name, (right,))
    (fault,) = refused(name, (right, wrong))
    assert fault.endswith(f"chiffre {name} : la valeur '{wrong}' n'existe pas")


@pytest.mark.parametrize("value", [(8,), (2.5, 8, 24)])
def test_horizons_that_rise_are_sound(value):
    assert not refused("search_horizons_hours", value)
