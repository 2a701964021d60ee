"""The tables. Whole domain objects lie in JSON; what is searched or constrained has a column."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from adapters.db.columns import Instant

CASE_ID, ORIENTATION_ID, NAME, LONG_NAME = 64, 80, 200, 2000
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Document = dict[str, Any]
"""A domain object as `adapters.db.documents` writes it."""


class Row(SQLModel):
    """What the tables share: metadata of their own, apart from any other SQLModel."""

    metadata = METADATA


def _instant() -> Column[datetime]:
    return Column(Instant, nullable=False)


def _json() -> Column[Any]:
    return Column(JSON, nullable=False)


def _case() -> Column[str]:
    return Column(String(CASE_ID), ForeignKey("cases.case_id"), nullable=False, index=True)


class CaseRow(Row, table=True):
    """A case; `version` is the number of its transitions."""

    __tablename__ = "cases"

    case_id: str = Field(primary_key=True, max_length=CASE_ID)
    version: int
    state: str = Field(max_length=20, index=True)
    dossier: Document = Field(sa_column=_json())


class TransitionRow(Row, table=True):
    """One line of the journal of a case; never changed."""

    __tablename__ = "case_transitions"

    case_id: str = Field(primary_key=True, max_length=CASE_ID, foreign_key="cases.case_id")
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_column=_instant())
    before: str = Field(max_length=20)
    after: str = Field(max_length=20)
    actor: str = Field(max_length=NAME)
    reason: str = Field(max_length=LONG_NAME)


class OrientationRow(Row, table=True):
    """A whole answer as it was shown; never changed."""

    __tablename__ = "orientations"
    __table_args__: ClassVar[Any] = (UniqueConstraint("case_id", "number"),)

    orientation_id: str = Field(primary_key=True, max_length=ORIENTATION_ID)
    case_id: str = Field(max_length=CASE_ID, foreign_key="cases.case_id")
    number: int
    at: datetime = Field(sa_column=_instant())
    snapshot_id: str = Field(max_length=NAME)
    rules_version: str = Field(max_length=NAME)
    vehicle_versions: dict[str, int] = Field(sa_column=_json())
    answer: Document = Field(sa_column=_json())
    basis: Document | None = Field(default=None, sa_column=Column(JSON, nullable=True))


class DecisionRow(Row, table=True):
    """A decision; never changed. `effecteur_id` None: the patient was sent to nobody."""

    __tablename__ = "decisions"
    __table_args__: ClassVar[Any] = (
        Index(None, "at"),
        Index(None, "orientation_id", "attempt", unique=True),
    )

    number: int | None = Field(default=None, primary_key=True)
    idempotency_key: str = Field(max_length=NAME, unique=True)
    case_id: str = Field(sa_column=_case())
    orientation_id: str = Field(
        max_length=ORIENTATION_ID, foreign_key="orientations.orientation_id"
    )
    attempt: int = 1
    rank: int
    at: datetime = Field(sa_column=_instant())
    actor_id: str = Field(max_length=NAME)
    role: str = Field(max_length=20)
    motive: str = Field(max_length=LONG_NAME)
    effecteur_id: str | None = Field(default=None, max_length=NAME)


class BookingRow(Row, table=True):
    """A place of a slot held by a case; the key is what makes a double booking impossible."""

    __tablename__ = "bookings"

    slot_id: str = Field(primary_key=True, max_length=NAME)
    place: int = Field(primary_key=True)
    case_id: str = Field(sa_column=_case())
    source: str = Field(max_length=NAME)
    effecteur_id: str = Field(max_length=NAME)
    starts_at: datetime = Field(sa_column=_instant())
    ends_at: datetime = Field(sa_column=_instant())
    booked_at: datetime = Field(sa_column=_instant())
    practitioner: str | None = Field(default=None, max_length=NAME)


class PromisedRideRow(Row, table=True):
    """A ride promised with a vehicle."""

    __tablename__ = "promised_rides"
    __table_args__: ClassVar[Any] = (Index(None, "dropoff_at"),)

    ride_id: str = Field(primary_key=True, max_length=NAME)
    journey_id: str = Field(max_length=CASE_ID, index=True)
    vehicle_id: str = Field(max_length=NAME)
    pickup_at: datetime = Field(sa_column=_instant())
    dropoff_at: datetime = Field(sa_column=_instant())
    ride: Document = Field(sa_column=_json())


class VehicleVersionRow(Row, table=True):
    """How often the rides promised with a vehicle have changed; compared and set by decisions."""

    __tablename__ = "vehicle_versions"

    vehicle_id: str = Field(primary_key=True, max_length=NAME)
    version: int


class AuditRow(Row, table=True):
    """A line of the audit trail; never changed. Its case need not exist: a wrong id leaves one."""

    __tablename__ = "audit_entries"

    number: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_instant())
    who: str = Field(max_length=NAME)
    action: str = Field(max_length=20)
    case_id: str = Field(max_length=CASE_ID, index=True)
    outcome: str = Field(max_length=20)


class AuditSealRow(Row, table=True):
    """The digest of some lines of the audit trail, made over the one before."""

    __tablename__ = "audit_seals"

    rank: int = Field(primary_key=True)
    first: int
    last: int
    count: int
    digest: str = Field(max_length=64)
    sealed_at: datetime = Field(sa_column=_instant())
    purged_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class EventRow(Row, table=True):
    """Something that happened; never changed."""

    __tablename__ = "events"
    __table_args__: ClassVar[Any] = (Index(None, "case_id", "number"),)

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=_instant())
    kind: str = Field(max_length=40)
    case_id: str | None = Field(default=None, max_length=CASE_ID)
    facts: Document = Field(sa_column=_json())


class EventCounterRow(Row, table=True):
    """The number of the last event: one row, whose lock puts events in order."""

    __tablename__ = "event_counter"

    only: int = Field(primary_key=True)
    last: int = Field(sa_column=Column(BigInteger, nullable=False))


class OutboxRow(Row, table=True):
    """A message to the outside; its number is the order in which messages were kept."""

    __tablename__ = "outbox"
    __table_args__: ClassVar[Any] = (
        Index(None, "state", "due_at"),
        Index(None, "about"),
        Index(None, "recipient", "until"),
    )

    number: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(max_length=NAME, unique=True)
    case_id: str = Field(sa_column=_case())
    channel: str = Field(max_length=20)
    recipient: str = Field(max_length=NAME)
    about: str = Field(max_length=NAME)
    kind: str = Field(max_length=40)
    body: Document = Field(sa_column=_json())
    created_at: datetime = Field(sa_column=_instant())
    until: datetime = Field(sa_column=_instant())
    state: str = Field(max_length=20)
    attempts: int
    due_at: datetime = Field(sa_column=_instant())
    last_error: str = Field(max_length=LONG_NAME)
    sent_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class InboxRow(Row, table=True):
    """A message that came in; the key is what makes its effect happen once."""

    __tablename__ = "inbox"

    source: str = Field(primary_key=True, max_length=NAME)
    message_id: str = Field(primary_key=True, max_length=NAME)
    received_at: datetime = Field(sa_column=_instant())


class DraftRow(Row, table=True):
    """A case as somebody else began to tell it; `said` by the names of a case's fields."""

    __tablename__ = "case_drafts"

    draft_id: str = Field(primary_key=True, max_length=NAME)
    case_ref: str = Field(max_length=NAME, index=True)
    source: str = Field(max_length=40)
    sender: str = Field(max_length=NAME)
    told_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    said: Document = Field(sa_column=_json())
    is_closed: bool
    revision: int


