"""The honesty gap of bodies and of whole programmes, read so that only those targets are looked at of which another
figure counts than the one that was reported. What the gap is: `progress.honesty`."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.compliance.records.facts import in_batches, records_of
from tracker.core.db.database import Condition
from tracker.core.languages import _n
from tracker.programmes.frames import Frames
from tracker.progress import honesty
from tracker.progress.honesty import Gap, Honesty
from tracker.progress.models import STANDS, Decision, Report, Revision
from tracker.progress.states import ReportState

_newer, _later = aliased(Revision), aliased(Decision)


def of_bodies(session: Session, on: date, frames: Frames, *where: Condition) -> Honesty:
    """Of all reports that meet the conditions, as they stood on a day."""
    count = session.scalar(sa.select(sa.func.count()).select_from(_accepted(on, *where).subquery())) or 0
    told = [gap for _target_id, found in _gaps(session, on, frames, *where) for gap in found]
    return honesty.of_gaps(told, appraised=count)


def of_targets(session: Session, on: date, frames: Frames, *where: Condition) -> dict[int, Fraction]:
    """By target, in its own unit: the gap of its latest figure of which another one counts, as a day saw it. Only of
    those that have one."""
    return {target_id: found[-1].amount for target_id, found in _gaps(session, on, frames, *where)}


def told(found: Honesty, gap: str) -> str:
    """A gap in words, beside how many figures it is the mean of."""
    return _n(
        "%(gap)s (%(changed)s of %(num)s appraised figure changed)",
        "%(gap)s (%(changed)s of %(num)s appraised figures changed)",
        found.appraised,
        gap=gap,
        changed=found.changed,
    )


def _gaps(session: Session, on: date, frames: Frames, *where: Condition) -> Iterator[tuple[int, list[Gap]]]:
    """(target, its gaps) of those that have one, a batch of whole records at a time."""
    for ids in in_batches(_changed(session, on, *where)):
        for record in records_of(session, ids, frames):
            found = [gap for gap in honesty.gaps(record.known_on(on), on) if gap.changed]
            if found:
                yield record.target_id, found


def _changed(session: Session, on: date, *where: Condition) -> list[int]:
    """The targets with an acceptance that names another figure."""
    other = sa.or_(Decision.value.is_not(None), Decision.numerator.is_not(None))
    found = _accepted(on, *where).where(other).with_only_columns(Report.target_id).distinct()
    return list(session.scalars(found))


def _accepted(on: date, *where: Condition) -> sa.Select[Any]:
    """Revisions that stood accepted on a day and are applicable, of reports that meet the conditions."""
    return (
        sa.select(Revision.id)
        .select_from(Report)
        .join(Revision, Revision.report_id == Report.id)
        .join(Decision, sa.and_(Decision.revision_id == Revision.id, Decision.outcome == ReportState.ACCEPTED))
        .where(
            Decision.recorded_on <= on,
            STANDS,
            Revision.not_applicable.is_(False),
            sa.or_(Revision.denominator.is_(None), Revision.denominator != 0),
            ~sa.exists().where(
                _newer.report_id == Revision.report_id, _newer.seq > Revision.seq, _newer.recorded_on <= on
            ),
            ~sa.exists().where(_later.revision_id == Revision.id, _later.seq > Decision.seq, _later.recorded_on <= on),
            *where,
        )
    )
