"""Corrections of accepted figures: asked for by a head, decided by whoever appraises the body; and reopenings by a
named decision, of an inspection or after an appeal. A reopened report works as a return, as the rule says.

Each verb locks the target, so that two people who press at once are told apart; pressing twice does no harm.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core import letters
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.core.languages import Text, _l
from tracker.core.numbers import DayError, parse_day
from tracker.permissions import predicates
from tracker.permissions.reader import Reader
from tracker.progress import appraisal, queries, withdrawing
from tracker.progress.corrections.models import Correction, CorrectionEnd, Reopening
from tracker.progress.corrections.queries import end_of, waiting_of
from tracker.progress.evidence_files import TOKEN_BYTES
from tracker.progress.models import Decision, Report, Revision
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_for
from tracker.progress.rules import Faults, reason_fault
from tracker.progress.service import Incomplete, permit
from tracker.progress.states import ReportState

LONGEST_NUMBER = 80  # of the paper that decides
NOT_ACCEPTED = _l("No acceptance stands on this report any more. Look at it again.")


class Ground(StrEnum):
    """On what an accepted figure is opened again."""

    FINDING = "finding"  # of an inspection
    APPEAL = "appeal"
    CORRECTION = "correction"  # the body asked for it


GROUNDS: dict[Ground, Text] = {
    Ground.FINDING: _l("Finding of an inspection"),
    Ground.APPEAL: _l("Decision on an appeal or complaint"),
    Ground.CORRECTION: _l("Correction that the body asked for"),
}


class Outcome(StrEnum):
    """What came of a correction that was asked for."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Named:
    """The decision on which a figure is opened again, by its ground, number and day, and why."""

    ground: Ground
    number: str | None
    dated_on: date | None
    reason: str


def ask(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, seq: int, reason: str) -> Correction:
    """The head asks that the accepted revision `seq` be opened again. Pressed twice it is asked once."""
    permit(reader, Action.ASK_CORRECTION, slot)
    queries.lock(session, slot)
    report = queries.report_of(session, slot)
    if report is None or report.state != ReportState.ACCEPTED:
        raise DomainError(NOT_ACCEPTED)
    revision = queries.last_revision(session, report.id)
    if revision.seq != seq:
        raise DomainError(NOT_ACCEPTED)
    fault = letters.fault(reason) or reason_fault(reason, _l("Say what is wrong with the figure, and how you know"))
    if fault is not None:
        raise FieldError("reason", fault)
    text, standing = letters.passage(reason).strip(), waiting_of(session, revision.id)
    if standing is not None:
        if (standing.asked_by_id, standing.reason) == (reader.person_id, text):
            return standing
        raise DomainError(_l("A correction of this figure is asked for already. Withdraw it to ask anew."))
    asked = Correction(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        revision_id=revision.id,
        target_id=report.target_id,
        agency_id=report.agency_id,
        reason=text,
        asked_on=now.on,
        asked_by_id=reader.person_id,
        asked_for_id=reader.acts_for(Action.ASK_CORRECTION, report.agency_id),
        asked_at=now.at,
    )
    session.add(asked)
    session.flush()
    _record(session, now, Event.CORRECTION_ASKED, reader, slot, asked, seq, digests.of_objects(asked))
    return asked


def withdraw(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, token: str) -> None:
    """The body takes back what it asked before anybody decided. Pressed twice it is done once."""
    permit(reader, Action.ASK_CORRECTION, slot)
    queries.lock(session, slot)
    mine = sa.select(Correction).where(Correction.token == token, Correction.target_id == slot.target.id)
    asked = session.scalars(mine).one_or_none()
    if asked is None:
        return
    end = end_of(session, asked.id)
    if end is not None:
        if end.outcome != Outcome.WITHDRAWN:
            raise DomainError(_l("This was decided already, so it can no longer be withdrawn."))
        return
    holder = reader.acts_for(Action.ASK_CORRECTION, slot.target.agency_id)
    end = _end(session, now, reader, asked, Outcome.WITHDRAWN, None, None, holder)
    seq = session.get_one(Revision, asked.revision_id).seq
    _record(session, now, Event.CORRECTION_WITHDRAWN, reader, slot, asked, seq, digests.of_objects(end))


