"""What a violated constraint of this room means to the person."""

from tracker.core.db import constraints
from tracker.core.languages import _l

ALREADY_SENT = _l("Somebody sent a report for this place meanwhile: open the page anew")
ALREADY_DRAFTED = _l("Somebody began a draft for this place meanwhile: open the page anew")
ALREADY_DECIDED = _l("Somebody decided on this report meanwhile: open the page anew")


def explain() -> None:
    """Register the explanations; SQLite names the columns of a unique index, PostgreSQL its name."""
    constraints.explain(
        {
            "uq_report_periodic": ("value", ALREADY_SENT),
            "report.target_id, report.period_id": ("value", ALREADY_SENT),
            "uq_report_completion": ("value", ALREADY_SENT),
            "report.target_id": ("value", ALREADY_SENT),
            "uq_revision_report_id_seq": ("value", ALREADY_SENT),
            "revision.report_id, revision.seq": ("value", ALREADY_SENT),
            "uq_draft_periodic": ("value", ALREADY_DRAFTED),
            "draft.target_id, draft.period_id": ("value", ALREADY_DRAFTED),
            "uq_draft_completion": ("value", ALREADY_DRAFTED),
            "draft.target_id": ("value", ALREADY_DRAFTED),
            "uq_decision_revision_id_seq": ("reason", ALREADY_DECIDED),
            "decision.revision_id, decision.seq": ("reason", ALREADY_DECIDED),
        }
    )
