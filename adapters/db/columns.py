"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

from regulation.kernel.time import require_aware


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite forgets the offset, so it is given back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  the signature of SQLAlchemy
        """Refuse a naive instant, write the others in UTC."""
        return None if value is None else require_aware(value, "stored instant").astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  the signature of SQLAlchemy
        """Return the instant in UTC, whatever zone the server answers in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
