"""Appointments that agendas send (INT_R03): created, changed, created by a change, told twice."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from adapters.kit.defective import Defective
from adapters.kit.judgement import Judgement
from adapters.sas.appointments import booked_appointment, decode_appointment
from regulation.appointments import (
    Appointment,
    AppointmentStatus,
    KeptAppointment,
    without_booked,
)
from regulation.bookings import SlotBooking
from regulation.events import Event, EventKind
from regulation.kernel.time import Clock
from regulation.ports import Snapshots, StaleVersion
from regulation.snapshots import Snapshot
from services.store import Store, StoreUnavailable, Unit


class NotFhir(Exception):  # noqa: N818  the message is at fault, not the code
    """It is not an Appointment of FHIR at all."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotTaken(Exception):  # noqa: N818  a refusal, named as one says it
    """It is an Appointment, and it breaks a rule of the flow."""

    def __init__(self, field: str, reason: str, code: str = "business-rule") -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is kept, and whether it was there before."""

    kept: KeptAppointment
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaDesk:
    """Keeps what agendas tell of appointments."""

    store: Store
    clock: Clock

    def create(self, raw: bytes) -> Taken:
        """Keep a new appointment; the same again changes nothing. Raise NotFhir, NotTaken."""
        now = self.clock.now()
        told = self._read(raw, now)
        with self.store.unit() as unit:
            kept = unit.appointments.find(told.system, told.value)
            if kept is not None and kept.appointment != told:
                reason = "est déjà connu avec autre chose : le changer par PUT"
                raise NotTaken("identifier", reason, "duplicate")
            return self._keep(unit, told, kept, now)

    def change(self, raw: bytes, identifier: str) -> Taken:
        """Keep the next state of an appointment, or its first when there was none.

        `identifier` is what the request asks for, `system|value` or the value alone.
        """
        now = self.clock.now()
        told = self._read(raw, now)
        if identifier not in {told.value, f"{told.system}|{told.value}"}:
            raise NotTaken("identifier", "n'est pas celui que la demande change")
        with self.store.unit() as unit:
            kept = unit.appointments.find(told.system, told.value)
            return self._keep(unit, told, kept, now)

    def get(self, appointment_id: str) -> KeptAppointment:
        """Return the last state; raise LookupError."""
        with self.store.reading() as unit:
            return unit.appointments.get(appointment_id)

    def _read(self, raw: bytes, now: datetime) -> Appointment:
        try:
            sent = decode_appointment(raw)
        except Defective as fault:
            raise NotFhir(fault.field, fault.reason) from None
        try:
            return booked_appointment(sent, Judgement(now=now)).appointment
        except Defective as fault:
            raise NotTaken(fault.field, fault.reason) from None

    def _keep(
        self, unit: Unit, told: Appointment, kept: KeptAppointment | None, now: datetime
    ) -> Taken:
        saved = unit.appointments.save(told, now)
        if saved != kept:
            unit.events.record(_told(saved, now))
            for ours in _lost(unit, told, kept):
                unit.events.record(_withdrawn(ours, now))
        return Taken(kept=saved, created=kept is None)


@dataclass(slots=True, kw_only=True)
class NotBookedElsewhere:
    """The picture of the offer less what agendas have told to be booked since it was taken."""

    snapshots: Snapshots
    store: Store
    clock: Clock
    _booked: Sequence[Appointment] = field(default=(), init=False)

    def current(self) -> Snapshot:
        """Return the last published snapshot, less the slots filled meanwhile.

        While the database is away nobody can tell of another: those told before are left out. The
        paper sheet and the map go on, and whoever is to keep anything is refused all the same.
        """
        with suppress(StaleVersion, StoreUnavailable), self.store.reading() as unit:
            self._booked = unit.appointments.after(self.clock.now())
        return without_booked(self.snapshots.current(), self._booked)


def _lost(unit: Unit, told: Appointment, kept: KeptAppointment | None) -> Sequence[SlotBooking]:
    """What cases had taken at a time that an appointment no longer has: cancelled, or moved."""
    before = kept.appointment if kept else told
    if kept is not None and not before.status.takes_its_slot:
        return ()
    moved = (before.practitioner, before.window.start) != (told.practitioner, told.window.start)
    cancelled = told.status is AppointmentStatus.CANCELLED
    if before.practitioner is None or not (moved or cancelled):
        return ()
    return unit.bookings.taken_with(before.practitioner, before.window.start)


def _withdrawn(booking: SlotBooking, now: datetime) -> Event:
    """The agenda cancelled, or moved, an appointment at the time, and with whom, a case was to be
    seen; that it is its own nobody says."""
    facts = {"slot_id": booking.slot_id, "start": booking.window.start.isoformat()}
    withdrawn = EventKind.SLOT_WITHDRAWN
    return Event(at=now, kind=withdrawn, case_id=booking.case_id, facts=facts)


def _told(saved: KeptAppointment, now: datetime) -> Event:
    appointment = saved.appointment
    practitioner = appointment.practitioner
    return Event(
        at=now,
        kind=EventKind.APPOINTMENT_TOLD,
        case_id=None,
        facts={
            "appointment_id": saved.appointment_id,
            "version": saved.version,
            "status": appointment.status.value,
            "practitioner_id": None if practitioner is None else str(practitioner),
            "start": appointment.window.start.isoformat(),
        },
    )
