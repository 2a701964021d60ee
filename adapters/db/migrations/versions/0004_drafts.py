"""Cases as somebody else began to tell them.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_drafts",
        sa.Column("draft_id", sa.String(200), nullable=False),
        sa.Column("case_ref", sa.String(200), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("sender", sa.String(200), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_case_drafts"),
    )
    op.create_index("ix_case_drafts_case_ref", "case_drafts", ["case_ref"])
    op.create_index("ix_case_drafts_told_at", "case_drafts", ["told_at"])


def downgrade() -> None:
    op.drop_table("case_drafts")
