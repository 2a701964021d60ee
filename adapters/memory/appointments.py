"""Appointments that agendas tell of, in memory."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.records import Records
from regulation.appointments import Appointment, KeptAppointment


class InMemoryAppointments:
    """Appointments among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def find(self, system: str, value: str) -> KeptAppointment | None:
        """Return the last state of an appointment, None when there's none of this identifier."""
        states = self._records.appointments.get((system, value), ())
        return states[-1] if states else None

    def get(self, appointment_id: str) -> KeptAppointment:
        """Return the last state; raise LookupError when there's none of this id."""
        for states in self._records.appointments.values():
            if states[-1].appointment_id == appointment_id:
                return states[-1]
        raise LookupError(f"no appointment {appointment_id}")

    def save(self, appointment: Appointment, received_at: datetime) -> KeptAppointment:
        """Keep a state, unless it is the last one already; return what is kept."""
        key = (appointment.system, appointment.value)
        states = self._records.appointments.get(key, ())
        if states and states[-1].appointment == appointment:
            return states[-1]
        number = len(self._records.appointments) + 1
        kept = KeptAppointment(
            appointment_id=states[0].appointment_id if states else str(number),
            version=len(states) + 1,
            received_at=received_at,
            appointment=appointment,
        )
        self._records.appointments[key] = (*states, kept)
        return kept

    def after(self, instant: datetime) -> Sequence[Appointment]:
        """Return the appointments that take a time ending later."""
        last = (states[-1].appointment for states in self._records.appointments.values())
        return tuple(one for one in last if one.status.takes_its_slot and one.window.end > instant)
