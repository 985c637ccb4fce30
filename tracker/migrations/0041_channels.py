"""Channels beside mail: what persons chose, their browsers, what was handed over; and who told somebody besides a mail."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
WAITING = sa.text("state IN ('pending', 'claimed')")
LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("outbox_mail", sa.Column("elsewhere", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("told", sa.Column("seen_at", AT, nullable=True))
    still_open = sa.text("closed_on IS NULL")
    op.create_index("ix_told_inbox", "told", ["person_id"], sqlite_where=still_open, postgresql_where=still_open)
    op.create_table(
        "channel_choice",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("hour", sa.String(16), nullable=False),
        sa.Column("by_gateway", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_channel_choice_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_channel_choice")),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(40), nullable=False),
        sa.Column("public_key", sa.String(255), nullable=False),
        sa.Column("secret", sa.String(40), nullable=False),
        sa.Column("browser", sa.String(40), nullable=False),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_subscription_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("token", name=op.f("uq_push_subscription_token")),
    )
    op.create_index(op.f("ix_push_subscription_person_id"), "push_subscription", ["person_id"])
    op.create_index(
        "uq_push_subscription_live",
        "push_subscription",
        ["digest"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "channel_call",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("mail_id", BIG, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("subscription_id", BIG, nullable=True),
        sa.Column("place", BIG, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("not_before", AT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("claimed_until", AT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", AT, nullable=True),
        sa.Column("answer", sa.String(40), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'claimed', 'sent', 'dropped', 'failed')", name=op.f("ck_channel_call_known_state")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox_mail.id"], name=op.f("fk_channel_call_mail_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_channel_call_person_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["push_subscription.id"], name=op.f("fk_channel_call_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_call")),
        sa.UniqueConstraint("token", name=op.f("uq_channel_call_token")),
        sa.UniqueConstraint("mail_id", "channel", "place", name=op.f("uq_channel_call_mail_id_channel_place")),
    )
    op.create_index(op.f("ix_channel_call_person_id"), "channel_call", ["person_id"])
    op.create_index(
        "ix_channel_call_waiting",
        "channel_call",
        ["not_before", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
