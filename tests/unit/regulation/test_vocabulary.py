"""What rules may speak of: the facts each part gives them, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from regulation.figures import SHAPES
from regulation.mobility import yes_or_no_facts
from regulation.rules.conditions import figures_of
from regulation.rules.review import review
from regulation.rules.sentences import figures_named
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


def test_every_number_that_no_rule_compares_says_what_it_must_be():
    book = rules()
    named = {name for one in book.rules for name in figures_of(one.when)}
    numbers = {one.name for one in book.parameters if type(one.value) in {int, float}}
    told = {name for one in book.rules for name in figures_named(one.statement)}
    assert numbers - named - told <= set(SHAPES)
