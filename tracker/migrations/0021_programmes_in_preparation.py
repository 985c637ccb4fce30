"""A programme is prepared before it is one, periods in force may move ahead, and targets are drafted from templates."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "period_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("set_by_id", BIG, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_on <= cut_off AND cut_off <= due_on", name=op.f("ck_period_change_days_in_order")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_period_change_period_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_period_change_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_change")),
    )
    op.create_index(op.f("ix_period_change_period_id"), "period_change", ["period_id"])
    op.create_table(
        "programme_plan",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("slogan", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("basis_number", sa.String(length=80), nullable=True),
        sa.Column("basis_on", sa.Date(), nullable=True),
        sa.Column("basis_issuer", sa.String(length=255), nullable=True),
        sa.Column("basis_sha256", sa.String(length=64), nullable=True),
        sa.Column("basis_size", sa.Integer(), nullable=True),
        sa.Column("basis_name", sa.String(length=255), nullable=True),
        sa.Column("responsible_id", BIG, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("unsigned_until", sa.Date(), nullable=True),
        sa.Column("calendar_id", BIG, nullable=False),
        sa.Column("agencies", sa.Text(), nullable=False),
        sa.Column("periods", sa.Text(), nullable=False),
        sa.Column("based_on_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prepared_by_id", BIG, nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_by_id", BIG, nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", BIG, nullable=True),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.Column("approved_for_id", BIG, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(programme_id IS NULL) = (approved_at IS NULL)", name=op.f("ck_programme_plan_approved_or_not")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_programme_plan_days_in_order")),
        sa.ForeignKeyConstraint(["responsible_id"], ["agency.id"], name=op.f("fk_programme_plan_responsible_id")),
        sa.ForeignKeyConstraint(["calendar_id"], ["working_calendar.id"], name=op.f("fk_programme_plan_calendar_id")),
        sa.ForeignKeyConstraint(["based_on_id"], ["programme.id"], name=op.f("fk_programme_plan_based_on_id")),
        sa.ForeignKeyConstraint(["prepared_by_id"], ["person.id"], name=op.f("fk_programme_plan_prepared_by_id")),
        sa.ForeignKeyConstraint(["handed_by_id"], ["person.id"], name=op.f("fk_programme_plan_handed_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_plan_programme_id")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_programme_plan_approved_by_id")),
        sa.ForeignKeyConstraint(["approved_for_id"], ["person.id"], name=op.f("fk_programme_plan_approved_for_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_plan")),
        sa.UniqueConstraint("token", name=op.f("uq_programme_plan_token")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_plan_code")),
        sa.UniqueConstraint("programme_id", name=op.f("uq_programme_plan_programme_id")),
    )
    op.create_table(
        "target_template",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["retired_by_id"], ["person.id"], name=op.f("fk_target_template_retired_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_template")),
        sa.UniqueConstraint("token", name=op.f("uq_target_template_token")),
        sa.UniqueConstraint("code", name=op.f("uq_target_template_code")),
    )
    op.create_table(
        "target_template_version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("template_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("domain", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("shape", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=True),
        sa.Column("judged_by", sa.String(length=16), nullable=True),
        sa.Column("ratio", sa.Boolean(), nullable=False),
        sa.Column("cumulative", sa.Boolean(), nullable=False),
        sa.Column("baseline", sa.String(length=40), nullable=True),
        sa.Column("goal", sa.String(length=40), nullable=True),
        sa.Column("low", sa.String(length=40), nullable=True),
        sa.Column("high", sa.String(length=40), nullable=True),
        sa.Column("weight", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.String(length=40), nullable=False),
        sa.Column("due", sa.String(length=16), nullable=True),
        sa.Column("milestones", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("set_by_id", BIG, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "shape IN ('deliverable', 'reach', 'keep')", name=op.f("ck_target_template_version_known_shape")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["target_template.id"], name=op.f("fk_target_template_version_template_id")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_target_template_version_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_template_version")),
        sa.UniqueConstraint("template_id", "version", name=op.f("uq_target_template_version_template_id_version")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
