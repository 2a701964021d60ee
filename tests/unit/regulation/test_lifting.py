"""Red flags are lifted by a regulating doctor alone, for a reason, on the facts of that moment."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.cases import CareLevel, CaseState, Priority
from regulation.decisions import Actor, DecisionRefused, NotAllowed, Role
from regulation.red_flags import Lifting, lift_flags, lifted_in_force, raised_flags, standing_flags
from regulation.usecases import propose_orientations
from tests.unit.regulation.planning import a_desk
from tests.unit.regulation.worlds import (
    NOON,
    a_case,
    a_snapshot,
    an_effecteur,
    free,
    no_need,
    rules,
)

DOCTOR = Actor(actor_id="RPPS:81000000001", role=Role.REGULATING_DOCTOR)
CHEST_PAIN, FEVER = "M03.06", "M03.14"
WHY = "douleur ancienne, examinée hier"


def red(**need):
    return a_case(**{"motif": CHEST_PAIN, **need})


def lifted(case, *rule_ids, actor=DOCTOR, motive=WHY, at=NOON):
    return lift_flags(case, Lifting(actor=actor, motive=motive, rule_ids=rule_ids), rules(), at)


def standing(case):
    return [one.rule.rule_id for one in standing_flags(case, rules(), NOON)]


def test_a_lifted_flag_no_longer_stands_and_the_case_says_who_lifted_it_when_and_why():
    case = red()
    assert standing(case) == ["ROUGE-MOTIF-MEDICAL"]
    after = lifted(case)
    assert standing(after) == []
    (kept,) = after.lifted
    assert (kept.rule_id, kept.actor, kept.at, kept.motive) == (
        "ROUGE-MOTIF-MEDICAL",
        "RPPS:81000000001",
        NOON,
        WHY,
    )
    assert after.journal[-1].reason == f"drapeau rouge levé (ROUGE-MOTIF-MEDICAL) : {WHY}"
    assert (after.state, after.version) == (CaseState.OPEN, case.version + 1)


@pytest.mark.parametrize("role", [Role.OSNP, Role.ARM])
def test_nobody_but_a_regulating_doctor_lifts_a_flag(role):
    with pytest.raises(NotAllowed, match="seul un médecin régulateur") as refused:
        lifted(red(), actor=Actor(actor_id="LOCAL:osnp", role=role))
    assert refused.value.field == "actor.role"


@pytest.mark.parametrize("motive", ["", "   "])
def test_a_flag_is_not_lifted_without_a_motive(motive):
    with pytest.raises(DecisionRefused) as refused:
        lifted(red(), motive=motive)
    assert refused.value.field == "motive"


@pytest.mark.parametrize(
    ("case", "rule_ids", "said"),
    [
        (red(), ("ROUGE-R1",), "absents de ce dossier : ROUGE-R1"),
        (red(), ("ROUGE-MOTIF-MEDICAL", "PAS-UNE-REGLE"), "absents de ce dossier : PAS-UNE-REGLE"),
        (a_case(), (), "aucun drapeau rouge"),
    ],
)
def test_a_flag_that_is_not_raised_cannot_be_lifted(case, rule_ids, said):
    with pytest.raises(DecisionRefused, match=said) as refused:
        lifted(case, *rule_ids)
    assert refused.value.field == "rule_ids"


def test_a_flag_already_lifted_is_not_lifted_again():
    with pytest.raises(DecisionRefused, match="aucun drapeau rouge"):
        lifted(lifted(red()))


def test_the_others_stand_when_one_is_named():
    case = red(priority=Priority.P1)
    after = lifted(case, "ROUGE-PRIORITE")
    assert standing(after) == ["ROUGE-MOTIF-MEDICAL"]
    assert standing(lifted(case)) == []


@pytest.mark.parametrize(
    "told_again",
    [
        {"motif": "M03.08"},
        {"motif": CHEST_PAIN, "care_level": CareLevel.R1},
        {"motif": CHEST_PAIN, "priority": Priority.P0},
    ],
)
def test_what_is_told_otherwise_raises_a_flag_anew(told_again):
    after = lifted(red())
    worse = replace(after, need=replace(after.need, **told_again))
    assert standing(worse)


def test_a_patient_who_gets_worse_is_red_again():
    after = lifted(red())
    assert standing(replace(after, mobility=no_need(smur_team_needed=True))) == ["ROUGE-SMUR"]


def test_a_lifted_flag_that_is_no_longer_raised_is_not_spoken_of():
    after = lifted(red())
    assert [one.rule_id for one in lifted_in_force(after, rules(), NOON)] == ["ROUGE-MOTIF-MEDICAL"]
    milder = replace(after, need=replace(after.need, motif=FEVER))
    assert not list(lifted_in_force(milder, rules(), NOON))
    assert standing(milder) == []


def test_once_lifted_the_case_is_oriented_and_says_that_a_doctor_lifted_the_flag():
    offered = a_snapshot(free(an_effecteur(), 60))
    before = propose_orientations(red(), offered, a_desk(), NOON)
    assert [one.kind for one in before.proposals] == ["AMU"]
    after = propose_orientations(lifted(red()), offered, a_desk(), NOON)
    assert "AMU" not in {one.kind for one in after.proposals}
    said = "Drapeau rouge levé par un médecin régulateur [ROUGE-MOTIF-MEDICAL]."
    assert all(said in one.warnings for one in after.proposals)
    assert all(WHY not in text for one in after.proposals for text in one.warnings)


@given(
    st.sampled_from([CHEST_PAIN, "M01.02", "M02.04", FEVER]),
    st.sampled_from(Priority),
    st.sampled_from(CareLevel),
    st.booleans(),
)
def test_lifting_everything_leaves_nothing_and_hides_nothing_that_was_raised(
    motif, priority, level, deadline
):
    case = a_case(
        motif=motif,
        priority=priority,
        care_level=level,
        deadline=timedelta(hours=2) if deadline else None,
    )
    raised = [one.rule.rule_id for one in raised_flags(case, rules(), NOON)]
    assert standing(case) == raised
    if raised:
        after = lifted(case)
        assert standing(after) == []
        assert [one.rule_id for one in after.lifted] == raised
        assert [one.rule.rule_id for one in raised_flags(after, rules(), NOON)] == raised