class LoginAttemptRow(Row, table=True):
    """An attempt to log in, until its answer comes."""

    __tablename__ = "login_attempts"

    state: str = Field(primary_key=True, max_length=NAME)
    nonce: str = Field(max_length=NAME)
    verifier: str = Field(max_length=NAME)
    back_to: str = Field(max_length=LONG_NAME)
    expires_at: datetime = Field(sa_column=_instant())


class SessionRow(Row, table=True):
    """Somebody logged in; the token itself is kept nowhere."""

    __tablename__ = "sessions"

    digest: str = Field(primary_key=True, max_length=64)
    subject: str = Field(max_length=NAME)
    began_at: datetime = Field(sa_column=_instant())
    seen_at: datetime = Field(sa_column=_instant())
    stepped_up_until: datetime | None = Field(
        default=None, sa_column=Column(Instant, nullable=True)
    )


class UsedTokenRow(Row, table=True):
    """A machine's token that was used, kept for as long as it would be accepted."""

    __tablename__ = "used_tokens"

    token_id: str = Field(primary_key=True, max_length=NAME)
    until: datetime = Field(sa_column=_instant())


class AppointmentRow(Row, table=True):
    """The last state of an appointment that an agenda told of."""

    __tablename__ = "appointments"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("system", "value"),
        Index(None, "status", "ends_at"),
    )

    number: int | None = Field(default=None, primary_key=True)
    system: str = Field(max_length=NAME)
    value: str = Field(max_length=NAME)
    version: int
    received_at: datetime = Field(sa_column=_instant())
    status: str = Field(max_length=20)
    starts_at: datetime = Field(sa_column=_instant())
    ends_at: datetime = Field(sa_column=_instant())
    operator: str = Field(max_length=NAME)
    practitioner_id: str | None = Field(default=None, max_length=NAME)
    created_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class AppointmentStateRow(Row, table=True):
    """One state of an appointment; never changed."""

    __tablename__ = "appointment_states"

    number: int = Field(primary_key=True, foreign_key="appointments.number")
    version: int = Field(primary_key=True)
    received_at: datetime = Field(sa_column=_instant())
    status: str = Field(max_length=20)
    starts_at: datetime = Field(sa_column=_instant())
    ends_at: datetime = Field(sa_column=_instant())
    operator: str = Field(max_length=NAME)
    practitioner_id: str | None = Field(default=None, max_length=NAME)


