"""What a reader's first page is made of: a desk for each office held, with whatever waits on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy.orm import Session

from tracker.agencies.offices import Office
from tracker.commitments.life.states import Side
from tracker.commitments.terms import words as target_words
from tracker.compliance.records.facts import known_of
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.languages import _, _n, format_day, text_by_language
from tracker.home import queries, words
from tracker.home.flags import is_worse
from tracker.home.queries import Duties, OpenStep
from tracker.home.work import Hand, Item, items, last_figure, may_be_promised, slot_of
from tracker.people import queries as people
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames
from tracker.programmes.words import period_name
from tracker.progress import queries as progress
from tracker.progress import questions, rules
from tracker.progress.appraising import queries as appraising
from tracker.progress.queries import OPEN_STATES, Report, ReportSlot
from tracker.progress.states import ReportState
from tracker.reminders.asking import promises
from tracker.reminders.asking.models import Promise
from tracker.reminders.asking.promises import Slot
from tracker.reminders.asking.words import promise_words
from tracker.reminders.duty import Duty
from tracker.rule import Known, settled_deadline
from tracker.rule.facts import ReportKind

LATE = ("overdue", "unreported", "behind", "missed", "at_risk")  # in the order in which they are told
WRITERS = (Office.OFFICER, Office.DEPUTY)
_AT_WORK = (ReportState.SENT, ReportState.RETURNED, ReportState.REOPENED)


@dataclass(frozen=True)
class BodyDesk:
    """What waits in one body, for its officer or its head."""

    held: Held
    is_head: bool
    now: Moment
    items: Sequence[Item]
    facts: dict[int, Known]
    open_steps: dict[int, OpenStep]  # of the programmes that still run, and of what is at work since one ended
    duties: Duties
    reasons: dict[int, str]  # by report: why it came back
    writers: dict[int, str]  # by person: who prepared what lies with the head
    has_head: bool  # today
    promises: Mapping[Slot, Promise]  # days for which reports of the body were promised
    commitments: Sequence[Duty] = ()  # whose terms or document wait for this reader

    @property
    def name(self) -> str:
        """The body's name."""
        return text_by_language(self.held.agency_name)

    def of(self, *hands: Hand) -> list[Item]:
        """The items in these hands."""
        return [item for item in self.items if item.hand in hands]

    @property
    def late(self) -> list[tuple[int, OpenStep]]:
        """The targets that are late or in danger, the worst first."""
        found = [(key, open_step) for key, open_step in self.open_steps.items() if open_step.status in LATE]
        return sorted(
            found, key=lambda pair: (LATE.index(pair[1].status), settled_deadline(self.facts[pair[0]]), pair[0])
        )

    @property
    def closed(self) -> list[tuple[str, str, str]]:
        """Programmes that are over: title, last day, and the address of what the body had kept by then. Their targets
        are late no more; what came back of them can still be answered."""
        over = {slot.programme.id: slot.programme for slot in self.duties.completions.values() if self.is_over(slot)}
        path = url_for("monitoring.agency", code=self.held.agency_code)
        return [
            (text_by_language(one.title), format_day(one.ends_on), f"{path}?{urlencode({'programme': one.code})}")
            for one in over.values()
        ]

    def is_over(self, slot: ReportSlot) -> bool:
        """Whether the programme of a slot has ended."""
        return slot.told_on(self.now.on) < self.now.on

    @property
    def overdue(self) -> list[Known]:
        """The targets that are overdue and can still be met: in programmes that run."""
        steps = self.open_steps.items()
        late = (key for key, open_step in steps if open_step.status == "overdue")
        return [self.facts[key] for key in late if not self.is_over(self.duties.completions[key])]

    @property
    def next_due(self) -> Item | None:
        """The most urgent report that is still to be sent."""
        return next((item for item in self.items if item.hand is not Hand.SENT and item.due_on is not None), None)

    def promised(self, item: Item) -> str | None:
        """For when a report that was not sent yet was promised, and what was said to it."""
        found = None if item.hand is Hand.SENT else self.promises.get(slot_of(item))
        return promise_words(found, self.now.on) if found is not None else None

    def href(self, item: Item) -> str:
        """Where one goes on with an item."""
        return url_for("home.figure", target_token=item.slot.target.token, period_code=item.slot.code)

    def sentences(self, target_id: int, open_step: OpenStep) -> list[str]:
        """Why a target stands so, and what turns it green, or that nothing does any more."""
        slot = self.duties.completions[target_id]
        return words.sentences(slot, self.facts[target_id], open_step.status, open_step.reason, self.now.on)

    def act_on(self, target_id: int) -> Item | None:
        """The item by which a late target is mended first."""
        done = (Hand.COMING, Hand.SENT)
        return next((i for i in self.items if i.slot.target.id == target_id and i.hand not in done), None)

    def sent(self, target_id: int) -> Report | None:
        """The report of a late target that waits for the appraiser, where nothing else can be done about it first."""
        if self.act_on(target_id) is not None:
            return None
        return next((i.report for i in self.of(Hand.SENT) if i.slot.target.id == target_id), None)

    def completion_href(self, target_id: int) -> str | None:
        """Where the completion of a target is reported; none for one that is kept, or where it was sent already."""
        slot = self.duties.completions[target_id]
        target, report = slot.target, self.duties.report(slot)
        if target.shape == "keep" or (report is not None and report.state not in OPEN_STATES):
            return None
        return url_for("home.figure", target_token=target.token, period_code=ReportKind.COMPLETION.value)

    def worse(self, item: Item) -> bool:
        """Whether the drafted figure is worse than the last one that counts."""
        return item.draft is not None and self._is_worse(item)

    def sheets(self, *hands: Hand) -> list[tuple[str, int, str]]:
        """(period's name, how many figures in these hands, address of the sheet), earliest period first."""
        counts: dict[str, int] = {}
        for item in sorted(self.of(*hands), key=lambda item: item.due_on or date.max):
            if item.slot.period is not None:
                counts[item.slot.code] = counts.get(item.slot.code, 0) + 1
        return [(period_name(code), count, self._sheet(code)) for code, count in counts.items()]

    def commitment_tasks(self) -> list[dict[str, Any]]:
        """The card of commitments that wait: to the one, or to the list of all."""
        if not self.commitments:
            return []
        count, first = len(self.commitments), self.commitments[0]
        return [
            {
                "count": count,
                "what": _n("commitment waits for you", "commitments wait for you", count),
                "meta": first.what() if count == 1 else None,
                "href": (first.page_above or first.page)
                if count == 1
                else url_for("planning.commitments", turn=str(Side.BODY)),
                "tone": "act",
            }
        ]

    def tasks(self) -> list[dict[str, Any]]:
        """The head's cards: what is late in their name, what they are to send, what came back."""
        overdue, sending, back = self.overdue, self.of(Hand.WITH_HEAD), self.of(Hand.RETURNED)
        worse = sum(self.worse(item) for item in sending)
        sheets = self.sheets(Hand.WITH_HEAD)
        cards = [
            {
                "count": len(overdue),
                "what": _n("overdue target in your name", "overdue targets in your name", len(overdue)),
                "meta": self._longest(overdue),
                "href": "#late",
                "tone": "bad",
            },
            {
                "count": len(sending),
                "what": _n("figure waits for you to send it", "figures wait for you to send them", len(sending)),
                "meta": _n("%(num)s is worse than last time", "%(num)s are worse than last time", worse)
                if worse
                else None,
                "href": sheets[0][2] + "/send" if len(sheets) == 1 and sheets[0][1] == len(sending) else "#to-send",
                "tone": "act",
            },
            {
                "count": len(back),
                "what": _n("report came back from the appraiser", "reports came back from the appraiser", len(back)),
                "meta": target_words.days_left(back[0].left) if back and back[0].left is not None else None,
                "href": "#returned",
                "tone": "gold",
            },
        ]
        return [card for card in cards if card["count"]]

    def _longest(self, overdue: Sequence[Known]) -> str | None:
        lefts = [known.facts.calendar.left(self.now.on, settled_deadline(known)) for known in overdue]
        return target_words.days_left(min(lefts)) if lefts else None

    def _sheet(self, code: str) -> str:
        return url_for("home.sheet", agency_code=self.held.agency_code, period_code=code)

    def _is_worse(self, item: Item) -> bool:
        target, draft = item.slot.target, item.draft
        known = self.facts[target.id]
        last = last_figure(known, item.slot.period, self.now.on)
        if draft is None or last is None:
            return False
        question = questions.question(item.slot, known, self.now)
        entry = rules.read(question, draft.typed, draft.language, self.now.on).entry
        return is_worse(
            target.shape,
            target.direction,
            _exact(target.baseline),
            _exact(target.goal),
            entry.amount,
            last.value,
        )


