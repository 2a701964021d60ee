"""Bringing a database to the schema of this version, and telling whether it is there."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from adapters.db.rows import METADATA


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply the migrations up to the revision, in one transaction."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Undo the migrations down to the revision (`base`: all of them), in one transaction."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


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


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "adapters.db:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