def kept_from(session: Session, reader: Reader, slot: ReportSlot, revision: Revision, asked: Correction) -> Text | None:
    """Why this reader does not decide on a correction that was asked for, or none."""
    no: Text | None = None
    if reader.person_id in {asked.asked_by_id, asked.asked_for_id}:
        no = _l("You asked for this, so somebody else decides on it.")
    return no or appraisal.refusal(session, reader, slot, revision)


def decide(
    session: Session, now: Moment, *, reader: Reader, correction: Correction, granted: bool, reason: str
) -> CorrectionEnd:
    """Whoever appraises the body grants a correction, which opens the report again, or refuses it; with a reason.

    Raises Forbidden, FieldError, or StaleEdit where it was decided or withdrawn meanwhile.
    """
    queries.lock_target(session, correction.target_id)
    revision = session.get_one(Revision, correction.revision_id)
    report = session.get_one(Report, revision.report_id, populate_existing=True)
    slot = queries.slot_of(session, report)
    no = kept_from(session, reader, slot, revision, correction)
    if no is not None:
        raise Forbidden(no)
    outcome, text = Outcome.GRANTED if granted else Outcome.REFUSED, letters.passage(reason).strip()
    standing = end_of(session, correction.id)
    if standing is not None:
        if (standing.ended_by_id, standing.outcome, standing.reason) == (reader.person_id, outcome, text):
            return standing
        raise StaleEdit(_l("Somebody decided on this, or withdrew it, meanwhile."), standing)
    fault = letters.fault(reason) or reason_fault(reason, _l("Say why: the body reads it, and it stands for ever"))
    if fault is not None:
        raise FieldError("reason", fault)
    decision, facts = None, list[Fact]()
    if granted:
        decision, facts = _reopened(session, now, reader, report, revision, Named(Ground.CORRECTION, None, None, text))
    end = _end(session, now, reader, correction, outcome, text, decision)
    event = Event.CORRECTION_GRANTED if granted else Event.CORRECTION_REFUSED
    _record(session, now, event, reader, slot, correction, revision.seq, [*facts, *digests.of_objects(end)])
    return end


def read_named(typed: dict[str, str], on: date) -> Named:
    """The decision that was typed. Raises Incomplete with every fault, field by field."""
    faults: Faults = {}
    ground = next((one for one in (Ground.FINDING, Ground.APPEAL) if one == typed.get("ground")), None)
    if ground is None:
        faults["ground"] = _l("Choose on what the figure is opened again")
    number = letters.passage(typed.get("number", "")).strip()
    if letters.says_nothing(number):
        faults["number"] = _l("Enter the number of the decision")
    elif len(number) > LONGEST_NUMBER:
        faults["number"] = _l("Write at most %(most)s characters", most=LONGEST_NUMBER)
    elif (wrong := letters.fault(number)) is not None:
        faults["number"] = wrong
    dated_on = None
    try:
        dated_on = parse_day(typed.get("dated_on", ""))
    except DayError as fault:
        faults["dated_on"] = fault.message if typed.get("dated_on") else _l("Enter the day of the decision")
    if dated_on is not None and dated_on > on:
        faults["dated_on"] = _l("This day has not come yet")
    reason = typed.get("reason", "")
    fault_of_reason = letters.fault(reason) or reason_fault(reason, _l("Say what was found"))
    if fault_of_reason is not None:
        faults["reason"] = fault_of_reason
    if faults or ground is None:
        raise Incomplete(faults)
    return Named(ground, number, dated_on, letters.passage(reason).strip())


def keeps_from_reopening(session: Session, reader: Reader, slot: ReportSlot, revision: Revision) -> Text | None:
    """Why this reader does not open a body's accepted figure again, or none: only whoever appraises the body, or an
    inspector; and nobody of the body, or who wrote or sent it."""
    agency = slot.agency
    own = {revision.entered_by_id, revision.sent_by_id, revision.sent_for_id}
    were_of_the_body = agencies.persons_of(session, agency.id, revision.submitted_on)
    no: Text | None = None
    if not reader.may(Action.REOPEN_FIGURE, agency.id, agency.appraised_by_id):
        no = _l("Your office does not allow this.")
    elif reader.person_id in own | were_of_the_body or predicates.belongs_to(reader.held, agency.id):
        no = _l("Nobody decides on a report of their own body, or on one that they wrote or sent.")
    return no