@dataclass(frozen=True)
class AppraisalDesk:
    """What waits for the appraiser."""

    count: int
    oldest_on: date | None

    def tasks(self) -> list[dict[str, Any]]:
        """The card that leads to the queue."""
        if not self.count or self.oldest_on is None:
            return []
        what = _n("report waits for your decision", "reports wait for your decision", self.count)
        meta = _("the oldest was sent on %(day)s", day=format_day(self.oldest_on))
        return [
            {"count": self.count, "what": what, "meta": meta, "href": url_for("home.appraisal_sheets"), "tone": "act"}
        ]


def body_desks(session: Session, reader: Reader, now: Moment, frames: Frames | None = None) -> list[BodyDesk]:
    """A desk for each body in which the reader is head or officer, in the order of their offices."""
    held = [one for one in reader.held if one.office in (Office.HEAD, *WRITERS)]
    by_body = {one.agency_id: one for one in sorted(held, key=lambda one: one.office == Office.HEAD)}
    return [body_desk(session, by_body[key], now, frames) for key in dict.fromkeys(one.agency_id for one in held)]


def _is_late_work(slot: ReportSlot | None, report: Report) -> bool:
    """Whether this was sent after its programme's last day and still waits for somebody: so long it is told."""
    if slot is None or report.sent_on is None or report.state not in _AT_WORK:
        return False
    return report.sent_on > slot.programme.ends_on


