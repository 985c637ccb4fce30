"""Taking a decision back: by whoever took it, on the same day, until the body was told of it or acts on it.

Within a day the last word counts, so what is withdrawn on its own day was never known at the end of any: the rule is
not told of it, and no answer of a past day is touched (docs/decisions/0101).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.models import Target
from tracker.core.clock import Moment
from tracker.core.db.database import Condition
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError, FieldError, Forbidden
from tracker.core.languages import Text, _l
from tracker.permissions.reader import Reader
from tracker.programmes.models import Period
from tracker.progress import queries, rules
from tracker.progress.models import STANDS, Decision, Report, Revision, Withdrawal
from tracker.progress.states import ReportState

APPRAISED = (ReportState.ACCEPTED, ReportState.RETURNED)
# Whether the body of a report was told of it since then: who tells stands above this room.
Told = Callable[[Session, Report, datetime], bool]


def keeps_from_withdrawing(session: Session, now: Moment, reader: Reader, report: Report, told: Told) -> Text | None:
    """Why this reader cannot take back the decision that stands on a report, or none."""
    decision = _standing(session, report)
    no: Text | None = None
    if decision is None or decision.decided_by_id != reader.person_id:
        no = _l("A decision is taken back by whoever took it.")
    elif decision.decided_on != now.on or decision.decided_at is None:
        no = _l("A decision can be taken back on the day on which it was taken; that day is over.")
    elif queries.draft_of(session, queries.slot_of(session, report)) is not None:
        no = _l("The body is answering this decision already, so it can no longer be taken back.")
    elif told(session, report, decision.decided_at):
        no = _l("The body was told of this decision by mail already, so it can no longer be taken back.")
    return no


def withdraw(
    session: Session, now: Moment, *, reader: Reader, report: Report, seq: int, reason: str, told: Told
) -> Withdrawal:
    """Take back the decision on the revision `seq`: the report waits for an appraiser again. Pressed twice it is done
    once. Raises FieldError without a reason, Forbidden or DomainError where it can't be taken back."""
    queries.lock_target(session, report.target_id)
    session.refresh(report)
    revision = queries.last_revision(session, report.id)
    if report.state == ReportState.SENT and revision.seq == seq:
        done = _last_withdrawal(session, revision)
        if done is not None and done.withdrawn_by_id == reader.person_id:
            return done
    if report.state not in APPRAISED or revision.seq != seq:
        raise DomainError(_l("No decision stands on this report any more. Look at it again."))
    fault = rules.reason_fault(reason, _l("Say why you take the decision back"))
    if fault is not None:
        raise FieldError("reason", fault)
    no = keeps_from_withdrawing(session, now, reader, report, told)
    decision = _standing(session, report)
    if no is not None or decision is None:
        raise Forbidden(no) if decision is None or decision.decided_by_id != reader.person_id else DomainError(no)
    withdrawal = Withdrawal(
        decision_id=decision.id, reason=reason.strip(), withdrawn_by_id=reader.person_id, withdrawn_at=now.at
    )
    session.add(withdrawal)
    report.state = ReportState.SENT
    session.flush()
    touch(session, "target", report.target_id)
    record(
        session,
        now,
        Event.REPORT_DECISION_WITHDRAWN,
        actor_id=reader.person_id,
        subject=("report", report.id),
        agency_id=report.agency_id,
        detail={"target": report.target_id, "seq": seq, "decision": decision.id},
        facts=digests.of_objects(withdrawal),
    )
    return withdrawal


def decided_today(session: Session, now: Moment, reader: Reader, visible: Condition) -> Sequence[Any]:
    """(Report, Target, Agency, Period or none) of what the reader decided today and did not take back, the latest
    first; `visible` on Report."""
    statement = (
        sa.select(Report, Target, Agency, Period)
        .select_from(Decision)
        .join(Revision, Revision.id == Decision.revision_id)
        .join(Report, Report.id == Revision.report_id)
        .join(Target, Target.id == Report.target_id)
        .join(Agency, Agency.id == Report.agency_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .where(
            Report.state.in_(APPRAISED),
            Decision.decided_by_id == reader.person_id,
            Decision.decided_on == now.on,
            STANDS,
            visible,
        )
        .order_by(Decision.id.desc())
    )
    return session.execute(statement).all()


def next_number(session: Session, revision: Revision) -> int:
    """The number of the next decision on a revision: those that were taken back keep theirs."""
    made = sa.select(sa.func.count()).select_from(Decision).where(Decision.revision_id == revision.id)
    return (session.scalar(made) or 0) + 1


def _standing(session: Session, report: Report) -> Decision | None:
    if report.state not in APPRAISED:
        return None
    return queries.last_decision(session, queries.last_revision(session, report.id).id)


def _last_withdrawal(session: Session, revision: Revision) -> Withdrawal | None:
    statement = (
        sa.select(Withdrawal)
        .join(Decision, Decision.id == Withdrawal.decision_id)
        .where(Decision.revision_id == revision.id)
        .order_by(Decision.seq.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()
