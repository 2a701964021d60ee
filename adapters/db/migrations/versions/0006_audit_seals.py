"""Seals of the audit trail; and the database itself refuses that its lines be changed.

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEPT = "audit lines are never changed, and erased only under a purged seal"
SEALED = "a seal is never changed but to say that its lines were erased"
PURGED = """EXISTS (SELECT 1 FROM audit_seals s WHERE s.purged_at IS NOT NULL
    AND OLD.number BETWEEN s.first AND s.last)"""
SAME_SEAL = """NEW.rank = OLD.rank AND NEW.first = OLD.first AND NEW.last = OLD.last
    AND NEW.count = OLD.count AND NEW.digest = OLD.digest AND OLD.purged_at IS NULL
    AND NEW.purged_at IS NOT NULL"""

SQLITE = (
    f"""CREATE TRIGGER audit_entries_update BEFORE UPDATE ON audit_entries
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    f"""CREATE TRIGGER audit_entries_delete BEFORE DELETE ON audit_entries WHEN NOT {PURGED}
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    f"""CREATE TRIGGER audit_seals_update BEFORE UPDATE ON audit_seals WHEN NOT ({SAME_SEAL})
        BEGIN SELECT RAISE(ABORT, '{SEALED}'); END""",
    f"""CREATE TRIGGER audit_seals_delete BEFORE DELETE ON audit_seals
        BEGIN SELECT RAISE(ABORT, '{SEALED}'); END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION keep_audit_entries() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND {PURGED} THEN RETURN OLD; END IF;
        RAISE EXCEPTION '{KEPT}'; END $$""",
    f"""CREATE FUNCTION keep_audit_seals() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND {SAME_SEAL} THEN RETURN NEW; END IF;
        RAISE EXCEPTION '{SEALED}'; END $$""",
    """CREATE TRIGGER audit_entries_kept BEFORE UPDATE OR DELETE ON audit_entries
        FOR EACH ROW EXECUTE FUNCTION keep_audit_entries()""",
    """CREATE TRIGGER audit_seals_kept BEFORE UPDATE OR DELETE ON audit_seals
        FOR EACH ROW EXECUTE FUNCTION keep_audit_seals()""",
)


def upgrade() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.Column("purged_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("rank", name="pk_audit_seals"),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if on_sqlite else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("entries_update", "entries_delete", "seals_update", "seals_delete"):
            op.execute(f"DROP TRIGGER audit_{name}")
    else:
        op.execute("DROP TRIGGER audit_entries_kept ON audit_entries")
        op.execute("DROP TRIGGER audit_seals_kept ON audit_seals")
        op.execute("DROP FUNCTION keep_audit_entries()")
        op.execute("DROP FUNCTION keep_audit_seals()")
    op.drop_table("audit_seals")
