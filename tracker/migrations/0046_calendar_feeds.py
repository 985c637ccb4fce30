"""Secret addresses under which calendar programs read a person's days."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_BODY = sa.text("ended_at IS NULL AND agency_id IS NOT NULL")
OF_ALL = sa.text("ended_at IS NULL AND agency_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_calendar_feed_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token", name=op.f("uq_calendar_feed_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feed_digest")),
    )
    op.create_index("ix_calendar_feed_person_id", "calendar_feed", ["person_id"])
    live = {"unique": True, "sqlite_where": OF_BODY, "postgresql_where": OF_BODY}
    op.create_index("uq_calendar_feed_body", "calendar_feed", ["person_id", "agency_id"], **live)
    live = {"unique": True, "sqlite_where": OF_ALL, "postgresql_where": OF_ALL}
    op.create_index("uq_calendar_feed_all", "calendar_feed", ["person_id"], **live)


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
