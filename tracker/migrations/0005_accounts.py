"""Sessions, second factors, links by mail, and what two administrators decide."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("account", sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("totp", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("totp_counter", BIG, nullable=True))
    op.create_table(
        "reset_wish",
        sa.Column("id", BIG, nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_wish")),
    )
    op.create_table(
        "second_say",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about_id", BIG, nullable=False),
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
            "outcome <> 'confirmed' OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id AND decided_by_id <> about_id AND asked_by_id <> about_id)",
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
    op.create_index(op.f("ix_second_say_about_id"), "second_say", ["about_id"], unique=False)
    op.create_index(
        "ix_second_say_waiting",
        "second_say",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "account_link",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("made_by_id", BIG, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('invitation', 'reset')", name=op.f("ck_account_link_known_kind")),
        sa.CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_account_link_one_end")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_link_account_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_account_link_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_account_link_digest")),
    )
    op.create_index(op.f("ix_account_link_account_id"), "account_link", ["account_id"], unique=False)
    op.create_table(
        "account_session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("means", sa.String(length=16), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=True),
        sa.Column("system", sa.String(length=40), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "means IN ('password', 'app', 'passkey', 'code')", name=op.f("ck_account_session_known_means")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_account_session_digest")),
        sa.UniqueConstraint("token", name=op.f("uq_account_session_token")),
    )
    op.create_index(op.f("ix_account_session_account_id"), "account_session", ["account_id"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("credential", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
        sa.UniqueConstraint("token", name=op.f("uq_passkey_token")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "digest", name=op.f("uq_recovery_code_account_id_digest")),
    )


def downgrade() -> None:
    raise RuntimeError("second factors are not taken away: restore a backup instead")
