"""The regulator's choice: a motive when it differs, a doctor where one must confirm."""

from dataclasses import replace

import pytest

from regulation.cases import CaseState, ForbiddenTransition
from regulation.decisions import Actor, Decision, DecisionRefused, NotAllowed, Role, decide
from regulation.proposals import Orientation, OrientationProposal, ProposalKind
from tests.unit.regulation.worlds import NOON, a_case, no_need, verdict_of

PROPOSED = a_case().to(CaseState.PROPOSED, at=NOON, actor="moteur")
CLEAR, DOUBTFUL = verdict_of(no_need()), verdict_of(no_need(walking_aid=True))
HELPERS = [Role.OSNP, Role.ARM]


def proposal(rank, kind=ProposalKind.CONSULTATION):
    return OrientationProposal(rank=rank, kind=kind, objective={}, explanation=())


def answer(*proposals):
    return Orientation(
        case_id="appel",
        snapshot_id="photo",
        rules_version="essai",
        solver=None,
        proposals=proposals,
        excluded=(),
    )


def choice(rank=1, role=Role.REGULATING_DOCTOR, motive=""):
    return Decision(
        case_id="appel",
        orientation_id="o-1",
        rank=rank,
        at=NOON,
        actor=Actor(actor_id="quelqu'un", role=role),
        motive=motive,
        idempotency_key="clef",
    )


TWO = answer(proposal(1), proposal(2, ProposalKind.ED))
AMU = answer(proposal(1, ProposalKind.AMU))


@pytest.mark.parametrize("role", list(Role))
def test_anybody_at_the_desk_may_take_the_first_proposal_when_nothing_is_to_confirm(role):
    case, chosen = decide(PROPOSED, TWO, CLEAR, choice(role=role))
    assert (case.state, chosen.rank) == (CaseState.DECIDED, 1)
    assert case.journal[-1].actor == "quelqu'un"


@pytest.mark.parametrize("motive", ["", "   "])
def test_another_proposal_than_the_first_needs_a_motive(motive):
    with pytest.raises(DecisionRefused, match="motive: requis") as refusal:
        decide(PROPOSED, TWO, CLEAR, choice(rank=2, motive=motive))
    assert refusal.value.field == "motive"


def test_the_motive_of_another_choice_is_kept():
    case, chosen = decide(PROPOSED, TWO, CLEAR, choice(rank=2, motive="plus proche de sa fille"))
    assert chosen.kind is ProposalKind.ED
    assert case.journal[-1].reason == "plus proche de sa fille"


@pytest.mark.parametrize("rank", [0, 3])
def test_a_rank_nobody_proposed_is_refused(rank):
    with pytest.raises(DecisionRefused, match=f"pas de proposition de rang {rank}"):
        decide(PROPOSED, TWO, CLEAR, choice(rank=rank, motive="x"))


@pytest.mark.parametrize("role", HELPERS)
def test_nobody_but_a_doctor_decides_while_a_point_is_to_confirm(role):
    with pytest.raises(NotAllowed, match=r"doit d'abord confirmer : .*CONF-AIDE-SEUL") as refusal:
        decide(PROPOSED, TWO, DOUBTFUL, choice(role=role))
    assert refusal.value.field == "actor.role"


def test_a_regulating_doctor_decides_and_so_confirms():
    case, _ = decide(PROPOSED, TWO, DOUBTFUL, choice())
    assert case.state is CaseState.DECIDED


@pytest.mark.parametrize("role", list(Role))
def test_anybody_hands_over_to_the_amu_whatever_is_to_confirm(role):
    case, _ = decide(PROPOSED, AMU, DOUBTFUL, choice(role=role))
    assert case.state is CaseState.HANDED_TO_AMU


def test_nobody_decides_a_case_that_has_ended():
    closed = replace(PROPOSED, state=CaseState.CLOSED)
    with pytest.raises(ForbiddenTransition):
        decide(closed, TWO, CLEAR, choice())


def test_a_second_decision_on_one_answer_has_its_own_id():
    assert choice().decision_id == "o-1"
    assert replace(choice(), attempt=2).decision_id == "o-1.2"
