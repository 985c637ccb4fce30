"""What one figure's page shows beside its form: plan, goal, last figure, deadline, status, and what was sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.words import DueDay
from tracker.compliance.records.facts import record_of
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.languages import current_language
from tracker.home import queries, words
from tracker.home.queries import OpenStep
from tracker.home.work import last_figure
from tracker.permissions.reader import Reader
from tracker.progress import beginning, beside, evidence_files, history, questions, rules, service
from tracker.progress import queries as progress
from tracker.progress.beside import Beside
from tracker.progress.cells import checks
from tracker.progress.cells.checks import Check
from tracker.progress.history import Lines
from tracker.progress.merging import telling
from tracker.progress.merging.queries import merges_of
from tracker.progress.queries import OPEN_STATES, Draft, Report, ReportSlot, Sending
from tracker.progress.states import CheckCode, DraftState, ReportState
from tracker.progress.threads import comments
from tracker.rule import FigureInForce, Known, OwedPeriod, owed_periods


@dataclass(frozen=True)
class FigurePage:
    """One slot of a report as a reader sees it today."""

    session: Session
    reader: Reader
    now: Moment
    slot: ReportSlot
    known: Known
    report: Report | None
    draft: Draft | None
    sendings: list[Sending]
    last: FigureInForce | None  # what this one is held against
    open_step: OpenStep | None
    has_head: bool  # whether anybody heads the body today
    writer: str | None  # of the draft

    @property
    def is_open(self) -> bool:
        """Whether a new revision may follow."""
        return self.report is None or self.report.state in OPEN_STATES

    @property
    def with_head(self) -> bool:
        """Whether the draft is with the head."""
        return self.draft is not None and self.draft.state == DraftState.WITH_HEAD

    @property
    def can_recall(self) -> bool:
        """Whether the report lies with the appraiser, undecided."""
        return self.report is not None and self.report.state == ReportState.SENT

    @property
    def body_ended_on(self) -> date | None:
        """The last day of the body, where that is past: nobody answers for it any more."""
        last = self.slot.agency.exists_to
        return last if last is not None and last < self.now.on else None

    @property
    def returned(self) -> Any:
        """The return or reopening that waits for an answer."""
        if self.report is None or self.report.state not in (ReportState.RETURNED, ReportState.REOPENED):
            return None
        return self.sendings[0].standing

    @property
    def revision(self) -> Any:
        """The last revision that was sent."""
        return self.sendings[0].revision if self.sendings else None

    @property
    def version(self) -> int:
        """Version of the draft that stands; 0: none does."""
        return self.draft.version if self.draft else 0

    @property
    def period(self) -> OwedPeriod | None:
        """The period as the rule sees it today; none for a completion, or where it is none of the target's own."""
        code = self.slot.code
        return next((p for p in owed_periods(self.known, self.now.on) if p.period.code == code), None)

    def typed(self) -> dict[str, str]:
        """What the form begins with, by the reader's custom: the draft, else what was sent last and came back."""
        language = current_language()
        if self.draft is not None:
            return rules.retyped(self.draft.typed, self.draft.language, language)
        if self.revision is not None and self.is_open:
            return beginning.starting_text(self.revision, language)
        return {}

    @property
    def question(self) -> rules.Question:
        """What a report of the slot must answer."""
        return questions.question(self.slot, self.known, self.now)

    def asked(self) -> list[tuple[Check, str]]:
        """What asks about the draft, each with what was answered; an odd figure is asked about by a tick."""
        draft = self.draft
        if draft is None:
            return []
        question = self.question
        reading = rules.read(question, draft.typed, draft.language, self.now.on)
        if set(reading.faults) - {rules.CONFIRMED}:
            return []
        found = (one for one in checks.of(question, reading.entry) if one.code != CheckCode.ODD)
        return [(one, draft.typed.get(one.field, "")) for one in found]

    def faults(self) -> rules.Faults:
        """What keeps the draft from being sent today, field by field."""
        return service.faults_of(self.question, self.draft, self.now) if self.draft is not None else {}

    @cached_property
    def _of_draft(self) -> Sequence[Any]:
        return evidence_files.ever_of_draft(self.session, self.draft.id) if self.draft is not None else ()

    def evidence(self) -> Sequence[Any]:
        """The files that would be sent along."""
        if self.draft is not None:
            return [one for one in self._of_draft if one.removed_at is None]
        return self.sendings[0].evidence if self.sendings else ()

    def removed(self) -> Sequence[Any]:
        """The files that were taken off the draft, and can be put back."""
        return [one for one in self._of_draft if one.removed_at is not None]

    @property
    def prepared_by(self) -> str | None:
        """Who wrote the draft, where it is somebody else than the reader."""
        return self.writer if self.draft is not None and self.draft.entered_by_id != self.reader.person_id else None

    def plan_day(self) -> date:
        """The day whose plan stands beside the figure: the period's cut-off, today for a completion."""
        return self.slot.period.cut_off if self.slot.period else self.now.on

    def numbers(self) -> dict[str, str | None]:
        """Last figure, plan and goal, written out."""
        target, on = self.slot.target, self.now.on
        return {
            "last": words.last_figure(target, self.last),
            "plan": target_words.plan(target, self.known, self.plan_day(), on),
            "goal": target_words.goal_on(target, self.known, on),
        }

    def due(self) -> DueDay | None:
        """The day by which the report must be in, or a return be answered."""
        period = self.period
        if period is None:
            return None
        return target_words.due(self.known.facts.calendar, self.now.on, period.asked_by)

    def deadline(self) -> DueDay:
        """The target's own deadline."""
        status = self.open_step.status if self.open_step else ""
        return target_words.deadline(self.known, self.slot.told_on(self.now.on), status)

    def sentences(self) -> list[str]:
        """Why the target stands so, and what turns it green, or that nothing does any more."""
        if self.open_step is None:
            return []
        open_step = self.open_step
        return words.sentences(self.slot, self.known, open_step.status, open_step.reason, self.now.on)

    def history(self) -> Lines:
        """What was sent and decided, the latest first, for components/facts.html; and what came of files for drafts,
        which whoever may write one reads here and nobody elsewhere."""
        return history.lines(self.slot.target, self.sendings, file_address, told=self.told, more=self.merges)

    @cached_property
    def merges(self) -> Sequence[tuple[date, dict[str, Any]]]:
        """Which side won where the figure came back from a file: told inside the body whose draft it was. Who appraises
        or corrects it reads this page too."""
        if not self.reader.may(Action.ENTER_FIGURE, self.slot.target.agency_id):
            return []
        return telling.lines(merges_of(self.session, self.slot))

    @cached_property
    def told(self) -> Beside:
        """What is told beside what was sent and decided."""
        return beside.read(self.session, self.sendings)

    @property
    def correction(self) -> Any:
        """The correction of the last revision that waits for a decision, if one does."""
        asked = self.told.asked.get(self.revision.id, ()) if self.revision is not None else ()
        return next((one for one in asked if one.outcome is None), None)

    @property
    def is_accepted(self) -> bool:
        """Whether an acceptance stands on the report."""
        return self.report is not None and self.report.state == ReportState.ACCEPTED

    def comments(self) -> Sequence[Any]:
        """What was said inside the body about this figure, the oldest first."""
        return comments.of_slot(self.session, self.reader, self.slot)


