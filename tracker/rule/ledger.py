"""Facts prepared for judging: what was known on a day, put in order once and shared by all days that it holds for.

Nothing is decided here. What is known only grows, so how many facts of a kind are known says which:
the key of every memo. A ledger refers to nothing that refers to it, so it goes with the last who holds it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from tracker.rule.days import Days, Deadline, PolicyTimeline, Rests
from tracker.rule.exact import exact, percent
from tracker.rule.facts import Amendment, Decision, Extension, Facts, Period, Report, Revision, Shape, Suspension
from tracker.rule.figures import Progress, Reckoned, Record
from tracker.rule.plan import Measure, TermsTimeline
from tracker.rule.reports import Sent, in_order, sent_by


class Ledger:
    """A target's facts with whatever has been prepared from them."""

    __slots__ = (
        "_can_meet", "_days", "_deadlines", "_measures", "_progress", "_records", "_reported", "_rests", "_sent",
        "_timelines", "facts", "policies", "reckoned", "recorded_on", "reports",
    )  # fmt: skip

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.policies = PolicyTimeline(facts)
        periods = {period.code: period for period in facts.periods}
        self.reports = [_History(report, periods.get(report.period or ""), facts.ratio) for report in facts.reports]
        self.recorded_on = self._recorded_on()
        self.reckoned = Reckoned()
        self._sent: dict[int, _AllSent] = {}
        self._rests: dict[int, Rests] = {}
        self._deadlines: dict[tuple[int, int], Deadline] = {}
        self._days: dict[tuple[int, int, int], Days] = {}
        self._timelines: dict[int, TermsTimeline] = {}
        self._measures: dict[tuple[int, int, int], Measure] = {}
        self._progress: dict[tuple[int, int], Progress] = {}
        self._records: dict[tuple[int, int], Record] = {}
        self._can_meet: bool | None = None
        self._reported: list[list[int]] | None = None

    def beside(self, report: Report) -> "Ledger":
        """The ledger with a report instead of that of its period, or besides; whatever rests on no report is shared
        with it."""
        found = Ledger.__new__(Ledger)
        period = next((one for one in self.facts.periods if one.code == report.period), None)
        history, same = _History(report, period, self.facts.ratio), (report.period, report.kind)
        found.reports = [*(one for one in self.reports if (one.report.period, one.report.kind) != same), history]
        found.facts = replace(self.facts, reports=tuple(one.report for one in found.reports))
        found.policies, found.reckoned = self.policies, self.reckoned
        found.recorded_on = sorted({*self.recorded_on, *history.recorded_on})
        found._rests, found._deadlines, found._days = self._rests, self._deadlines, self._days
        found._timelines, found._measures = self._timelines, self._measures
        found._sent, found._progress, found._records, found._can_meet, found._reported = {}, {}, {}, None, None
        return found

    def known(self, day: date = date.max) -> "Known":
        """What was known on the day; if none is given, whatever was recorded."""
        return Known(self, day)

    def place(self, day: date) -> int:
        """How many of the days on which something became known have come by the day."""
        return bisect_right(self.recorded_on, day)

    def _recorded_on(self) -> list[date]:
        """Every day on which something became known, in order."""
        facts = self.facts
        days = {a.recorded_on for a in facts.amendments}
        days.update(x.recorded_on for x in facts.extensions)
        days.update(s.recorded_on for s in facts.suspensions)
        if facts.end is not None:
            days.add(facts.end.recorded_on)
        days.update(*(history.recorded_on for history in self.reports))
        return sorted(days)

    def _reported_on(self) -> list[list[int]]:
        """By recorded day: the reports of which something became known on it, by number."""
        if self._reported is not None:
            return self._reported
        found: dict[date, list[int]] = {day: [] for day in self.recorded_on}
        for number, history in enumerate(self.reports):
            for day in history.recorded_on:
                found[day].append(number)
        self._reported = list(found.values())
        return self._reported

    def sent(self, place: int, day: date) -> "_AllSent":
        """How all reports stood: as just before, if anybody asked, but for those of which something became known."""
        found = self._sent.get(place)
        if found is None:
            before = self._sent.get(place - 1)
            if before is None:
                states = [history.known(day) for history in self.reports]
            else:
                states = before.states.copy()
                for number in self._reported_on()[place - 1]:
                    states[number] = self.reports[number].known(day)
            found = self._sent[place] = _AllSent(states)
        return found

    def rests(self, count: int, day: date) -> Rests:
        found = self._rests.get(count)
        if found is None:
            found = Rests(self.facts, tuple(s for s in self.facts.suspensions if s.recorded_on <= day))
            self._rests[count] = found
        return found

    def deadline(self, count: int, rests: Rests, day: date) -> Deadline:
        key = (count, len(rests.suspensions))
        found = self._deadlines.get(key)
        if found is None:
            found = Deadline(self.facts, tuple(x for x in self.facts.extensions if x.recorded_on <= day), rests)
            self._deadlines[key] = found
        return found

    def timeline(self, count: int, day: date) -> TermsTimeline:
        found = self._timelines.get(count)
        if found is None:
            found = TermsTimeline(self.facts, (a for a in self.facts.amendments if a.recorded_on <= day))
            self._timelines[count] = found
        return found

    def days(self, deadline: Deadline, rests: Rests, policy: int) -> Days:
        key = (len(deadline.extensions), len(rests.suspensions), policy)
        found = self._days.get(key)
        if found is None:
            found = self._days[key] = Days(self.facts, self.policies.policies[policy], rests, deadline)
        return found

    def measure(self, amended: int, place: int, deadline: Deadline) -> Measure:
        key = (amended, place, len(deadline.extensions))
        found = self._measures.get(key)
        if found is None:
            terms = self._timelines[amended].terms[place]
            found = self._measures[key] = Measure(self.facts, terms, deadline.due_on)
        return found

    def progress(self, known: "Known", terms: int) -> Progress:
        key = (known.place, terms)
        found = self._progress.get(key)
        if found is None:
            found = self._progress[key] = Progress(known.sent, known.measure(terms), self.reckoned)
        return found

    def record(self, known: "Known", policy: int) -> Record:
        key = (known.place, policy)
        found = self._records.get(key)
        if found is None:
            own = (known.periodic.get(o.period.code) for o in known.days(policy).own)
            sent = [s for s in own if s is not None]
            found = self._records[key] = Record(sent, known.measure_on, self.reckoned)
        return found

    def can_meet(self) -> bool:
        """Whether any figure ever sent or appraised meets any goal ever signed, from any baseline ever signed.

        If none does, nobody looks closer. Not every such pair was ever in force, but whatever was known of the
        amendments on some day left one of them.
        """
        if self._can_meet is None:
            terms = self.facts.terms
            goals = {terms.goal, *(a.goal for a in self.facts.amendments if a.goal is not None)}
            baselines = {terms.baseline, *(a.baseline for a in self.facts.amendments if a.baseline is not None)}
            pairs = [replace(terms, goal=goal, baseline=baseline) for goal in goals for baseline in baselines]
            measures = [Measure(self.facts, pair, self.facts.due_on) for pair in pairs]
            values = [value for history in self.reports for value in history.values(self.facts.ratio)]
            self._can_meet = any(m.meets(value) for m in measures for value in values)
        return self._can_meet


