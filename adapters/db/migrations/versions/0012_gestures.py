"""What managers of territories settle by hand.

Revision 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "gestures",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("about", sa.String(1000), nullable=False),
        sa.Column("said", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_gestures"),
    )
    op.create_index("ix_gestures_kind", "gestures", ["kind"])


def downgrade() -> None:
    op.drop_table("gestures")