def load(session: Session, reader: Reader, now: Moment, slot: ReportSlot) -> FigurePage:
    """Read everything of a slot: a fixed number of statements, however much was reported."""
    contents = progress.contents_of(session, slot, now.on)
    report, known = contents.report, record_of(session, slot.target, slot.commitment).known_on(now.on)
    return FigurePage(
        session=session,
        reader=reader,
        now=now,
        slot=slot,
        known=known,
        report=report,
        draft=contents.draft,
        sendings=progress.history(session, report.id) if report else [],
        last=last_figure(known, slot.period, now.on),
        open_step=queries.open_steps(session, [slot.target.id], now.on).get(slot.target.id),
        has_head=contents.has_head,
        writer=contents.writer,
    )


def files(evidence: Iterable[Any], removable: ReportSlot | None = None) -> Lines:
    """Files for components/facts.html; with a slot, each can be taken off the draft there."""
    return history.files(evidence, file_address, partial(_removal, removable) if removable is not None else None)


def removed_files(evidence: Iterable[Any], slot: ReportSlot) -> Lines:
    """Files that were taken off the draft of a slot, each with the address that puts it back."""
    return history.files(evidence, file_address, put_back=partial(_putting_back, slot))


def file_address(token: str) -> str:
    """Where a file of that token is fetched."""
    return url_for("home.evidence", token=token)


def _putting_back(slot: ReportSlot, token: str) -> str:
    return url_for("home.put_back_evidence", target_token=slot.target.token, period_code=slot.code, token=token)


def _removal(slot: ReportSlot, token: str) -> str:
    return url_for("home.remove_evidence", target_token=slot.target.token, period_code=slot.code, token=token)
