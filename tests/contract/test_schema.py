"""Migrations make the tables the rows describe, keep what is there, and can be undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from adapters.db.engine import is_answering, make_engine
from adapters.db.rows import METADATA
from adapters.db.schema import differences, downgrade, is_up_to_date, upgrade
from services.store import open_store
from tests.contract.samples import CASE


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{tmp_path}/schema.db")
    yield made
    made.dispose()


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


def test_sqlite_keeps_a_write_ahead_log_and_checks_references(engine: Engine):
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_a_database_that_is_not_there_does_not_answer(tmp_path: Path):
    assert not is_answering(make_engine(f"sqlite:///{tmp_path}/no/folder/store.db"))


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=str)
def test_every_table_can_be_made_on_postgresql(table: Table):
    statement = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert statement.count("TIMESTAMP WITH TIME ZONE") == statement.count("TIMESTAMP")
    assert "DATETIME" not in statement
