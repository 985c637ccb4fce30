"""What must always hold, over records of every shape. RULE_EXAMPLES sets how many records each property tries."""

import ast
import json
import os
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import tracker.rule
from tests.factories.rule_records import LAST, day, moments, records
from tests.factories.told_by_hand import as_known_on, steps
from tracker.rule import Facts, Ledger, ReasonCode, Status, assess, owed_periods, terms_on
from tracker.rule.facts import Decision, Direction, Report, ReportKind, Revision, Shape, Terms

EXAMPLES = int(os.environ.get("RULE_EXAMPLES", "30"))
ONE_DAY = timedelta(days=1)
Answer = tuple[Status, Decimal | None, Decimal | None, Decimal | None]

T = TypeVar("T")
GREEN = {Status.MET_ON_TIME, Status.MET_LATE, Status.ON_TRACK, Status.AT_RISK}


def trying(times: float = 1) -> settings:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=max(1, int(EXAMPLES * times)), suppress_health_check=checks)


def answer(facts: Facts, known_on: date, on: date) -> Answer:
    """Judged from a new ledger, so that nothing prepared for another day can be at work."""
    found = assess(Ledger(facts).known(known_on), on)
    return found.status, found.score, found.delivery, found.punctuality


Case = tuple[Facts, date, date]


def records_and_moments() -> st.SearchStrategy[Case]:
    """A record, a day from which to know, and a day to judge."""
    return records().flatmap(lambda record: moments(record).map(lambda days: (record, *days)))


# 1. A better figure never lowers a target's score.


@trying(3)
@given(records(), st.data())
def test_a_better_figure_never_lowers_a_score(record: Facts, data: st.DataObject) -> None:
    if not record.reports:
        return
    place = data.draw(st.integers(0, len(record.reports) - 1))
    known_on, on = data.draw(moments(record))
    step = data.draw(st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(4), Decimal(20)]))
    better = bettered(record, place, terms_on(Ledger(record).known(known_on), on), step)
    before, after = (answer(facts, known_on, on)[1] for facts in (record, better))
    if before is not None:
        assert after is not None
        assert after >= before


def bettered(record: Facts, place: int, terms: Terms, step: Decimal) -> Facts:
    """The same record with a better last figure of one report, by these terms: reported and appraised alike."""
    report = record.reports[place]
    last = max(report.revisions, key=lambda r: r.seq)
    decisions = tuple(better_part(record.shape, record.direction, terms, d, step) for d in last.decisions)
    improved = replace(better_part(record.shape, record.direction, terms, last, step), decisions=decisions)
    revisions = tuple(improved if revision is last else revision for revision in report.revisions)
    reports = list(record.reports)
    reports[place] = replace(report, revisions=revisions)
    return replace(record, reports=tuple(reports))


Part = TypeVar("Part", Revision, Decision)


def better_part(shape: Shape, direction: Direction | None, terms: Terms, part: Part, step: Decimal) -> Part:
    if part.numerator is not None and part.denominator:
        value = 100 * part.numerator / part.denominator
        gain = (better(shape, direction, terms, value, step) - value) * part.denominator / 100
        return replace(part, numerator=part.numerator + gain)
    return replace(part, value=better(shape, direction, terms, part.value, step)) if part.value is not None else part


def better(shape: Shape, direction: Direction | None, terms: Terms, value: Decimal, step: Decimal) -> Decimal:
    """A value that is better by a step: towards the goal and beyond it, up to 100 percent, or up to the range."""
    if shape is Shape.DELIVERABLE:
        return min(value + step, Decimal(100))
    if shape is Shape.REACH and terms.goal is not None and terms.baseline is not None:
        return value + step if terms.goal > terms.baseline else value - step
    if direction is not None:
        return value + step if direction is Direction.AT_LEAST else value - step
    if terms.low is not None and value < terms.low:
        return min(value + step, terms.low)
    return max(value - step, terms.high) if terms.high is not None and value > terms.high else value


# 2. `next_change_on` is the first day with another answer, the facts held fixed.


@trying()
@given(records_and_moments())
def test_next_change_is_what_a_search_day_by_day_finds(case: Case) -> None:
    """Over 800 days: none before it differs, it does; where none is named, none of the 800 differs."""
    record, known_on, on = case
    known = Ledger(record).known(known_on)
    told, first = assess(known, on).next_change_on, answer(record, known_on, on)
    days = (on + timedelta(days=n) for n in range(1, 801))
    assert told == next((later for later in days if answer(record, known_on, later) != first), None)


