"""What a store in memory holds; a unit of work changes a copy, and nobody sees it until kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.kit.commands import Command
from adapters.kit.logins import LoginAttempt, Session
from regulation.appointments import KeptAppointment
from regulation.audit import AuditEntry
from regulation.audit_chain import AuditSeal
from regulation.bookings import SlotBooking
from regulation.cases import Case
from regulation.decisions import Decision
from regulation.declarations import Declaration
from regulation.drafts import CaseDraft
from regulation.events import NumberedEvent
from regulation.gestures import Gesture
from regulation.kernel.ids import Identifier
from regulation.marketplace import Appeal
from regulation.messages import Delivery
from regulation.notes import Note
from regulation.ports import RecordedOrientation
from transport.fleet import PromisedRide


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTaken:
    """A decision with the effecteur it chose (None: the patient was sent to nobody)."""

    decision: Decision
    effecteur_id: Identifier | None


@dataclass(slots=True, kw_only=True)
class Records:
    """Everything kept. The values are immutable; only these containers change."""

    cases: dict[str, Case] = field(default_factory=dict)
    orientations: list[RecordedOrientation] = field(default_factory=list)
    decisions: list[DecisionTaken] = field(default_factory=list)
    bookings: list[SlotBooking] = field(default_factory=list)
    rides: dict[str, tuple[PromisedRide, ...]] = field(default_factory=dict)
    vehicle_versions: dict[str, int] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    events: list[NumberedEvent] = field(default_factory=list)
    archive: Mapping[str, bytes] = field(default_factory=dict)
    outbox: dict[str, Delivery] = field(default_factory=dict)
    inbox: dict[tuple[str, str], datetime] = field(default_factory=dict)
    drafts: dict[str, CaseDraft] = field(default_factory=dict)
    attempts: dict[str, LoginAttempt] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    used_tokens: dict[str, datetime] = field(default_factory=dict)
    seals: list[AuditSeal] = field(default_factory=list)
    purged: set[int] = field(default_factory=set)
    appointments: dict[tuple[str, str], tuple[KeptAppointment, ...]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    declarations: dict[str, Declaration] = field(default_factory=dict)
    fences: dict[str, int] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    gestures: list[Gesture] = field(default_factory=list)
    appeals: dict[str, Appeal] = field(default_factory=dict)

    def copy(self) -> "Records":
        """Return records that change apart from these."""
        return Records(
            cases=dict(self.cases),
            orientations=list(self.orientations),
            decisions=list(self.decisions),
            bookings=list(self.bookings),
            rides=dict(self.rides),
            vehicle_versions=dict(self.vehicle_versions),
            audit=list(self.audit),
            events=list(self.events),
            archive=self.archive,
            outbox=dict(self.outbox),
            inbox=dict(self.inbox),
            drafts=dict(self.drafts),
            attempts=dict(self.attempts),
            sessions=dict(self.sessions),
            used_tokens=dict(self.used_tokens),
            seals=list(self.seals),
            purged=set(self.purged),
            appointments=dict(self.appointments),
            notes=list(self.notes),
            declarations=dict(self.declarations),
            fences=dict(self.fences),
            commands=dict(self.commands),
            gestures=list(self.gestures),
            appeals=dict(self.appeals),
        )
