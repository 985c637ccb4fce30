"""What is asked for by hand, what is promised; and of what was told: in which office, whose matter, who asked."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_PERIOD, OF_COMPLETION = sa.text("period_id IS NOT NULL"), sa.text("period_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "asking",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaves_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_asking_programme_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_asking_period_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_asking_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
    )
    op.create_index("ix_asking_leaves_on", "asking", ["leaves_on"])
    op.create_table(
        "promise",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("will_send_on", sa.Date(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("promised_by_id", BIG, nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_promise_target_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_promise_period_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_promise_agency_id")),
        sa.ForeignKeyConstraint(["promised_by_id"], ["person.id"], name=op.f("fk_promise_promised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    given = {"unique": True, "sqlite_where": OF_PERIOD, "postgresql_where": OF_PERIOD}
    op.create_index("uq_promise_period", "promise", ["target_id", "period_id"], **given)
    given = {"unique": True, "sqlite_where": OF_COMPLETION, "postgresql_where": OF_COMPLETION}
    op.create_index("uq_promise_completion", "promise", ["target_id"], **given)
    op.add_column("told", sa.Column("audience", sa.String(16), nullable=True))
    op.add_column("told", sa.Column("agency_id", BIG, nullable=True))
    op.add_column("told", sa.Column("asking_id", BIG, nullable=True))
    op.create_index("ix_told_agency_id", "told", ["agency_id"])
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