class ArchiveRow(Row, table=True):
    """A document that answers rest on, compressed, under the digest of what it says."""

    __tablename__ = "archive"

    digest: str = Field(primary_key=True, max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NoteRow(Row, table=True):
    """A handover note; never changed."""

    __tablename__ = "notes"

    number: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_instant())
    who: str = Field(max_length=NAME)
    text: str = Field(max_length=500)
    case_id: str | None = Field(
        sa_column=Column(String(CASE_ID), ForeignKey("cases.case_id"), nullable=True, index=True)
    )


class GestureRow(Row, table=True):
    """What a manager settled by hand; never changed."""

    __tablename__ = "gestures"

    number: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_instant())
    who: str = Field(max_length=NAME)
    kind: str = Field(max_length=30, index=True)
    about: str = Field(max_length=1000)
    said: str = Field(max_length=20)


class DeclarationRow(Row, table=True):
    """The last word of an effecteur about itself."""

    __tablename__ = "declarations"

    effecteur_id: str = Field(primary_key=True, max_length=NAME)
    status: str = Field(max_length=20)
    waiting_minutes: int | None = None
    waiting: int | None = None
    observed_at: datetime = Field(sa_column=_instant())
    valid_until: datetime = Field(sa_column=_instant())
    declared_by: str = Field(max_length=NAME)
    extra_patients: int = 0


class AppealRow(Row, table=True):
    """A patient whom a community is asked to take; `taken_by` is set once."""

    __tablename__ = "appeals"

    appeal_id: str = Field(primary_key=True, max_length=ORIENTATION_ID)
    case_id: str = Field(sa_column=_case())
    community_id: str = Field(max_length=NAME)
    asked: list[str] = Field(sa_column=_json())
    asked_at: datetime = Field(sa_column=_instant())
    until: datetime = Field(sa_column=_instant())
    taken_by: str | None = Field(default=None, max_length=NAME)
    taken_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    care_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class FenceRow(Row, table=True):
    """The last token under which a slot or a vehicle was decided on."""

    __tablename__ = "fences"

    thing: str = Field(primary_key=True, max_length=300)
    token: int = Field(sa_column=Column(BigInteger, nullable=False))


class CommandRow(Row, table=True):
    """A command under its idempotency key; without `status`, it is under way."""

    __tablename__ = "commands"

    key: str = Field(primary_key=True, max_length=NAME)
    digest: str = Field(max_length=64)
    began_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    status: int | None = None
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    headers: Document | None = Field(default=None, sa_column=Column(JSON, nullable=True))
