"""Signatures with what proves them, the keys that sign, who attested whose they are; which ways of signing a programme
takes, and until when the People's Committee signs."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def _points(table: str, column: str, at: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.add_column("dossier", sa.Column("countersign_until", sa.Date(), nullable=True))
    op.create_table(
        "signing_ways",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("ways", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("set_by_id", BIG, nullable=True),
        sa.Column("set_at", AT, nullable=False),
        _points("signing_ways", "programme_id", "programme"),
        _points("signing_ways", "set_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_ways")),
    )
    op.create_index(op.f("ix_signing_ways_programme_id"), "signing_ways", ["programme_id"])
    op.create_table(
        "signing_key",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("credential", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("enrolment", sa.Text(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_signing_key_ended_with_a_reason")
        ),
        _points("signing_key", "person_id", "person"),
        _points("signing_key", "ended_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("token", name=op.f("uq_signing_key_token")),
        sa.UniqueConstraint("credential", name=op.f("uq_signing_key_credential")),
    )
    op.create_index(op.f("ix_signing_key_person_id"), "signing_key", ["person_id"])
    op.create_table(
        "signing_key_attestation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("at", AT, nullable=False),
        _points("signing_key_attestation", "key_id", "signing_key"),
        _points("signing_key_attestation", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key_attestation")),
        sa.UniqueConstraint("key_id", "person_id", name=op.f("uq_signing_key_attestation_key_id_person_id")),
    )
    op.create_table(
        "signature",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("document_id", BIG, nullable=False),
        sa.Column("dossier_id", BIG, nullable=False),
        sa.Column("move_id", BIG, nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("office", sa.String(length=40), nullable=True),
        sa.Column("authority", sa.String(length=16), nullable=True),
        sa.Column("for_person_id", BIG, nullable=True),
        sa.Column("key_id", BIG, nullable=True),
        sa.Column("nonce", sa.String(length=80), nullable=True),
        sa.Column("sign_count", BIG, nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint("side IN ('body', 'ppc')", name=op.f("ck_signature_known_side")),
        sa.CheckConstraint("way IN ('passkey', 'pades', 'paper')", name=op.f("ck_signature_known_way")),
        sa.CheckConstraint(
            "way <> 'passkey' OR (key_id IS NOT NULL AND nonce IS NOT NULL AND evidence IS NOT NULL)",
            name=op.f("ck_signature_passkey_with_its_proof"),
        ),
        _points("signature", "document_id", "document"),
        _points("signature", "dossier_id", "dossier"),
        _points("signature", "move_id", "dossier_move"),
        _points("signature", "person_id", "person"),
        _points("signature", "for_person_id", "person"),
        _points("signature", "key_id", "signing_key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("token", name=op.f("uq_signature_token")),
        sa.UniqueConstraint("move_id", name=op.f("uq_signature_move_id")),
        sa.UniqueConstraint("nonce", name=op.f("uq_signature_nonce")),
        sa.UniqueConstraint("document_id", "side", name=op.f("uq_signature_document_id_side")),
    )
    op.create_index(op.f("ix_signature_dossier_id"), "signature", ["dossier_id"])
    op.create_index(op.f("ix_signature_key_id"), "signature", ["key_id"])
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
