"""Red flags: exactly the listed codes, every source of one, and none by chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.mobility import UNKNOWN, MobilityAnswers
from regulation.red_flags import find_red_flags
from tests.unit.regulation.worlds import NOON, no_need, rules

LAST_CODES = {"M01": 3, "M02": 10, "M03": 22, "M04": 4, "M05": 2, "M06": 4, "M07": 0}
"""Last two digits of each chapter of the Hub's nomenclature of motives."""
NOMENCLATURE = [
    f"{chapter}.{code:02d}" for chapter, last in LAST_CODES.items() for code in range(last + 1)
]
LISTED = {
    *(code for code in NOMENCLATURE if code.startswith("M01")),
    "M02.02", "M02.04", "M02.08", "M02.09", "M02.10",
    "M03.01", "M03.04", "M03.06", "M03.08", "M03.10", "M03.19",
}  # fmt: skip


def raised(priority="P2", care_level="R3", motif=None, answers=None, *, deadline_set=False):
    found = find_red_flags(
        priority=priority,
        care_level=care_level,
        deadline_set=deadline_set,
        motif=motif,
        answers=answers or no_need(),
        rulebook=rules(),
        at=NOON,
    )
    return {one.rule_id for one in found}


@pytest.mark.parametrize("code", NOMENCLATURE)
def test_a_motive_is_a_red_flag_when_it_is_listed_and_only_then(code):
    assert bool(raised(motif=code)) is (code in LISTED)


def test_a_chapter_alone_is_a_flag_when_all_of_it_is():
    assert raised(motif="M01") == {"ROUGE-MOTIF-VITAL"}
    assert not raised(motif="M02")


def test_a_code_deeper_than_the_list_is_a_flag_with_the_one_above_it():
    assert raised(motif="M03.06.02") == {"ROUGE-MOTIF-MEDICAL"}
    assert not raised(motif="M03.14.02")


@pytest.mark.parametrize(
    ("priority", "flag"), [("P0", True), ("P1", True), ("P2", False), ("P3", False), ("NR", False)]
)
def test_a_vital_or_urgent_priority_is_a_flag(priority, flag):
    assert bool(raised(priority=priority)) is flag


@pytest.mark.parametrize(
    ("level", "deadline_set", "flags"),
    [
        ("R1", False, {"ROUGE-R1"}),
        ("R1", True, {"ROUGE-R1"}),
        ("R2", False, {"ROUGE-R2"}),
        ("R2", True, set()),
        ("R3", False, set()),
        ("R4", False, set()),
    ],
)
def test_a_level_of_care_is_a_flag_unless_a_doctor_set_a_deadline_for_r2(
    level, deadline_set, flags
):
    assert raised(care_level=level, deadline_set=deadline_set) == flags


@pytest.mark.parametrize(("answer", "flag"), [(True, True), (False, False), (UNKNOWN, False)])
def test_a_smur_team_is_a_flag_once_it_is_known_to_be_needed(answer, flag):
    assert bool(raised(answers=no_need(smur_team_needed=answer))) is flag


def test_every_flag_is_told_not_only_the_first():
    all_at_once = raised("P0", "R1", "M01.01", no_need(smur_team_needed=True))
    assert all_at_once == {"ROUGE-PRIORITE", "ROUGE-R1", "ROUGE-MOTIF-VITAL", "ROUGE-SMUR"}


@given(
    st.sampled_from(sorted(LISTED)),
    st.sampled_from(["P2", "P3", "NR"]),
    st.sampled_from(["R2", "R3", "R4"]),
    st.booleans(),
)
def test_nothing_else_takes_a_flag_away(code, priority, level, deadline_set):
    assert raised(priority, level, code, MobilityAnswers(), deadline_set=deadline_set)
