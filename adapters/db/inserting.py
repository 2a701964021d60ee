"""Rows added by one statement, without a savepoint: what a decision writes, it writes often."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert
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
    statement = _unless_there(kind, session.get_bind().dialect.name)
    return session.connection().execute(statement, row).rowcount == 1


@cache
def _inserting(kind: type[Row]) -> Insert:
    return plain_insert(_table(kind)).inline()


@cache
def _unless_there(kind: type[Row], dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(_table(kind)).on_conflict_do_nothing().inline()
    return statement.execution_options(preserve_rowcount=True)


def _table(kind: type[Row]) -> Any:  # noqa: ANN401  SQLModel gives it no type
    return cast("Any", kind).__table__
