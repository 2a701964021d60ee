"""Runs the migrations on the connection that `adapters.db.schema` hands over."""

from alembic import context
from sqlalchemy import Connection

from adapters.db.rows import METADATA

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection), "start migrations by `aiguilleur db upgrade`"
context.configure(
    connection=connection,
    target_metadata=METADATA,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
