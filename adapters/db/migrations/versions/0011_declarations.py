"""What effecteurs declare of themselves, for as long as it is to be believed.

Revision 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "declarations",
        sa.Column("effecteur_id", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("waiting_minutes", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("observed_at", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT, nullable=False),
        sa.Column("declared_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("effecteur_id", name="pk_declarations"),
    )


def downgrade() -> None:
    op.drop_table("declarations")
