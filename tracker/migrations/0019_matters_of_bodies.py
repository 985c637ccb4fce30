"""What two administrators decide on may be about a body, and about nobody in it."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    "id, token, kind, about_id, agency_id, detail, reason, asked_by_id, asked_at, expires_at, open_key, outcome, "
    "decided_by_id, decided_at"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite()
    else:
        op.alter_column("second_say", "about_id", existing_type=BIG, nullable=True)
    triggers.install(op.get_bind())


def _rebuild_on_sqlite() -> None:
    """SQLite takes no NOT NULL away. Nothing points at this table; its triggers are made anew."""
    op.execute("CREATE TEMPORARY TABLE second_say_before AS SELECT * FROM second_say")
    op.drop_table("second_say")
    op.create_table(
        "second_say",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_key", sa.String(length=80), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome <> 'confirmed' OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id"
            " AND decided_by_id <> about_id AND asked_by_id <> about_id)",
            name=op.f("ck_second_say_two_others"),
        ),
        sa.CheckConstraint(
            "outcome IN ('confirmed', 'refused', 'withdrawn', 'expired')", name=op.f("ck_second_say_known_outcome")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (open_key IS NOT NULL)", name=op.f("ck_second_say_open_or_decided")),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"], name=op.f("fk_second_say_about_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_second_say_agency_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_second_say_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_second_say_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_say")),
        sa.UniqueConstraint("open_key", name=op.f("uq_second_say_open_key")),
        sa.UniqueConstraint("token", name=op.f("uq_second_say_token")),
    )
    op.execute(f"INSERT INTO second_say ({COLUMNS}) SELECT {COLUMNS} FROM second_say_before")  # noqa: S608  # ours
    op.execute("DROP TABLE second_say_before")
    op.create_index(op.f("ix_second_say_about_id"), "second_say", ["about_id"])
    op.create_index("ix_second_say_waiting", "second_say", ["expires_at"], sqlite_where=sa.text("outcome IS NULL"))


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
