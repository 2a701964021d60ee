"""The rules against a second reading of the texts, over every combination of the criteria."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import chain, combinations, cycle, product
from typing import Any

import pytest

from regulation.assessment import read_class, simulator_family
from regulation.funding import funding
from regulation.lexicon import CLASSES
from regulation.mobility import AldAnswers, Series
from regulation.readings import compare_readings, criteria_of, every_combination, first_day
from regulation.rules.conditions import facts_of
from regulation.wording import comparison_in_words
from tests.unit.regulation.second_reading import (
    by_state_a,
    by_state_b,
    by_state_c,
    by_the_arrete,
    is_covered,
    owes_franchise,
    percent_borne,
)
from tests.unit.regulation.worlds import NOON, no_need, rules, verdict_of

CRITERIA: dict[str, dict[str, Any]] = {
    "smur": {"smur_team_needed": True},
    "lying": {"lying_or_semi_sitting": True},
    "carrying": {"stretcher_or_carrying": True},
    "watching": {"qualified_supervision": True},
    "oxygen": {"oxygen": True},
    "asepsis": {"asepsis": True},
    "chair": {"stays_in_wheelchair": True, "uses_wheelchair": True},
    "aid": {"walking_aid": True},
    "third party": {"impairments": frozenset({"mental"})},
    "hygiene": {"strict_hygiene": True},
    "disinfection": {"disinfection_risk": True},
    "side effects": {"side_effect_risk": True},
}
FACTS = {
    "smur_team_needed": "smur",
    "lying_or_semi_sitting": "lying",
    "stretcher_or_carrying": "carrying",
    "qualified_supervision": "watching",
    "oxygen": "oxygen",
    "asepsis": "asepsis",
    "stays_in_wheelchair": "chair",
    "walking_aid": "aid",
    "impairments.mental": "third party",
    "strict_hygiene": "hygiene",
    "disinfection_risk": "disinfection",
    "side_effect_risk": "side effects",
}
MOVES = {"alone": "alone", "relative": "with_companion", "professional": "with_professional"}
SAID = {told: moves for moves, told in MOVES.items()}
READINGS = {"a": by_state_a, "b": by_state_b, "c": by_state_c}
ALD = ("related", "specific session", "incapacity")
OTHER_MOTIVES = (
    "none",
    "hospitalisation",
    "chemo_radio_dialysis",
    "work_accident",
    "prison_return",
    "summons",
)
NONE = "aucun mode justifié"
SAID_OF = {**CLASSES, NONE: NONE}


def difference(arrete, simulator):
    followed = f"L'arrêté de 2006, suivi ici, conduit à : {SAID_OF[arrete]}."
    return f"{followed} Le simulateur officiel : {SAID_OF[simulator]}."


def subsets(names):
    return map(
        frozenset, chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))
    )


MOTIVES = (*OTHER_MOTIVES, "ald")
SITUATIONS = tuple(product(MOTIVES, subsets(ALD)))
"""Every motive with every answer on the ALD: 56."""


def answers_of(needs, moves, escorted, motive, ald):
    changes: dict[str, Any] = {}
    for one in sorted(needs):
        changes |= CRITERIA[one]
    return no_need(
        **changes,
        autonomy=MOVES[moves],
        companion_available=escorted,
        motive=frozenset({motive}),
        ald=AldAnswers(
            related="related" in ald,
            specific_session="specific session" in ald,
            incapacity="incapacity" in ald,
        ),
    )


def person_of(facts):
    """The person of a combination, in the words of the second reading."""
    needs = frozenset(word for fact, word in FACTS.items() if facts[fact])
    return needs, SAID[facts["autonomy"]], facts["companion_available"]


@cache
def counted():
    """Differences from the arrêté counted by the second reading alone, by state and classes."""
    found: Counter[tuple[str, str, str]] = Counter()
    people = product(subsets(CRITERIA), MOVES, (False, True))
    for person in people:
        arrete = by_the_arrete(*person)
        for state, reading in READINGS.items():
            if reading(*person) != arrete:
                found[state, arrete, reading(*person)] += 1
    return found


@cache
def compared():
    """The two readings compared on the day all states are written."""
    return compare_readings(rules(), first_day(rules()))


def test_the_arrete_and_every_published_state_of_the_simulator_are_read_twice_alike():
    at, tried = first_day(rules()), 0
    for facts in every_combination():
        person = person_of(facts)
        expected = {"classe_arrete": by_the_arrete(*person)}
        expected |= {simulator_family(state): read(*person) for state, read in READINGS.items()}
        read_here = {name: read_class(name, facts, rules(), at).conclusion for name in expected}
        assert read_here == expected, person
        tried += 1
    assert tried == 24_576


def test_verdicts_and_texts_agree_on_every_combination_of_criteria():
    moving = cycle(product(MOVES, (False, True)))
    tried = 0
    for needs, situation in zip(subsets(CRITERIA), cycle(SITUATIONS), strict=False):
        person = (needs, *next(moving))
        verdict = verdict_of(answers_of(*person, *situation))
        expected, other = by_the_arrete(*person), by_state_b(*person)
        assert verdict.vehicle_class == verdict.at_least == expected, person
        assert verdict.prescription.vehicle_class == expected, person
        assert verdict.funding.covered is is_covered(*person, *situation), (person, situation)
        said = [text for text in verdict.to_confirm_by_doctor if "simulateur officiel" in text]
        assert said == [difference(expected, other)] * (expected != other), person
        tried += 1
    assert tried == 4096


@cache
def classes_read() -> list[tuple[Any, Any]]:
    """Every set of criteria, however one moves, escorted or not, with the class read here."""
    people = product(subsets(CRITERIA), MOVES, (False, True))
    facts = (answers_of(*person, "none", frozenset()).facts() for person in people)
    found = [read_class("classe_arrete", told, rules(), NOON).settled for told in facts]
    return list(zip(product(subsets(CRITERIA), MOVES, (False, True)), found, strict=True))


@cache
def bill(vehicle_class, motive, ald):
    """Cover, least and best share, franchise, what is waited for: of anybody of the class."""
    facts = answers_of((), "alone", False, motive, ald).facts()
    paid = funding(facts, frozenset(), vehicle_class, rules(), NOON)
    return paid.covered, paid.percent, paid.percent_at_most, paid.franchise_cents, paid.waiting


def test_criteria_reach_who_pays_by_the_class_alone():
    read = {
        fact for one in rules().family("prise_en_charge", NOON) for fact in facts_of(one.rule.when)
    }
    assert "vehicle_class" in read
    assert not read & (set(FACTS) | {"uses_wheelchair", "autonomy", "companion_available"})


@pytest.mark.parametrize("motive", MOTIVES)
def test_who_pays_how_much_agrees_on_every_criterion_motive_and_answer_on_the_ald(motive):
    tried = 0
    for ((needs, moves, escorted), found), ald in product(classes_read(), subsets(ALD)):
        person = (needs, moves, escorted)
        percent = percent_borne(*person, motive, ald)
        owed = None if percent is None else 400 * owes_franchise(*person, motive)
        expected: Any = (percent is not None, percent, percent, owed, frozenset())
        assert bill(found, motive, ald) == expected, (person, motive, ald)
        tried += 1
    assert tried == 24_576 * 8
    assert tried * len(MOTIVES) == 1_376_256


JOURNEYS: dict[str, dict[str, Any]] = {
    "near": {"distance_km_one_way": 150.0},
    "far": {"distance_km_one_way": 150.1},
    "series": {"series": Series(count=4, months=2, km_one_way=51)},
    "three times": {"series": Series(count=3, months=2, km_one_way=51)},
    "near, often": {"series": Series(count=8, months=2, km_one_way=50)},
    "camsp": {"particulars": frozenset({"camsp_cmpp"})},
    "remote maternity": {"particulars": frozenset({"remote_maternity"})},
}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_how_far_and_how_often_opens_a_cover_as_the_second_reading_says(journey):
    people = ((), ("aid",), ("oxygen",), ("smur",))
    for needs, (motive, ald) in product(map(frozenset, people), SITUATIONS):
        person = (needs, "professional", False)
        answers = replace(answers_of(*person, motive, ald), **JOURNEYS[journey])
        expected = is_covered(*person, motive, ald, journey=journey)
        assert verdict_of(answers).funding.covered is expected, (person, motive, ald)


def test_the_differences_shown_are_those_the_second_reading_counts():
    shown: Counter[tuple[str, str, str]] = Counter()
    for one in compared().differences:
        shown[one.state, one.arrete, one.simulator] += one.count
    assert compared().combinations == 24_576
    assert shown == counted()
    assert {state: sum(one.count for one in compared().of(state)) for state in READINGS} == {
        "a": 15,
        "b": 36,
        "c": 10,
    }


def test_a_difference_is_told_with_its_simplest_case_and_the_rules_behind_it():
    told = list(comparison_in_words(compared()))
    case = "déficience intellectuelle, se déplace seul, personne ne peut l'accompagner"
    place = told.index(f"  le plus simple : {case}")
    assert told[place - 1] == "· 4 : arrêté TAP, simulateur INDIVIDUEL"
    assert told[place + 1] == "  l'arrêté applique CLASSE-TAP-TIERS ; rien dans l'état (b)"


def test_only_the_states_written_by_then_are_compared():
    early = compare_readings(rules(), datetime.fromisoformat("2026-07-22T12:00+02:00"))
    assert {one.state for one in early.differences} == {"a", "b"}


def test_a_combination_is_told_by_what_it_has():
    first = next(iter(every_combination()))
    assert criteria_of(first) == {"autonomy": "alone", "companion_available": False}


HELPED = no_need(walking_aid=True, autonomy="with_professional")
UNHELPED = no_need(autonomy="with_professional")


@pytest.mark.parametrize(
    ("day", "answers", "said"),
    [
        ("2026-07-21", HELPED, []),
        ("2026-07-22", HELPED, [difference("TAP", "INDIVIDUEL")]),
        ("2026-07-21", UNHELPED, [difference("INDIVIDUEL", NONE)]),
        ("2026-07-22", UNHELPED, []),
    ],
)
def test_the_verdict_is_compared_with_the_state_published_that_day(day, answers, said):
    verdict = verdict_of(answers, at=datetime.fromisoformat(f"{day}T12:00+02:00"))
    assert [text for text in verdict.to_confirm_by_doctor if "simulateur" in text] == said


def test_somebody_whose_autonomy_is_not_known_is_not_said_to_differ():
    verdict = verdict_of(no_need(autonomy=None), at=NOON.replace(month=1))
    assert not [text for text in verdict.to_confirm_by_doctor if "simulateur" in text]


@pytest.mark.parametrize(
    ("state", "asked"), [("a", {"TAP"}), ("b", {"TAP", "TAP_TPMR"}), ("c", {"TAP", "TAP_TPMR"})]
)
def test_each_state_asks_about_sharing_for_its_own_classes(state, asked):
    family = [one for one in rules().rules if one.family == simulator_family(state)]
    assert {one.then["class"] for one in family if one.then.get("asks_sharing")} == asked
