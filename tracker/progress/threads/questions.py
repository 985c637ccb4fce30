"""A question about a report without returning it: the appraiser asks, the body's officer or head answers, as often as
it takes. The report stays where it lies, its clock is not touched, and it can be decided at any time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.core.languages import Text, _l
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.progress import appraisal, queries, rules
from tracker.progress.appraising.models import QuestionLine
from tracker.progress.models import Report
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_for
from tracker.progress.states import ReportState
from tracker.progress.threads.turns import Side

MOST_LINES = 50  # of one report: whoever has not understood by then returns it, or lifts the telephone


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a thread, with the names as they are today."""

    seq: int
    side: Side
    text: str
    at: datetime
    who: str
    for_whom: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """What was asked and answered about one report, the earliest first."""

    lines: Sequence[Said] = ()

    @property
    def last(self) -> Said | None:
        """What was said last."""
        return self.lines[-1] if self.lines else None

    @property
    def is_open(self) -> bool:
        """Whether the last word is a question."""
        return self.last is not None and self.last.side is Side.APPRAISER

    @property
    def seen(self) -> int:
        """How many lines there are: what a form says that its reader saw."""
        return len(self.lines)


def ask(
    session: Session, now: Moment, *, reader: Reader, report: Report, text: str, seen: int
) -> tuple[QuestionLine, ReportSlot]:
    """Ask the body something about a report that waits. Raises FieldError where nothing is asked, Forbidden where one
    does not decide on it, DomainError where it waits no more, StaleEdit where somebody wrote meanwhile."""
    queries.lock_target(session, report.target_id)
    session.refresh(report)
    slot, revision = queries.slot_of(session, report), queries.last_revision(session, report.id)
    no = appraisal.refusal(session, reader, slot, revision)
    if no is not None:
        raise Forbidden(no)
    line = _say(session, now, reader, report, revision.id, Side.APPRAISER, text, seen, _l("Write what you ask"))
    return line, slot


def answer(
    session: Session, now: Moment, *, reader: Reader, report: Report, text: str, seen: int
) -> tuple[QuestionLine, ReportSlot]:
    """Answer for the body, as its officer or head. Raises as `ask` does; DomainError where nothing was asked."""
    if not reader.may(Action.ENTER_FIGURE, report.agency_id):
        raise Forbidden(_l("Your office does not allow this."))
    queries.lock_target(session, report.target_id)
    session.refresh(report)
    slot, revision = queries.slot_of(session, report), queries.last_revision(session, report.id)
    if _last(session, report.id) is None:
        raise DomainError(_l("Nothing was asked about this report."))
    line = _say(session, now, reader, report, revision.id, Side.BODY, text, seen, _l("Write your answer"))
    return line, slot


def _say(
    session: Session,
    now: Moment,
    reader: Reader,
    report: Report,
    revision_id: int,
    side: Side,
    text: str,
    seen: int,
    blank: Text,
) -> QuestionLine:
    last = _last(session, report.id)
    if last is not None and (last.side, last.said_by_id, last.text) == (side, reader.person_id, text.strip()):
        return last  # the same press a second time
    if report.state != ReportState.SENT:
        raise DomainError(_l("The report waits for a decision no more, so nothing is asked or answered about it."))
    fault = rules.reason_fault(text, blank)
    if fault is not None:
        raise FieldError("text", fault)
    count = last.seq if last is not None else 0
    if count != seen:
        raise StaleEdit(_l("Somebody wrote here meanwhile. Read it, then send what you wrote."), last)
    if count >= MOST_LINES:
        raise DomainError(_l("Enough was asked here: decide on the report, or return it."))
    line = QuestionLine(
        report_id=report.id,
        revision_id=revision_id,
        seq=count + 1,
        side=side,
        text=text.strip(),
        said_by_id=reader.person_id,
        said_for_id=reader.acts_for(Action.ENTER_FIGURE, report.agency_id) if side is Side.BODY else None,
        said_at=now.at,
    )
    session.add(line)
    session.flush()
    event = Event.REPORT_QUESTION_ASKED if side is Side.APPRAISER else Event.REPORT_QUESTION_ANSWERED
    needed = Action.APPRAISE if side is Side.APPRAISER else Action.ENTER_FIGURE
    detail = {"target": report.target_id, "line": line.seq}
    subject, agency_id, facts = ("report", report.id), report.agency_id, digests.of_objects(line)
    record_for(session, now, event, reader, needed, agency_id, subject, detail, facts)
    return line


def threads(session: Session, report_ids: Collection[int]) -> dict[int, Thread]:
    """The threads of these reports (a page of them), each with its lines. One statement."""
    if not report_ids:
        return {}
    who, holder = aliased(Person), aliased(Person)
    line = QuestionLine
    rows = session.execute(
        sa.select(line.report_id, line.seq, line.side, line.text, line.said_at, who.name, holder.name.label("holder"))
        .join(who, who.id == line.said_by_id)
        .join(holder, holder.id == line.said_for_id, isouter=True)
        .where(line.report_id.in_(report_ids))
        .order_by(line.report_id, line.seq)
    )
    found: dict[int, list[Said]] = defaultdict(list)
    for row in rows:
        found[row.report_id].append(Said(row.seq, Side(row.side), row.text, row.said_at, row.name, row.holder))
    return {key: Thread(tuple(lines)) for key, lines in found.items()}


def _last(session: Session, report_id: int) -> QuestionLine | None:
    statement = sa.select(QuestionLine).where(QuestionLine.report_id == report_id)
    return session.scalars(statement.order_by(QuestionLine.seq.desc()).limit(1)).one_or_none()
