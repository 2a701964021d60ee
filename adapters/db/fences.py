"""Fences in the database: the last token that changed each thing, compared and set."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, select

from adapters.db.inserting import add_unless_there
from adapters.db.rows import FenceRow
from adapters.kit.holds import Overtaken

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class SqlFences:
    """Fences within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def come_through(self, things: Iterable[str], token: int) -> None:
        """Let a token through for all these things; raise Overtaken when one saw a later one."""
        for thing in sorted(things):  # in one order, so that two decisions never deadlock
            later = update(FenceRow).where(col(FenceRow.thing) == thing)
            done = self._count(later.where(col(FenceRow.token) < token).values(token=token))
            if done == 0:
                self._first(thing, token)

    def forget(self, before: datetime) -> int:
        """Forget what was last changed before; return how many things."""
        oldest = (before - EPOCH) // MICROSECOND
        return self._count(delete(FenceRow).where(col(FenceRow.token) < oldest))

    def _first(self, thing: str, token: int) -> None:
        if not add_unless_there(self._session, FenceRow, {"thing": thing, "token": token}):
            seen = self._session.exec(select(FenceRow.token).where(col(FenceRow.thing) == thing))
            raise Overtaken(thing, seen.one())

    def _count(self, statement: Any) -> int:  # noqa: ANN401  an UPDATE or a DELETE
        return cast("CursorResult[Any]", self._session.execute(statement)).rowcount
