"""What has happened, numbered, for those who watch.

Revision 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
    )
    op.create_index("ix_events_case_id_number", "events", ["case_id", "number"])
    counter = op.create_table(
        "event_counter",
        sa.Column("only", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("only", name="pk_event_counter"),
    )
    op.bulk_insert(counter, [{"only": 1, "last": 0}])


def downgrade() -> None:
    op.drop_table("event_counter")
    op.drop_table("events")
