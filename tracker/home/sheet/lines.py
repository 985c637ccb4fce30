"""The sheet line by line: what stands in each cell, what it is held against, what its figure would mean.

A fixed number of statements, however many lines there are. Each line asks the rule once for what is in force and owed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.commitments.queries import all_signed
from tracker.commitments.terms import words as target_words
from tracker.compliance.records.facts import known_of
from tracker.core.clock import Moment
from tracker.core.languages import Text, _, current_language, format_instant
from tracker.home import outlook, queries, words
from tracker.home.forms import key_of
from tracker.home.outlook import Meaning
from tracker.home.queries import Duties
from tracker.home.sheet import reads
from tracker.home.sparklines import Sparkline, twelve
from tracker.home.work import Hand, Item, item_in, latest_other, may_be_promised, slot_of
from tracker.progress import beginning, questions, rules, service
from tracker.progress import queries as progress
from tracker.progress.cells import checks, states
from tracker.progress.cells.checks import Check
from tracker.progress.cells.states import Standing
from tracker.progress.queries import Draft, Report, ReportSlot
from tracker.progress.states import CellState, ReportState
from tracker.reminders.asking import promises
from tracker.reminders.asking.models import Promise
from tracker.reminders.asking.promises import Slot
from tracker.reminders.asking.words import promise_words
from tracker.rule import FigureInForce, Known, View

CAME_BACK = (ReportState.RETURNED, ReportState.REOPENED)


@dataclass(frozen=True)
class Reads:
    """What is read for all lines at once."""

    duties: Duties
    facts: Mapping[int, Known]
    statuses: Mapping[int, str]  # by target, as they are stored
    last_sent: Mapping[int, progress.Revision]  # by report, of those that came back
    reasons: Mapping[int, str]  # by report: why it came back
    promises: Mapping[Slot, Promise]
    files: Mapping[tuple[int, int | None], int]  # how many, by target and period


@dataclass(slots=True)
class SheetLine:
    """One figure of the sheet. `item` is none where nothing waits: it was accepted, or is not owed."""

    slot: ReportSlot
    key: str  # by which the fields of this line are told from those of another on the page
    title: str
    own: bool  # of the sheet's period; else it came back from an earlier one
    item: Item | None
    report: Report | None
    draft: Any | None  # with its `writer`
    status: str | None  # how its target stands today
    known: Known
    figures: Sequence[FigureInForce]  # in force today, in the rule's order
    picture: Sparkline | None  # of the last twelve
    question: rules.Question
    typed: dict[str, str]  # as the inputs show it, by the reader's custom
    reading: rules.Reading
    faults: rules.Faults  # what keeps the draft from being sent
    asked: list[Check]
    standing: Standing
    meaning: Meaning | None
    last: str
    plan: str | None
    goal: str
    figure: str  # as drafted, else as sent; empty where there is none
    returned: str | None  # why it came back
    promised: str | None  # for when, where it was not sent yet
    promisable: bool  # its day has come, and no day was promised yet
    files: int

    @property
    def handed_back(self) -> str | None:
        """What the head asked for."""
        return self.draft.head_comment if self.draft is not None else None

    @property
    def ready(self) -> bool:
        """Whether the head can send it now."""
        return self.item is not None and self.item.ready

    @property
    def version(self) -> int:
        """The version of the draft that is shown; 0: none stands."""
        return self.draft.version if self.draft is not None else 0

    @property
    def odd(self) -> list[Text]:
        """What is unusual about what was drafted, though its writer says that it is right."""
        if self.item is None or self.draft is None or self.item.hand is Hand.SENT or self.reading.faults:
            return []
        return [one.message for one in self.question.limits.odd(self.reading.entry)]

    @property
    def owed(self) -> bool:
        """Whether it counts among what is to be filled in: something waits, or it went out already."""
        return self.item is not None or self.report is not None or self.draft is not None

    @property
    def done(self) -> bool:
        """Whether nothing is left to be typed."""
        state = self.standing.state
        return state in (CellState.COMPLETE, CellState.WITH_HEAD, CellState.SENT, CellState.ACCEPTED)

    @property
    def who(self) -> str:
        """Who saved it last, and when."""
        if self.draft is None:
            return ""
        at = format_instant(self.draft.updated_at)
        return f"{self.draft.writer} · {at}"


def lines_of(session: Session, now: Moment, slots: Sequence[ReportSlot], code: str | None) -> list[SheetLine]:
    """The lines of these slots in their order; those of another period than `code` came back."""
    found = _read(session, now, slots)
    language = current_language()
    return [_line(found, slot, slot.code == code, now, language) for slot in slots]


def _read(session: Session, now: Moment, slots: Sequence[ReportSlot]) -> Reads:
    ids = list({slot.target.id for slot in slots})
    duties = reads.duties_in(session, slots)
    signed = all_signed(session, ((slot.target, slot.commitment) for slot in slots))
    back = [report.id for report in duties.reports.values() if report.state in CAME_BACK]
    again = [report.id for report in duties.reports.values() if report.state in progress.OPEN_STATES]
    return Reads(
        duties=duties,
        facts=known_of(session, ids, now.on, known=signed),
        statuses=queries.statuses(session, ids, now.on),
        last_sent=progress.last_revisions(session, again),
        reasons=progress.reasons_of_return(session, back) if back else {},
        promises=_promises(session, slots, duties, now),
        files=reads.files_in(session, duties),
    )


def _promises(session: Session, slots: Sequence[ReportSlot], duties: Duties, now: Moment) -> Mapping[Slot, Promise]:
    """What was promised of those that can have been: their cut-off has come, and they are not with the appraiser."""
    asked = {slot.target.id for slot in slots if _open(slot, duties.report(slot), now)}
    return promises.of_targets(session, asked)


def _open(slot: ReportSlot, report: Any, now: Moment) -> bool:
    come = slot.period is None or slot.period.cut_off <= now.on
    return come and (report is None or report.state in CAME_BACK)


def _line(found: Reads, slot: ReportSlot, own: bool, now: Moment, language: str) -> SheetLine:
    target, on = slot.target, now.on
    known = found.facts[target.id]
    view = View(known, on)
    figures, period = view.figures(), view.owed(slot.code)
    question = questions.question(slot, known, now, figures, period is not None)
    report: Any = found.duties.report(slot)
    draft: Any = found.duties.draft(slot)
    shown = _shown(draft, found.last_sent.get(report.id) if report is not None else None, language)
    reading, faults, asked = _judged(question, draft, now)
    item = item_in(found.duties, known, slot, period, faults, now)
    lock = states.lock_of(question, slot, on)
    standing = states.state_of(
        report=report, draft=draft, faults=faults, unanswered=checks.unanswered(asked, shown), lock=lock
    )
    day = slot.period.cut_off if slot.period is not None else on
    promise = found.promises.get(slot_of(item)) if item is not None and may_be_promised(item) else None
    late = item is not None and may_be_promised(item) and item.left is not None and item.left <= 0
    last = latest_other(figures, slot.period, on)
    return SheetLine(
        slot=slot,
        key=key_of(slot, own=own),
        title=words.title(target),
        own=own,
        item=item,
        report=report,
        draft=draft,
        status=found.statuses.get(target.id),
        known=known,
        figures=figures,
        picture=twelve(figures, day),
        question=question,
        typed=shown,
        reading=reading,
        faults=faults,
        asked=asked,
        standing=standing,
        meaning=_meaning(slot, view, reading, draft, standing),
        last=words.last_figure(target, last),
        plan=target_words.plan(target, known, day, on),
        goal=target_words.goal_on(target, known, on),
        figure=_figure(slot, item, draft, reading, figures),
        returned=found.reasons.get(report.id) if report is not None and report.state in CAME_BACK else None,
        promised=promise_words(promise, on) if promise is not None else None,
        promisable=late and promise is None and _open(slot, report, now),
        files=found.files.get((target.id, slot.period.id if slot.period is not None else None), 0),
    )


def _judged(
    question: rules.Question, draft: Draft | None, now: Moment
) -> tuple[rules.Reading, rules.Faults, list[Check]]:
    """What is understood of a draft, what keeps it from being sent, and what asks about it."""
    if draft is None:
        return rules.Reading(), {}, []
    reading = rules.read(question, draft.typed, draft.language, now.on)
    return reading, service.faults_in(question, reading, now), checks.asking(question, reading)


def _shown(draft: Draft | None, last: progress.Revision | None, language: str) -> dict[str, str]:
    """What the inputs show: the draft, else what was sent last and came back."""
    if draft is not None:
        return rules.retyped(draft.typed, draft.language, language)
    return beginning.starting_text(last, language) if last is not None else {}


def _meaning(
    slot: ReportSlot, view: View, reading: rules.Reading, draft: Draft | None, standing: Standing
) -> Meaning | None:
    """What the figure would mean, where there is one that can be read and is still to be sent."""
    if draft is None or standing.is_firm or set(reading.faults) - {rules.CONFIRMED} or slot.period is None:
        return None
    return outlook.if_sent(slot, view, reading.entry)


def _figure(
    slot: ReportSlot,
    item: Item | None,
    draft: Draft | None,
    reading: rules.Reading,
    figures: Sequence[FigureInForce],
) -> str:
    """The drafted figure; else the one that stands for this period, where nobody has to write another one."""
    if item is not None and item.hand is not Hand.SENT:
        if draft is None:
            return ""
        return _("not complete") if reading.faults else target_words.figure(slot.target, reading.entry)
    found = next((figure for figure in figures if figure.report.period == slot.code), None)
    return target_words.in_force(slot.target, found) if found is not None else ""
