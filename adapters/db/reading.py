"""Lines read by statements on tables, written once and told their values each time: none is built
anew for each call, and nothing is made an object that the session follows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select
from sqlmodel import Session

Line = Row[Any]
"""One line, whose columns go by their names."""


def read(session: Session, statement: Select[Any], **told: Any) -> Sequence[Line]:  # noqa: ANN401
    """Return the lines of a statement that is told these values."""
    return session.connection().execute(statement, told).all()
