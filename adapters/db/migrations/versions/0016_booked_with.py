"""With whom a slot is booked, so that an appointment its agenda cancels is known to be ours.

Revision 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bookings", sa.Column("practitioner", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("bookings", "practitioner")
