"""The first tables."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0001"
down_revision = None
branch_labels = ("default",)
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("peer_group", sa.String(length=40), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.String(length=255), nullable=False),
        sa.Column("exists_from", sa.Date(), nullable=True),
        sa.Column("exists_to", sa.Date(), nullable=True),
        sa.Column("appraised_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["appraised_by_id"], ["agency.id"], name=op.f("fk_agency_appraised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_code")),
    )
    op.create_table(
        "assessed_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessed_day")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_actor", "audit_event", ["actor_id", "id"], unique=False)
    op.create_index("ix_audit_event_agency", "audit_event", ["agency_id", "id"], unique=False)
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False)
    op.create_index("ix_audit_event_subject", "audit_event", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "job_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "scheduled_for", name=op.f("uq_job_run_job_scheduled_for")),
    )
    op.create_index("ix_job_run_history", "job_run", ["job", "started_at"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("token", name=op.f("uq_person_token")),
    )
    op.create_table(
        "scheduler_beat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduler_beat")),
    )
    op.create_table(
        "sign_in_count",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_count")),
    )
    op.create_table(
        "working_calendar",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_calendar")),
        sa.UniqueConstraint("name", name=op.f("uq_working_calendar_name")),
    )
    op.create_table(
        "account",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "agency_succession",
        sa.Column("id", BIG, nullable=False),
        sa.Column("predecessor_id", BIG, nullable=False),
        sa.Column("successor_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_agency_succession_not_itself")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["agency.id"], name=op.f("fk_agency_succession_predecessor_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["agency.id"], name=op.f("fk_agency_succession_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_succession")),
        sa.UniqueConstraint(
            "predecessor_id", "successor_id", name=op.f("uq_agency_succession_predecessor_id_successor_id")
        ),
    )
    op.create_index(op.f("ix_agency_succession_successor_id"), "agency_succession", ["successor_id"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("calendar_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["calendar_id"], ["working_calendar.id"], name=op.f("fk_calendar_day_calendar_id")),
        sa.PrimaryKeyConstraint("calendar_id", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "office_holding",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "office IN ('head', 'deputy', 'officer', 'monitor', 'appraiser', 'administrator')",
            name=op.f("ck_office_holding_known_office"),
        ),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_office_holding_days_in_order")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_office_holding_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_office_holding_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_holding")),
    )
    op.create_index("ix_office_holding_agency", "office_holding", ["agency_id", "office"], unique=False)
    op.create_index(op.f("ix_office_holding_person_id"), "office_holding", ["person_id"], unique=False)
    op.create_index(
        "uq_office_holding_one_head",
        "office_holding",
        ["agency_id"],
        unique=True,
        sqlite_where=sa.text("office = 'head' AND to_on IS NULL"),
        postgresql_where=sa.text("office = 'head' AND to_on IS NULL"),
    )
    op.create_table(
        "outbox_mail",
        sa.Column("id", BIG, nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=255), nullable=True),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("carries_token", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=255), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'claimed', 'sent', 'dropped', 'failed')", name=op.f("ck_outbox_mail_known_state")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outbox_mail_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_mail_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_mail_message_id")),
    )
    op.create_index(op.f("ix_outbox_mail_person_id"), "outbox_mail", ["person_id"], unique=False)
    op.create_index(
        "ix_outbox_mail_waiting",
        "outbox_mail",
        ["not_before", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'claimed')"),
        postgresql_where=sa.text("state IN ('pending', 'claimed')"),
    )
    op.create_table(
        "programme",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("calendar_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["working_calendar.id"], name=op.f("fk_programme_calendar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    op.create_table(
        "agency_sum",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("domain", sa.SmallInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("punctuality", sa.Integer(), nullable=True),
        sa.Column("total", sa.String(40), nullable=False),
        sa.Column("weight", sa.String(40), nullable=False),
        sa.Column("punctual_total", sa.String(40), nullable=False),
        sa.Column("punctual_weight", sa.String(40), nullable=False),
        sa.Column("targets", sa.Integer(), nullable=False),
        sa.Column("not_started", sa.Integer(), nullable=False),
        sa.Column("void", sa.Integer(), nullable=False),
        sa.Column("met_on_time", sa.Integer(), nullable=False),
        sa.Column("met_late", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("suspended", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("unreported", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("on_track", sa.Integer(), nullable=False),
        sa.Column("at_risk", sa.Integer(), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_sum_agency_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_agency_sum_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_sum")),
        sa.UniqueConstraint(
            "programme_id",
            "agency_id",
            "domain",
            "from_on",
            name=op.f("uq_agency_sum_programme_id_agency_id_domain_from_on"),
        ),
    )
    op.create_index(
        "uq_agency_sum_open",
        "agency_sum",
        ["programme_id", "agency_id", "domain"],
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_table(
        "commitment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("signed_how", sa.String(length=16), nullable=False),
        sa.CheckConstraint("in_force_from >= signed_on", name=op.f("ck_commitment_in_force_after_signing")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_commitment_agency_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_commitment_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("number", name=op.f("uq_commitment_number")),
        sa.UniqueConstraint("token", name=op.f("uq_commitment_token")),
    )
    op.create_index("ix_commitment_programme_agency", "commitment", ["programme_id", "agency_id"], unique=False)
    op.create_table(
        "period",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("frequency", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= cut_off AND cut_off <= due_on", name=op.f("ck_period_days_in_order")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_period_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_period_programme_id_code")),
        sa.UniqueConstraint(
            "programme_id", "frequency", "cut_off", name=op.f("uq_period_programme_id_frequency_cut_off")
        ),
    )
    op.create_index("ix_period_due", "period", ["due_on"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("values", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_policy_version_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("programme_id", "from_on", name=op.f("uq_policy_version_programme_id_from_on")),
    )
    op.create_index(
        "uq_policy_version_first",
        "policy_version",
        ["programme_id"],
        unique=True,
        sqlite_where=sa.text("from_on IS NULL"),
        postgresql_where=sa.text("from_on IS NULL"),
    )
    op.create_table(
        "target",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("commitment_id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("domain", sa.SmallInteger(), nullable=False),
        sa.Column("shape", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("weight", sa.String(40), nullable=False),
        sa.Column("frequency", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("baseline", sa.String(40), nullable=True),
        sa.Column("goal", sa.String(40), nullable=True),
        sa.Column("low", sa.String(40), nullable=True),
        sa.Column("high", sa.String(40), nullable=True),
        sa.Column("direction", sa.String(length=16), nullable=True),
        sa.Column("judged_by", sa.String(length=16), nullable=True),
        sa.Column("ratio", sa.Boolean(), nullable=False),
        sa.Column("cumulative", sa.Boolean(), nullable=False),
        sa.Column("milestones", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_decided_on", sa.Date(), nullable=True),
        sa.Column("end_recorded_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("shape IN ('deliverable', 'reach', 'keep')", name=op.f("ck_target_known_shape")),
        sa.CheckConstraint("due_on > starts_on", name=op.f("ck_target_due_after_start")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_target_agency_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_target_commitment_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_target_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("commitment_id", "code", name=op.f("uq_target_commitment_id_code")),
        sa.UniqueConstraint("token", name=op.f("uq_target_token")),
    )
    op.create_index("ix_target_agency", "target", ["agency_id"], unique=False)
    op.create_index("ix_target_programme_agency", "target", ["programme_id", "agency_id", "domain"], unique=False)
    op.create_table(
        "amendment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("goal", sa.String(40), nullable=True),
        sa.Column("baseline", sa.String(40), nullable=True),
        sa.Column("low", sa.String(40), nullable=True),
        sa.Column("high", sa.String(40), nullable=True),
        sa.Column("weight", sa.String(40), nullable=True),
        sa.Column("milestones", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("from_on >= signed_on", name=op.f("ck_amendment_from_after_signing")),
        sa.CheckConstraint("recorded_on >= signed_on", name=op.f("ck_amendment_recorded_after")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_amendment_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    op.create_index(op.f("ix_amendment_target_id"), "amendment", ["target_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("head_comment", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", BIG, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_draft_agency_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_draft_entered_by_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_draft_period_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_draft_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("token", name=op.f("uq_draft_token")),
    )
    op.create_index("ix_draft_agency_state", "draft", ["agency_id", "state"], unique=False)
    op.create_index(
        "uq_draft_completion",
        "draft",
        ["target_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'completion'"),
        postgresql_where=sa.text("kind = 'completion'"),
    )
    op.create_index(
        "uq_draft_periodic",
        "draft",
        ["target_id", "period_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'periodic'"),
        postgresql_where=sa.text("kind = 'periodic'"),
    )
    op.create_table(
        "extension",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("recorded_on >= granted_on", name=op.f("ck_extension_recorded_after")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_extension_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("target_id", "due_on", name=op.f("uq_extension_target_id_due_on")),
    )
    op.create_index(op.f("ix_extension_target_id"), "extension", ["target_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.CheckConstraint("(kind = 'periodic') = (period_id IS NOT NULL)", name=op.f("ck_report_period_of_periodic")),
        sa.CheckConstraint("kind IN ('periodic', 'completion')", name=op.f("ck_report_known_kind")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_report_agency_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_report_period_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_report_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("token", name=op.f("uq_report_token")),
    )
    op.create_index("ix_report_agency_state", "report", ["agency_id", "state", "sent_on"], unique=False)
    op.create_index("ix_report_queue", "report", ["state", "sent_on", "id"], unique=False)
    op.create_index("ix_report_target", "report", ["target_id"], unique=False)
    op.create_index(
        "uq_report_completion",
        "report",
        ["target_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'completion'"),
        postgresql_where=sa.text("kind = 'completion'"),
    )
    op.create_index(
        "uq_report_periodic",
        "report",
        ["target_id", "period_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'periodic'"),
        postgresql_where=sa.text("kind = 'periodic'"),
    )
    op.create_table(
        "status_span",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("domain", sa.SmallInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("delivery", sa.Integer(), nullable=True),
        sa.Column("punctuality", sa.Integer(), nullable=True),
        sa.Column("weight", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.SmallInteger(), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.Column("wake_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=False),
        sa.CheckConstraint("to_on IS NULL OR to_on > from_on", name=op.f("ck_status_span_days_in_order")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_status_span_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_span")),
        sa.UniqueConstraint("target_id", "from_on", name=op.f("uq_status_span_target_id_from_on")),
    )
    op.create_index(
        "ix_status_span_agency",
        "status_span",
        ["programme_id", "agency_id", "domain", "target_id"],
        unique=False,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_index(
        "ix_status_span_list",
        "status_span",
        ["programme_id", "status", "deadline_on", "target_id"],
        unique=False,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_index(
        "ix_status_span_deadline",
        "status_span",
        ["programme_id", "deadline_on", "target_id"],
        unique=False,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    # After the one above, which is as good on paper: of two such SQLite takes the younger, until it has statistics.
    op.create_index(
        "ix_status_span_attention",
        "status_span",
        ["programme_id", "deadline_on", "target_id"],
        unique=False,
        sqlite_where=sa.text("to_on IS NULL AND status IN ('overdue', 'unreported')"),
        postgresql_where=sa.text("to_on IS NULL AND status IN ('overdue', 'unreported')"),
    )
    op.create_index("ix_status_span_past", "status_span", ["programme_id", "status", "from_on"], unique=False)
    op.create_index(
        "ix_status_span_wake",
        "status_span",
        ["wake_on", "agency_id", "target_id"],
        unique=False,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_index(
        "uq_status_span_open",
        "status_span",
        ["target_id"],
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_table(
        "suspension",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("recorded_on >= decided_on", name=op.f("ck_suspension_recorded_after")),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_suspension_days_in_order")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_suspension_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(op.f("ix_suspension_target_id"), "suspension", ["target_id"], unique=False)
    op.create_table(
        "told",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=True),
        sa.Column("rung", sa.String(length=16), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("mail_id", BIG, nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox_mail.id"], name=op.f("fk_told_mail_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_told_period_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_told_person_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_told_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told")),
    )
    op.create_index(op.f("ix_told_mail_id"), "told", ["mail_id"], unique=False)
    op.create_index(
        "ix_told_open",
        "told",
        ["target_id"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(
        "uq_told_completion",
        "told",
        ["person_id", "target_id", "rung", "told_on"],
        unique=True,
        sqlite_where=sa.text("period_id IS NULL"),
        postgresql_where=sa.text("period_id IS NULL"),
    )
    op.create_index(
        "uq_told_period",
        "told",
        ["person_id", "target_id", "period_id", "rung", "told_on"],
        unique=True,
        sqlite_where=sa.text("period_id IS NOT NULL"),
        postgresql_where=sa.text("period_id IS NOT NULL"),
    )
    op.create_table(
        "revision",
        sa.Column("id", BIG, nullable=False),
        sa.Column("report_id", BIG, nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=True),
        sa.Column("value", sa.String(40), nullable=True),
        sa.Column("numerator", sa.String(40), nullable=True),
        sa.Column("denominator", sa.String(40), nullable=True),
        sa.Column("not_applicable", sa.Boolean(), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("entered_by_id", BIG, nullable=True),
        sa.Column("sent_by_id", BIG, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "not_applicable OR value IS NOT NULL OR (numerator IS NOT NULL AND denominator IS NOT NULL)",
            name=op.f("ck_revision_has_figure"),
        ),
        sa.CheckConstraint("recorded_on >= submitted_on", name=op.f("ck_revision_recorded_after")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_revision_entered_by_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_revision_report_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["person.id"], name=op.f("fk_revision_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("report_id", "seq", name=op.f("uq_revision_report_id_seq")),
    )
    op.create_table(
        "decision",
        sa.Column("id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("value", sa.String(40), nullable=True),
        sa.Column("numerator", sa.String(40), nullable=True),
        sa.Column("denominator", sa.String(40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'returned', 'reopened', 'recalled')", name=op.f("ck_decision_known_outcome")
        ),
        sa.CheckConstraint("recorded_on >= decided_on", name=op.f("ck_decision_recorded_after")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_decision_decided_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_decision_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("revision_id", "seq", name=op.f("uq_decision_revision_id_seq")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("draft_id", BIG, nullable=True),
        sa.Column("revision_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("uploaded_by_id", BIG, nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_evidence_agency_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_evidence_draft_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_evidence_revision_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["person.id"], name=op.f("fk_evidence_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("token", name=op.f("uq_evidence_token")),
    )
    op.create_index(op.f("ix_evidence_draft_id"), "evidence", ["draft_id"], unique=False)
    op.create_index(op.f("ix_evidence_revision_id"), "evidence", ["revision_id"], unique=False)
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"], unique=False)
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("the first tables are not taken away: restore a backup instead")
