"""The life of a commitment before and after it is signed: dossiers, drafted terms, moves, comments, proposals."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE_FIRST = sa.text("kind = 'commitment' AND state NOT IN ('declined', 'withdrawn', 'expired')")
ONE_AMENDMENT = sa.text(
    "kind = 'amendment' AND state NOT IN ('declined', 'withdrawn', 'expired', 'in_force', 'closed')"
)
WAITING = sa.text("outcome IS NULL")


def upgrade() -> None:
    op.create_table(
        "dossier",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("commitment_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("document_sha256", sa.String(length=80), nullable=True),
        sa.Column("terms_sha256", sa.String(length=80), nullable=True),
        sa.Column("document_version", sa.Integer(), nullable=False),
        sa.Column("signed_how", sa.String(length=16), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("countersigned_on", sa.Date(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.CheckConstraint("kind <> 'amendment' OR commitment_id IS NOT NULL", name=op.f("ck_dossier_amends_one")),
        sa.CheckConstraint("kind IN ('commitment', 'amendment')", name=op.f("ck_dossier_known_kind")),
        sa.CheckConstraint("countersigned_on >= signed_on", name=op.f("ck_dossier_head_first")),
        sa.CheckConstraint("in_force_from >= countersigned_on", name=op.f("ck_dossier_in_force_after_signing")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_dossier_agency_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_dossier_commitment_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_dossier_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("token", name=op.f("uq_dossier_token")),
    )
    op.create_index("ix_dossier_agency", "dossier", ["agency_id"])
    op.create_index(op.f("ix_dossier_commitment_id"), "dossier", ["commitment_id"])
    op.create_index("ix_dossier_programme_state", "dossier", ["programme_id", "state"])
    op.create_index(
        "uq_dossier_one_amendment",
        "dossier",
        ["commitment_id"],
        unique=True,
        sqlite_where=ONE_AMENDMENT,
        postgresql_where=ONE_AMENDMENT,
    )
    op.create_index(
        "uq_dossier_one_first",
        "dossier",
        ["programme_id", "agency_id"],
        unique=True,
        sqlite_where=ONE_FIRST,
        postgresql_where=ONE_FIRST,
    )
    op.create_table(
        "draft_target",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("dossier_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("template_version_id", BIG, nullable=True),
        sa.Column("template_code", sa.String(length=40), nullable=True),
        sa.Column("follows_id", BIG, nullable=True),
        sa.Column("target_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_draft_target_dossier_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["target.id"], name=op.f("fk_draft_target_follows_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_draft_target_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_target")),
        sa.UniqueConstraint("dossier_id", "code", name=op.f("uq_draft_target_dossier_id_code")),
        sa.UniqueConstraint("token", name=op.f("uq_draft_target_token")),
    )
    op.create_index(op.f("ix_draft_target_target_id"), "draft_target", ["target_id"])
    op.create_index("ix_draft_target_template", "draft_target", ["template_code", "dossier_id"])
    op.create_table(
        "term_comment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("dossier_id", BIG, nullable=False),
        sa.Column("draft_target_id", BIG, nullable=True),
        sa.Column("term", sa.String(length=40), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("for_person_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_term_comment_dossier_id")),
        sa.ForeignKeyConstraint(["draft_target_id"], ["draft_target.id"], name=op.f("fk_term_comment_draft_target_id")),
        sa.ForeignKeyConstraint(["for_person_id"], ["person.id"], name=op.f("fk_term_comment_for_person_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_term_comment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_comment")),
    )
    op.create_index(op.f("ix_term_comment_dossier_id"), "term_comment", ["dossier_id"])
    op.create_table(
        "term_proposal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("dossier_id", BIG, nullable=False),
        sa.Column("draft_target_id", BIG, nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("for_person_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.Column("answered_for_id", BIG, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused', 'taken_back')", name=op.f("ck_term_proposal_known_outcome")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name=op.f("ck_term_proposal_open_or_answered")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_term_proposal_answered_by_id")),
        sa.ForeignKeyConstraint(["answered_for_id"], ["person.id"], name=op.f("fk_term_proposal_answered_for_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_term_proposal_dossier_id")),
        sa.ForeignKeyConstraint(
            ["draft_target_id"], ["draft_target.id"], name=op.f("fk_term_proposal_draft_target_id")
        ),
        sa.ForeignKeyConstraint(["for_person_id"], ["person.id"], name=op.f("fk_term_proposal_for_person_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_term_proposal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_proposal")),
        sa.UniqueConstraint("token", name=op.f("uq_term_proposal_token")),
    )
    op.create_index(op.f("ix_term_proposal_dossier_id"), "term_proposal", ["dossier_id"])
    op.create_index(
        "ix_term_proposal_open", "term_proposal", ["dossier_id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "dossier_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("dossier_id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("state_before", sa.String(length=16), nullable=True),
        sa.Column("state_after", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("for_person_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("comment_id", BIG, nullable=True),
        sa.Column("proposal_id", BIG, nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["term_comment.id"], name=op.f("fk_dossier_move_comment_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_move_dossier_id")),
        sa.ForeignKeyConstraint(["for_person_id"], ["person.id"], name=op.f("fk_dossier_move_for_person_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dossier_move_person_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["term_proposal.id"], name=op.f("fk_dossier_move_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_move")),
        sa.UniqueConstraint("dossier_id", "seq", name=op.f("uq_dossier_move_dossier_id_seq")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
