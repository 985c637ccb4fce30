"""What waits in a body: every report that is owed, came back, is being written, with the head, or with the appraiser.

Who owes what by when is the rule's word (`owed_periods`); this file only says in whose hands it lies. Reads nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.core.clock import Moment
from tracker.core.db.sorting import code_key
from tracker.core.languages import Text
from tracker.home.queries import Duties
from tracker.programmes.models import Period
from tracker.progress import hands, questions, service
from tracker.progress.hands import Hand as Hand
from tracker.progress.queries import Draft, Report, ReportSlot
from tracker.progress.states import ReportState
from tracker.rule import FigureInForce, Known, OwedPeriod, figures_on, owed_periods


@dataclass(frozen=True)
class Item:
    """One report that somebody has to do with. `left`: working days to `due_on`, negative behind; none: no such day."""

    hand: Hand
    slot: ReportSlot
    report: Report | None
    draft: Draft | None
    faults: Mapping[str, Text]  # what keeps the draft from being sent today
    due_on: date | None
    left: int | None

    @property
    def ready(self) -> bool:
        """Whether the draft is in the head's hands and could be sent as it is."""
        return self.hand is Hand.WITH_HEAD and not self.faults

    @property
    def order(self) -> tuple[date, tuple[str, ...]]:
        """The most urgent first."""
        return self.due_on or date.max, code_key(self.slot.commitment.number, self.slot.target.code)


def slot_of(item: Item) -> tuple[int, int | None]:
    """What an item is about: the ids of its target and period."""
    return item.slot.target.id, item.slot.period.id if item.slot.period is not None else None


def may_be_promised(item: Item) -> bool:
    """Whether a day can have been promised for a report: its day has come, and nothing was sent yet."""
    return item.hand not in (Hand.SENT, Hand.COMING)


def last_figure(known: Known, period: Period | None, on: date) -> FigureInForce | None:
    """What the figure of a period (none: a completion) is held against: the latest one of another report until then."""
    return latest_other(figures_on(known, on), period, on)


def latest_other(figures: Iterable[FigureInForce], period: Period | None, on: date) -> FigureInForce | None:
    """The same among the figures in force on a day, of whoever has asked the rule for them already."""
    code, day = (period.code, period.cut_off) if period is not None else (None, on)
    others = (f for f in figures if f.value is not None and f.report.period != code and f.as_at <= day)
    return max(others, key=lambda figure: figure.as_at, default=None)


def answers_return(known: Known, period: Period | None) -> bool:
    """Whether what was sent of a period (none: the completion) answers a return, and not only a recall."""
    code = period.code if period is not None else None
    return any(sent.returns for sent in known.sent if sent.report.period == code)


def items(duties: Duties, facts: Mapping[int, Known], now: Moment) -> list[Item]:
    """Everything that waits, the most urgent first. Of what is yet to come only the next period of each target."""
    found: list[Item] = []
    for target_id, known in facts.items():
        coming = False
        for period in owed_periods(known, now.on):
            slot = duties.slot(target_id, period.period.code)
            item = _item(duties, known, slot, period, now)
            if item is None or (item.hand is Hand.COMING and coming):
                continue
            coming = coming or item.hand is Hand.COMING
            found.append(item)
        completion = _item(duties, known, duties.slot(target_id, None), None, now)
        if completion is not None:
            found.append(completion)
    return sorted(found, key=lambda item: item.order)


def item_of(duties: Duties, known: Known, slot: ReportSlot, now: Moment) -> Item | None:
    """What waits in one slot, or none."""
    period = next((p for p in owed_periods(known, now.on) if p.period.code == slot.code), None)
    return _item(duties, known, slot, period, now)


def _item(duties: Duties, known: Known, slot: ReportSlot, period: OwedPeriod | None, now: Moment) -> Item | None:
    draft = duties.draft(slot)
    faults = service.faults_of(questions.question(slot, known, now), draft, now) if draft is not None else {}
    return item_in(duties, known, slot, period, faults, now)


def item_in(
    duties: Duties,
    known: Known,
    slot: ReportSlot,
    period: OwedPeriod | None,
    faults: Mapping[str, Text],
    now: Moment,
) -> Item | None:
    """What waits in one slot, or none, for whoever knows its period and what is wrong with its draft already."""
    report, draft = duties.report(slot), duties.draft(slot)
    hand = _hand(report, draft, period, now.on)
    if hand is None:
        return None
    due_on = period.asked_by if period is not None else None
    left = known.facts.calendar.left(now.on, due_on) if due_on else None
    return Item(hand, slot, report, draft, faults, due_on, left)


def _hand(report: Report | None, draft: Draft | None, period: OwedPeriod | None, on: date) -> Hand | None:
    if report is not None and report.state == ReportState.SENT:
        return Hand.SENT
    if report is not None and report.state == ReportState.ACCEPTED:
        return None
    # An answer that was recalled counts as never sent: what came back still waits to be answered.
    recalled_answer = (
        report is not None
        and report.state == ReportState.RECALLED
        and period is not None
        and period.returned_on is not None
    )
    came_back = report is not None and report.state in (ReportState.RETURNED, ReportState.REOPENED)
    written = hands.of_draft(draft, came_back=came_back or recalled_answer)
    if written is not None:
        return written
    if period is None or not period.owed or period.sent_on is not None:
        return None
    return Hand.COMING if on < period.period.cut_off else Hand.OWED
