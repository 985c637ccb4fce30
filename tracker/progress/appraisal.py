"""The appraiser's half of a report: accept, accept with another value, return. Sending is in `service`.

A decision names the revision that the appraiser saw, and holds for no other. Who wrote or sent it never decides on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.models import Target
from tracker.commitments.terms.words import Numbers
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.core.languages import Text, _l
from tracker.permissions.predicates import Apart
from tracker.permissions.reader import Reader
from tracker.progress import queries, rules, withdrawing
from tracker.progress.limits import Limits, Odd
from tracker.progress.models import Decision, Report, Revision
from tracker.progress.queries import ReportSlot
from tracker.progress.questions import question_of
from tracker.progress.service import Incomplete
from tracker.progress.states import ReportState
from tracker.rule.facts import Facts, ReportKind

Figure3 = tuple[Decimal | None, Decimal | None, Decimal | None]
AS_REPORTED: Figure3 = (None, None, None)
DECIDED = {
    ReportState.ACCEPTED: Event.REPORT_ACCEPTED,
    ReportState.RETURNED: Event.REPORT_RETURNED,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided on a revision: the outcome, the figure that counts instead of the reported one, and why."""

    outcome: ReportState
    numbers: Figure3 = AS_REPORTED
    reason: str | None = None


ACCEPTED = Verdict(ReportState.ACCEPTED)


def accept(session: Session, now: Moment, *, reader: Reader, report: Report, seq: int) -> Decision:
    """Accept the figure as it was reported in the revision `seq`."""
    return _decide(session, now, reader, report, seq, ACCEPTED)


def accept_with_value(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    report: Report,
    seq: int,
    typed: rules.Typed,
    language: str,
    reason: str,
) -> Decision:
    """Accept, but with another figure and a reason for it. Raises Incomplete with every fault, field by field."""
    verdict = with_value(session, now, report=report, typed=typed, language=language, reason=reason)
    return _decide(session, now, reader, report, seq, verdict)


def return_report(session: Session, now: Moment, *, reader: Reader, report: Report, seq: int, reason: str) -> Decision:
    """Return the revision `seq` to its body, with a reason."""
    return _decide(session, now, reader, report, seq, returning(reason))


def with_value(
    session: Session, now: Moment, *, report: Report, typed: rules.Typed, language: str, reason: str
) -> Verdict:
    """The verdict that names another figure. Raises Incomplete with every fault, field by field."""
    slot = queries.slot_of(session, report)
    what = question_of(session, slot, now)
    revision = queries.last_revision(session, report.id)
    if what.kind is ReportKind.COMPLETION:
        raise DomainError(_l("A report of completion is accepted as it is, or returned; it takes no other value."))
    if revision.not_applicable:
        raise DomainError(_l("What does not apply takes no value: accept it as it is, or return it."))
    reading = rules.read_appraised(what, typed, language)
    fault = rules.reason_fault(reason, _l("Say why another value counts"))
    if fault is not None:
        reading.faults["reason"] = fault
    entry = reading.entry
    numbers = (entry.value, entry.numerator, entry.denominator)
    if not reading.faults and numbers == (revision.value, revision.numerator, revision.denominator):
        name = "numerator" if what.ratio else "value"
        reading.faults[name] = _l("This is the reported figure: accept it as reported")
    if reading.faults:
        raise Incomplete(reading.faults)
    return Verdict(ReportState.ACCEPTED, numbers, reason.strip())


def returning(reason: str) -> Verdict:
    """The verdict that gives a revision back. Raises FieldError where it says not why."""
    fault = rules.reason_fault(reason, _l("Say what the body shall change"))
    if fault is not None:
        raise FieldError("reason", fault)
    return Verdict(ReportState.RETURNED, reason=reason.strip())


def accept_all(
    session: Session, now: Moment, *, reader: Reader, reports: Sequence[tuple[Report, int]]
) -> tuple[int, list[Report]]:
    """Accept several as reported.

    How many were accepted, and those left: they changed meanwhile, are not this reader's to decide, or have an odd
    figure, which is looked at alone.
    """
    accepted, left = 0, []
    for report, seq in sorted(reports, key=lambda pair: pair[0].target_id):
        try:
            _decide(session, now, reader, report, seq, ACCEPTED, alone=False)
            accepted += 1
        except DomainError:
            left.append(report)
    return accepted, left


def odd(target: Target, facts: Facts, revision: Numbers) -> list[Odd]:
    """What is odd about a figure that was sent: its body said that it is right, or it came in a package."""
    return Limits.on(target.unit, facts).odd(revision)


