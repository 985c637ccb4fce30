"""Signs in what was reported that raise a question, and what was said about each."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0051"
down_revision = "0045"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def _points(table: str, column: str, at: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "sign",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=True),
        sa.Column("about", BIG, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('found', 'asked', 'answered', 'closed')", name=op.f("ck_sign_known_state")),
        sa.CheckConstraint("about = coalesce(target_id, 0)", name=op.f("ck_sign_about_target")),
        _points("sign", "programme_id", "programme"),
        _points("sign", "agency_id", "agency"),
        _points("sign", "target_id", "target"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign")),
        sa.UniqueConstraint("token", name=op.f("uq_sign_token")),
        sa.UniqueConstraint("kind", "agency_id", "about", "key", name=op.f("uq_sign_kind_agency_id_about_key")),
    )
    op.create_index("ix_sign_state", "sign", ["state", "id"])
    op.create_index("ix_sign_agency", "sign", ["agency_id", "id"])
    op.create_index("ix_sign_programme", "sign", ["programme_id"])
    op.create_index(op.f("ix_sign_target_id"), "sign", ["target_id"])
    op.create_table(
        "sign_word",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sign_id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.String(16), nullable=True),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("for_person_id", BIG, nullable=True),
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint("move IN ('ask', 'answer', 'close')", name=op.f("ck_sign_word_known_move")),
        sa.CheckConstraint("(move = 'close') = (conclusion IS NOT NULL)", name=op.f("ck_sign_word_concluded")),
        sa.CheckConstraint(
            "conclusion IN ('explained', 'unexplained', 'set_aside')", name=op.f("ck_sign_word_known_conclusion")
        ),
        _points("sign_word", "sign_id", "sign"),
        _points("sign_word", "person_id", "person"),
        _points("sign_word", "for_person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_word")),
        sa.UniqueConstraint("sign_id", "seq", name=op.f("uq_sign_word_sign_id_seq")),
    )
    triggers.install(op.get_bind())