def _known_by(day: date, records: Sequence[Suspension] | Sequence[Extension] | Sequence[Amendment]) -> int:
    return sum(record.recorded_on <= day for record in records) if records else 0


class _History:
    """One report and how it stood after each day on which something of it became known."""

    __slots__ = ("_days", "_states", "period", "ratio", "recorded_on", "report")

    def __init__(self, report: Report, period: Period | None, ratio: bool) -> None:
        if report.period is not None and period is None:
            raise ValueError(f"a report for period {report.period!r}, which is none of the target's frequency")
        self.report = in_order(report)
        self.period = period
        self.ratio = ratio
        days = {revision.recorded_on for revision in report.revisions}
        days |= {one.recorded_on for revision in report.revisions for one in revision.decisions}
        self.recorded_on = sorted(days)
        self._states: dict[int, Sent | None] = {0: None}
        self._days: dict[int, frozenset[date]] = {0: frozenset()}

    def known(self, day: date) -> Sent | None:
        place = bisect_right(self.recorded_on, day)
        if place not in self._states:
            self._states[place] = sent_by(self.report, self.period, self.ratio, day)
        return self._states[place]

    def days(self, day: date) -> frozenset[date]:
        """The as-at and submission days of every revision known on the day, recalled ones too."""
        place = bisect_right(self.recorded_on, day)
        if place not in self._days:
            known = [revision for revision in self.report.revisions if revision.recorded_on <= day]
            found = {revision.submitted_on for revision in known}
            found.update(revision.as_at for revision in known if revision.as_at is not None)
            if self.period is not None:
                found.add(self.period.cut_off)
            self._days[place] = frozenset(found)
        return self._days[place]

    def values(self, ratio: bool) -> list[Fraction]:
        """Every figure that was ever sent or appraised."""
        found: list[Fraction | None] = []
        for revision in self.report.revisions:
            parts: tuple[Revision | Decision, ...] = (revision, *revision.decisions)
            for part in parts:
                if ratio and part.numerator is not None and part.denominator is not None:
                    found.append(percent(part.numerator, part.denominator))
                elif part.value is not None:
                    found.append(exact(part.value))
        return [value for value in found if value is not None]


