"""The SQL that reads facts, built once: building a statement takes longer than running it for one target.

Each takes `ids`, a list of ids of targets (of programmes or calendars where its comment says so).
"""

import sqlalchemy as sa

from tracker.commitments.models import Amendment, Commitment, Extension, Suspension, Target
from tracker.compliance.models import SpanAhead, StatusSpan
from tracker.programmes.models import CalendarDay, Period, PolicyVersion, Programme
from tracker.progress.models import Decision, Report, Revision

IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)

_target = sa.inspect(Target).local_table.c
_commitment = sa.inspect(Commitment).local_table.c
_extension = sa.inspect(Extension).local_table.c
_suspension = sa.inspect(Suspension).local_table.c
_amendment = sa.inspect(Amendment).local_table.c
_report = sa.inspect(Report).local_table.c
_revision = sa.inspect(Revision).local_table.c
_decision = sa.inspect(Decision).local_table.c
_programme = sa.inspect(Programme).local_table.c
_policy = sa.inspect(PolicyVersion).local_table.c
_period = sa.inspect(Period).local_table.c
_day = sa.inspect(CalendarDay).local_table.c
_span = sa.inspect(StatusSpan).local_table.c
_ahead = sa.inspect(SpanAhead).local_table.c

TARGETS = (
    sa.select(
        _target.id, _target.programme_id, _target.agency_id, _target.domain, _target.code, _target.shape,
        _target.frequency, _target.starts_on, _target.due_on, _target.baseline, _target.goal, _target.low, _target.high,
        _target.direction, _target.judged_by, _target.ratio, _target.cumulative, _target.milestones, _target.weight,
        _target.ended_on, _target.end_decided_on, _target.end_recorded_on,
        _commitment.number, _commitment.signed_on, _commitment.in_force_from,
    )
    .join_from(_target.id.table, _commitment.id.table, _target.commitment_id == _commitment.id)
    .where(_target.id.in_(IDS))
    .order_by(_target.id)
)  # fmt: skip

BODIES = sa.select(_target.agency_id, _target.id).where(_target.id.in_(IDS))

# The columns of the four below are those of the rule's records, in their order, behind the id of what they belong to.
EXTENSIONS = (
    sa.select(_extension.target_id, _extension.granted_on, _extension.due_on, _extension.recorded_on)
    .where(_extension.target_id.in_(IDS))
    .order_by(_extension.id)
)

SUSPENSIONS = (
    sa.select(
        _suspension.target_id, _suspension.from_on, _suspension.to_on, _suspension.decided_on, _suspension.recorded_on
    )
    .where(_suspension.target_id.in_(IDS))
    .order_by(_suspension.id)
)  # fmt: skip

REVISIONS = (
    sa.select(
        _report.target_id, _report.id, _report.period_id, _report.kind, _revision.id.label("revision_id"),
        _revision.seq, _revision.submitted_on, _revision.recorded_on, _revision.value, _revision.numerator,
        _revision.denominator, _revision.not_applicable, _revision.as_at,
    )
    .join_from(_report.id.table, _revision.id.table, _revision.report_id == _report.id)
    .where(_report.target_id.in_(IDS))
    .order_by(_report.id, _revision.seq)
)  # fmt: skip

DECISIONS = (
    sa.select(
        _decision.revision_id, _decision.outcome, _decision.decided_on, _decision.recorded_on, _decision.value,
        _decision.numerator, _decision.denominator,
    )
    .join_from(_report.id.table, _revision.id.table, _revision.report_id == _report.id)
    .join(_decision.id.table, _decision.revision_id == _revision.id)
    .where(_report.target_id.in_(IDS))
    .order_by(_decision.revision_id, _decision.seq)
)  # fmt: skip

AMENDMENTS = sa.select(*_amendment).where(_amendment.target_id.in_(IDS)).order_by(_amendment.id)

# Of programmes; the days of calendars.
CALENDARS = sa.select(_programme.id, _programme.calendar_id).where(_programme.id.in_(IDS))
POLICIES = sa.select(_policy.programme_id, _policy.from_on, _policy["values"]).where(_policy.programme_id.in_(IDS))
PERIODS = sa.select(*_period).where(_period.programme_id.in_(IDS))
DAYS = sa.select(_day.calendar_id, _day.day, _day.works).where(_day.calendar_id.in_(IDS))

# Stored steps: all of them; the open ones with those that hold on or after the day `day`, or end there.
SPANS = sa.select(*_span).where(_span.target_id.in_(IDS))
SPANS_SINCE = sa.union_all(
    SPANS.where(_span.to_on.is_(None)), SPANS.where(_span.to_on >= sa.bindparam("day", type_=sa.Date))
)
# What follows the open steps; the open steps themselves, with what follows them.
AHEAD = sa.select(*_ahead).where(_ahead.target_id.in_(IDS))
OPEN = (
    sa.select(*_span, _ahead.looks, _ahead.rule_version.label("ahead_version"))
    .join_from(_span.id.table, _ahead.target_id.table, _ahead.target_id == _span.target_id, isouter=True)
    .where(_span.target_id.in_(IDS), _span.to_on.is_(None))
)
