"""Where cases and decisions are kept, one unit of work at a time: all of it or nothing."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from adapters.db.audit import SqlAuditTrail
from adapters.db.bookings import SqlSlotBookings
from adapters.db.cases import SqlCases
from adapters.db.engine import is_answering, is_embedded, make_engine, sqlite_file
from adapters.db.journal import SqlDecisionJournal
from adapters.db.promises import SqlPromisedRides
from adapters.db.schema import is_up_to_date, upgrade
from adapters.memory.holdings import InMemoryPromisedRides, InMemorySlotBookings
from adapters.memory.journals import InMemoryAuditTrail, InMemoryCases, InMemoryDecisionJournal
from adapters.memory.records import Records
from regulation.ports import AuditTrail, Cases, DecisionJournal, SlotBookings
from transport.promises import PromisedRides


class StoreUnavailable(RuntimeError):  # noqa: N818  it is a state of the outside
    """The database does not answer, or not in time; nothing has been stored."""


class SchemaBehind(RuntimeError):  # noqa: N818  it is a state of the outside
    """The tables are not those of this version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit of work: what is done through it is kept when it ends, unless it ends badly."""

    cases: Cases
    journal: DecisionJournal
    bookings: SlotBookings
    promises: PromisedRides
    audit: AuditTrail


class Store(Protocol):
    """Opens units of work."""

    def unit(self) -> AbstractContextManager[Unit]:
        """Begin a unit; it is committed at the end of the block, undone by any exception."""
        ...

    def is_answering(self) -> bool:
        """Tell whether a unit could be begun."""
        ...


class SqlStore:
    """The store in a database: a unit is a session and its one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Begin a transaction; raise StoreUnavailable when the database doesn't answer."""
        try:
            with Session(self._engine) as session, session.begin():
                yield Unit(
                    cases=SqlCases(session),
                    journal=SqlDecisionJournal(session),
                    bookings=SqlSlotBookings(session),
                    promises=SqlPromisedRides(session),
                    audit=SqlAuditTrail(session),
                )
        except OperationalError as error:
            raise StoreUnavailable(type(error.orig).__name__) from None

    def is_answering(self) -> bool:
        """Tell whether the database answers."""
        return is_answering(self._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


class InMemoryStore:
    """A store that lasts as long as the process; units follow one another."""

    def __init__(self) -> None:
        self._records = Records()
        self._lock = threading.Lock()

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Work on a copy, which takes the place of the records at the end."""
        with self._lock:
            copy = self._records.copy()
            yield Unit(
                cases=InMemoryCases(copy),
                journal=InMemoryDecisionJournal(copy),
                bookings=InMemorySlotBookings(copy),
                promises=InMemoryPromisedRides(copy),
                audit=InMemoryAuditTrail(copy),
            )
            self._records = copy

    def is_answering(self) -> bool:
        """It always is."""
        return True


def open_store(url: str) -> SqlStore:
    """Open the database of the URL.

    A SQLite file is this process's own: it is made and brought up to date. A server's database
    is not: SchemaBehind is raised when its tables aren't those of this version. Raises
    StoreUnavailable when it doesn't open.
    """
    prepare_folder(url)
    engine = make_engine(url)
    try:
        if is_embedded(url):
            upgrade(engine)
        elif not is_up_to_date(engine):
            raise SchemaBehind("the database is not at this version: run `aiguilleur db upgrade`")
    except OperationalError as error:
        engine.dispose()
        raise StoreUnavailable(f"the database does not open: {type(error.orig).__name__}") from None
    return SqlStore(engine)


def prepare_folder(url: str) -> None:
    """Make the folder of a SQLite file; raise StoreUnavailable when it can't be."""
    file = sqlite_file(url)
    if not file:
        return
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"its folder cannot be made: {error.strerror}"
        raise StoreUnavailable(reason) from None
