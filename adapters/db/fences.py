"""Fences in the database: the last token that changed each thing, compared and set."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session, col, select

from adapters.db.rows import FenceRow
from adapters.db.writing import add_unless_there, change, table_of
from adapters.kit.holds import Overtaken

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

FENCES = table_of(FenceRow)
LATER = update(FENCES).where(FENCES.c.thing == bindparam("named"), FENCES.c.token < bindparam("by"))
OLD = delete(FENCES).where(FENCES.c.token < bindparam("oldest"))


class SqlFences:
    """Fences within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def come_through(self, things: Iterable[str], token: int) -> None:
        """Let a token through for all these things; raise Overtaken when one saw a later one."""
        for thing in sorted(things):  # in one order, so that two decisions never deadlock
            if not change(self._session, LATER, named=thing, by=token, token=token):
                self._first(thing, token)

    def forget(self, before: datetime) -> int:
        """Forget what was last changed before; return how many things."""
        return change(self._session, OLD, oldest=(before - EPOCH) // MICROSECOND)

    def _first(self, thing: str, token: int) -> None:
        if not add_unless_there(self._session, FenceRow, {"thing": thing, "token": token}):
            seen = self._session.exec(select(FenceRow.token).where(col(FenceRow.thing) == thing))
            raise Overtaken(thing, seen.one())
