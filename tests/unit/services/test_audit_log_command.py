"""`aiguilleur audit-log`."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.kit.clock import SystemClock
from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.audit_chain import GENESIS
from services.store import open_store
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused


@pytest.fixture
def url(tmp_path) -> str:
    """A database with three lines of yesterday."""
    address = f"sqlite:///{tmp_path}/store.db"
    store = open_store(address)
    at = SystemClock().now().astimezone(UTC) - timedelta(days=1)
    with store.unit() as unit:
        for number in range(3):
            unit.audit.record(line(number, at))
    store.close()
    return address


def line(number: int, at: datetime) -> AuditEntry:
    return AuditEntry(
        at=at,
        who=f"LOCAL:dr-{number}",
        action=AuditAction.READ,
        case_id="case-1",
        outcome=AuditOutcome.DONE,
    )


def test_a_sealed_trail_is_verified(aiguilleur: CommandLine, url: str):
    assert aiguilleur.run("audit-log", "seal", "--url", url).out.startswith("3 lignes scellées")
    said = aiguilleur.run("audit-log", "verify", "--url", url, "--format", "json")
    assert (said.status, said.document["sealed"], said.document["faults"]) == (0, 3, [])
    again = aiguilleur.run("audit-log", "verify", "--url", url, "--expect", said.document["head"])
    assert again.status == 0


def test_a_cut_trail_is_told_with_status_3(aiguilleur: CommandLine, url: str):
    said = aiguilleur.run("audit-log", "verify", "--url", url, "--expect", "f" * 64)
    assert said.status == 3
    assert "ALTÉRÉ : l'empreinte attendue" in said.out


def test_a_trail_nobody_sealed_says_how_many_lines_wait(aiguilleur: CommandLine, url: str):
    said = aiguilleur.run("audit-log", "verify", "--url", url)
    assert "3 en attente de sceau" in said.out
    assert GENESIS in said.out


def test_a_digest_that_is_none_is_refused(aiguilleur: CommandLine, url: str):
    assert is_refused(aiguilleur.run("audit-log", "verify", "--expect", "abc"), "--expect")


__all__ = ["aiguilleur"]
