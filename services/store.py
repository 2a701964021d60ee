"""Where cases and decisions are kept, one unit of work at a time: all of it or nothing."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlmodel import Session

from adapters.db.appointments import SqlAppointments
from adapters.db.archive import SqlArchive
from adapters.db.audit import SqlAuditTrail
from adapters.db.audit_seals import SqlAuditSeals
from adapters.db.bookings import SqlSlotBookings
from adapters.db.cases import SqlCases
from adapters.db.commands import SqlCommands
from adapters.db.declarations import SqlDeclarations
from adapters.db.drafts import SqlDrafts
from adapters.db.engine import is_answering, is_embedded, make_engine, reading, sqlite_file
from adapters.db.erasure import SqlErasure
from adapters.db.events import SqlEventLog
from adapters.db.failures import Failure, failure_of, named
from adapters.db.fences import SqlFences
from adapters.db.gestures import SqlGestures
from adapters.db.journal import SqlDecisionJournal
from adapters.db.logins import SqlAccessLedger
from adapters.db.marketplace import SqlMarketplace
from adapters.db.messages import SqlInbox, SqlOutbox
from adapters.db.notes import SqlNotes
from adapters.db.promises import SqlPromisedRides
from adapters.db.schema import is_up_to_date, upgrade
from adapters.kit.commands import Commands
from adapters.kit.erasure import Erasure
from adapters.kit.holds import Fences
from adapters.kit.logins import AccessLedger
from adapters.kit.system_errors import said
from adapters.memory.appointments import InMemoryAppointments
from adapters.memory.archive import InMemoryArchive
from adapters.memory.audit_seals import InMemoryAuditSeals
from adapters.memory.commands import InMemoryCommands
from adapters.memory.declarations import InMemoryDeclarations
from adapters.memory.drafts import InMemoryDrafts
from adapters.memory.erasure import InMemoryErasure
from adapters.memory.events import InMemoryEventLog
from adapters.memory.gestures import InMemoryGestures
from adapters.memory.holdings import InMemoryPromisedRides, InMemorySlotBookings
from adapters.memory.holds import InMemoryFences
from adapters.memory.journals import InMemoryAuditTrail, InMemoryCases, InMemoryDecisionJournal
from adapters.memory.logins import InMemoryAccessLedger
from adapters.memory.marketplace import InMemoryMarketplace
from adapters.memory.messages import InMemoryInbox, InMemoryOutbox
from adapters.memory.notes import InMemoryNotes
from adapters.memory.records import Records
from regulation.appointments import Appointments
from regulation.audit_chain import AuditSeals
from regulation.basis import Archive
from regulation.declarations import DeclarationBook
from regulation.drafts import Drafts
from regulation.events import EventLog
from regulation.gestures import GestureBook
from regulation.marketplace import Marketplace
from regulation.messages import Inbox, Outbox
from regulation.notes import Notes
from regulation.ports import AuditTrail, Cases, DecisionJournal, SlotBookings, StaleVersion
from transport.promises import PromisedRides


class StoreUnavailable(RuntimeError):  # noqa: N818  it is a state of the outside
    """The database does not answer, or not in time. Nothing is known to be stored: whoever asked
    may ask again, under the same key."""


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
    events: EventLog
    outbox: Outbox
    inbox: Inbox
    archive: Archive
    drafts: Drafts
    access: AccessLedger
    seals: AuditSeals
    appointments: Appointments
    notes: Notes
    declarations: DeclarationBook
    gestures: GestureBook
    marketplace: Marketplace
    fences: Fences
    commands: Commands
    erasure: Erasure


class Store(Protocol):
    """Opens units of work."""

    def unit(self) -> AbstractContextManager[Unit]:
        """Begin a unit; it is committed at the end of the block, undone by any exception."""
        ...

    def reading(self) -> AbstractContextManager[Unit]:
        """Begin a unit that only reads, and keeps nobody waiting; nothing of it is kept."""
        ...

    def ring(self, bell: Callable[[], None]) -> None:
        """Call the bell, from whatever thread, each time a unit that told of events is kept."""
        ...

    def is_answering(self) -> bool:
        """Tell whether a unit could be begun."""
        ...


class SqlStore:
    """The store in a database: a unit is a session and its one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._bells: list[Callable[[], None]] = []

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Begin a transaction; raise StoreUnavailable when the database doesn't answer."""
        with _answering(), Session(self._engine) as session, session.begin():
            events = SqlEventLog(session)
            yield _unit_of(session, events)
            told = events.number_events()
        if told:
            _sound(self._bells)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Begin a transaction that only reads; raise StoreUnavailable like a unit."""
        with _answering(), Session(self._reading) as session:
            yield _unit_of(session, SqlEventLog(session))

    def ring(self, bell: Callable[[], None]) -> None:
        """Call the bell each time a unit of this process that told of events is kept."""
        self._bells.append(bell)

    def is_answering(self) -> bool:
        """Tell whether the database answers."""
        return is_answering(self._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _unit_of(session: Session, events: SqlEventLog) -> Unit:
    return Unit(
        cases=SqlCases(session),
        journal=SqlDecisionJournal(session),
        bookings=SqlSlotBookings(session),
        promises=SqlPromisedRides(session),
        audit=SqlAuditTrail(session),
        events=events,
        outbox=SqlOutbox(session),
        inbox=SqlInbox(session),
        archive=SqlArchive(session),
        drafts=SqlDrafts(session),
        access=SqlAccessLedger(session),
        seals=SqlAuditSeals(session),
        appointments=SqlAppointments(session),
        notes=SqlNotes(session),
        declarations=SqlDeclarations(session),
        gestures=SqlGestures(session),
        marketplace=SqlMarketplace(session),
        fences=SqlFences(session),
        commands=SqlCommands(session),
        erasure=SqlErasure(session),
    )


@contextmanager
def _answering() -> Iterator[None]:
    """Say what a failure of the database means: StoreUnavailable, or StaleVersion: begin again."""
    try:
        yield
    except SQLAlchemyError as error:
        match failure_of(error):
            case Failure.CONTENTION:
                raise StaleVersion(named(error)) from None
            case Failure.UNAVAILABLE:
                raise StoreUnavailable(named(error)) from None
            case None:
                raise


def _sound(bells: Sequence[Callable[[], None]]) -> None:
    for bell in bells:
        bell()


class InMemoryStore:
    """A store that lasts as long as the process; units follow one another."""

    def __init__(self) -> None:
        self._records = Records()
        self._lock = threading.Lock()
        self._bells: list[Callable[[], None]] = []

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Work on a copy, which takes the place of the records at the end."""
        with self._lock:
            copy = self._records.copy()
            yield _unit_in(copy)
            told = len(copy.events) > len(self._records.events)
            self._records = copy
        if told:
            _sound(self._bells)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Read the records as they are."""
        yield _unit_in(self._records.copy())

    def ring(self, bell: Callable[[], None]) -> None:
        """Call the bell each time a unit that told of events is kept."""
        self._bells.append(bell)

    def is_answering(self) -> bool:
        """It always is."""
        return True


def _unit_in(records: Records) -> Unit:
    return Unit(
        cases=InMemoryCases(records),
        journal=InMemoryDecisionJournal(records),
        bookings=InMemorySlotBookings(records),
        promises=InMemoryPromisedRides(records),
        audit=InMemoryAuditTrail(records),
        events=InMemoryEventLog(records),
        outbox=InMemoryOutbox(records),
        inbox=InMemoryInbox(records),
        archive=InMemoryArchive(records),
        drafts=InMemoryDrafts(records),
        access=InMemoryAccessLedger(records),
        seals=InMemoryAuditSeals(records),
        appointments=InMemoryAppointments(records),
        notes=InMemoryNotes(records),
        declarations=InMemoryDeclarations(records),
        gestures=InMemoryGestures(records),
        marketplace=InMemoryMarketplace(records),
        fences=InMemoryFences(records),
        commands=InMemoryCommands(records),
        erasure=InMemoryErasure(records),
    )


def open_store(url: str) -> SqlStore:
    """Open the database of the URL.

    A SQLite file is this process's own: it is made and brought up to date. A server's database
    is not: SchemaBehind is raised when its tables aren't those of this version. Raises
    StoreUnavailable when it doesn't open.
    """
    engine = engine_of(url)
    try:
        if is_embedded(url):
            upgrade(engine)
        elif not is_up_to_date(engine):
            raise SchemaBehind("la base n'est pas à cette version : lancer `aiguilleur db upgrade`")
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreUnavailable(f"la base ne s'ouvre pas : {named(error)}") from None
    return SqlStore(engine)


def engine_of(url: str) -> Engine:
    """Make the engine of a database, and the folder of a SQLite file; raise StoreUnavailable saying
    why there can be none. The URL may hold a password: it is not repeated."""
    try:
        _prepare_folder(url)
        return make_engine(url)
    except ModuleNotFoundError as missing:
        raise StoreUnavailable(f"son pilote n'est pas installé : {missing.name}") from None
    except (ArgumentError, NoSuchModuleError):
        raise StoreUnavailable("n'est pas l'adresse d'une base d'un type connu") from None


def _prepare_folder(url: str) -> None:
    """Make the folder of a SQLite file; raise StoreUnavailable when it can't be."""
    file = sqlite_file(url)
    if not file:
        return
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"son dossier ne peut être créé : {said(error)}"
        raise StoreUnavailable(reason) from None
