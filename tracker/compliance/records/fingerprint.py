"""Short hashes of the facts that a step rests on. A change of what lies ahead of a day leaves the day's alone."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from operator import attrgetter

from tracker.programmes.frames import DIGEST_BYTES, FramePrints
from tracker.rule.facts import Facts


class Fingerprints:
    """The fingerprints of one target's facts, day by day.

    What is known only grows, so each day's is that of the earlier facts with some more behind them.
    """

    def __init__(self, facts: Facts, shared: FramePrints) -> None:
        self._shared = shared
        self._hash = blake2b(_terms(facts).encode(), digest_size=DIGEST_BYTES)
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


def _terms(facts: Facts) -> str:
    t = facts.terms
    milestones = ",".join(f"{m.on}={m.value}" for m in t.milestones)
    return (
        f"{facts.shape}|{facts.direction}|{facts.judged_by}|{facts.cumulative}|{facts.ratio}|{facts.starts_on}|{facts.due_on}"
        f"|{facts.in_force_from}|{t.goal}|{t.baseline}|{t.low}|{t.high}|{t.weight}|{milestones}"
    )


def _events(facts: Facts) -> Iterable[tuple[date, str]]:
    """Everything that became known, with its day."""
    earlier: Counter[tuple[date, date]] = Counter()
    for a in sorted(facts.amendments, key=attrgetter("seq")):
        days = a.signed_on, a.from_on
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
