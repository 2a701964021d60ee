"""What answers rest on, so that they can be computed again; several decisions on one answer.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_archive"),
    )
    op.add_column("orientations", sa.Column("basis", sa.JSON(), nullable=True))
    op.add_column("decisions", sa.Column("attempt", sa.Integer(), nullable=True))
    _number_decisions()
    with op.batch_alter_table("decisions") as decisions:
        decisions.alter_column("attempt", existing_type=sa.Integer(), nullable=False)
    op.create_index(
        "ix_decisions_orientation_id_attempt",
        "decisions",
        ["orientation_id", "attempt"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("ix_decisions_orientation_id_attempt", "decisions")
    op.drop_column("decisions", "attempt")
    op.drop_column("orientations", "basis")
    op.drop_table("archive")


def _number_decisions() -> None:
    """Number the decisions taken so far on each answer, in the order in which they were."""
    op.execute(
        "UPDATE decisions SET attempt = (SELECT count(*) FROM decisions AS earlier "
        "WHERE earlier.orientation_id = decisions.orientation_id "
        "AND earlier.number <= decisions.number)"
    )
