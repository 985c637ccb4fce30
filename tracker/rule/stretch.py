"""A stretch: days on which the same facts are known and the same terms and policy are in force; only `on` moves."""

from datetime import date

from tracker.rule.calendar import ONE_DAY
from tracker.rule.days import Days, OwnPeriod
from tracker.rule.facts import Shape
from tracker.rule.figures import Progress, Record
from tracker.rule.ledger import Known
from tracker.rule.records import record
from tracker.rule.reports import Sent


@record(frozen=True, slots=True, eq=False)  # itself the key of what is kept of it
class Duty:
    """A period of the target, its report, and the days on which something about the two changes."""

    own: OwnPeriod
    sent: Sent | None  # the report *of* the period
    speaks_from: date | None  # the report's figure is in force from this day on; none: it gives none
    timely_until: date | None  # the last day that sees the report sent in time; none: no day does
    counts_from: date  # punctuality reckons with it from this day on
    silent_after: date  # silent after this day, if nothing is in force
    excused: bool  # rests, or its cut-off is not before the day on which the target ended
    turns: tuple[date, ...]  # the days on which any of this changes what is said


class Stretch:
    """What is known, with the terms and the policy in force."""

    __slots__ = ("_nothing_asked", "complete_from", "days", "duties", "facts", "figures", "keep", "known", "measure")

    def __init__(self, known: Known, terms: int, policy: int, duties: "Duties", before: "Stretch | None") -> None:
        self.known = known
        self.facts = known.facts
        self.keep = known.facts.shape is Shape.KEEP
        self.measure = known.measure(terms)
        self.days = known.days(policy)
        self.figures: Progress | Record = known.record(policy) if self.keep else known.progress(terms)
        self.duties = self._duties(duties, before)
        self.complete_from = self._complete_from() if self.keep else None
        self._nothing_asked: dict[Duty, bool] = {}

    def turns(self, after: date, until: date) -> set[date]:
        """The days in (after, until] on which the answer can change within the stretch: what moves is `on` alone.

        `after` is no earlier than the day of what is known, so every report was sent, and its figure came, before.
        """
        facts, known = self.facts, self.known
        days = [facts.starts_on, facts.in_force_from, known.deadline.settled_on + ONE_DAY]
        if known.end is not None:
            days.append(known.end.on)
        for rest in known.rests.suspensions:
            days += (rest.from_on, rest.to_on + ONE_DAY)
        for sent in known.sent_back:
            if sent.returned_on is not None:
                days.append(self.days.answer_by(sent.returned_on) + ONE_DAY)
        for duty in self.duties:
            days += duty.turns
        return {day for day in days if after < day <= until}

    def met_on(self, on: date) -> date | None:
        """Since when a reach or deliverable is met on the day; none where it is not, and for a keep target."""
        return self.figures.met_on[self.figures.upto(on)] if isinstance(self.figures, Progress) else None

    def nothing_asked(self, duty: Duty) -> bool:
        """Whether on P the target was known to be met since before the cut-off; not where its report is sent back."""
        found = self._nothing_asked.get(duty)
        if found is None:
            due_on = duty.own.due_on
            met_on = self.known.earlier(due_on).met_on(due_on)
            returned = duty.sent is not None and duty.sent.returned_on is not None
            found = met_on is not None and duty.own.period.cut_off > met_on and not returned
            self._nothing_asked[duty] = found
        return found

    def _duties(self, duties: "Duties", before: "Stretch | None") -> list[Duty]:
        """Those of what was known just before, where nothing about them differs: most reports stand as they stood."""
        known = self.known
        if (
            before is None
            or before.known.end is not known.end
            or before.days is not self.days
            or before.figures.early != self.figures.early
            or known.completions
            or before.known.completions
        ):
            return [duties.of(self, own) for own in self.days.own]
        reports = known.periodic
        return [
            duty if duty.sent is reports.get(duty.own.period.code) else duties.of(self, duty.own)
            for duty in before.duties
        ]

    def _complete_from(self) -> date | None:
        """The last period's cut-off of a keep target of which no period lacks a figure in force; else none."""
        if not self.duties:
            return None
        whole = all(duty.own.rests or (duty.sent is not None and duty.sent.in_force) for duty in self.duties)
        return self.duties[-1].own.period.cut_off if whole else None


class Duties:
    """Periods as the stretches of a target see them: the same one as long as nothing about it differs."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[tuple[Days, str, Sent | None, date | None, bool], Duty] = {}

    def of(self, at: Stretch, own: OwnPeriod) -> Duty:
        known, days = at.known, at.days
        sent = _report_of(known, own)
        ended = known.end is not None and own.period.cut_off >= known.end.on
        if sent is None and not ended:
            waiting: Duty | None = days.waiting.get(own.period.code)
            if waiting is None:
                waiting = days.waiting[own.period.code] = _new_duty(days, own, None, None, own.rests)
            return waiting
        speaks_from = at.figures.day_of(sent) if sent is not None and sent.in_force else None
        key = (days, own.period.code, sent, speaks_from, ended)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = _new_duty(days, own, sent, speaks_from, own.rests or ended)
        return found


class Stretches:
    """The stretches of one ledger that were looked at, for whoever goes on asking."""

    __slots__ = ("_beside", "_duties", "_found")

    def __init__(self) -> None:
        self._duties = Duties()
        self._found: dict[tuple[int, int, int], Stretch] = {}
        self._beside: Stretch | None = None

    def beside(self, at: Stretch) -> "Stretches":
        """For a ledger beside the one that was looked at in a stretch: what is the same about periods is shared."""
        found = Stretches()
        found._duties, found._beside = self._duties, at
        return found

    def at(self, known: Known, on: date) -> Stretch:
        """The stretch that the day lies in."""
        terms = known.timeline.index_on(on)
        policy = known.ledger.policies.index_on(on)
        found = self._found.get((known.place, terms, policy))
        if found is None:
            before = self._found.get((known.place - 1, terms, policy), self._beside)
            found = Stretch(known, terms, policy, self._duties, before)
            self._found[(known.place, terms, policy)] = found
        return found


def _new_duty(days: Days, own: OwnPeriod, sent: Sent | None, speaks_from: date | None, excused: bool) -> Duty:
    counts_from, silent_after, timely_until = own.due_on + ONE_DAY, own.grace_ends_on, None
    if sent is not None:
        counts_from = min(counts_from, sent.first_on)
        timely_until = sent.timely_until(own.due_on, days)
        if sent.returned_on is not None:
            silent_after = max(silent_after, days.answer_by(sent.returned_on))
    turns = (counts_from, silent_after + ONE_DAY)
    return Duty(own, sent, speaks_from, timely_until, counts_from, silent_after, excused, turns)


def _report_of(known: Known, own: OwnPeriod) -> Sent | None:
    """The periodic report or the completion as at a day inside the period; of two, the one first sent."""
    found = known.periodic.get(own.period.code)
    for completion in known.completions:
        if own.period.starts_on <= completion.latest_as_at <= own.period.cut_off and (
            found is None or completion.first_on < found.first_on
        ):
            found = completion
    return found
