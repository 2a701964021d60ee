"""Appointments that agendas tell of: the last state of each, and every state.

Revision 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _state() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("operator", sa.String(200), nullable=False),
        sa.Column("practitioner_id", sa.String(200), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(200), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        *_state(),
        sa.Column("created_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_appointments"),
        sa.UniqueConstraint("system", "value", name="uq_appointments_system_value"),
    )
    op.create_index("ix_appointments_status_ends_at", "appointments", ["status", "ends_at"])
    op.create_table(
        "appointment_states",
        sa.Column("number", sa.Integer(), nullable=False),
        *_state(),
        sa.ForeignKeyConstraint(
            ["number"], ["appointments.number"], name="fk_appointment_states_number_appointments"
        ),
        sa.PrimaryKeyConstraint("number", "version", name="pk_appointment_states"),
    )


def downgrade() -> None:
    op.drop_table("appointment_states")
    op.drop_table("appointments")
