"""The trace of a judgment is its own: the same answer with and without it, and each line holds when reckoned again."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given

from tests.factories.package_facts import facts_of_package
from tests.unit.rule.test_examples import examples
from tests.unit.rule.test_invariants import Case, records_and_moments
from tracker.rule import Facts, Known, Ledger, Status, Trace, assess, traced
from tracker.rule.exact import clamp, half_up
from tracker.rule.facts import Shape
from tracker.rule.score import UNSCORED
from tracker.rule.trace import SIGNS, Line, What

At = dict[str, Fraction]


@given(records_and_moments())
def test_a_traced_judgment_is_the_judgment_and_reckons_right(case: Case) -> None:
    record, known_on, on = case
    held(record, Ledger(record).known(known_on), on)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_so_are_the_worked_answers(number: int) -> None:
    example = examples("rule_examples.json")[number]
    records = {(number, code): Ledger(facts) for number, code, facts in facts_of_package(example["package"])}
    for answer in example["answers"][::3]:
        ledger = records[answer["commitment"], answer["target"]]
        known, on = ledger.known(date.fromisoformat(answer["known_on"])), date.fromisoformat(answer["on"])
        held(ledger.facts, known, on)


def held(record: Facts, known: Known, on: date) -> None:
    """The answer is the same one, and follows from the lines."""
    trace = Trace()
    found = traced(known, on, trace)
    assert found == assess(known, on)
    for line in trace.lines:
        if line.holds is None:
            assert figure(line.result) == reckoned(line, record), line
        else:
            left, right = line.figures["left"], line.figures["right"]
            days = "-" in right[1:]
            sides = (date.fromisoformat(left), date.fromisoformat(right)) if days else (figure(left), figure(right))
            assert SIGNS[line.figures["sign"]](*sides) == line.holds, line
    by_what = {line.what: line for line in trace.lines}
    if found.status in UNSCORED:
        assert found.score is None
    else:
        scored = by_what.get(What.SCORE) or by_what[What.SCORE_ALONE]
        assert scored.result == str(Fraction(found.score or 0))
    counted = [one for one in trace.periods if one.counted]
    share = half_up(Fraction(100 * sum(one.in_time for one in counted), len(counted))) if counted else None
    assert share == found.punctuality
    # The last comparison of the table is the one that decided, or that left it to the next line.
    held_lines = [line.what for line in trace.lines if line.holds]
    decided = {
        Status.NOT_STARTED: What.BEGINS, Status.OVERDUE: What.PAST_DEADLINE, Status.SUSPENDED: What.SUSPENDED,
        Status.AT_RISK: What.AT_RISK,
    }.get(found.status)  # fmt: skip
    assert decided is None or held_lines[-1] is decided


def figure(text: str | None) -> Fraction:
    return Fraction(text or "0")


def reckoned(line: Line, record: Facts) -> Fraction:
    """By the words of docs/rule.md, from what the line says alone (and the shape)."""
    at = {name: figure(text) for name, text in line.figures.items() if name not in ("as_at", "period")}
    if line.what is What.RATIO:
        return ratio(record.shape, **at)
    return FORMULAS[line.what](at)


def ratio(shape: Shape, value: Fraction, baseline: Fraction, goal: Fraction, plan: Fraction) -> Fraction:
    if plan != baseline:
        return clamp((value - baseline) / (plan - baseline))
    no_worse = value >= baseline if goal > baseline else value <= baseline
    return Fraction(shape is Shape.DELIVERABLE or no_worse)


def kept(at: At) -> Fraction:
    low, high, value = at.get("low"), at.get("high"), at["value"]
    if low is not None and value < low:
        return value / low if low > 0 and value > 0 else Fraction(0)
    if high is not None and value > high:
        return high / value if high > 0 else Fraction(0)
    return Fraction(1)


FORMULAS: dict[What, Callable[[At], Fraction]] = {
    What.KEPT_RATIO: kept,
    What.MEAN_RATIO: lambda at: at["total"] / at["count"],
    What.WAY: lambda at: clamp((at["value"] - at["baseline"]) / (at["goal"] - at["baseline"])),
    What.DELIVERY_LATE: lambda at: max(at["floor"], 100 - at["penalty"] * at["days"]),
    What.DELIVERY_OVERDUE: lambda at: at["floor"] * at["way"],
    What.DELIVERY_RATIO: lambda at: 100 * at["ratio"],
    What.DELIVERY_FULL: lambda at: Fraction(100),
    What.DELIVERY_NONE: lambda at: Fraction(0),
    What.PUNCTUALITY: lambda at: 100 * at["in_time"] / at["counted"],
    What.SCORE: lambda at: Fraction(half_up((1 - at["weight"]) * at["delivery"] + at["weight"] * at["punctuality"])),
    What.SCORE_ALONE: lambda at: Fraction(half_up(at["delivery"])),
}
