"""Appointments that agendas tell of, in the database: the last state of each, and every state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from adapters.db.reading import Line, read
from adapters.db.rows import AppointmentRow, AppointmentStateRow
from adapters.db.writing import table_of
from regulation.appointments import Appointment, AppointmentStatus, KeptAppointment
from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow
from regulation.ports import StaleVersion

STATE = ("version", "received_at", "status", "starts_at", "ends_at", "operator", "practitioner_id")
TAKING = [str(one) for one in AppointmentStatus if one.takes_its_slot]
APPOINTMENTS = table_of(AppointmentRow)
LATER = (
    select_columns(APPOINTMENTS)
    .where(APPOINTMENTS.c.ends_at > bindparam("instant"), APPOINTMENTS.c.status.in_(TAKING))
    .order_by(APPOINTMENTS.c.number)
)


class SqlAppointments:
    """Appointments within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, system: str, value: str) -> KeptAppointment | None:
        """Return the last state of an appointment, None when there's none of this identifier."""
        row = self._find(system, value)
        return None if row is None else _kept(row)

    def get(self, appointment_id: str) -> KeptAppointment:
        """Return the last state; raise LookupError when there's none of this id."""
        row = None
        if appointment_id.isdecimal():
            row = self._session.get(AppointmentRow, int(appointment_id), populate_existing=True)
        if row is None:
            raise LookupError(f"no appointment {appointment_id}")
        return _kept(row)

    def save(self, appointment: Appointment, received_at: datetime) -> KeptAppointment:
        """Keep a state, unless it is the last one already; return what is kept.

        Raise StaleVersion when another state was kept meanwhile.
        """
        row = self._find(appointment.system, appointment.value)
        if row is not None and _kept(row).appointment == appointment:
            return _kept(row)
        values = _values(appointment, received_at, version=row.version + 1 if row else 1)
        try:
            with self._session.begin_nested():
                row = self._write(row, appointment, values)
                state = {name: values[name] for name in STATE}
                self._session.add(AppointmentStateRow(number=row.number or 0, **state))
        except IntegrityError:
            raise StaleVersion("the appointment was changed meanwhile") from None
        return _kept(row)

    def _write(
        self, row: AppointmentRow | None, appointment: Appointment, values: Mapping[str, Any]
    ) -> AppointmentRow:
        if row is None:
            row = AppointmentRow(system=appointment.system, value=appointment.value, **values)
        for name, value in values.items():
            setattr(row, name, value)
        self._session.add(row)
        self._session.flush()
        return row

    def after(self, instant: datetime) -> Sequence[Appointment]:
        """Return the appointments that take a time ending later."""
        rows = read(self._session, LATER, instant=instant)
        return tuple(_kept(row).appointment for row in rows)

    def _find(self, system: str, value: str) -> AppointmentRow | None:
        return self._session.exec(
            select(AppointmentRow)
            .where(col(AppointmentRow.system) == system)
            .where(col(AppointmentRow.value) == value)
            .execution_options(populate_existing=True)
        ).first()


def _values(appointment: Appointment, received_at: datetime, *, version: int) -> dict[str, Any]:
    practitioner = appointment.practitioner
    return {
        "version": version,
        "received_at": received_at,
        "status": appointment.status,
        "starts_at": appointment.window.start,
        "ends_at": appointment.window.end,
        "operator": appointment.operator,
        "practitioner_id": None if practitioner is None else str(practitioner),
        "created_at": appointment.created_at,
    }


def _kept(row: AppointmentRow | Line) -> KeptAppointment:
    number = row.practitioner_id
    return KeptAppointment(
        appointment_id=str(row.number),
        version=row.version,
        received_at=row.received_at,
        appointment=Appointment(
            system=row.system,
            value=row.value,
            status=AppointmentStatus(row.status),
            window=TimeWindow(row.starts_at, row.ends_at),
            operator=row.operator,
            practitioner=None if number is None else Identifier.parse(number),
            created_at=row.created_at,
        ),
    )
