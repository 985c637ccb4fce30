"""Short hashes of the facts that a step rests on. A change of what lies ahead of a day leaves the day's alone."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from operator import attrgetter

from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import Facts, Period, PolicyVersion

_BYTES = 12


class Fingerprints:
    """The fingerprints of one target's facts, day by day.

    What is known only grows, so each day's is that of the earlier facts with some more behind them.
    """

    def __init__(self, facts: Facts, shared: "FramePrints") -> None:
        self._shared = shared
        self._hash = blake2b(_terms(facts).encode(), digest_size=_BYTES)
        self._events = sorted(_events(facts))
        self._place = 0
        self._day = date.min

    def on(self, day: date) -> str:
        """Of the facts known on the day, the calendar, periods and policy that count on it. Ask in order of days."""
        if day < self._day:
            raise ValueError("days are asked in order")
        self._day = day
        while self._place < len(self._events) and self._events[self._place][0] <= day:
            self._hash.update(self._events[self._place][1].encode())
            self._place += 1
        whole = self._hash.copy()
        whole.update(self._shared.on(day).encode())
        return whole.hexdigest()


class FramePrints:
    """The fingerprints of what a programme's targets at one frequency share, day by day; each day's is told once."""

    def __init__(self, calendar: WorkingCalendar, policies: Iterable[PolicyVersion], periods: Iterable[Period]) -> None:
        self._policies = [(version.from_on or date.min, str(version.policy)) for version in policies]
        self._off_days, self._working_days = sorted(calendar.off_days), sorted(calendar.working_days)
        self._off = [f"-{d}" for d in self._off_days]
        self._worked = [f"+{d}" for d in self._working_days]
        self._periods = tuple(periods)
        self._told: dict[date, str] = {}

    def on(self, day: date) -> str:
        """Of what counts on the day; what lies ahead may still change and is left out."""
        found = self._told.get(day)
        if found is None:
            found = self._told[day] = self._tell(day)
        return found

    def _tell(self, day: date) -> str:
        in_force = [policy for from_on, policy in self._policies if from_on <= day]
        parts = [in_force[-1] if in_force else ""]
        parts += self._off[: bisect_right(self._off_days, day)]
        parts += self._worked[: bisect_right(self._working_days, day)]
        # A day that is still ahead may be moved; one that has come may not.
        parts += [
            f"{p.code}|{p.starts_on}|{p.cut_off if p.cut_off <= day else ''}|{p.due_on if p.due_on <= day else ''}"
            for p in self._periods
            if p.starts_on <= day
        ]
        return blake2b("\n".join(parts).encode(), digest_size=_BYTES).hexdigest()


def _terms(facts: Facts) -> str:
    t = facts.terms
    milestones = ",".join(f"{m.on}={m.value}" for m in t.milestones)
    return (
        f"{facts.shape}|{facts.direction}|{facts.judged_by}|{facts.cumulative}|{facts.ratio}|{facts.starts_on}|{facts.due_on}"
        f"|{facts.in_force_from}|{t.goal}|{t.baseline}|{t.low}|{t.high}|{t.weight}|{milestones}"
    )


def _events(facts: Facts) -> Iterable[tuple[date, str]]:
    """Everything that became known, with its day."""
    earlier: Counter[tuple[date, date, date]] = Counter()
    for a in sorted(facts.amendments, key=attrgetter("seq")):
        days = a.recorded_on, a.signed_on, a.from_on
        place = f"|{earlier[days]}" if earlier[days] else ""  # among those of the same days, where the last one counts
        earlier[days] += 1
        milestones = a.milestones if a.milestones is None else ",".join(f"{m.on}={m.value}" for m in a.milestones)
        yield (
            a.recorded_on,
            f"\na|{a.signed_on}|{a.from_on}|{a.goal}|{a.baseline}|{a.low}|{a.high}|{a.weight}|{milestones}{place}",
        )
    for x in facts.extensions:
        yield x.recorded_on, f"\nx|{x.granted_on}|{x.due_on}"
    for s in facts.suspensions:
        yield s.recorded_on, f"\ns|{s.decided_on}|{s.from_on}|{s.to_on}"
    if facts.end is not None:
        yield facts.end.recorded_on, f"\ne|{facts.end.decided_on}|{facts.end.on}"
    for report in facts.reports:
        for r in report.revisions:
            key = f"{report.kind}|{report.period}|{r.seq}"
            figure = f"{r.value}|{r.numerator}|{r.denominator}|{r.not_applicable}"
            yield r.recorded_on, f"\nr|{key}|{r.submitted_on}|{r.as_at}|{figure}"
            for n, d in enumerate(r.decisions, 1):
                figure = f"{d.value}|{d.numerator}|{d.denominator}"
                yield d.recorded_on, f"\nd|{key}|{n}|{d.outcome}|{d.decided_on}|{figure}"
