"""Drafts are kept as they were told, revision after revision, in every store alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.drafts import CaseDraft
from regulation.ports import StaleVersion
from services.store import Store
from tests.contract.samples import NOON
from tests.contract.test_cases_and_journal import Breakdown

DRAFT = CaseDraft(
    draft_id="fr.health.samu310.DRFR1",
    case_ref="fr.health.samu310.DRFR1",
    source="hub",
    sender="fr.health.samu310",
    told_at=NOON,
    said={"patient.age": 0.25, "need.motif": "M05.01", "mobility.uses_wheelchair": True},
)


def test_a_draft_comes_back_as_it_was_told(store: Store):
    with store.unit() as unit:
        unit.drafts.save(DRAFT)
    with store.unit() as unit:
        assert unit.drafts.find(DRAFT.draft_id) == DRAFT
        assert unit.drafts.find("another") is None


def test_a_later_revision_takes_the_place_of_the_draft(store: Store):
    later = DRAFT.told({"need.care_level": "R2"}, at=NOON + timedelta(minutes=1))
    with store.unit() as unit:
        unit.drafts.save(DRAFT)
        unit.drafts.save(later)
    with store.unit() as unit:
        assert unit.drafts.of_case(DRAFT.case_ref) == (later,)


def test_of_two_who_change_a_draft_at_once_the_second_is_told(store: Store):
    with store.unit() as unit:
        unit.drafts.save(DRAFT)
    for stale in (DRAFT, replace(DRAFT, revision=3)):
        with store.unit() as unit, pytest.raises(StaleVersion):
            unit.drafts.save(stale)


def test_the_patients_of_a_case_are_found_together(store: Store):
    second = replace(DRAFT, draft_id=f"{DRAFT.draft_id}.2")
    stranger = replace(DRAFT, draft_id="other", case_ref="other")
    with store.unit() as unit:
        for draft in (second, stranger, DRAFT):
            unit.drafts.save(draft)
    with store.unit() as unit:
        assert unit.drafts.of_case(DRAFT.case_ref) == (DRAFT, second)


def test_the_latest_drafts_come_first_and_those_that_are_closed_not_at_all(store: Store):
    later = replace(DRAFT, draft_id="later", told_at=NOON + timedelta(minutes=1))
    closed = replace(DRAFT, draft_id="closed", is_closed=True)
    with store.unit() as unit:
        for draft in (DRAFT, later, closed):
            unit.drafts.save(draft)
    with store.unit() as unit:
        assert unit.drafts.latest(5) == (later, DRAFT)
        assert unit.drafts.latest(1) == (later,)


def save_then_break_down(store: Store) -> None:
    with store.unit() as unit:
        unit.drafts.save(DRAFT)
        raise Breakdown


def test_a_unit_that_ends_badly_keeps_no_draft(store: Store):
    with pytest.raises(Breakdown):
        save_then_break_down(store)
    with store.unit() as unit:
        assert unit.drafts.find(DRAFT.draft_id) is None
