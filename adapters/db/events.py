"""What has happened, in the database: numbered at the very end of the unit that tells of it.

A number drawn earlier could become visible after a higher one, and whoever reads "what comes
after n" would miss it for ever. So events wait until the unit ends, and then take their numbers
under the lock of one row, which lasts until the commit that follows at once.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, update
from sqlalchemy import select as select_columns
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, col, select

from adapters.db.rows import EventCounterRow, EventRow
from adapters.db.writing import Values, add, change, changes_two, table_of
from regulation.events import Event, EventKind, NumberedEvent

ONLY = 1
"""Key of the one row of the counter, made by the migration."""

COUNTER, EVENTS = table_of(EventCounterRow), table_of(EventRow)
COUNTED = (
    update(COUNTER)
    .where(COUNTER.c.only == ONLY)
    .values(last=COUNTER.c.last + bindparam("more"))
    .returning(COUNTER.c.last)
)


ONE_MORE = COUNTED.cte("counted")
FACTS = (EVENTS.c.at, EVENTS.c.kind, EVENTS.c.case_id, EVENTS.c.facts)
RECORDED = insert(EVENTS).from_select(
    ["number", *(one.name for one in FACTS)],
    select_columns(ONE_MORE.c.last, *(bindparam(one.name, type_=one.type) for one in FACTS)),
)
"""Numbers events and writes them at once: one event, where a statement may change two tables."""
RECORDED_BY_ONE = RECORDED.execution_options(preserve_rowcount=True)


class SqlEventLog:
    """Events within one session, which the edge commits after calling `number_events`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: list[Event] = []

    def record(self, event: Event) -> None:
        """Keep an event; it is written when the unit ends."""
        self._waiting.append(event)

    def number_events(self) -> int:
        """Write the events of the unit under the next numbers; return how many there were."""
        count = len(self._waiting)
        if not count:
            return 0
        if count == 1 and changes_two(self._session):
            written = change(self._session, RECORDED_BY_ONE, more=1, **_row(self._waiting.pop()))
            if written != 1:
                raise NoResultFound("event_counter has no row: the migration that fills it is due")
            return 1
        last = self._session.connection().execute(COUNTED, {"more": count}).scalar_one()
        numbered = enumerate(self._waiting, last - count + 1)
        rows = [{"number": number, **_row(event)} for number, event in numbered]
        add(self._session, EventRow, *rows)
        self._waiting.clear()
        return count

    def after(
        self, number: int, *, case_id: str | None = None, limit: int = 500
    ) -> Sequence[NumberedEvent]:
        """Return what came after the number, in order."""
        asked = select(EventRow).where(col(EventRow.number) > number)
        if case_id is not None:
            asked = asked.where(col(EventRow.case_id) == case_id)
        rows = self._session.exec(asked.order_by(col(EventRow.number)).limit(limit))
        return tuple(map(_numbered, rows))

    def last_number(self) -> int:
        """Return the number of the last event, 0 when there's none."""
        return self._session.exec(select(EventCounterRow.last)).one()


def _row(event: Event) -> Values:
    return {
        "at": event.at,
        "kind": event.kind,
        "case_id": event.case_id,
        "facts": dict(event.facts),
    }


def _numbered(row: EventRow) -> NumberedEvent:
    event = Event(at=row.at, kind=EventKind(row.kind), case_id=row.case_id, facts=row.facts)
    return NumberedEvent(number=row.number, event=event)
