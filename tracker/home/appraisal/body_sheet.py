"""A body's sheet as its appraiser works through it: each figure beside the last one, plan and goal, what makes it worth
a look of its own, what the body said to that, its files, and what was asked. Statements do not grow with the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.queries import all_signed
from tracker.commitments.terms import words as target_words
from tracker.compliance.records.facts import known_of
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.languages import format_size
from tracker.home import queries, words
from tracker.home.appraisal import evidence
from tracker.home.appraisal.queue import Waiting, amount_of, waiting
from tracker.home.outlook import Stands, once_accepted
from tracker.home.sparklines import Sparkline, twelve
from tracker.permissions.reader import Reader
from tracker.programmes.words import domain_name, period_title, period_with_days
from tracker.progress import queries as progress
from tracker.progress.appraising import queries as appraising
from tracker.progress.appraising import waits
from tracker.progress.appraising.queries import Sent, WaitingSheet
from tracker.progress.cells.answers import answers_of
from tracker.progress.history import erased
from tracker.progress.queries import ReportSlot
from tracker.progress.states import ReportState
from tracker.progress.threads import questions
from tracker.progress.threads.questions import Thread
from tracker.rule import Known, View
from tracker.rule.facts import ReportKind

_PICTURES = 2  # of one figure: to look at more one opens them


@dataclass(frozen=True, slots=True)
class File:
    """A file behind a figure; `view` where its pages can be looked at here, `first` an image of the first of them."""

    name: str
    size: str
    href: str | None
    view: str | None
    first: str | None


@dataclass(frozen=True)
class Line:
    """One figure that waits for a decision."""

    waiting: Waiting
    slot: ReportSlot
    view: View
    difference: str
    picture: Sparkline | None  # the last twelve figures, this one among them
    plan: str | None
    goal: str
    days: int  # working days since it was sent
    files: Sequence[File]
    thread: Thread
    came_back: str | None  # what was asked for when it was returned: this is the answer
    opened: bool  # the reader asked to see it by itself

    @property
    def token(self) -> str:
        """How it stands in addresses."""
        return str(self.waiting.report.token)

    @property
    def title(self) -> str:
        """What it is about."""
        return words.title(self.slot.target)

    @property
    def domain(self) -> str:
        """Under which heading it stands."""
        return domain_name(self.slot.target.domain)

    @property
    def alone(self) -> bool:
        """Whether it is looked at by itself: something asks for it, or something was asked."""
        return self.waiting.alone or bool(self.thread.lines)

    @property
    def apart(self) -> bool:
        """Whether it stands by itself on the page."""
        return self.alone or self.opened

    @property
    def pictures(self) -> Sequence[File]:
        """The files of which a first page stands beside the figure."""
        return [file for file in self.files if file.first][:_PICTURES]

    def after(self) -> Stands:
        """Where the target stands once the figure is accepted as it was reported."""
        return once_accepted(self.view)


@dataclass(frozen=True, slots=True)
class Decided:
    """A report of the sheet on which somebody decided, or that was recalled."""

    token: str
    code: str
    title: str
    figure: str
    state: str
    reason: str | None


@dataclass(frozen=True)
class BodySheet:
    """One body and one period."""

    agency: Agency
    code: str
    lines: Sequence[Line]
    decided: Sequence[Decided]
    missing: Sequence[str]  # titles of targets that owe a figure and have sent none
    period: str
    next: WaitingSheet | None

    @property
    def together(self) -> list[Line]:
        """What is accepted in one press."""
        return [line for line in self.lines if not line.apart]

    @property
    def apart(self) -> list[Line]:
        """What is decided one by one."""
        return [line for line in self.lines if line.apart]

    def after(self, token: str) -> str | None:
        """The report to go on with when this one is decided: the next of those decided one by one, else an earlier
        one; none where it was the last."""
        tokens = [line.token for line in self.apart]
        place = tokens.index(token) if token in tokens else -1
        rest = [*tokens[place + 1 :], *tokens[: max(0, place)]]
        return next(iter(rest), None)


def load(
    session: Session, reader: Reader, now: Moment, agency: Agency, period_code: str, opened: str = ""
) -> BodySheet | None:
    """The sheet of an address; none where its body reported nothing for such a period. `opened`: the token of a report
    that stands by itself, though nothing asks for it."""
    code = None if period_code == ReportKind.COMPLETION else period_code
    visible = queries.reports_within(reader, Action.APPRAISE)
    sent = appraising.sheet(session, visible, agency.id, code)
    owed = progress.slots_of(session, queries.targets_within(reader, Action.APPRAISE), agency.code, code or "")
    if not sent and not owed:
        return None
    slots = [*(one.slot for one in sent), *owed]
    signed = all_signed(session, [(slot.target, slot.commitment) for slot in slots])
    known = known_of(session, list(signed), now.on, known=signed)
    unread = [one for one in sent if one.report.state == ReportState.SENT]
    files = appraising.evidence_of(session, [one.revision.id for one in unread])
    threads = questions.threads(session, [one.report.id for one in unread])
    again = [one.report.id for one in unread if one.revision.seq > 1]
    reasons = appraising.came_back(session, again) if again else {}
    asked = answers_of(session, [one.revision.id for one in unread])
    views = {one.slot.target.id: View(known[one.slot.target.id], now.on) for one in unread}
    rows = waiting([_row(one) for one in unread], views, now.on, asked)
    decisions = progress.last_decisions(session, [one.revision.id for one in sent if one not in unread])
    have = {one.slot.target.id for one in sent}
    slot = sent[0].slot if sent else owed[0]
    lines = []
    for one, row in zip(unread, rows, strict=True):
        given = files.get(one.revision.id, []), threads.get(one.report.id, Thread()), reasons.get(one.report.id)
        lines.append(_line(one, row, views[one.slot.target.id], now, *given, opened=one.report.token == opened))
    return BodySheet(
        agency=agency,
        code=slot.code,
        lines=lines,
        decided=[_decided(one, decisions.get(one.revision.id)) for one in sent if one not in unread],
        missing=[words.title(one.target) for one in owed if one.target.id not in have and _owes(known, one, now.on)],
        period=period_with_days(slot.period) if slot.period else period_title(slot.code),
        next=_next(appraising.sheets_waiting(session, visible), agency, slot.code),
    )


def _row(one: Sent) -> tuple[Any, ...]:
    return one.report, one.slot.target, one.slot.agency, one.slot.period, one.revision


def _owes(known: dict[int, Known], slot: ReportSlot, on: date) -> bool:
    period = View(known[slot.target.id], on).owed(slot.code)
    return period is not None and period.owed and period.sent_on is None and on >= period.period.cut_off


def _line(
    one: Sent,
    row: Waiting,
    view: View,
    now: Moment,
    files: Sequence[Any],
    thread: Thread,
    came_back: str | None,
    *,
    opened: bool,
) -> Line:
    target, period, known, last = one.slot.target, one.slot.period, view.known, row.before
    return Line(
        waiting=row,
        slot=one.slot,
        view=view,
        picture=twelve(view.figures(), period.cut_off if period else now.on),
        difference=words.difference(amount_of(one.revision), last.value if last else None),
        plan=target_words.plan(target, known, period.cut_off if period else now.on, now.on),
        goal=target_words.goal_on(target, known, now.on),
        days=waits.waited(known.facts.calendar, one.report.sent_on, now.on),
        files=[_file(file) for file in files],
        thread=thread,
        came_back=came_back,
        opened=opened,
    )


def _file(file: Any) -> File:
    if file.erased_on is not None:
        return File(erased(file.erased_on), format_size(file.size), None, None, None)
    view = url_for("home.evidence_pages", token=file.token) if evidence.may_have_pages(file.media_type) else None
    first = url_for("home.evidence_page", token=file.token, number=1) if view else None
    return File(file.name, format_size(file.size), url_for("home.evidence", token=file.token), view, first)


def _decided(one: Sent, decision: Any) -> Decided:
    return Decided(
        token=one.report.token,
        code=one.slot.target.code,
        title=words.title(one.slot.target),
        figure=target_words.figure(one.slot.target, one.revision),
        state=one.report.state,
        reason=decision.reason if decision is not None else None,
    )


def _next(sheets: Sequence[WaitingSheet], agency: Agency, code: str) -> WaitingSheet | None:
    """The sheet that has waited longest besides this one."""
    return next((one for one in sheets if (one.agency.id, one.code) != (agency.id, code)), None)
