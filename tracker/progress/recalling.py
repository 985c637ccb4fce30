"""Recall: the sender's body takes a report back before anybody decided on it."""

from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError, NotFound
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.progress import queries, withdrawing
from tracker.progress.models import Decision, Report
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_of
from tracker.progress.service import permit
from tracker.progress.states import ReportState


def recall(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, seq: int) -> Report:
    """The sender's body takes a report back before anybody decided on it; it counts as never sent."""
    permit(reader, Action.SEND_REPORT, slot)
    queries.lock(session, slot)
    report = queries.report_of(session, slot)
    if report is None:
        raise NotFound(_l("There is no such report."))
    revision = queries.last_revision(session, report.id)
    if report.state == ReportState.RECALLED and revision.seq == seq:
        return report
    if revision.seq != seq or report.state != ReportState.SENT:
        raise DomainError(_l("This report was decided on already, so it can no longer be recalled."))
    decision = Decision(
        revision_id=revision.id,
        seq=withdrawing.next_number(session, revision),
        outcome=ReportState.RECALLED,
        decided_on=now.on,
        recorded_on=now.on,
        decided_by_id=reader.person_id,
        decided_for_id=reader.acts_for(Action.SEND_REPORT, slot.target.agency_id),
        decided_at=now.at,
    )
    session.add(decision)
    report.state = ReportState.RECALLED
    session.flush()
    touch(session, "target", slot.target.id)
    added = digests.of_objects(decision)
    record_of(session, now, Event.REPORT_RECALLED, reader, slot, ("report", report.id), added, seq=seq)
    return report
