"""The chain of the audit trail: the same on every store, and tampering is found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from adapters.db.engine import make_engine
from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.audit_chain import (
    GENESIS,
    SETTLED,
    AuditSeal,
    Verified,
    purge_over,
    seal_settled,
    verify,
)
from services.store import Store

NOW = datetime.fromisoformat("2026-11-24T09:40:00+00:00")
OLD = NOW - SETTLED - timedelta(seconds=1)


def entry(number: int, at: datetime = OLD) -> AuditEntry:
    return AuditEntry(
        at=at,
        who=f"LOCAL:dr-{number}",
        action=AuditAction.READ,
        case_id="case-1",
        outcome=AuditOutcome.DONE,
    )


def written(store: Store, count: int, at: datetime = OLD) -> None:
    with store.unit() as unit:
        for number in range(count):
            unit.audit.record(entry(number, at))


def sealed(store: Store, now: datetime = NOW) -> AuditSeal | None:
    with store.unit() as unit:
        return seal_settled(unit.seals, now)


def verified(store: Store, expected: str | None = None) -> Verified:
    with store.unit() as unit:
        return verify(unit.seals, expected)


def test_an_empty_trail_is_whole(store: Store):
    assert sealed(store) is None
    assert verified(store) == Verified(sealed=0, purged=0, waiting=0, head=GENESIS, faults=())


def test_lines_are_sealed_once_they_have_settled(store: Store):
    written(store, 3)
    written(store, 2, at=NOW)
    made = sealed(store)
    assert made is not None
    assert (made.rank, made.count) == (1, 3)
    assert sealed(store) is None
    found = verified(store)
    assert (found.sealed, found.waiting, found.faults) == (3, 2, ())


def test_a_seal_has_no_hole(store: Store):
    written(store, 1)
    written(store, 1, at=NOW)
    written(store, 1)
    made = sealed(store)
    assert made is not None
    assert made.count == 1


def test_each_seal_is_made_over_the_one_before(store: Store):
    written(store, 2)
    first = sealed(store)
    written(store, 2)
    second = sealed(store)
    assert first is not None
    assert second is not None
    assert first.digest != second.digest
    found = verified(store, first.digest)
    assert (found.head, found.faults) == (second.digest, ())


def test_a_digest_noted_earlier_must_be_in_the_chain(store: Store):
    written(store, 2)
    sealed(store)
    (fault,) = verified(store, "f" * 64).faults
    assert "empreinte attendue" in fault


def test_two_sealers_make_one_seal(store: Store):
    written(store, 2)
    with store.unit() as unit:
        made = seal_settled(unit.seals, NOW)
        assert made is not None
        with pytest.raises(ValueError, match="kept already"):
            unit.seals.add(made)


def test_lines_whose_time_is_over_are_erased_and_the_chain_goes_on(store: Store):
    written(store, 2)
    first = sealed(store)
    assert first is not None
    written(store, 3)
    later = NOW + timedelta(days=1)
    sealed(store, later)
    with store.unit() as unit:
        assert purge_over(unit.seals, before=later, now=later) == 2
    written(store, 1)
    sealed(store, later)
    found = verified(store, first.digest)
    assert (found.sealed, found.purged, found.faults) == (4, 2, ())


def test_the_last_lines_stay_however_old_so_that_no_number_is_given_twice(store: Store):
    written(store, 2)
    sealed(store)
    with store.unit() as unit:
        later = NOW + timedelta(days=1000)
        assert purge_over(unit.seals, before=later, now=later) == 0


TAMPERING: dict[str, tuple[str, str]] = {
    "a line changed": ("UPDATE audit_entries SET who = 'LOCAL:x' WHERE number = 2", "modifiée"),
    "a line taken away": ("DELETE FROM audit_entries WHERE number = 2", "2 ligne(s) au lieu de 3"),
    "an instant changed": (
        "UPDATE audit_entries SET at = '2020-01-01 00:00:00+00:00' WHERE number = 1",
        "modifiée",
    ),
    "a digest changed": (
        f"UPDATE audit_seals SET digest = '{'a' * 64}' WHERE rank = 1",
        "modifiée",
    ),
    "a seal taken away": ("DELETE FROM audit_seals WHERE rank = 1", "il manque un sceau"),
}


@dataclass(frozen=True, slots=True)
class Intruder:
    """Somebody with the keys of the database."""

    engine: Engine

    def run(self, statement: str) -> None:
        """Run a statement like anybody."""
        with self.engine.begin() as connection:
            connection.execute(text(statement))

    def run_unguarded(self, statement: str) -> None:
        """Run a statement with the triggers out of the way."""
        with self.engine.begin() as connection:
            for lifting in LIFTING[self.engine.dialect.name]:
                connection.execute(text(lifting))
            connection.execute(text(statement))


LIFTING = {
    "postgresql": ["SET LOCAL session_replication_role = replica"],
    "sqlite": [
        f"DROP TRIGGER IF EXISTS audit_{name}"
        for name in ("entries_update", "entries_delete", "seals_update", "seals_delete")
    ],
}


IN_DATABASE = pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
"""Nobody reaches into the memory of the process."""


@pytest.fixture
def intruder(request: pytest.FixtureRequest, store: Store) -> Iterator[Intruder]:
    if request.node.callspec.params["store"] == "postgres":
        yield Intruder(request.getfixturevalue("postgres_engine"))
        return
    engine = make_engine(f"sqlite:///{request.getfixturevalue('tmp_path')}/store.db")
    yield Intruder(engine)
    engine.dispose()


@IN_DATABASE
@pytest.mark.parametrize("statement", [one for one, _ in TAMPERING.values()], ids=TAMPERING)
def test_the_database_itself_refuses_to_change_the_trail(
    store: Store, intruder: Intruder, statement: str
):
    written(store, 3)
    sealed(store)
    with pytest.raises(DBAPIError, match=r"never changed"):
        intruder.run(statement)
    assert verified(store).faults == ()


@IN_DATABASE
@pytest.mark.parametrize(("statement", "told"), TAMPERING.values(), ids=TAMPERING)
def test_whoever_lifts_the_guard_and_tampers_is_found_out(
    store: Store, intruder: Intruder, statement: str, told: str
):
    written(store, 3)
    sealed(store)
    written(store, 2)
    sealed(store)
    intruder.run_unguarded(statement)
    assert any(told in fault for fault in verified(store).faults)


@IN_DATABASE
def test_a_line_slipped_in_between_two_seals_is_found(store: Store, intruder: Intruder):
    written(store, 2)
    sealed(store)
    written(store, 1)
    written(store, 2)
    intruder.run_unguarded("DELETE FROM audit_entries WHERE number = 3")
    sealed(store)
    intruder.run_unguarded(
        "INSERT INTO audit_entries (number, at, who, action, case_id, outcome)"
        " VALUES (3, '2026-11-24 09:00:00+00:00', 'LOCAL:x', 'READ', 'case-1', 'DONE')"
    )
    assert any("ajoutée(s)" in fault for fault in verified(store).faults)
