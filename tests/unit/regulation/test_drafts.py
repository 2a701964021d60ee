"""A draft says what it was told, what is still missing, and changes only when something does."""

from datetime import datetime

import pytest

from regulation.drafts import NEEDED, CaseDraft

AT = datetime.fromisoformat("2026-11-28T19:33:00+01:00")


def draft(**said) -> CaseDraft:
    return CaseDraft(
        draft_id="appel-1",
        case_ref="appel-1",
        source="hub",
        sender="fr.health.samu310",
        told_at=AT,
        said={name.replace("__", "."): value for name, value in said.items()},
    )


def test_nothing_said_is_all_still_to_be_asked():
    assert draft().missing == NEEDED


def test_a_position_is_there_in_any_of_its_forms():
    assert "patient.position" not in draft(patient__position__insee="31555").missing
    assert "patient.position" not in draft(patient__position__address="x, Toulouse").missing


def test_what_is_no_field_of_a_case_is_never_kept():
    with pytest.raises(ValueError, match=r"patient\.name"):
        draft(patient__name="somebody")


def test_telling_the_same_again_changes_nothing():
    first = draft(patient__age=10.0)
    assert first.told({"patient.age": 10.0}, at=AT) is first
    second = first.told({"patient.age": 11.0}, at=AT)
    assert (second.revision, second.said["patient.age"]) == (2, 11.0)


def test_a_file_that_is_closed_stays_so_until_said_otherwise():
    closed = draft().told({}, at=AT, is_closed=True)
    assert closed.told({"patient.age": 1.0}, at=AT).is_closed


def test_a_draft_reads_as_the_document_of_a_case_with_its_holes():
    document = draft(patient__age=10.0, patient__position__insee="31555").as_document()
    assert document == {
        "id": "appel-1",
        "patient": {"age": 10.0, "position": {"insee": "31555"}},
    }
