"""Slots taken by decisions, in the database: its primary key refuses the second taker."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select
from sqlmodel import Session

from adapters.db.reading import Line, read
from adapters.db.rows import BookingRow
from adapters.db.writing import Values, add_unless_there, change, table_of
from regulation.bookings import SlotBooking, SlotTaken
from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow

BOOKINGS = table_of(BookingRow)
OF_CASE = BOOKINGS.c.case_id == bindparam("of")
RELEASED, FOUND = delete(BOOKINGS).where(OF_CASE), select(BOOKINGS).where(OF_CASE)
WITH = (
    select(BOOKINGS)
    .where(BOOKINGS.c.practitioner == bindparam("practitioner"))
    .where(BOOKINGS.c.starts_at == bindparam("start"))
    .order_by(BOOKINGS.c.case_id)
)
PLACES = select(BOOKINGS.c.place).where(BOOKINGS.c.slot_id == bindparam("slot"))
TAKEN = (
    select(BOOKINGS.c.slot_id, func.count().label("many"))
    .where(BOOKINGS.c.ends_at > bindparam("instant"), BOOKINGS.c.case_id != bindparam("besides"))
    .group_by(BOOKINGS.c.slot_id)
)


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
        rows = read(self._session, PLACES, slot=slot_id)
        taken = refused | {row.place + 1 for row in rows}
        return next((place for place in range(1, capacity + 1) if place not in taken), 0)

    def release(self, case_id: str) -> None:
        """Give back what a case had taken; nothing happens when it had nothing."""
        change(self._session, RELEASED, of=case_id)

    def taken_after(self, instant: datetime, *, besides: str) -> Mapping[str, int]:
        """Count the places taken by slot id, of slots ending later, besides one case's own."""
        counted = read(self._session, TAKEN, instant=instant, besides=besides)
        return {row.slot_id: row.many for row in counted}

    def find_booking(self, case_id: str) -> SlotBooking | None:
        """Return what a case has taken, None when it has taken nothing."""
        rows = read(self._session, FOUND, of=case_id)
        return _booking(rows[0]) if rows else None

    def taken_with(self, practitioner: Identifier, start: datetime) -> Sequence[SlotBooking]:
        """Return what cases have taken with somebody at an instant, by case."""
        rows = read(self._session, WITH, practitioner=str(practitioner), start=start)
        return [_booking(row) for row in rows]


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
        "practitioner": str(booking.practitioner) if booking.practitioner else None,
    }


def _booking(row: Line) -> SlotBooking:
    return SlotBooking(
        slot_id=row.slot_id,
        source=row.source,
        effecteur_id=Identifier.parse(row.effecteur_id),
        window=TimeWindow(row.starts_at, row.ends_at),
        case_id=row.case_id,
        booked_at=row.booked_at,
        practitioner=Identifier.parse(row.practitioner) if row.practitioner else None,
    )