# 3. Order does not matter, and nothing is read from the machine.


@trying(2)
@given(records_and_moments(), st.integers())
def test_facts_in_any_order_give_the_same_answer(case: Case, seed: int) -> None:
    record, known_on, on = case
    shuffled = shuffle(record, random.Random(seed))
    assert assess(Ledger(shuffled).known(known_on), on) == assess(Ledger(record).known(known_on), on)


def shuffle(record: Facts, by: random.Random) -> Facts:
    def mixed(items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(by.sample(items, len(items)))

    reports = tuple(
        replace(report, revisions=mixed(tuple(replace(r, decisions=mixed(r.decisions)) for r in report.revisions)))
        for report in record.reports
    )
    return replace(
        record,
        periods=mixed(record.periods),
        policies=mixed(record.policies),
        terms=replace(record.terms, milestones=mixed(record.terms.milestones)),
        amendments=mixed(record.amendments),
        extensions=mixed(record.extensions),
        suspensions=mixed(record.suspensions),
        reports=mixed(reports),
    )


def test_the_rule_reads_no_clock_and_imports_only_the_standard_library() -> None:
    allowed = {
        "bisect",
        "operator",
        "types",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "typing",
    }
    for path in Path(tracker.rule.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                assert node.module.split(".")[0] in allowed or node.module.startswith("tracker.rule"), path.name
            elif isinstance(node, ast.Import):
                assert all(name.name in allowed for name in node.names), path.name
            elif isinstance(node, ast.Attribute):
                assert node.attr not in {"today", "now", "utcnow", "fromtimestamp"}, path.name


# 4. Silence is never green; a blank is never a zero; a day in the future is never a fact.


@trying()
@given(records_and_moments())
def test_silence_is_never_green(case: Case) -> None:
    record, known_on, on = case
    found = assess(Ledger(replace(record, reports=())).known(known_on), on)
    assert found.status not in GREEN | {Status.BEHIND, Status.MISSED}
    assert found.score in (None, Decimal("0.00"))


@trying()
@given(records_and_moments())
def test_a_blank_gives_no_figure(case: Case) -> None:
    """A revision in which nothing stands counts as sent, and for nothing else."""
    record, known_on, on = case
    reports = tuple(replace(r, revisions=tuple(blank(v) for v in r.revisions)) for r in record.reports)
    found = assess(Ledger(replace(record, reports=reports)).known(known_on), on)
    assert found.status not in GREEN | {Status.BEHIND, Status.MISSED}
    assert found.delivery in (None, Decimal("0.00"))


def blank(revision: Revision) -> Revision:
    decisions = tuple(replace(d, value=None, numerator=None, denominator=None) for d in revision.decisions)
    return replace(revision, value=None, numerator=None, denominator=None, not_applicable=False, decisions=decisions)


@trying()
@given(records_and_moments())
def test_what_was_not_known_counts_for_nothing(case: Case) -> None:
    record, known_on, on = case
    alone = as_known_on(record, known_on)
    assert assess(Ledger(record).known(known_on), on) == assess(Ledger(alone).known(), on)


# 5. What was known stays known; a target has at most one step starting on any day.


@trying(0.5)
@given(records(), day(date(2021, 3, 1)))
def test_a_late_fact_changes_no_step_of_an_earlier_day(record: Facts, learnt_on: date) -> None:
    earlier = as_known_on(record, learnt_on - ONE_DAY)
    assert steps(earlier, learnt_on - ONE_DAY) == steps(record, learnt_on - ONE_DAY)
    before = [
        (s.from_on, s.assessment.status, s.assessment.score) for s in steps(earlier, LAST) if s.from_on < learnt_on
    ]
    after = [(s.from_on, s.assessment.status, s.assessment.score) for s in steps(record, LAST) if s.from_on < learnt_on]
    assert before == after


# 6. The reason prints in every language: a code and text figures, nothing else.


@trying(2)
@given(records_and_moments())
def test_a_reason_is_a_code_with_figures_ready_for_json(case: Case) -> None:
    record, known_on, on = case
    why = assess(Ledger(record).known(known_on), on).reason
    assert json.loads(json.dumps(why.as_json())) == why.as_json()
    assert all(isinstance(figure, str) for figure in why.figures.values())
    assert REQUIRED[why.code] <= set(why.figures)


@trying(2)
@given(records_and_moments())
def test_a_reason_names_the_day_by_which_a_report_is_asked_for(case: Case) -> None:
    """P, or once it came back the last day for its answer: the day that every list and mail names."""
    record, known_on, on = case
    known = Ledger(record).known(known_on)
    told = assess(known, on).reason
    asked = {one.period.code: one for one in owed_periods(known, on)}
    if "next_period" in told.figures:
        assert told.figures["next_due_on"] == asked[told.figures["next_period"]].asked_by.isoformat()
    if told.code is ReasonCode.SILENT:
        assert told.figures["due_on"] == asked[told.figures["period"]].asked_by.isoformat()


@trying(6)
@given(records_and_moments())
def test_whoever_does_what_the_reason_asks_turns_green(case: Case) -> None:
    """If nothing else happens until then: no other terms, no suspension, no other report missing."""
    record, known_on, on = case
    known = Ledger(record).known(min(known_on, on))
    asked = assess(known, on).reason.figures
    if "needed" not in asked:
        return
    period = next(period for period in record.periods if period.code == asked["next_period"])
    day = max(on, period.cut_off)
    done = with_figure(as_known_on(record, known.day), period.code, Decimal(asked["needed"]), day)
    found = assess(Ledger(done).known(day), day)
    policies = {version.policy for version in record.policies if version.from_on is None or version.from_on <= day}
    assume(terms_on(known, day) == terms_on(known, on) and len(policies) == 1)
    assume(found.status not in {Status.UNREPORTED, Status.SUSPENDED, Status.VOID})
    assert found.status in {Status.ON_TRACK, Status.MET_ON_TIME}


def with_figure(facts: Facts, code: str, value: Decimal, day: date) -> Facts:
    """The facts with another revision of a period's report, or its first."""
    sent = next((report for report in facts.reports if report.period == code), Report(code, ReportKind.PERIODIC, ()))
    revision = Revision(len(sent.revisions) + 1, day, day, value)
    if facts.ratio:
        revision = replace(revision, value=None, numerator=value, denominator=Decimal(100))
    others = tuple(report for report in facts.reports if report is not sent)
    return replace(facts, reports=(*others, replace(sent, revisions=(*sent.revisions, revision))))


REQUIRED = {
    ReasonCode.NOT_STARTED: {"from_on"},
    ReasonCode.ENDED: {"ended_on"},
    ReasonCode.NOTHING_APPLICABLE: {"reports"},
    ReasonCode.MET: {"met_on", "deadline", "value", "as_at", "goal"},
    ReasonCode.MET_LATE: {"met_on", "deadline", "value", "as_at", "goal", "days_late"},
    ReasonCode.OVERDUE: {"deadline", "days_late", "goal", "value", "as_at", "percent"},
    ReasonCode.OVERDUE_WITHOUT_FIGURE: {"deadline", "days_late", "goal"},
    ReasonCode.SUSPENDED: {"from_on", "to_on"},
    ReasonCode.KEPT: {"kept", "reports"},
    ReasonCode.KEPT_OVERALL: {"value", "goal"},
    ReasonCode.MISSED: {"kept", "reports", "period", "value"},
    ReasonCode.MISSED_OVERALL: {"value", "goal", "percent"},
    ReasonCode.SILENT: {"period", "due_on"},
    ReasonCode.RETURN_UNANSWERED: {"period", "returned_on", "answer_by"},
    ReasonCode.NO_FIGURE: set(),
    ReasonCode.NO_MILESTONES: set(),
    ReasonCode.ON_PLAN: {"value", "as_at", "plan", "goal", "percent", "deadline"},
    ReasonCode.BELOW_PLAN: {"value", "as_at", "plan", "goal", "percent", "deadline"},
    ReasonCode.KEEPING: {"kept", "reports"},
    ReasonCode.KEEP_BROKEN: {"kept", "reports", "period", "value"},
    ReasonCode.KEEPING_OVERALL: {"value", "goal"},
    ReasonCode.BELOW_OVERALL: {"value", "goal", "percent"},
}
