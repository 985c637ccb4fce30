"""Whose turn it is in the threads of reports: read by pages, and by the digest, which knows nothing of asking."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.core.db.database import Condition
from tracker.programmes.models import Period
from tracker.progress.appraising.models import QuestionLine
from tracker.progress.models import Report
from tracker.progress.states import ReportState


class Side(StrEnum):
    """Who says a line."""

    APPRAISER = "appraiser"
    BODY = "body"


def whose_turn(session: Session, side: Side, visible: Condition) -> Sequence[Any]:
    """(Report, Target, Agency, Period or none, last QuestionLine) of the reports that wait, about which this side has
    something to answer or to read, the oldest first; `visible` on Report."""
    line, later = QuestionLine, aliased(QuestionLine)
    newer = sa.exists().where(later.report_id == line.report_id, later.seq > line.seq)
    other = Side.BODY if side is Side.APPRAISER else Side.APPRAISER
    return session.execute(
        sa.select(Report, Target, Agency, Period, line)
        .select_from(line)
        .join(Report, Report.id == line.report_id)
        .join(Target, Target.id == Report.target_id)
        .join(Agency, Agency.id == Report.agency_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .where(Report.state == ReportState.SENT, line.side == other, ~newer, visible)
        .order_by(line.said_at, line.id)
    ).all()
