"""Which reports waited for an appraiser on a day, came or were decided on in a span of days, as known then.

Each as a select whose first column is the target, for pages that list targets and whoever counts them.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.progress.models import Decision, Report, Revision, Withdrawal
from tracker.progress.states import ReportState

REPORT = sa.inspect(Report).local_table.c
REVISION = sa.inspect(Revision).local_table.c
DECISION = sa.inspect(Decision).local_table.c
# Literal, so that the partial index of what waits answers it.
WAITS = REPORT.state == sa.literal_column(f"'{ReportState.SENT.value}'")
_SENT = REPORT.id.table.join(REVISION.id.table, REVISION.report_id == REPORT.id)


def waiting_reports(day: Any) -> sa.Select[Any]:
    """Select of (target_id, sent_on, id, programme_id) of what waits for an appraiser, as known on a day; none: today.

    Of a past day the revisions tell it, which were known by then and not decided yet: a later one follows a decision.
    """
    columns = (REPORT.target_id, REPORT.id, REPORT.programme_id)
    if day is None:
        return sa.select(*columns, REPORT.sent_on).where(WAITS)
    decided = sa.exists().where(DECISION.revision_id == REVISION.id, DECISION.recorded_on <= day, _stands())
    known = (REVISION.recorded_on <= day, ~decided)
    return sa.select(*columns, REVISION.submitted_on.label("sent_on")).select_from(_SENT).where(*known)


def came(first: date, last: date) -> sa.Select[Any]:
    """Select of the targets of which a report came from one day to another."""
    days = REVISION.submitted_on.between(first, last)
    return sa.select(REPORT.target_id).select_from(_SENT).where(days, REVISION.recorded_on <= last)


def decided(first: date, last: date) -> sa.Select[Any]:
    """Select of the targets of which a report was decided on from one day to another; what was taken back is none."""
    source = _SENT.join(DECISION.id.table, DECISION.revision_id == REVISION.id)
    days = (DECISION.decided_on.between(first, last), DECISION.recorded_on <= last, _stands())
    return sa.select(REPORT.target_id).select_from(source).where(*days)


def _stands() -> Any:
    return DECISION.id.not_in(sa.select(Withdrawal.decision_id))
