"""What the sheet reads besides what other pages do: its slots with those that came back, its reports and drafts, how
many files stand behind each."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.core.db.database import Condition
from tracker.core.db.sorting import code_key
from tracker.home.queries import Duties
from tracker.people.models import Person
from tracker.programmes.models import Period, Programme
from tracker.progress.models import Draft, Evidence, Report, Revision
from tracker.progress.queries import ReportSlot
from tracker.progress.states import ReportState

_BACK = (ReportState.RETURNED, ReportState.REOPENED)


def _of_body(model: type[Draft | Report]) -> Condition:
    return model.agency_id == sa.bindparam("agency_id")


# Built once: building a statement takes longer than running it.
_CAME_BACK = (
    sa.select(Target, Agency, Programme, Commitment, Period)
    .select_from(Report)
    .join(Target, Target.id == Report.target_id)
    .join(Agency, Agency.id == Target.agency_id)
    .join(Programme, Programme.id == Target.programme_id)
    .join(Commitment, Commitment.id == Target.commitment_id)
    .join(Period, Period.id == Report.period_id)
    .where(Report.agency_id == sa.bindparam("agency_id"))
    .where(Report.state.in_(_BACK))
    .where(Period.code != sa.bindparam("period_code"), Period.cut_off < sa.bindparam("until"))
)
_TARGETS: sa.BindParameter[int] = sa.bindparam("targets", expanding=True)
_PERIODS: sa.BindParameter[int] = sa.bindparam("periods", expanding=True)
_DRAFTS: sa.BindParameter[int] = sa.bindparam("drafts", expanding=True)
_REPORTS: sa.BindParameter[int] = sa.bindparam("reports", expanding=True)
# As rows: a page looks at them and changes none.
_report, _draft = sa.inspect(Report).local_table.c, sa.inspect(Draft).local_table.c
_OF_REPORTS = sa.select(*_report).where(_report.target_id.in_(_TARGETS))
_OF_DRAFTS = (
    sa.select(*_draft, Person.name.label("writer"))
    .join(Person, Person.id == _draft.entered_by_id)
    .where(_draft.target_id.in_(_TARGETS))
)
_REPORTS_IN = _OF_REPORTS.where(_report.period_id.in_(_PERIODS))
_DRAFTS_IN = _OF_DRAFTS.where(_draft.period_id.in_(_PERIODS))
_WHOLE_REPORTS = _OF_REPORTS.where(_report.period_id.is_(None))
_WHOLE_DRAFTS = _OF_DRAFTS.where(_draft.period_id.is_(None))
# Targets whose completion is being written, waits for the head, or came back.
_COMPLETING = (
    sa.select(Target, Agency, Programme, Commitment)
    .join(Agency, Agency.id == Target.agency_id)
    .join(Programme, Programme.id == Target.programme_id)
    .join(Commitment, Commitment.id == Target.commitment_id)
    .where(Target.agency_id == sa.bindparam("agency_id"))
    .where(
        sa.or_(
            Target.id.in_(sa.select(Draft.target_id).where(_of_body(Draft), Draft.period_id.is_(None))),
            Target.id.in_(
                sa.select(Report.target_id).where(_of_body(Report), Report.period_id.is_(None), Report.state.in_(_BACK))
            ),
        )
    )
)
_NEWEST = sa.select(sa.func.max(Revision.id)).where(Revision.report_id.in_(_REPORTS)).group_by(Revision.report_id)
_FILES = (
    sa.select(Evidence.draft_id, Revision.report_id, sa.func.count())
    .outerjoin(Revision, Revision.id == Evidence.revision_id)
    .where(Evidence.removed_at.is_(None))
    .where(sa.or_(Evidence.draft_id.in_(_DRAFTS), Evidence.revision_id.in_(_NEWEST)))
    .group_by(Evidence.draft_id, Revision.report_id)
)


def came_back(session: Session, visible: Condition, agency_id: int, code: str, until: date) -> list[ReportSlot]:
    """The slots of a body's reports of other periods, over before a day, that came back and wait to be answered."""
    rows = session.execute(_CAME_BACK.where(visible), {"agency_id": agency_id, "period_code": code, "until": until})
    slots = [ReportSlot(*row) for row in rows]
    return sorted(slots, key=lambda one: (one.target.domain, *code_key(one.commitment.number, one.target.code)))


def completing(session: Session, visible: Condition, agency_id: int) -> list[ReportSlot]:
    """The slots of a body's completions that somebody has to do with: begun, with the head, or returned."""
    rows = session.execute(_COMPLETING.where(visible), {"agency_id": agency_id})
    slots = [ReportSlot(*row, None) for row in rows]
    return sorted(slots, key=lambda one: (one.target.domain, *code_key(one.commitment.number, one.target.code)))


def duties_in(session: Session, slots: Sequence[ReportSlot]) -> Duties:
    """The reports and drafts of exactly these slots, a draft with the name of its `writer`. Two statements, and two
    more where a completion is among them."""
    periods = {slot.period.id for slot in slots if slot.period is not None}
    named = {"targets": list({slot.target.id for slot in slots}), "periods": list(periods)}
    reports: Iterable[Any] = session.execute(_REPORTS_IN, named)
    drafts: Iterable[Any] = session.execute(_DRAFTS_IN, named)
    if any(slot.period is None for slot in slots):
        reports = [*reports, *session.execute(_WHOLE_REPORTS, named)]
        drafts = [*drafts, *session.execute(_WHOLE_DRAFTS, named)]
    return Duties(
        completions={slot.target.id: replace(slot, period=None) for slot in slots},
        periods={(slot.programme.id, slot.period.code): slot.period for slot in slots if slot.period},
        reports={(report.target_id, report.period_id): report for report in reports},
        drafts={(draft.target_id, draft.period_id): draft for draft in drafts},
    )


def files_in(session: Session, duties: Duties) -> dict[tuple[int, int | None], int]:
    """How many files stand behind each draft, else behind what was sent last. One statement."""
    drafts = {draft.id: place for place, draft in duties.drafts.items()}
    reports = {report.id: place for place, report in duties.reports.items()}
    rows = session.execute(_FILES, {"drafts": list(drafts), "reports": list(reports)}).all()
    found = {reports[report_id]: count for draft_id, report_id, count in rows if draft_id is None}
    return found | dict.fromkeys(duties.drafts, 0) | {drafts[row[0]]: row[2] for row in rows if row[0] is not None}
