"""Facts prepared for judging: what was known on a day, put in order once and shared by all days that it holds for.

Nothing is decided here. What is known only grows, so how many facts of a kind are known says which:
the key of every memo.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tracker.rule.days import Days, Deadline, PolicyTimeline, Rests
from tracker.rule.exact import exact, percent
from tracker.rule.facts import Amendment, Decision, Extension, Facts, Period, Report, Revision, Shape, Suspension
from tracker.rule.figures import Figure, Figures, Progress, Record, figure
from tracker.rule.plan import Measure, TermsTimeline
from tracker.rule.reports import Sent, in_order, sent_by

if TYPE_CHECKING:
    from tracker.rule.stretch import Stretch


def of(facts: Facts) -> "Ledger":
    """The ledger of the facts, prepared on first use."""
    ledger = facts.ledger
    if ledger is None:
        ledger = Ledger(facts)
        object.__setattr__(facts, "ledger", ledger)
    return ledger


def known(facts: Facts) -> "Known":
    """What the facts say, as known on their `known_on`."""
    return of(facts).known(facts.known_on)


def forget(facts: Facts) -> None:
    """Let go of what was prepared, at once: in circles it would wait for the collector, and many such make it slow."""
    if facts.ledger is not None:
        facts.ledger.clear()
        object.__setattr__(facts, "ledger", None)


class Ledger:
    """A target's facts with whatever has been prepared from them."""

    __slots__ = (
        "_can_meet", "_days", "_deadlines", "_figures", "_known", "_measures", "_rests", "_timelines",
        "facts", "policies", "recorded_on", "reported", "reports",
    )  # fmt: skip

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.policies = PolicyTimeline(facts)
        self.recorded_on = facts.recorded_days()
        periods = {period.code: period for period in facts.periods}
        self.reports = [_History(report, periods.get(report.period or ""), facts.ratio) for report in facts.reports]
        self.reported = self._reported()
        self._known: dict[int, Known] = {}
        self._rests: dict[int, Rests] = {}
        self._deadlines: dict[tuple[int, int], Deadline] = {}
        self._days: dict[tuple[int, int, int], Days] = {}
        self._timelines: dict[int, TermsTimeline] = {}
        self._measures: dict[tuple[int, int, int], Measure] = {}
        self._figures: dict[tuple[Sent, date], Figure] = {}
        self._can_meet: bool | None = None

    def known(self, day: date) -> "Known":
        """What was known on the day."""
        place = bisect_right(self.recorded_on, day)
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = Known(self, place, min(day, self.facts.known_on))
        return found

    def just_before(self, place: int) -> "Known | None":
        """What was known before the last day of which something is known, if anybody asked."""
        return self._known.get(place - 1)

    def _reported(self) -> list[list[int]]:
        """By recorded day: the reports of which something became known on it, by number."""
        found: dict[date, list[int]] = {day: [] for day in self.recorded_on}
        for number, history in enumerate(self.reports):
            for day in history.recorded_on:
                if day in found:
                    found[day].append(number)
        return list(found.values())

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

    def figure(self, sent: Sent, as_at: date) -> Figure:
        found = self._figures.get((sent, as_at))
        if found is None:
            found = self._figures[(sent, as_at)] = figure(sent, as_at)
        return found

    def clear(self) -> None:
        """Part what was prepared for days, which refers to itself in circles."""
        for known in self._known.values():
            known.stretches.clear()
        self._known.clear()

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
        days.update(d.recorded_on for revision in report.revisions for d in revision.decisions)
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


class Known:
    """Everything known on one day, in order."""

    __slots__ = (
        "_amended", "_figures", "before", "candidates", "completions", "day", "deadline", "end", "facts", "ledger",
        "periodic", "place", "rests", "sent", "sent_back", "states", "stretches", "timeline",
    )  # fmt: skip

    def __init__(self, ledger: Ledger, place: int, day: date) -> None:
        facts = ledger.facts
        self.ledger = ledger
        self.facts = facts
        self.place = place
        self.day = day
        self.rests = ledger.rests(_known_by(day, facts.suspensions), day)
        self.deadline = ledger.deadline(_known_by(day, facts.extensions), self.rests, day)
        self._amended = _known_by(day, facts.amendments)
        self.timeline = ledger.timeline(self._amended, day)
        self.end = facts.end if facts.end is not None and facts.end.recorded_on <= day else None
        self.before = ledger.just_before(place)
        self.states = self._states()
        self.sent = [sent for sent in self.states if sent is not None]
        self.periodic = {s.period.code: s for s in self.sent if s.period is not None}
        self.completions = [s for s in self.sent if s.period is None]
        self.sent_back = [s for s in self.sent if s.returned_on is not None]
        self._figures: dict[tuple[int, int], Figures] = {}
        self.candidates: list[date] | None = None  # kept here by `changes`
        self.stretches: dict[tuple[int, int], Stretch] = {}  # kept here by `stretch`

    def _states(self) -> list[Sent | None]:
        """How each report stands: as just before, but for those of which something became known."""
        reports = self.ledger.reports
        if self.before is None:
            return [history.known(self.day) for history in reports]
        states = self.before.states.copy()
        for number in self.ledger.reported[self.place - 1]:
            states[number] = reports[number].known(self.day)
        return states

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
        found = self._figures.get((terms, -1))
        if not isinstance(found, Progress):
            found = self._figures[(terms, -1)] = Progress(self.sent, self.measure(terms), self.ledger.figure)
        return found

    def record(self, policy: int) -> Record:
        """Figures of a keep target under that policy, which says when a report is due, so which periods are its own."""
        found = self._figures.get((-1, policy))
        if not isinstance(found, Record):
            own = (self.periodic.get(o.period.code) for o in self.days(policy).own)
            sent = [s for s in own if s is not None]
            found = self._figures[(-1, policy)] = Record(sent, self.measure_on, self.ledger.figure)
        return found

    def met_on(self, on: date) -> date | None:
        """Since when the goal of a reach or deliverable is met on the day; none where it is not."""
        if self.facts.shape is Shape.KEEP or not self.ledger.can_meet():
            return None
        progress = self.progress(self.timeline.index_on(on))
        return progress.met_on[progress.upto(on)]

    def earlier(self, day: date) -> "Known":
        """What was known on the day, or here where that is earlier."""
        found = self.ledger.known(day)
        return found if found.place < self.place else self
