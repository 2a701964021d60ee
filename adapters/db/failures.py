"""What a failing database means: it is not there, or two transactions got in each other's way."""

from enum import Enum

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

GOT_IN_THE_WAY = frozenset({"40001", "40P01", "55P03"})
"""Serialization failure, deadlock, lock not given in time (PostgreSQL, appendix A)."""

NOT_THERE = ("08", "25006", "53", "57", "58", "XX")
"""Connection, read-only, out of resources (disk full), shut down or cancelled, system error."""


class Failure(Enum):
    """What may be done about it."""

    CONTENTION = "another transaction was in the way: begin again"
    UNAVAILABLE = "the database does not answer"


def failure_of(error: SQLAlchemyError) -> Failure | None:
    """Tell what the error means; None: it is a fault of ours."""
    if isinstance(error, NoConnectionFree):
        return Failure.UNAVAILABLE
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    if state in GOT_IN_THE_WAY:
        return Failure.CONTENTION
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return Failure.UNAVAILABLE
    return Failure.UNAVAILABLE if state and state.startswith(NOT_THERE) else None


def named(error: SQLAlchemyError) -> str:
    """Name the error without its message, which may hold values."""
    return type(getattr(error, "orig", None) or error).__name__
