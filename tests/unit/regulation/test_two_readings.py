"""The rules against a second reading of the texts, over every combination of the criteria."""

from collections import Counter
from itertools import chain, combinations
from typing import Any

import pytest

from regulation.mobility import AldAnswers
from tests.unit.regulation.second_reading import by_the_arrete, by_the_simulator, is_covered
from tests.unit.regulation.worlds import no_need, verdict_of

CRITERIA: dict[str, dict[str, Any]] = {
    "smur": {"smur_team_needed": True},
    "lying": {"lying_or_semi_sitting": True},
    "carrying": {"stretcher_or_carrying": True},
    "watching": {"qualified_supervision": True},
    "oxygen": {"oxygen": True},
    "asepsis": {"asepsis": True},
    "chair": {"stays_in_wheelchair": True, "uses_wheelchair": True},
    "helped": {"walking_aid": True, "autonomy": "with_professional"},
    "third party": {"impairments": frozenset({"mental"})},
    "hygiene": {"strict_hygiene": True},
    "disinfection": {"disinfection_risk": True},
    "side effects": {"side_effect_risk": True},
}
SITUATIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("none", frozenset()),
    ("ald", frozenset({"related"})),
    ("ald", frozenset({"related", "incapacity"})),
    ("work_accident", frozenset()),
    ("summons", frozenset()),
)
DIFFERENCE = "L'arrêté de 2006 conduit à {}, le simulateur officiel à {} : l'arrêté est suivi."
MOTIVES = (
    "none", "hospitalisation", "chemo_radio_dialysis", "ald", "work_accident", "prison_return",
    "summons",
)  # fmt: skip
ALD = ("related", "specific session", "incapacity")


def subsets(names):
    return map(
        frozenset, chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))
    )


def answers_of(needs, motive, ald):
    changes: dict[str, Any] = {}
    for one in sorted(needs):
        changes |= CRITERIA[one]
    return no_need(
        **changes,
        motive=frozenset({motive}),
        ald=AldAnswers(
            related="related" in ald,
            specific_session="specific session" in ald,
            incapacity="incapacity" in ald,
        ),
    )


@pytest.mark.parametrize(("motive", "ald"), SITUATIONS)
def test_rules_and_texts_agree_on_every_combination_of_criteria(motive, ald):
    compared: Counter[tuple[str, str]] = Counter()
    for needs in subsets(CRITERIA):
        verdict = verdict_of(answers_of(needs, motive, ald))
        expected, other = by_the_arrete(needs), by_the_simulator(needs)
        assert verdict.vehicle_class == verdict.at_least == expected, needs
        assert verdict.prescription.vehicle_class == expected, needs
        assert verdict.funding.covered is is_covered(needs, motive, ald), (needs, motive, ald)
        said = [text for text in verdict.to_confirm_by_doctor if "simulateur officiel" in text]
        assert said == [DIFFERENCE.format(expected, other)] * (expected != other), needs
        compared[(expected, other)] += 1
    differing = {pair: count for pair, count in compared.items() if pair[0] != pair[1]}
    assert compared.total() == 4096
    # Help to move, a third party or disinfection, alone or together: 2³ − 1 combinations.
    assert differing == {("TAP", "INDIVIDUEL"): 7}


@pytest.mark.parametrize("motive", MOTIVES)
def test_rules_and_texts_agree_on_every_motive_and_every_answer_on_the_ald(motive):
    for needs in (frozenset(), frozenset({"helped"}), frozenset({"oxygen"}), frozenset({"smur"})):
        for ald in subsets(ALD):
            if motive != "ald" and "related" in ald:
                continue  # care related to an ALD is that motive
            verdict = verdict_of(answers_of(needs, motive, ald))
            assert verdict.funding.covered is is_covered(needs, motive, ald), (needs, ald)
