"""Bringing a database to the schema of this version, and telling whether it is there."""

from collections.abc import Iterator

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, text

from adapters.db.rows import METADATA

MIGRATING = 31_15
"""Key of the advisory lock; any number that nobody else uses in this database."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply the migrations up to the revision, in one transaction; whoever else does waits."""
    with engine.begin() as connection:
        _take_turns(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Undo the migrations down to the revision (`base`: all of them), in one transaction."""
    with engine.begin() as connection:
        _take_turns(connection)
        command.downgrade(_config(connection), revision)


def revisions() -> Iterator[Script]:
    """Yield the migrations, latest first."""
    return ScriptDirectory.from_config(_config()).walk_revisions()


def is_up_to_date(engine: Engine) -> bool:
    """Tell whether every migration has been applied."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    return set(current) == set(ScriptDirectory.from_config(_config()).get_heads())


def differences(engine: Engine) -> list[object]:
    """List what the tables of the database lack or have too much, compared with the rows."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))


def _take_turns(connection: Connection) -> None:
    """Let one process migrate at a time, for as long as it takes (SQLite has one writer anyway)."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "lock_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "adapters.db:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
