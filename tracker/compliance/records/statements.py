"""The SQL that reads facts, built once: building a statement takes longer than running it for one target.

Each takes `ids`, a list of ids of targets.
"""

from datetime import date

import sqlalchemy as sa

from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import SpanAhead, StatusSpan
from tracker.progress.models import STANDS, Decision, Report, Revision

IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)

_target = sa.inspect(Target).local_table.c
_commitment = sa.inspect(Commitment).local_table.c
_report = sa.inspect(Report).local_table.c
_revision = sa.inspect(Revision).local_table.c
_decision = sa.inspect(Decision).local_table.c
_span = sa.inspect(StatusSpan).local_table.c
_ahead = sa.inspect(SpanAhead).local_table.c

TARGETS = (
    sa.select(
        _target.id, _target.programme_id, _target.agency_id, _target.domain, _target.code, _target.shape,
        _target.frequency, _target.starts_on, _target.due_on, _target.baseline, _target.goal, _target.low, _target.high,
        _target.direction, _target.judged_by, _target.ratio, _target.cumulative, _target.milestones, _target.weight,
        _target.ended_on, _target.end_decided_on, _target.end_recorded_on, _target.added_on,
        _commitment.number, _commitment.signed_on, _commitment.in_force_from,
    )
    .join_from(_target.id.table, _commitment.id.table, _target.commitment_id == _commitment.id)
    .where(_target.id.in_(IDS))
    .order_by(_target.id)
)  # fmt: skip

BODIES = sa.select(_target.agency_id, _target.id).where(_target.id.in_(IDS))

REVISIONS = (
    sa.select(
        _report.target_id, _report.id, _report.period_id, _report.kind, _revision.id.label("revision_id"),
        _revision.seq, _revision.submitted_on, _revision.recorded_on, _revision.value, _revision.numerator,
        _revision.denominator, _revision.not_applicable, _revision.as_at,
        _decision.outcome, _decision.decided_on, _decision.recorded_on, _decision.value, _decision.numerator,
        _decision.denominator, _decision.seq,
    )
    .join_from(_report.id.table, _revision.id.table, _revision.report_id == _report.id)
    .join(_decision.id.table, sa.and_(_decision.revision_id == _revision.id, STANDS), isouter=True)
    .where(_report.target_id.in_(IDS))
    .order_by(_report.id, _revision.seq, _decision.seq)
)  # fmt: skip

# Stored steps: all of them; and those that hold on or after the day `day` or end there, the open ones with what is kept
# of the days ahead. By way of the target, so that its older steps, which lie far and wide, are not read.
SPANS = sa.select(*_span).where(_span.target_id.in_(IDS))
_older = _span.id.table.alias("older").c
_before = sa.select(sa.func.max(_older.from_on)).where(
    _older.target_id == _target.id, _older.from_on < sa.bindparam("day", type_=sa.Date)
)
_SPANS_AND_AHEAD = sa.select(*_span, _ahead.looks, _ahead.rule_version.label("ahead_version"))
SPANS_SINCE = (
    _SPANS_AND_AHEAD.select_from(_target.id.table)
    .join(
        _span.id.table,
        sa.and_(
            _span.target_id == _target.id,
            _span.from_on >= sa.func.coalesce(_before.scalar_subquery(), sa.literal(date.min)),
        ),
    )
    .join(_ahead.looks.table, sa.and_(_ahead.target_id == _target.id, _span.to_on.is_(None)), isouter=True)
    .where(_target.id.in_(IDS))
)
# What follows the open steps; the open steps themselves, with what follows them.
AHEAD = sa.select(*_ahead).where(_ahead.target_id.in_(IDS))
OPEN = _SPANS_AND_AHEAD.join_from(
    _span.id.table, _ahead.target_id.table, _ahead.target_id == _span.target_id, isouter=True
).where(_span.target_id.in_(IDS), _span.to_on.is_(None))
