"""The stores that must behave alike. One more joins by one more line in OPENERS."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text, update

from adapters.db.engine import make_engine
from adapters.db.rows import METADATA
from services.store import InMemoryStore, SqlStore, Store, open_store
from tests.servers.postgres_server import PostgresServer

Wanted = pytest.FixtureRequest


def _memory(_wanted: Wanted) -> Store:
    return InMemoryStore()


def _sqlite(wanted: Wanted) -> Store:
    return open_store(f"sqlite:///{wanted.getfixturevalue('tmp_path')}/store.db")


def _postgres(wanted: Wanted) -> Store:
    engine: Engine = wanted.getfixturevalue("postgres_engine")
    with engine.begin() as connection:
        emptied = [one.name for one in METADATA.sorted_tables if one.name != "event_counter"]
        connection.execute(text(f"TRUNCATE {', '.join(emptied)} RESTART IDENTITY"))
        connection.execute(update(METADATA.tables["event_counter"]).values(last=0))
    return SqlStore(engine)


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: PostgresServer, postgres_template: str) -> Iterator[Engine]:
    """One database for all these tests, emptied before each: quicker than one for each."""
    with postgres_server.clone(postgres_template) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


OPENERS: dict[str, Callable[[Wanted], Store]] = {
    "memory": _memory,
    "sqlite": _sqlite,
    "postgres": _postgres,
}


@pytest.fixture(params=sorted(OPENERS))
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    opened = OPENERS[request.param](request)
    yield opened
    if request.param == "sqlite" and isinstance(opened, SqlStore):
        opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('tmp_path')}/schema.db"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    made = make_engine(url)
    yield made
    made.dispose()
