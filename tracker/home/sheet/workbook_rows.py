"""What stands in each row of a sheet now, as a workbook takes it along and is held against it when it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.units import unit_text
from tracker.compliance.records.facts import known_of
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import NotFound
from tracker.core.languages import Text, _, _l, current_language
from tracker.core.web.requests import as_written
from tracker.home import queries, words
from tracker.home.queries import Duties
from tracker.home.work import Hand, item_of, last_figure
from tracker.permissions.reader import Reader
from tracker.progress import beginning, questions, rules, service
from tracker.progress import queries as progress
from tracker.progress.merging.merge import Written
from tracker.progress.queries import OPEN_STATES, ReportSlot, Revision
from tracker.progress.rules import Question
from tracker.progress.states import DraftState
from tracker.rule import FigureInForce
from tracker.rule.facts import Shape

STATES: dict[Hand | None, Text] = {
    Hand.SENT: _l("Waits for the appraiser"),
    Hand.WITH_HEAD: _l("With the head"),
    Hand.RETURNED: _l("Returned"),
    Hand.HANDED_BACK: _l("Handed back by the head"),
    Hand.DRAFT: _l("Draft"),
    Hand.COMING: _l("The period still runs"),
    Hand.OWED: _l("Not written yet"),
}


@dataclass(frozen=True)
class BookRow:
    """One figure of the sheet: what stands there, by the reader's custom where nobody wrote it by another, and why it
    cannot be written now, if it cannot."""

    slot: ReportSlot
    question: Question
    written: Written
    version: int
    locked: Text | None
    state: Text
    last: FigureInForce | None
    plan: str | None
    goal: str

    @property
    def token(self) -> str:
        """The target's name in addresses."""
        return self.slot.target.token

    @property
    def title(self) -> str:
        """The target in the reader's language."""
        return words.title(self.slot.target)

    @property
    def unit(self) -> str:
        """What is counted; nothing for a plain count."""
        return unit_text(target_words.unit_of(self.slot.target))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that this figure has."""
        ratio, keep = self.slot.target.ratio, self.slot.target.shape == Shape.KEEP
        missing = {"value"} if ratio else {"numerator", "denominator"}
        missing |= set() if keep else {"not_applicable"}
        return tuple(name for name in rules.FIELDS if name not in missing)


def rows_of(session: Session, reader: Reader, now: Moment, agency_code: str, period_code: str) -> list[BookRow]:
    """The rows of an address, by domain and in their order. Raises NotFound where the reader may write none."""
    slots = slots_within(session, reader, agency_code, period_code)
    facts = known_of(session, [slot.target.id for slot in slots], now.on)
    duties = queries.duties_at(session, slots)
    reports = [report.id for slot in slots if (report := duties.report(slot)) is not None]
    sent = progress.last_revisions(session, reports)
    found = []
    for slot in slots:
        known, report = facts[slot.target.id], duties.report(slot)
        question, item = questions.question(slot, known, now), item_of(duties, known, slot, now)
        draft = duties.draft(slot)
        found.append(
            BookRow(
                slot=slot,
                question=question,
                written=_written(duties, slot, sent.get(report.id) if report is not None else None),
                version=draft.version if draft is not None else 0,
                locked=_locked(reader, duties, slot, question),
                state=STATES[item.hand] if item is not None else _l("Accepted") if report else _l("Not owed"),
                last=last_figure(known, slot.period, now.on),
                plan=target_words.plan(slot.target, known, slot.period.cut_off, now.on) if slot.period else None,
                goal=target_words.goal_on(slot.target, known, now.on),
            )
        )
    return sorted(found, key=lambda row: row.slot.target.domain)  # which leaves the rest in its order


def slots_within(session: Session, reader: Reader, agency_code: str, period_code: str) -> Sequence[ReportSlot]:
    """The slots of a sheet's address, within the reader's reach. Raises NotFound where there is none."""
    agency = queries.agency_by_code(session, reader, Action.ENTER_FIGURE, agency_code)
    if agency is None:
        raise NotFound(_("There is no such sheet."))
    as_written("agency_code", agency.code)
    visible = queries.targets_within(reader, Action.ENTER_FIGURE)
    slots = progress.slots_of(session, visible, agency.id, period_code)
    if not slots:
        written = progress.period_as_written(session, period_code)
        slots = progress.slots_of(session, visible, agency.id, written)
        if not slots:
            raise NotFound(_("There is no such sheet."))
        as_written("period_code", written)
    return slots


def _written(duties: Duties, slot: ReportSlot, revision: Revision | None) -> Written:
    draft = duties.draft(slot)
    if draft is not None:
        return Written(draft.typed, draft.language)
    language = current_language()
    return Written(beginning.starting_text(revision, language) if revision is not None else {}, language)


def _locked(reader: Reader, duties: Duties, slot: ReportSlot, question: Question) -> Text | None:
    report, draft = duties.report(slot), duties.draft(slot)
    found: Text | None = None
    if slot.target.closed_on is not None:
        found = _l("The commitment is closed")
    elif report is not None and report.state not in OPEN_STATES:
        found = _l("It was sent already; it can be recalled or returned")
    elif draft is not None and draft.state == DraftState.WITH_HEAD and not service.is_head(reader, slot):
        found = _l("It is with the head, who can hand it back")
    elif rules.is_foreign(question):
        found = _l("In this period the target promises nothing")
    return found
