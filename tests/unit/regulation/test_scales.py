"""The level of mobility and its names elsewhere: each rule gives its own, unknown gives none."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.mobility import MobilityAnswers
from regulation.rules import RuleBook, words_of
from regulation.scales import FAMILY, SIGNS, Scales, scales_of
from tests.unit.regulation.worlds import NOON, no_need, rules, rules_without, upstairs, verdict_of

IN_CHAIR: dict[str, Any] = {"uses_wheelchair": True, "autonomy": "with_professional"}
LEVELS: dict[str, tuple[dict[str, Any], str]] = {
    "ECH-M6": ({"oxygen": True}, "M5"),
    "ECH-M5": ({"home": upstairs(), **IN_CHAIR}, "M3"),
    "ECH-M4": ({"stays_in_wheelchair": True, **IN_CHAIR}, "M3"),
    "ECH-M3": (IN_CHAIR, "M2"),
    "ECH-M2": ({"walking_aid": True, "autonomy": "with_companion"}, "M1"),
    "ECH-M1": ({"walking_aid": True}, "M0"),
    "ECH-M0": ({}, ""),
}
"""By rule: answers that it speaks of, and the level they have without it."""
TOLD: dict[str, tuple[dict[str, Any], str]] = {
    "SIGNE-DESORIENTE": ({"impairments": frozenset({"cognitive"})}, "A4"),
    "SIGNE-VUE": ({"impairments": frozenset({"visual"})}, "A5"),
    "SIGNE-AUDITION": ({"impairments": frozenset({"hearing"})}, "A6"),
    "SIGNE-PAROLE": ({"impairments": frozenset({"speech"})}, "A7"),
    "SIGNE-LANGUE": ({"language": "pt"}, "A8"),
    "SIGNE-OXYGENE": ({"oxygen": True}, "B1"),
    "SIGNE-EQUIPEMENT": ({"bariatric": True}, "B2"),
    "SIGNE-GROSSESSE": ({"particulars": frozenset({"maternity"})}, "B6"),
}


def placed(answers: MobilityAnswers, book: RuleBook | None = None) -> Scales:
    return scales_of(answers, verdict_of(answers).vehicle_class, book or rules(), NOON)


@pytest.mark.parametrize(("family", "tested"), [(FAMILY, LEVELS), (SIGNS, TOLD)])
def test_no_rule_of_the_scales_is_without_a_test(family, tested):
    assert {one.rule_id for one in rules().rules if one.family == family} == set(tested)


@pytest.mark.parametrize("rule_id", LEVELS)
def test_a_level_is_given_by_its_rule_and_another_without_it(rule_id):
    changes, without = LEVELS[rule_id]
    answers = no_need(**changes)
    assert placed(answers).level == rule_id.removeprefix("ECH-")
    assert (placed(answers, rules_without(rule_id)).level or "") == without


@pytest.mark.parametrize("rule_id", TOLD)
def test_a_sign_adds_its_code_and_nobody_adds_it_without_it(rule_id):
    changes, code = TOLD[rule_id]
    answers = no_need(**changes)
    assert code in placed(answers).hl7_v2
    assert code not in placed(answers, rules_without(rule_id)).hl7_v2


@pytest.mark.parametrize(
    ("changes", "crosswalk"),
    [
        ({}, ("M0", ("A0",), (), (), "ambulatory curb-to-curb")),
        ({"walking_aid": True}, ("M1", ("A1",), ("CR", "WK"), ("C1",), "door-to-door")),
        (IN_CHAIR, ("M3", ("A2",), ("WC",), ("W1",), "wheelchair")),
        ({"oxygen": True}, ("M6", ("A2", "B1"), ("G",), ("STR",), "BLS")),
    ],
)
def test_a_level_goes_by_its_names_in_the_other_scales(changes, crosswalk):
    found = placed(no_need(**changes))
    assert (found.level, found.hl7_v2, found.hl7_v3, found.nhs, found.nemt) == crosswalk


def test_somebody_blind_needs_a_person_unless_somebody_comes_along():
    blind = {"impairments": frozenset({"visual"})}
    assert placed(no_need(**blind)).level == "M2"
    assert placed(no_need(**blind, companion_available=True)).level == "M0"


def test_somebody_who_speaks_french_or_of_whom_it_is_not_known_has_no_sign_of_it():
    assert placed(no_need(language="fr")).hl7_v2 == ("A0",)
    assert placed(no_need()).hl7_v2 == ("A0",)


def test_a_level_that_an_answer_could_still_change_is_not_given():
    unsure = placed(no_need(oxygen=None, walking_aid=True))
    assert (unsure.level, unsure.hl7_v2, unsure.nemt) == (None, (), None)


@given(
    st.sampled_from([one for one, _ in LEVELS.values()]),
    st.dictionaries(
        st.sampled_from(["oxygen", "walking_aid", "strict_hygiene", "stretcher_or_carrying"]),
        st.booleans(),
    ),
)
@settings(max_examples=60)
def test_the_class_is_one_of_those_of_the_level(changes, more):
    answers = no_need(**{**changes, **more})
    level = rules().find_rule(f"ECH-{placed(answers).level}")
    assert level is not None
    assert verdict_of(answers).vehicle_class in words_of(level, "classes")


hidden = st.sets(st.sampled_from(["oxygen", "walking_aid", "uses_wheelchair", "autonomy"]))


@given(st.sampled_from([one for one, _ in LEVELS.values()]), hidden)
@settings(max_examples=40)
def test_hiding_an_answer_leaves_the_level_or_gives_none(changes, names):
    known = no_need(**changes)
    less = no_need(**{**changes, **dict.fromkeys(names)})
    assert placed(less).level in {placed(known).level, None}
