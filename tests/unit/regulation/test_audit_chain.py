"""The sealed trail: what is changed, added or taken away afterwards is told, and where."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory.audit_seals import InMemoryAuditSeals
from adapters.memory.records import Records
from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.audit_chain import (
    GENESIS,
    SETTLED,
    AuditSeal,
    purge_over,
    seal_settled,
    verify,
)
from tests.unit.regulation.worlds import NOON

LATER = NOON + timedelta(hours=1)


def entry(number: int) -> AuditEntry:
    return AuditEntry(
        at=NOON,
        who="LOCAL:dr-1",
        action=AuditAction.READ,
        case_id=f"appel-{number}",
        outcome=AuditOutcome.DONE,
    )


@pytest.fixture
def records() -> Records:
    """Two seals of two lines, and a line that waits."""
    kept = Records()
    seals = InMemoryAuditSeals(kept)
    for number in range(1, 5):
        kept.audit.append(entry(number))
        if number % 2 == 0:
            seal_settled(seals, LATER)
    kept.audit.append(entry(5))
    return kept


def test_a_trail_left_alone_verifies_to_its_last_digest(records):
    found = verify(InMemoryAuditSeals(records))
    assert (found.sealed, found.purged, found.waiting, found.faults) == (4, 0, 1, ())
    assert found.head == records.seals[-1].digest != GENESIS
    assert verify(InMemoryAuditSeals(records), expected=records.seals[0].digest).faults == ()


def test_lines_too_young_wait_to_be_sealed():
    kept = Records()
    kept.audit.append(entry(1))
    seals = InMemoryAuditSeals(kept)
    assert seal_settled(seals, NOON + SETTLED) is None
    found = verify(seals)
    assert (found.sealed, found.waiting, found.head) == (0, 1, GENESIS)


def test_a_line_changed_is_told_with_its_seal(records):
    records.audit[1] = replace(records.audit[1], who="LOCAL:autre")
    (told,) = verify(InMemoryAuditSeals(records)).faults
    assert told.startswith("sceau 1 (lignes 1 à 2) : une ligne")


def test_a_line_added_and_a_line_taken_away_are_told(records):
    records.seals[1] = replace(records.seals[1], first=4)
    faults = verify(InMemoryAuditSeals(records)).faults
    assert faults[0] == "1 ligne(s) ajoutée(s) avant le sceau 2 (lignes 4 à 4)"
    assert faults[1] == "sceau 2 (lignes 4 à 4) : 1 ligne(s) au lieu de 2"


def test_a_seal_taken_away_is_told(records):
    del records.seals[0]
    assert "il manque un sceau avant le 2" in verify(InMemoryAuditSeals(records)).faults


def test_an_end_cut_off_is_told_by_the_digest_noted_before(records):
    noted = records.seals[-1].digest
    del records.seals[-1]
    (told,) = verify(InMemoryAuditSeals(records), expected=noted).faults
    assert "la fin a été coupée" in told


def test_lines_whose_time_is_over_are_erased_and_the_chain_goes_on(records):
    seals = InMemoryAuditSeals(records)
    assert purge_over(seals, LATER + timedelta(days=1), LATER) == 2
    found = verify(seals)
    assert (found.sealed, found.purged, found.faults) == (2, 2, ())
    records.purged.clear()
    assert verify(seals).faults == (
        "des lignes sont revenues sous le sceau 1 (lignes 1 à 2), effacé",
    )


def test_when_a_seal_was_set_is_an_instant():
    with pytest.raises(ValueError, match="seal"):
        AuditSeal(rank=1, first=1, last=1, count=1, digest="", sealed_at=NOON.replace(tzinfo=None))
