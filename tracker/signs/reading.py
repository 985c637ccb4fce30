"""What signs are looked for in: the targets of which something was recorded since a day, the files that were sent
before, and the hour at which a body sent its reports."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency
from tracker.commitments.models import Amendment, Target
from tracker.core.clock import VIETNAM
from tracker.core.languages import DEFAULT
from tracker.programmes.models import Period
from tracker.progress.models import Decision, Evidence, Report, Revision
from tracker.rule.calendar import WorkingCalendar
from tracker.signs.finders import Found, Kind

LAST_HOUR = time(16)  # offices close at 17:00
LEAST_SENT, SHARE = 5, 2  # so many reports of a period, and half of them
LONGEST_KEY = 80


def touched(session: Session, since: date) -> list[int]:
    """The targets of which a revision, a decision or an amendment was recorded on that day or later, in order."""
    revised = sa.select(Report.target_id).join(Revision, Revision.report_id == Report.id)
    decided = revised.join(Decision, Decision.revision_id == Revision.id)
    asked = sa.union(
        revised.where(Revision.recorded_on >= since),
        decided.where(Decision.recorded_on >= since),
        sa.select(Amendment.target_id).where(Amendment.recorded_on >= since),
    )
    return sorted(session.scalars(asked))


def same_files(session: Session, target_ids: Collection[int], since: date) -> Iterator[tuple[int, Found]]:
    """(target, sign) of each file sent since a day that had been sent before by another body, or for another period.
    Of several earlier ones the first is told."""
    now, then, report, earlier = aliased(Evidence), aliased(Evidence), aliased(Report), aliased(Report)
    revision, period, other = aliased(Revision), aliased(Period), aliased(Period)
    was = aliased(Target)
    columns: tuple[Any, ...] = (
        report.target_id,
        now.sha256,
        period.code.label("period"),
        was.code.label("target"),
        Agency.code.label("agency_code"),
        Agency.name.label("agency"),
        other.code.label("other_period"),
        then.uploaded_at,
    )
    asked = (
        sa.select(*columns)
        .select_from(now)
        .join(revision, revision.id == now.revision_id)
        .join(report, report.id == revision.report_id)
        .join(then, sa.and_(then.sha256 == now.sha256, then.id < now.id))
        .join(Revision, Revision.id == then.revision_id)
        .join(earlier, earlier.id == Revision.report_id)
        .join(was, was.id == earlier.target_id)
        .join(Agency, Agency.id == earlier.agency_id)
        .join(period, period.id == report.period_id, isouter=True)
        .join(other, other.id == earlier.period_id, isouter=True)
        .where(
            report.target_id.in_(target_ids),
            revision.recorded_on >= since,
            sa.or_(
                earlier.agency_id != report.agency_id,
                sa.func.coalesce(earlier.period_id, 0) != sa.func.coalesce(report.period_id, 0),
            ),
        )
        .order_by(then.id, now.id)
    )
    for row in session.execute(asked):
        code = row.period or ""
        key = f"{code} {row.sha256}"[:LONGEST_KEY]
        told = {
            "period": code,
            "other": row.agency.get(DEFAULT) or row.agency_code,
            "target": row.target,
            "other_period": row.other_period or "",
            "day": row.uploaded_at.astimezone(VIETNAM).date().isoformat(),
        }
        yield row.target_id, Found(Kind.SAME_FILE, key, told)


def last_hours(
    session: Session, since: date, calendars: Mapping[int, WorkingCalendar]
) -> Iterator[tuple[int, int, Found]]:
    """(programme, body, sign) of those that, since a day, sent half of a period's reports in the last hour of its last
    day; by the working calendars of programmes."""
    first = (Report.sent_on >= since, Revision.submitted_on >= since, Revision.seq == 1, Revision.sent_at.is_not(None))
    asked = (
        sa.select(Report.programme_id, Report.agency_id, Period, Revision.sent_at, Revision.submitted_on)
        .join(Revision, Revision.report_id == Report.id)
        .join(Period, Period.id == Report.period_id)
        .where(*first)
    )
    late: dict[tuple[int, int, Period], int] = defaultdict(int)
    for programme_id, agency_id, period, sent_at, sent_on in session.execute(asked):
        last_day = calendars[programme_id].roll(period.due_on) == sent_on
        if last_day and sent_at is not None and sent_at.astimezone(VIETNAM).time() >= LAST_HOUR:
            late[programme_id, agency_id, period] += 1
    for (programme_id, agency_id, period), count in late.items():
        of = _sent_of(session, agency_id, period.id)
        if count >= LEAST_SENT and count * SHARE >= of:
            day = calendars[programme_id].roll(period.due_on)
            told = {"count": str(count), "of": str(of), "period": period.code, "day": day.isoformat()}
            yield programme_id, agency_id, Found(Kind.LAST_HOUR, period.code, told)


def places(session: Session, target_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The programme and the body of each target."""
    asked = sa.select(Target.id, Target.programme_id, Target.agency_id).where(Target.id.in_(target_ids))
    return {row.id: (row.programme_id, row.agency_id) for row in session.execute(asked)}


def _sent_of(session: Session, agency_id: int, period_id: int) -> int:
    asked = sa.select(sa.func.count()).where(Report.agency_id == agency_id, Report.period_id == period_id)
    return session.scalar(asked) or 0
