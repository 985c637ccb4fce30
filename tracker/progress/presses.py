"""What one press of a head has sent: all receipts of one body, one sender and one instant, found by the code of any."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.commitments.models import Target
from tracker.core.db.database import Condition
from tracker.people.models import Person
from tracker.programmes.models import Period
from tracker.progress.models import Report, ReportReceipt, Revision
from tracker.progress.queries import ReportSlot, slot_of
from tracker.progress.states import ReportState

_sender, _holder, _newer = aliased(Person), aliased(Person), aliased(Revision)
_IS_LAST = ~sa.exists().where(_newer.report_id == Revision.report_id, _newer.seq > Revision.seq)


@dataclass(frozen=True, slots=True)
class Sent:
    """One report of a press. `open`: nobody decided on it yet, so it can be recalled."""

    report: Report
    revision: Revision
    target: Target
    period: str | None
    code: str
    sha256: str
    open: bool


@dataclass(frozen=True, slots=True)
class PressOf:
    """What was sent at once: by whom, in whose name, in which office, when."""

    sent_at: datetime
    sent_by: str | None
    sent_for: str | None
    office: str | None
    reports: Sequence[Sent]

    @property
    def recallable(self) -> list[Sent]:
        """Those that can still be recalled."""
        return [one for one in self.reports if one.open]


def by_code(session: Session, visible: Condition, code: str) -> PressOf | None:
    """The press of which this is one receipt; none where it is unknown or out of sight. `visible` on Report."""
    first = session.execute(
        sa.select(Revision.sent_at, Revision.sent_by_id, Report.agency_id, ReportReceipt.content)
        .join(Revision, Revision.id == ReportReceipt.revision_id)
        .join(Report, Report.id == Revision.report_id)
        .where(ReportReceipt.code == code, visible)
    ).one_or_none()
    if first is None:
        return None
    rows = session.execute(_rows(first.agency_id, first.sent_at, first.sent_by_id)).all()
    found = [Sent(row.Report, row.Revision, row.Target, row.period, row.code, row.sha256, _open(row)) for row in rows]
    office = json.loads(first.content).get("office")
    return PressOf(first.sent_at, rows[0].sent_by, rows[0].sent_for, office, found)


def slots_of(session: Session, sent: Sequence[Sent]) -> list[tuple[ReportSlot, int]]:
    """The slots of these reports with the numbers of their revisions."""
    return [(slot_of(session, one.report), one.revision.seq) for one in sent]


def _open(row: Any) -> bool:
    return bool(row.is_last) and row.Report.state == ReportState.SENT


def _rows(agency_id: int, sent_at: datetime, sent_by_id: int) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        Report,
        Revision,
        Target,
        Period.code.label("period"),
        ReportReceipt.code,
        ReportReceipt.sha256,
        _IS_LAST.label("is_last"),
        _sender.name.label("sent_by"),
        _holder.name.label("sent_for"),
    )
    return (
        sa.select(*columns)
        .select_from(Report)
        .join(Revision, Revision.report_id == Report.id)
        .join(ReportReceipt, ReportReceipt.revision_id == Revision.id)
        .join(Target, Target.id == Report.target_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .join(_sender, _sender.id == Revision.sent_by_id, isouter=True)
        .join(_holder, _holder.id == Revision.sent_for_id, isouter=True)
        .where(Report.agency_id == agency_id, Revision.sent_at == sent_at, Revision.sent_by_id == sent_by_id)
        .order_by(Target.domain, Target.code, Report.id)
    )
