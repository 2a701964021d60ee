"""Slots taken by decisions, in the database: its primary key refuses the second taker."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, func
from sqlmodel import Session, col, select

from adapters.db.rows import BookingRow
from adapters.db.writing import Values, add_unless_there, change, table_of
from regulation.bookings import SlotBooking, SlotTaken
from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow

BOOKINGS = table_of(BookingRow)
RELEASED = delete(BOOKINGS).where(BOOKINGS.c.case_id == bindparam("of"))


class SqlSlotBookings:
    """Bookings within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def book(self, booking: SlotBooking, capacity: int) -> None:
        """Take one of the places of a slot; raise SlotTaken when none is left.

        A place just taken by somebody else is passed over: another may still be free.
        """
        refused: set[int] = set()
        while place := self._free_place(booking.slot_id, capacity, refused):
            if add_unless_there(self._session, BookingRow, _row(booking, place - 1)):
                return
            refused.add(place)
        raise SlotTaken(f"slot {booking.slot_id} has no place left")

    def _free_place(self, slot_id: str, capacity: int, refused: set[int]) -> int:
        """The number, from 1, of a place that seems free; 0 when none does."""
        rows = self._session.exec(
            select(BookingRow.place).where(col(BookingRow.slot_id) == slot_id)
        )
        taken = refused | {place + 1 for place in rows}
        return next((place for place in range(1, capacity + 1) if place not in taken), 0)

    def release(self, case_id: str) -> None:
        """Give back what a case had taken; nothing happens when it had nothing."""
        change(self._session, RELEASED, of=case_id)

    def taken_after(self, instant: datetime, *, besides: str) -> Mapping[str, int]:
        """Count the places taken by slot id, of slots ending later, besides one case's own."""
        counted = self._session.exec(
            select(BookingRow.slot_id, func.count())
            .where(col(BookingRow.ends_at) > instant)
            .where(col(BookingRow.case_id) != besides)
            .group_by(col(BookingRow.slot_id))
        )
        return dict(counted.all())

    def find_booking(self, case_id: str) -> SlotBooking | None:
        """Return what a case has taken, None when it has taken nothing."""
        row = self._session.exec(
            select(BookingRow).where(col(BookingRow.case_id) == case_id)
        ).first()
        return None if row is None else _booking(row)


def _row(booking: SlotBooking, place: int) -> Values:
    return {
        "slot_id": booking.slot_id,
        "place": place,
        "case_id": booking.case_id,
        "source": booking.source,
        "effecteur_id": str(booking.effecteur_id),
        "starts_at": booking.window.start,
        "ends_at": booking.window.end,
        "booked_at": booking.booked_at,
    }


def _booking(row: BookingRow) -> SlotBooking:
    return SlotBooking(
        slot_id=row.slot_id,
        source=row.source,
        effecteur_id=Identifier.parse(row.effecteur_id),
        window=TimeWindow(row.starts_at, row.ends_at),
        case_id=row.case_id,
        booked_at=row.booked_at,
    )
