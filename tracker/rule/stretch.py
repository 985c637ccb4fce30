"""A stretch: days on which the same facts are known and the same terms and policy are in force; only `on` moves."""

from dataclasses import dataclass
from datetime import date

from tracker.rule.days import Days, OwnPeriod
from tracker.rule.facts import Shape
from tracker.rule.figures import Progress, Record
from tracker.rule.ledger import Known
from tracker.rule.reports import Sent


@dataclass(slots=True)
class Duty:
    """A period of the target, its report, and the days on which something about the two changes."""

    own: OwnPeriod
    sent: Sent | None  # the report *of* the period
    late_after: date | None  # in time no longer after this day, since a return was not answered
    silent_after: date  # silent after this day, if nothing is in force
    excused: bool  # wholly inside a suspension, or its cut-off is not before the day on which the target ended
    nothing_asked: bool | None = None  # on P the target was known to be met; worked out where it matters


class Stretch:
    """What is known, with the terms and the policy in force."""

    __slots__ = ("days", "duties", "facts", "figures", "keep", "known", "measure")

    def __init__(self, known: Known, terms: int, policy: int) -> None:
        self.known = known
        self.facts = known.facts
        self.keep = known.facts.shape is Shape.KEEP
        self.measure = known.measure(terms)
        self.days = known.days(policy)
        self.duties = [_duty(known, self.days, own) for own in self.days.own]
        self.figures: Progress | Record = known.record(policy) if self.keep else known.progress(terms)

    def met_on(self, on: date) -> date | None:
        """Since when a reach or deliverable is met on the day; none where it is not, and for a keep target."""
        return self.figures.met_on[self.figures.upto(on)] if isinstance(self.figures, Progress) else None

    def nothing_asked(self, duty: Duty) -> bool:
        """Whether on P the target was known to be met since before the cut-off; not where its report is sent back."""
        if duty.nothing_asked is None:
            due_on = duty.own.due_on
            met_on = self.known.earlier(due_on).met_on(due_on)
            returned = duty.sent is not None and duty.sent.returned_on is not None
            duty.nothing_asked = met_on is not None and duty.own.period.cut_off > met_on and not returned
        return duty.nothing_asked


def stretch(known: Known, on: date) -> Stretch:
    """The stretch that the day lies in."""
    terms = known.timeline.index_on(on)
    policy = known.ledger.policies.index_on(on)
    found = known.stretches.get((terms, policy))
    if found is None:
        found = known.stretches[(terms, policy)] = Stretch(known, terms, policy)
    return found


def _duty(known: Known, days: Days, own: OwnPeriod) -> Duty:
    sent = _report_of(known, own)
    silent_after = own.grace_ends_on
    if sent is not None and sent.returned_on is not None:
        silent_after = max(silent_after, days.answer_by(sent.returned_on))
    ended = known.end is not None and own.period.cut_off >= known.end.on
    return Duty(own, sent, sent.late_after(days) if sent is not None else None, silent_after, own.suspended or ended)


def _report_of(known: Known, own: OwnPeriod) -> Sent | None:
    """The periodic report or the completion as at a day inside the period; of two, the one first sent."""
    found = known.periodic.get(own.period.code)
    for completion in known.completions:
        if own.period.starts_on <= completion.latest_as_at <= own.period.cut_off and (
            found is None or completion.first_on < found.first_on
        ):
            found = completion
    return found
