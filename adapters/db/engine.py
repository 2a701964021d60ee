"""Engines: what each database needs said before it keeps what it is told."""

import select
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another before giving up (SQLite has one writer at a time)."""

SERVER_LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
"""PostgreSQL ends what lasts longer: a process that hangs holds nobody up for ever."""

CONNECT_S, POOL_WAIT_S = 3, 5
CONNECTIONS = 8
"""Kept open by a process; as many again in a rush."""

ASLEEP_S = 1.0
"""A connection nobody used for this long is asked whether it lives; before, it is enough that the
server said nothing on it: one that ends it says so, or closes."""

USED_AT = "aiguilleur_used_at"
READING = "aiguilleur_reading"


def _written(document: object) -> str:
    return msgspec.json.encode(document).decode()


JSON: Mapping[str, Any] = {
    "json_serializer": _written,
    "json_deserializer": msgspec.json.decode,
}
"""How documents are written and read: faster than by the libraries' own."""


def make_engine(url: str) -> Engine:
    """Return an engine for a SQLite file or a PostgreSQL server; values never reach its logs."""
    if is_embedded(url):
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, **JSON)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediately)
        return engine
    limits = " ".join(f"-c {name}={value}" for name, value in SERVER_LIMITS.items())
    engine = create_engine(
        url,
        hide_parameters=True,
        **JSON,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_timeout=POOL_WAIT_S,
        connect_args={
            "connect_timeout": CONNECT_S,
            "options": limits,
            "application_name": "aiguilleur",
        },
    )
    _replace_those_cut(engine)
    return engine


def reading(engine: Engine) -> Engine:
    """Return the same engine for transactions that only read, and so wait for no writer."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READING: True})
    return engine.execution_options(postgresql_readonly=True)


def is_answering(engine: Engine) -> bool:
    """Tell whether the database answers, without taking any lock."""
    try:
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("SELECT 1")
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error):
        return False
    return True


def is_embedded(url: str) -> bool:
    """Tell whether the database lives in a file of this machine, served by this process."""
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_file(url: str) -> str | None:
    """Return the path of the SQLite file; None when there is none."""
    return make_url(url).database if is_embedded(url) else None


def _replace_those_cut(engine: Engine) -> None:
    """Open again, before they are used, connections that the server has closed."""

    def used(_connection: object, record: ConnectionPoolEntry, *_: object) -> None:
        record.info[USED_AT] = time.monotonic()

    def looked_at(connection: Any, record: ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401
        asleep = time.monotonic() - record.info[USED_AT] > ASLEEP_S
        try:
            if asleep or _has_word(connection.fileno()):
                engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None

    event.listen(engine, "connect", used)
    event.listen(engine, "checkin", used)
    event.listen(engine, "checkout", looked_at)


def _has_word(descriptor: int) -> bool:
    """Tell whether something came on a connection while nothing was asked of it."""
    if sys.platform == "win32":
        return True  # it has no poll: whether the connection lives is asked each time
    looked = select.poll()
    looked.register(descriptor, select.POLLIN)
    return bool(looked.poll(0))


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  a DB-API connection
    connection.isolation_level = None  # the driver's own implicit BEGIN would come too late
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # an acknowledged decision survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_immediately(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads then writes could not get it later."""
    only_reads = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
