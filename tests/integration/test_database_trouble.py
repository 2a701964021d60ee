"""A database that goes away, comes back, or can only be read: said so, and nothing half done."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from sqlalchemy.engine import make_url

from services.api.app import create_app
from services.store import SqlStore, StoreUnavailable, open_store
from tests.servers.postgres_server import PostgresServer
from tests.unit.services.conftest import calling
from tests.unit.services.steps import decide, proposed
from tests.worlds import call, tiny_world


class Administrator:
    """What one does to a database from outside it."""

    def __init__(self, server: PostgresServer, url: str) -> None:
        self._server, self._name = server, make_url(url).database

    def run(self, statement: str) -> None:
        plain = self._server.url.set(drivername="postgresql")
        address = plain.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.format(self._name).encode())

    def throw_out(self) -> None:
        """End every connection, as a server that restarts does; they are gone when it returns."""
        ended = "pg_terminate_backend(pid, 10000)"
        others = f"SELECT {ended} FROM pg_stat_activity WHERE datname = '{{}}'"
        self.run(others)

    @contextmanager
    def gone(self) -> Iterator[None]:
        self.run("ALTER DATABASE {} ALLOW_CONNECTIONS false")
        self.throw_out()
        yield
        self.run("ALTER DATABASE {} ALLOW_CONNECTIONS true")

    @contextmanager
    def only_read(self) -> Iterator[None]:
        self.run("ALTER DATABASE {} SET default_transaction_read_only = on")
        self.throw_out()
        yield
        self.run("ALTER DATABASE {} RESET default_transaction_read_only")
        self.throw_out()


@pytest.fixture
def administrator(postgres_server: PostgresServer, postgres_url: str) -> Administrator:
    return Administrator(postgres_server, postgres_url)


@pytest.fixture
def store(postgres_url: str) -> Iterator[SqlStore]:
    opened = open_store(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
async def client(store: SqlStore) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(tiny_world().runtime(), store=store)) as opened:
        yield opened


async def test_a_database_that_goes_away_is_said_and_serves_again_once_back(
    client: httpx.AsyncClient, administrator: Administrator
):
    await proposed(client)
    with administrator.gone():
        answer = await decide(client)
        assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
        assert "sous la même clé" in answer.json()["detail"]
        assert (await client.get("/health")).status_code == 503
    assert (await decide(client)).status_code == 200
    assert (await client.get("/health")).status_code == 200


async def test_the_sheet_the_map_and_the_counters_do_without_the_database(
    client: httpx.AsyncClient, administrator: Administrator
):
    with administrator.gone():
        assert "MMG du Nord" in (await client.get("/sheet")).text
        pages = [(await client.get(path)).status_code for path in ("/", "/public", "/sources")]
        counters = (await client.get("/metrics")).text
    assert pages == [200, 200, 200]
    assert "aiguilleur_database_up 0.0" in counters


PAGES = ("/appels/appel-1", "/dossiers/appel-1", "/territoire", "/territoire/statistiques")


@pytest.mark.parametrize("path", PAGES)
async def test_a_person_who_opens_a_page_meanwhile_is_told_so_in_a_page(
    client: httpx.AsyncClient, administrator: Administrator, path: str
):
    await proposed(client)
    with administrator.gone():
        answer = await client.get(path, headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 503
    assert "<h1>La base ne répond pas" in answer.text


async def test_connections_that_were_cut_are_replaced_without_a_word(
    client: httpx.AsyncClient, administrator: Administrator
):
    await proposed(client)
    administrator.throw_out()
    assert (await decide(client)).status_code == 200


async def test_a_connection_long_unused_is_asked_whether_it_lives(
    client: httpx.AsyncClient, administrator: Administrator, monkeypatch: pytest.MonkeyPatch
):
    await proposed(client)
    monkeypatch.setattr("adapters.db.engine._has_word", lambda _: False)  # the line went silent
    monkeypatch.setattr("adapters.db.engine.ASLEEP_S", 0.0)
    administrator.throw_out()
    assert (await decide(client)).status_code == 200


async def test_a_database_that_can_only_be_read_takes_nothing_in(
    client: httpx.AsyncClient, administrator: Administrator, store: SqlStore
):
    with administrator.only_read():
        answer = await client.post("/cases", json=call())
        assert answer.status_code == 503
    assert (await client.post("/cases", json=call())).status_code == 201
    with store.reading() as unit:
        assert [one.event.kind for one in unit.events.after(0)] == ["case.opened"]


def test_no_connection_free_in_time_is_a_database_that_does_not_answer(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("adapters.db.engine.CONNECTIONS", 1)
    monkeypatch.setattr("adapters.db.engine.POOL_WAIT_S", 0.05)
    store = open_store(postgres_url)
    with store.reading() as first, store.reading() as second:
        busy = (first.events.last_number(), second.events.last_number())
        with pytest.raises(StoreUnavailable), store.reading() as third:
            third.events.last_number()
    assert busy == (0, 0)
    store.close()


def test_a_unit_that_only_reads_cannot_write(store: SqlStore):
    with pytest.raises(StoreUnavailable), store.reading() as unit:
        unit.inbox.admit("hub", "m-1", tiny_world().clock.now())


async def test_an_event_that_cannot_be_numbered_undoes_what_it_tells_of(
    store: SqlStore, postgres_url: str
):
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DELETE FROM event_counter")
    async with calling(create_app(tiny_world().runtime(postgres_url), store=store)) as client:
        answer = await client.post("/cases", json=call())
    assert answer.status_code >= 500
    with store.reading() as unit:
        assert unit.cases.find("appel-1") is None
