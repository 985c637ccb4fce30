"""Facts as a day knew them, steps from a target's first day on, and means as fractions, for tests of the rule."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tracker.compliance.steps.derivation import Step, unfold
from tracker.rule import Facts, Ledger, changes
from tracker.rule.exact import half_up


def as_known_on(facts: Facts, day: date) -> Facts:
    """The facts less whatever was recorded after the day."""
    reports = [
        replace(
            report,
            revisions=tuple(
                replace(revision, decisions=tuple(d for d in revision.decisions if d.recorded_on <= day))
                for revision in report.revisions
                if revision.recorded_on <= day
            ),
        )
        for report in facts.reports
    ]
    return replace(
        facts,
        amendments=tuple(a for a in facts.amendments if a.recorded_on <= day),
        extensions=tuple(x for x in facts.extensions if x.recorded_on <= day),
        suspensions=tuple(s for s in facts.suspensions if s.recorded_on <= day),
        end=facts.end if facts.end is not None and facts.end.recorded_on <= day else None,
        reports=tuple(report for report in reports if report.revisions),
    )


def first_day(record: Facts) -> date:
    """The first day with anything to say: the target's start, its coming into force or the first fact."""
    return min([record.starts_on, record.in_force_from, *Ledger(record).recorded_on[:1]])


def steps(record: Facts, until: date, since: date | None = None) -> list[Step]:
    """The steps from a day, or the first one, to another."""
    return unfold(Ledger(record), first_day(record) if since is None else since, until)[0]


def candidate_days(record: Facts) -> list[date]:
    """Every day on which a step can begin: each day that something was recorded, and what followed from it."""
    ledger = Ledger(record)
    days = set(ledger.recorded_on)
    for known_on in (date.min, *ledger.recorded_on):
        days.update(changes.candidate_days(ledger.known(known_on)))
    return sorted(days)


def weighted_mean(scored: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The mean of (score, weight) pairs, half-up to two places, over those with a score; none where there are none."""
    pairs = [(Fraction(score), Fraction(weight)) for score, weight in scored if score is not None]
    weights = sum((weight for _score, weight in pairs), Fraction(0))
    return half_up(sum((score * weight for score, weight in pairs), Fraction(0)) / weights) if weights else None
