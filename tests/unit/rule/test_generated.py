"""What the properties are tried on: each thing that can happen to a target does happen in the generated records."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.unit.rule.test_invariants import Case, records_and_moments
from tracker.rule import Facts, Ledger, ReasonCode, Status, assess
from tracker.rule.facts import Decision, Direction, Outcome, Report, ReportKind, Revision, Shape

EXPECTED = {
    *Shape, *Direction, *Outcome, *Status, *(f"because {code}" for code in ReasonCode),
    "range", "range open above", "range open below", "ratio", "whole term", "cumulative", "downwards",
    "milestones", "holidays", "swapped working days", "two policy versions", "in force after its start",
    "amended goal", "amended baseline", "amended range", "amended milestones", "amended weight", "amended twice",
    "counts before its signing", "extension", "two extensions", "suspension", "two suspensions", "end",
    "completion", "completion and period", "early as-at day", "not applicable", "denominator 0", "appraised figure",
    "appraised ratio", "sent anew", "sent anew twice", "answered on the day", "answered soon", "answered late",
    "unanswered",
    "late fact", "late decision", "late end", "late extension", "late amendment", "late suspension",
    "k = on", "k before on", "k after on", "judged before the start",
}  # fmt: skip
MOST_RUNS = 100
# About once in a thousand records: a return that nobody answered, where no period is silent.
RARE = {f"because {ReasonCode.RETURN_UNANSWERED}"}
EXPECTED -= RARE


def test_everything_that_can_happen_is_generated() -> None:
    """In as many records as some short runs of a property try: eight do as a rule.

    What a seed gives depends on which modules are loaded beside (Hypothesis takes constants from them).
    """
    seen = Counter[str]()

    def look(case: Case) -> None:
        seen.update(set(features(*case)))

    for number in range(MOST_RUNS):
        few = settings(
            max_examples=60,
            database=None,
            derandomize=False,  # a build server would else try the same ones eight times
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        seed(number)(few(given(records_and_moments())(look)))()
        if seen.keys() >= EXPECTED:
            break
    assert EXPECTED - seen.keys() == set()
    assert seen.keys() - EXPECTED == RARE & seen.keys()


def features(record: Facts, known_on: date, on: date) -> Iterator[str]:
    """What is special about a record and the two days on which it is looked at."""
    found = assess(Ledger(record).known(known_on), on)
    yield found.status
    yield f"because {found.reason.code}"
    yield "k = on" if known_on == on else "k before on" if known_on < on else "k after on"
    if on < record.starts_on:
        yield "judged before the start"
    yield from of_terms(record)
    yield from of_agreements(record)
    for report in record.reports:
        yield from of_report(report)
    if {report.kind for report in record.reports} == set(ReportKind):
        yield "completion and period"


def of_terms(record: Facts) -> Iterator[str]:
    """What was signed, and under which calendar and policy."""
    terms = record.terms
    yield record.shape
    if record.direction is not None:
        yield record.direction
    if record.is_range:
        yield "range open above" if terms.high is None else "range open below" if terms.low is None else "range"
    told = {
        "ratio": record.ratio,
        "whole term": record.whole_term,
        "cumulative": record.cumulative,
        "downwards": terms.goal is not None and terms.baseline is not None and terms.goal < terms.baseline,
        "milestones": bool(terms.milestones),
        "holidays": bool(record.calendar.off_days),
        "swapped working days": any(day.weekday() > 4 for day in record.calendar.working_days),
        "two policy versions": len(record.policies) == 2,
        "in force after its start": record.in_force_from > record.starts_on,
    }
    yield from (name for name, holds in told.items() if holds)


def of_agreements(record: Facts) -> Iterator[str]:
    """What was agreed or decided on the target as a whole."""
    for amendment in record.amendments:
        told = {
            "amended goal": amendment.goal is not None,
            "amended baseline": amendment.baseline is not None,
            "amended range": amendment.low is not None or amendment.high is not None,
            "amended milestones": amendment.milestones is not None,
            "amended weight": amendment.weight is not None,
            "counts before its signing": amendment.from_on < amendment.signed_on,
            "late amendment": amendment.recorded_on > amendment.signed_on,
        }
        yield from (name for name, holds in told.items() if holds)
    if len(record.amendments) == 2:
        yield "amended twice"
    yield from ("extension", "two extensions")[: len(record.extensions)]
    yield from ("suspension", "two suspensions")[: len(record.suspensions)]
    if any(x.recorded_on > x.granted_on for x in record.extensions):
        yield "late extension"
    if any(s.recorded_on > s.decided_on for s in record.suspensions):
        yield "late suspension"
    if record.end is not None:
        yield "end"
        if record.end.recorded_on > record.end.decided_on:
            yield "late end"


def of_report(report: Report) -> Iterator[str]:
    """What was sent and decided."""
    if report.kind is ReportKind.COMPLETION:
        yield "completion"
    yield from ("sent anew", "sent anew twice")[: len(report.revisions) - 1]
    for place, revision in enumerate(report.revisions):
        following = report.revisions[place + 1] if place + 1 < len(report.revisions) else None
        told = {
            "early as-at day": report.period is not None and revision.as_at is not None,
            "not applicable": revision.not_applicable,
            "denominator 0": revision.denominator == 0,
            "late fact": revision.recorded_on > revision.submitted_on,
        }
        yield from (name for name, holds in told.items() if holds)
        for decision in revision.decisions:
            yield from of_decision(decision, following)


def of_decision(decision: Decision, following: Revision | None) -> Iterator[str]:
    """What was decided, and how soon it was answered."""
    yield decision.outcome
    if decision.value is not None:
        yield "appraised figure"
    if decision.numerator is not None:
        yield "appraised ratio"
    if decision.recorded_on > decision.decided_on:
        yield "late decision"
    if decision.outcome in (Outcome.RETURNED, Outcome.REOPENED):
        if following is None:
            yield "unanswered"
        else:
            days = (following.submitted_on - decision.decided_on).days
            yield "answered on the day" if days == 0 else "answered late" if days > 7 else "answered soon"
