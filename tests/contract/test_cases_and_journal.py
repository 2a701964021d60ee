"""Cases, answers, decisions and traces: what is kept comes back, and only once it is kept."""

from dataclasses import replace

import pytest

from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.cases import CaseState, LiftedFlag
from regulation.ports import CaseExists, StaleVersion
from services.store import Store
from tests.contract.samples import (
    CASE,
    DECISION,
    MINUTE,
    MMG_ID,
    NOON,
    ORIENTATION,
    PROPOSAL,
)

PROPOSED = CASE.to(CaseState.PROPOSED, at=NOON + MINUTE, actor="dr-1", reason="proposé")


class Breakdown(Exception):  # noqa: N818  a thing that happens
    """Anything that goes wrong within a unit."""


def keep_answered_case(store: Store, case_id: str = "case-1") -> str:
    with store.unit() as unit:
        unit.cases.add(replace(CASE, case_id=case_id))
        recorded = unit.journal.record_orientation(
            replace(ORIENTATION, case_id=case_id), at=NOON, vehicle_versions={"AMB-1": 3}
        )
    return recorded.orientation_id


def keep_then_break_down(store: Store) -> None:
    with store.unit() as unit:
        unit.cases.add(CASE)
        raise Breakdown


def test_a_case_comes_back_as_it_was_told(store: Store):
    with store.unit() as unit:
        unit.cases.add(CASE)
    with store.unit() as unit:
        assert unit.cases.find("case-1") == CASE
        assert unit.cases.find("case-2") is None


def test_a_case_keeps_the_red_flags_that_were_lifted(store: Store):
    flag = LiftedFlag(
        rule_id="ROUGE-R1", basis="care_level=R1", at=NOON, actor="dr-1", motive="examiné hier"
    )
    longer = CASE.to(CASE.state, at=NOON, actor="dr-1", reason="levé")
    with store.unit() as unit:
        unit.cases.add(CASE)
        unit.cases.save(replace(longer, lifted=(flag,)), CASE.version)
    with store.unit() as unit:
        kept = unit.cases.find("case-1")
    assert kept is not None
    assert (kept.lifted, kept.version) == ((flag,), CASE.version + 1)


def test_a_unit_that_ends_badly_keeps_nothing(store: Store):
    with pytest.raises(Breakdown):
        keep_then_break_down(store)
    with store.unit() as unit:
        assert unit.cases.find("case-1") is None


def test_an_id_is_given_to_one_case_only(store: Store):
    with store.unit() as unit:
        unit.cases.add(CASE)
    with pytest.raises(CaseExists), store.unit() as unit:
        unit.cases.add(CASE)


def test_a_case_comes_back_with_its_journal(store: Store):
    decided = PROPOSED.to(CaseState.DECIDED, at=NOON + 2 * MINUTE, actor="dr-2")
    with store.unit() as unit:
        unit.cases.add(CASE)
        unit.cases.save(PROPOSED, 0)
    with store.unit() as unit:
        unit.cases.save(decided, 1)
    with store.unit() as unit:
        assert unit.cases.find("case-1") == decided


def test_a_case_that_moved_on_is_not_overwritten(store: Store):
    with store.unit() as unit:
        unit.cases.add(CASE)
        unit.cases.save(PROPOSED, 0)
    cancelled = CASE.to(CaseState.CANCELLED, at=NOON, actor="dr-2")
    with pytest.raises(StaleVersion), store.unit() as unit:
        unit.cases.save(cancelled, 0)
    with store.unit() as unit:
        assert unit.cases.find("case-1") == PROPOSED


def test_an_answer_comes_back_whole(store: Store):
    orientation_id = keep_answered_case(store)
    with store.unit() as unit:
        found = unit.journal.find_orientation("case-1")
        assert found == unit.journal.get_orientation(orientation_id)
    assert found is not None
    assert found.orientation == ORIENTATION
    assert found.at == NOON
    assert found.vehicle_versions == {"AMB-1": 3}
    assert list(found.orientation.proposals[0].objective) == list(PROPOSAL.objective)


def test_the_last_answer_is_the_one_found_and_the_first_stays(store: Store):
    first = keep_answered_case(store)
    with store.unit() as unit:
        later = unit.journal.record_orientation(
            replace(ORIENTATION, snapshot_id="snap-2"), at=NOON + MINUTE, vehicle_versions={}
        )
    with store.unit() as unit:
        assert unit.journal.find_orientation("case-1") == later
        assert unit.journal.get_orientation(first).orientation == ORIENTATION
        with pytest.raises(LookupError):
            unit.journal.get_orientation("case-1:9")


def test_a_case_without_an_answer_has_none(store: Store):
    with store.unit() as unit:
        unit.cases.add(CASE)
        assert unit.journal.find_orientation("case-1") is None


def test_a_decision_comes_back_by_its_key_and_by_its_case(store: Store):
    keep_answered_case(store)
    with store.unit() as unit:
        unit.journal.record_decision(DECISION, PROPOSAL)
    with store.unit() as unit:
        assert unit.journal.find_decision("key-1") == DECISION
        assert unit.journal.find_decision("key-2") is None
        assert list(unit.journal.decisions_of("case-1")) == [DECISION]


def test_a_key_serves_for_one_decision(store: Store):
    keep_answered_case(store)
    with store.unit() as unit:
        unit.journal.record_decision(DECISION, PROPOSAL)
    with pytest.raises(StaleVersion), store.unit() as unit:
        unit.journal.record_decision(replace(DECISION, motive="autre"), PROPOSAL)


def test_decisions_count_for_the_effecteur_they_chose(store: Store):
    keep_answered_case(store)
    advice = ORIENTATION.proposals[1]
    with store.unit() as unit:
        unit.journal.record_decision(DECISION, PROPOSAL)
        second = replace(DECISION, idempotency_key="key-2", at=NOON + MINUTE, attempt=2)
        unit.journal.record_decision(second, PROPOSAL)
        third = replace(DECISION, idempotency_key="key-3", at=NOON + MINUTE, rank=2, attempt=3)
        unit.journal.record_decision(third, advice)
    with store.unit() as unit:
        assert unit.journal.oriented_since(NOON) == {MMG_ID: 2}
        assert unit.journal.oriented_since(NOON + MINUTE) == {MMG_ID: 1}
        assert [one.idempotency_key for one in unit.journal.decisions_since(NOON + MINUTE)] == [
            "key-2",
            "key-3",
        ]


def test_traces_come_back_in_order_even_of_a_case_that_does_not_exist(store: Store):
    opened = AuditEntry(
        at=NOON,
        who="dr-1",
        action=AuditAction.OPEN,
        case_id="nobody",
        outcome=AuditOutcome.NOT_FOUND,
    )
    read = replace(opened, action=AuditAction.READ)
    other = replace(opened, case_id="somebody")
    with store.unit() as unit:
        for entry in (opened, read, other):
            unit.audit.record(entry)
    with store.unit() as unit:
        assert list(unit.audit.entries_of("nobody")) == [opened, read]