def _seems_odd(target: Target, revision: Numbers) -> bool:
    """The same by what was signed alone, which asks no database: what was promised since makes nothing else odd."""
    signed = (target.goal, target.baseline, target.low, target.high)
    terms = (term for term in signed if term is not None)
    return bool(Limits.of(target.shape, target.unit, target.ratio, target.direction, terms).odd(revision))


def keeping_from(session: Session, slot: ReportSlot, revision: Revision) -> Callable[[Reader], Apart | None]:
    """What keeps a reader from deciding on a revision, or none; of any number of readers, the body is read once."""
    agency = slot.agency
    were_of_the_body = agencies.persons_of(session, agency.id, revision.submitted_on)

    def kept(reader: Reader) -> Apart | None:
        found = reader.kept_from_deciding(
            report_agency=agency.id,
            appraised_by=agency.appraised_by_id,
            entered_by=revision.entered_by_id,
            sent_by=revision.sent_by_id,
        )
        if found is None and reader.person_id == revision.sent_for_id:
            return Apart.SENT
        return found or (Apart.BELONGED if reader.person_id in were_of_the_body else None)

    return kept


def refusal(session: Session, reader: Reader, slot: ReportSlot, revision: Revision) -> Text | None:
    """Why this reader may not decide on a revision, or none."""
    allowed = keeping_from(session, slot, revision)(reader) is None
    return None if allowed else _l("Nobody decides on a report of their own body, or on one that they wrote or sent.")


def _decide(
    session: Session,
    now: Moment,
    reader: Reader,
    report: Report,
    seq: int,
    verdict: Verdict,
    *,
    alone: bool = True,
) -> Decision:
    queries.lock_target(session, report.target_id)
    session.refresh(report)
    revision, standing = decidable(session, now, reader, report, seq, verdict, alone=alone)
    if standing is not None:
        return standing
    decision = Decision(
        revision_id=revision.id,
        seq=withdrawing.next_number(session, revision),
        outcome=verdict.outcome,
        decided_on=now.on,
        recorded_on=now.on,
        value=verdict.numbers[0],
        numerator=verdict.numbers[1],
        denominator=verdict.numbers[2],
        reason=verdict.reason,
        decided_by_id=reader.person_id,
        decided_at=now.at,
    )
    session.add(decision)
    report.state = verdict.outcome
    session.flush()
    touch(session, "target", report.target_id)
    record(
        session,
        now,
        DECIDED[verdict.outcome],
        actor_id=reader.person_id,
        subject=("report", report.id),
        agency_id=report.agency_id,
        detail={"target": report.target_id, "seq": seq, "other_value": verdict.numbers != AS_REPORTED},
        facts=digests.of_objects(decision),
    )
    return decision


def decidable(
    session: Session, now: Moment, reader: Reader, report: Report, seq: int, verdict: Verdict, *, alone: bool = True
) -> tuple[Revision, Decision | None]:
    """The revision on which this can be decided; with the decision, where the same press came a second time. Raises
    Forbidden, StaleEdit or DomainError where it cannot. Changes nothing."""
    revision, slot = queries.last_revision(session, report.id), queries.slot_of(session, report)
    no = refusal(session, reader, slot, revision)
    if no is not None:
        raise Forbidden(no)
    if report.state != ReportState.SENT:
        standing = queries.last_decision(session, revision.id)
        if standing is not None and _is_same(standing, reader, verdict) and revision.seq == seq:
            return revision, standing
        raise DomainError(_l("Somebody decided on this report, or recalled it, meanwhile. Look at it again."))
    if revision.seq != seq:
        raise StaleEdit(_l("The body sent another figure meanwhile. Look at it again before you decide."), revision)
    if verdict == ACCEPTED and _seems_odd(slot.target, revision):
        _may_be(session, now, slot, revision, alone)
    return revision, None


def _may_be(session: Session, now: Moment, slot: ReportSlot, revision: Revision, alone: bool) -> None:
    """Refuses an odd figure among others, and alone where it cannot be: it came before this was asked of whoever sends,
    or in a package."""
    limits = question_of(session, slot, now).limits
    if not alone and limits.odd(revision):
        raise DomainError(_l("The figure is unusual: look at this report alone."))
    for one in limits.impossible(revision):
        raise DomainError(
            _l("This figure cannot be right: %(why)s. Return it, or accept another figure.", why=one.message)
        )


def _is_same(standing: Decision, reader: Reader, verdict: Verdict) -> bool:
    """The same press a second time."""
    return (
        standing.decided_by_id == reader.person_id
        and standing.outcome == verdict.outcome
        and (standing.value, standing.numerator, standing.denominator) == verdict.numbers
        and standing.reason == verdict.reason
    )
