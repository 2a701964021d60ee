"""Rows added, changed and removed by one statement on the table itself: what a decision writes, it
writes often.

Nothing is read back into objects, and no savepoint is made. Statements are written once, and told
their values each time: none is built anew for each call.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Delete, Insert, Table, Update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from adapters.db.rows import Row

Values = Mapping[str, Any]


def add(session: Session, kind: type[Row], *rows: Values) -> None:
    """Add rows at once; a key that is taken raises IntegrityError, and the unit is over."""
    if rows:
        session.connection().execute(_inserting(kind), list(rows))


def add_unless_there(session: Session, kind: type[Row], row: Values) -> bool:
    """Add a row unless one of its keys is taken; tell whether it was added.

    Where another transaction has just added the same and is not over, this one waits for its end.
    """
    return add_those_not_there(session, kind, row) == 1


def add_those_not_there(session: Session, kind: type[Row], *rows: Values) -> int:
    """Add at once the rows none of whose keys is taken; return how many were added."""
    if not rows:
        return 0
    statement = _unless_there(kind, session.get_bind().dialect.name)
    return session.connection().execute(statement, list(rows)).rowcount


def change(session: Session, statement: Insert | Update | Delete, **told: Any) -> int:  # noqa: ANN401
    """Run a statement on a table with what is told; return how many rows it met."""
    return session.connection().execute(statement, told).rowcount


def changes_two(session: Session) -> bool:
    """Tell whether one statement may change two tables here: PostgreSQL lets it, SQLite doesn't."""
    return session.get_bind().dialect.name == "postgresql"


@cache
def _inserting(kind: type[Row]) -> Insert:
    return plain_insert(table_of(kind)).inline()


@cache
def _unless_there(kind: type[Row], dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(table_of(kind)).on_conflict_do_nothing().inline()
    return statement.execution_options(preserve_rowcount=True)


def table_of(kind: type[Row]) -> Table:
    """Return the table that rows of a kind are in."""
    return cast("Table", cast("Any", kind).__table__)
