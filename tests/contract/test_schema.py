"""Migrations make the tables the rows describe, keep what is there, and can be undone."""

import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, Table, insert, inspect, text

from adapters.db.engine import is_answering, make_engine
from adapters.db.rows import METADATA
from adapters.db.schema import differences, downgrade, is_up_to_date, revisions, upgrade
from services.store import SqlStore, open_store
from tests.contract.samples import CASE, NOON, ORIENTATION, RIDE
from tests.contract.test_events import OPENED


def test_migrations_make_just_the_tables_of_the_rows(engine: Engine):
    assert not is_up_to_date(engine)
    upgrade(engine)
    assert is_up_to_date(engine)
    assert differences(engine) == []
    assert set(METADATA.tables) < set(inspect(engine).get_table_names())


def test_a_table_that_differs_is_told(engine: Engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE cases ADD COLUMN nickname VARCHAR(10)"))
    assert "nickname" in str(differences(engine))


def test_migrations_can_be_undone_and_done_again(engine: Engine):
    upgrade(engine)
    downgrade(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(engine)
    assert differences(engine) == []


def test_upgrading_again_keeps_what_is_there(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/store.db"
    for _ in range(2):
        store = open_store(url)
        with store.unit() as unit:
            if unit.cases.find("case-1") is None:
                unit.cases.add(CASE)
        store.close()
    store = open_store(url)
    with store.unit() as unit:
        assert unit.cases.find("case-1") == CASE
    store.close()


def test_sqlite_keeps_a_write_ahead_log_and_checks_references(tmp_path: Path):
    engine = make_engine(f"sqlite:///{tmp_path}/settings.db")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    engine.dispose()


def test_a_database_that_is_not_there_does_not_answer(tmp_path: Path):
    assert not is_answering(make_engine(f"sqlite:///{tmp_path}/no/folder/store.db"))


REVISIONS = [one.revision for one in reversed(list(revisions()))]

FIRST_VERSION = Path(__file__).parents[1] / "fixtures/db/first_version.json"
AT_FIRST: dict[str, dict[str, Any]] = json.loads(FIRST_VERSION.read_text(encoding="utf-8"))
"""One row of each table as the first version wrote it, of what `tests.contract.samples` holds."""

INSTANTS = frozenset({"at", "starts_at", "ends_at", "booked_at", "pickup_at", "dropoff_at"})


def fill(engine: Engine) -> None:
    """Write the rows as the first version did: in its own columns, not in today's."""
    with engine.begin() as connection:
        for name, row in AT_FIRST.items():
            table = Table(name, MetaData(), autoload_with=connection)
            connection.execute(insert(table).values(**read(row)))


def read(row: dict[str, Any]) -> dict[str, Any]:
    """Read the instants of a row."""
    return row | {name: datetime.fromisoformat(row[name]) for name in INSTANTS & row.keys()}


def count(engine: Engine) -> dict[str, int]:
    with engine.begin() as connection:
        asked = {name: text(f"SELECT count(*) FROM {name}") for name in AT_FIRST}
        return {name: connection.execute(one).scalar_one() for name, one in asked.items()}


def test_a_populated_database_is_brought_up_revision_by_revision_and_read(engine: Engine):
    upgrade(engine, REVISIONS[0])
    fill(engine)
    for revision in REVISIONS[1:]:
        upgrade(engine, revision)
    assert differences(engine) == []
    with SqlStore(engine).unit() as unit:
        case = unit.cases.find("c")
        answer = unit.journal.find_orientation("c")
        (decision,) = unit.journal.decisions_of("c")
        assert case is not None
        assert (case.state, case.version, case.patient) == ("DECIDED", 1, CASE.patient)
        assert answer is not None
        assert answer.orientation == ORIENTATION
        assert (decision.motive, decision.at) == ("é", NOON)
        assert unit.bookings.find_booking("c") is not None
        assert list(unit.promises.rides_of("c")) == [RIDE]
        assert unit.promises.versions() == {"AMB-1": 1}
        assert len(unit.audit.entries_of("c")) == 1
        unit.events.record(OPENED)
    with SqlStore(engine).reading() as unit:
        assert unit.events.last_number() == 1


def test_a_populated_database_is_taken_back_revision_by_revision_without_loss(engine: Engine):
    upgrade(engine, REVISIONS[0])
    fill(engine)
    upgrade(engine)
    for revision in reversed(REVISIONS[:-1]):
        downgrade(engine, revision)
        assert count(engine) == dict.fromkeys(AT_FIRST, 1)
    upgrade(engine)
    assert count(engine) == dict.fromkeys(AT_FIRST, 1)
    assert differences(engine) == []


def test_two_who_upgrade_at_once_do_it_once(engine: Engine):
    """Two processes that start together: one waits for the other."""
    ends: list[Exception] = []

    def run() -> None:
        try:
            upgrade(engine)
        except Exception as fault:  # noqa: BLE001  shown below, whatever it is
            ends.append(fault)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == []
    assert differences(engine) == []
