"""Where a cell of the sheet stands, and why it cannot be written where it cannot: one pure answer for every page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.core.languages import Text, _l, format_day, format_instant
from tracker.progress.cells.checks import Check
from tracker.progress.rules import CONFIRMED, Faults, Question, is_foreign
from tracker.progress.states import CellState, DraftState, ReportState
from tracker.rule.records import record

FIRM = frozenset({CellState.SENT, CellState.ACCEPTED, CellState.LOCKED})  # nobody in the body writes here now
OPEN = frozenset({CellState.EMPTY, CellState.DRAFT, CellState.ASKED_BACK, CellState.COMPLETE, CellState.RETURNED})


@record(frozen=True, slots=True)
class Standing:
    """The state of a cell, and in words why it stands so where that is not plain."""

    state: CellState
    reason: Text | None = None

    @property
    def is_firm(self) -> bool:
        """Whether nothing can be written, whoever asks."""
        return self.state in FIRM


def state_of(
    *, report: Any, draft: Any, faults: Faults, unanswered: Sequence[Check] = (), lock: Text | None = None
) -> Standing:
    """Where a cell stands. `faults`: what keeps its draft from being sent (`service.faults_of`); `unanswered`: checks
    that ask still (`checks.unanswered`); `lock`: why nothing can be written (`lock_of`)."""
    if report is not None and report.state == ReportState.SENT:
        told = _l("Sent on %(day)s: with the appraiser. The head can recall it.", day=format_day(report.sent_on))
        return Standing(CellState.SENT, told)
    if report is not None and report.state == ReportState.ACCEPTED:
        return Standing(CellState.ACCEPTED, _l("What was accepted never changes."))
    if lock is not None:
        return Standing(CellState.LOCKED, lock)
    if draft is None or not draft.typed:
        came_back = report is not None and report.state in (ReportState.RETURNED, ReportState.REOPENED)
        return Standing(CellState.RETURNED if came_back else CellState.EMPTY)
    if draft.state == DraftState.WITH_HEAD:
        since = format_instant(draft.handed_at) if draft.handed_at else ""
        return Standing(CellState.WITH_HEAD, _l("With the head since %(at)s", at=since))
    hard = [fault for name, fault in faults.items() if name != CONFIRMED]
    if hard:
        return Standing(CellState.DRAFT, faults.get("period"))
    if draft.head_comment:
        return Standing(CellState.ASKED_BACK, _l("The head asks: %(comment)s", comment=draft.head_comment))
    if faults or unanswered:
        return Standing(CellState.ASKED_BACK)
    return Standing(CellState.COMPLETE)


def lock_of(question: Question, slot: Any, on: date) -> Text | None:
    """Why nothing can be written for a target in a period; none where something can."""
    closed, ended = slot.target.closed_on, slot.agency.exists_to
    told: Text | None = None
    if closed is not None:
        told = _l("The commitment is closed since %(day)s: it can only be read.", day=format_day(closed))
    elif ended is not None and ended < on:
        told = _l("The body ended on %(day)s.", day=format_day(ended))
    elif is_foreign(question):
        told = _l("In this period the target promises nothing.")
    return told