class _AllSent:
    """All reports as known on a day."""

    __slots__ = ("completions", "periodic", "sent", "sent_back", "states")

    def __init__(self, states: list[Sent | None]) -> None:
        self.states = states  # by the number of the report; none: nothing of it counts as sent
        self.sent = [sent for sent in states if sent is not None]
        self.periodic = {s.period.code: s for s in self.sent if s.period is not None}
        self.completions = [s for s in self.sent if s.period is None]
        self.sent_back = [s for s in self.sent if s.returned_on is not None]


class Known:
    """Everything known on one day, in order; asked of a ledger."""

    __slots__ = (
        "_amended", "completions", "day", "deadline", "end", "facts", "ledger", "periodic", "place", "rests", "sent",
        "sent_back", "timeline",
    )  # fmt: skip

    def __init__(self, ledger: Ledger, day: date) -> None:
        facts = ledger.facts
        self.ledger = ledger
        self.facts = facts
        self.place = ledger.place(day)
        self.day = day
        self.rests = ledger.rests(_known_by(day, facts.suspensions), day)
        self.deadline = ledger.deadline(_known_by(day, facts.extensions), self.rests, day)
        self._amended = _known_by(day, facts.amendments)
        self.timeline = ledger.timeline(self._amended, day)
        self.end = facts.end if facts.end is not None and facts.end.recorded_on <= day else None
        of_reports = ledger.sent(self.place, day)
        self.sent = of_reports.sent
        self.periodic = of_reports.periodic
        self.completions = of_reports.completions
        self.sent_back = of_reports.sent_back

    def measure(self, place: int) -> Measure:
        """The terms of that place in the timeline, in exact figures."""
        return self.ledger.measure(self._amended, place, self.deadline)

    def measure_on(self, day: date) -> Measure:
        """The terms in force on the day, in exact figures."""
        return self.measure(self.timeline.index_on(day))

    def days(self, policy: int) -> Days:
        return self.ledger.days(self.deadline, self.rests, policy)

    def progress(self, terms: int) -> Progress:
        """Figures of a reach or deliverable under the terms of that place in the timeline."""
        return self.ledger.progress(self, terms)

    def record(self, policy: int) -> Record:
        """Figures of a keep target under that policy, which says when a report is due, so which periods are its own."""
        return self.ledger.record(self, policy)

    def met_on(self, on: date) -> date | None:
        """Since when the goal of a reach or deliverable is met on the day; none where it is not."""
        if self.facts.shape is Shape.KEEP or not self.ledger.can_meet():
            return None
        progress = self.progress(self.timeline.index_on(on))
        return progress.met_on[progress.upto(on)]

    def earlier(self, day: date) -> "Known":
        """What was known on the day, or here where that is no earlier."""
        return self.ledger.known(day) if self.ledger.place(day) < self.place else self
