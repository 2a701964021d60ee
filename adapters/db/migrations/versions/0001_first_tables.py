"""Cases, what was answered and decided, what is held for them, and who looked.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_cases()
    _create_answers()
    _create_decisions()
    _create_bookings()
    _create_promises()
    _create_audit()


def downgrade() -> None:
    for table in (
        "audit_entries",
        "vehicle_versions",
        "promised_rides",
        "bookings",
        "decisions",
        "orientations",
        "case_transitions",
        "cases",
    ):
        op.drop_table(table)


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("dossier", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_cases"),
    )
    op.create_table(
        "case_transitions",
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("before", sa.String(20), nullable=False),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        _of_case("case_transitions"),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_case_transitions"),
    )


def _create_answers() -> None:
    op.create_table(
        "orientations",
        sa.Column("orientation_id", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("snapshot_id", sa.String(200), nullable=False),
        sa.Column("rules_version", sa.String(200), nullable=False),
        sa.Column("vehicle_versions", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        _of_case("orientations"),
        sa.PrimaryKeyConstraint("orientation_id", name="pk_orientations"),
        sa.UniqueConstraint("case_id", "number", name="uq_orientations_case_id_number"),
    )


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("orientation_id", sa.String(80), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("motive", sa.String(2000), nullable=False),
        sa.Column("effecteur_id", sa.String(200), nullable=True),
        _of_case("decisions"),
        sa.ForeignKeyConstraint(
            ["orientation_id"],
            ["orientations.orientation_id"],
            name="fk_decisions_orientation_id_orientations",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_decisions"),
        sa.UniqueConstraint("idempotency_key", name="uq_decisions_idempotency_key"),
    )
    op.create_index("ix_decisions_at", "decisions", ["at"])
    op.create_index("ix_decisions_case_id", "decisions", ["case_id"])


def _create_bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("slot_id", sa.String(200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("effecteur_id", sa.String(200), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("booked_at", INSTANT, nullable=False),
        _of_case("bookings"),
        sa.PrimaryKeyConstraint("slot_id", "place", name="pk_bookings"),
    )
    op.create_index("ix_bookings_case_id", "bookings", ["case_id"])


def _create_promises() -> None:
    op.create_table(
        "promised_rides",
        sa.Column("ride_id", sa.String(200), nullable=False),
        sa.Column("journey_id", sa.String(64), nullable=False),
        sa.Column("vehicle_id", sa.String(200), nullable=False),
        sa.Column("pickup_at", INSTANT, nullable=False),
        sa.Column("dropoff_at", INSTANT, nullable=False),
        sa.Column("ride", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("ride_id", name="pk_promised_rides"),
    )
    op.create_index("ix_promised_rides_dropoff_at", "promised_rides", ["dropoff_at"])
    op.create_index("ix_promised_rides_journey_id", "promised_rides", ["journey_id"])
    op.create_table(
        "vehicle_versions",
        sa.Column("vehicle_id", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", name="pk_vehicle_versions"),
    )


def _create_audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_case_id", "audit_entries", ["case_id"])


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_case_id_cases"
    return sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=name)