def body_desk(session: Session, held: Held, now: Moment, frames: Frames | None) -> BodyDesk:
    """The desk of one body. The number of statements does not grow with its targets."""
    duties = queries.duties_of(session, [held.agency_id], now.on)
    ids = list(duties.completions)
    at_work = {key for (key, _), sent in duties.reports.items() if _is_late_work(duties.completions.get(key), sent)}
    running = [key for key, slot in duties.completions.items() if slot.programme.ends_on >= now.on or key in at_work]
    facts = known_of(session, ids, now.on, frames)
    found = items(duties, facts, now)
    back = [item.report.id for item in found if item.hand is Hand.RETURNED and item.report is not None]
    is_head = held.office == Office.HEAD
    with_head = [item for item in found if is_head and item.hand is Hand.WITH_HEAD]
    return BodyDesk(
        held=held,
        is_head=is_head,
        now=now,
        items=found,
        facts=facts,
        open_steps=queries.open_steps(session, running, now.on),
        duties=duties,
        reasons=progress.reasons_of_return(session, back),
        writers=people.names(session, {item.draft.entered_by_id for item in with_head if item.draft is not None}),
        promises=promises.of_targets(session, {item.slot.target.id for item in found if may_be_promised(item)}),
        has_head=is_head or not ids or held.agency_id in duties.headed,
    )


def appraisal_desk(session: Session, reader: Reader) -> AppraisalDesk | None:
    """The appraiser's desk, for whoever may appraise."""
    if not reader.may(Action.APPRAISE):
        return None
    return AppraisalDesk(*appraising.waiting_summary(session, queries.reports_within(reader, Action.APPRAISE)))


def _exact(figure: Any) -> Fraction | None:
    return None if figure is None else Fraction(figure)