def reopen(
    session: Session, now: Moment, *, reader: Reader, report: Report, seq: int, typed: dict[str, str]
) -> Decision:
    """Open the accepted revision `seq` again, by the named decision that was typed. Pressed twice it is done once.

    Raises Forbidden, Incomplete, or DomainError where no acceptance stands.
    """
    queries.lock_target(session, report.target_id)
    session.refresh(report)
    slot, revision = queries.slot_of(session, report), queries.last_revision(session, report.id)
    no = keeps_from_reopening(session, reader, slot, revision)
    if no is not None:
        raise Forbidden(no)
    named = read_named(typed, now.on)
    standing = queries.last_decision(session, revision.id)
    again = report.state == ReportState.REOPENED and revision.seq == seq
    if again and standing is not None and _is_same(session, standing, reader, named):
        return standing
    if report.state != ReportState.ACCEPTED or revision.seq != seq:
        raise DomainError(NOT_ACCEPTED)
    decision, facts = _reopened(session, now, reader, report, revision, named)
    told: dict[str, Any] = {"ground": named.ground, "number": named.number}
    if named.dated_on is not None:
        told["day"] = named.dated_on.isoformat()
    record(
        session,
        now,
        Event.REPORT_REOPENED,
        actor_id=reader.person_id,
        subject=("report", report.id),
        agency_id=report.agency_id,
        detail={"target": report.target_id, "seq": seq, **told},
        facts=facts,
    )
    return decision


def _reopened(
    session: Session, now: Moment, reader: Reader, report: Report, revision: Revision, named: Named
) -> tuple[Decision, list[Fact]]:
    """The decision that opens a report again, with the digests of what was added."""
    if report.state != ReportState.ACCEPTED or queries.last_revision(session, report.id).id != revision.id:
        raise DomainError(NOT_ACCEPTED)
    decision = Decision(
        revision_id=revision.id,
        seq=withdrawing.next_number(session, revision),
        outcome=ReportState.REOPENED,
        decided_on=now.on,
        recorded_on=now.on,
        reason=named.reason,
        decided_by_id=reader.person_id,
        decided_at=now.at,
    )
    session.add(decision)
    report.state = ReportState.REOPENED
    session.flush()
    reopening = Reopening(decision_id=decision.id, ground=named.ground, number=named.number, dated_on=named.dated_on)
    session.add(reopening)
    session.flush()
    touch(session, "target", report.target_id)
    return decision, [*digests.of_objects(decision, reopening)]


def _is_same(session: Session, standing: Decision, reader: Reader, named: Named) -> bool:
    """The same press a second time."""
    of_it = session.scalars(sa.select(Reopening).where(Reopening.decision_id == standing.id)).one_or_none()
    if of_it is None or (standing.decided_by_id, standing.reason) != (reader.person_id, named.reason):
        return False
    return (of_it.ground, of_it.number, of_it.dated_on) == (named.ground, named.number, named.dated_on)


def _end(
    session: Session,
    now: Moment,
    reader: Reader,
    asked: Correction,
    outcome: Outcome,
    reason: str | None,
    decision: Decision | None,
    for_id: int | None = None,
) -> CorrectionEnd:
    end = CorrectionEnd(
        correction_id=asked.id,
        outcome=outcome,
        reason=reason,
        decision_id=decision.id if decision is not None else None,
        ended_on=now.on,
        ended_by_id=reader.person_id,
        ended_for_id=for_id,
        ended_at=now.at,
    )
    session.add(end)
    session.flush()
    return end


def _record(
    session: Session,
    now: Moment,
    event: Event,
    reader: Reader,
    slot: ReportSlot,
    asked: Correction,
    seq: int,
    facts: Any,
) -> None:
    details = {"target": slot.target.id, "place": slot.code, "seq": seq}
    subject = ("correction", asked.id)
    record_for(session, now, event, reader, Action.ASK_CORRECTION, slot.target.agency_id, subject, details, facts)
