"""What a company was told lately, found without reading every message ever sent.

Revision 0017.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_recipient_until", "outbox", ["recipient", "until"])


def downgrade() -> None:
    op.drop_index("ix_outbox_recipient_until", "outbox")
