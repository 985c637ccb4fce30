"""Mails that came back: addresses at which nobody can be written to, and since when a person has the present one."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("person", sa.Column("address_since", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "address_bounce",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("mail_id", BIG, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_bounce_person_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox_mail.id"], name=op.f("fk_address_bounce_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_bounce")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_address_bounce_mail_id")),
    )
    op.create_index(op.f("ix_address_bounce_person_id"), "address_bounce", ["person_id"])
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
