"""What is told of the days ahead against what is derived when they have come, and its small form against itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.factories.rule_records import LAST, records
from tests.factories.told_by_hand import first_day, steps
from tests.unit.rule.test_invariants import trying
from tracker.compliance.steps.ahead import Span, StepAhead, follow, from_wake, read, write
from tracker.compliance.steps.derivation import unfold
from tracker.rule import Facts, Ledger

UNTIL = date(2021, 5, 17)
START = date(2021, 3, 1)


@trying(0.4)
@given(records())
def test_the_days_ahead_come_as_told(record: Facts) -> None:
    ledger = Ledger(record)
    until_then, ahead = unfold(ledger, first_day(record), UNTIL)
    assert until_then == steps(record, UNTIL)
    if not until_then:
        assert ahead == []
        return
    assert {day for day in ledger.recorded_on if day > UNTIL} <= {step.from_on for step in ahead}
    last = max([LAST, *(step.from_on for step in ahead)])
    began = [step.from_on for step in until_then[:-1]] + [s.from_on for s in until_then[-1:] + ahead if s.begins]
    assert began == [step.from_on for step in steps(record, last)]
    for step in ahead:
        seen = steps(record, step.from_on)[-1]
        assert (seen.from_on == step.from_on) == step.begins
        assert (seen.assessment.next_change_on, seen.wake_on, seen.deadline_on, seen.weight) == (
            step.assessment.next_change_on, step.wake_on, step.deadline_on, step.weight,
        )  # fmt: skip
        if step.begins:
            assert seen.assessment == step.assessment


@st.composite
def steps_ahead(draw: st.DrawFn) -> list[StepAhead]:
    """Looks with any values, in order, each of which names the next."""
    days = sorted(draw(st.sets(st.dates(START, date(2023, 1, 1)), max_size=8)))
    points = st.one_of(st.none(), st.integers(0, 10_000))
    found = []
    for day, wake_on in zip(days, [*days[1:], None], strict=False):
        begins = draw(st.booleans())
        change_on = draw(st.one_of(st.just(wake_on), st.none(), st.dates(day + timedelta(1), date(2024, 1, 1))))
        code = draw(st.sampled_from(["silent", "on_plan"]))
        figures = draw(st.dictionaries(st.sampled_from(["period", "đến"]), st.sampled_from(["", "2021-Q1"])))
        found.append(
            StepAhead(
                on=day,
                status=draw(st.sampled_from(["pending", "unreported"])),
                score=draw(points),
                delivery=draw(points),
                punctuality=draw(points),
                weight=draw(st.sampled_from([Decimal(1), Decimal("1.50"), Decimal("0.000001")])),
                reason={"code": code, "figures": figures} if begins else None,
                digest=draw(st.text("0123456789abcdef", min_size=24, max_size=24)) if begins else None,
                next_change_on=change_on,
                wake_on=wake_on,
                deadline_on=draw(st.sampled_from([date(2021, 12, 31), date(2022, 1, 14)])),
            )
        )
    return found


@trying()
@given(steps_ahead())
def test_the_small_form_gives_back_what_was_written(told: list[StepAhead]) -> None:
    assert read(write(told)) == told
    for place, step in enumerate(told):
        assert from_wake(told, step.on) == told[place:]
    assert from_wake(told, START - timedelta(1)) == []


@trying()
@given(steps_ahead(), st.data())
def test_nights_one_by_one_are_all_nights_at_once(told: list[StepAhead], data: st.DataObject) -> None:
    opened = Span(
        7, 1, 2, 3, START - timedelta(9), None, "pending", None, None, None, Decimal(1), {}, "0", 1, None, None, START
    )  # fmt: skip
    nights = data.draw(st.integers(0, len(told)))
    first = follow(opened, told[:nights])
    assert [*first[:-1], *follow(first[-1], told[nights:])] == follow(opened, told)
    assert [span.to_on for span in first] == [*(span.from_on for span in first[1:]), None]
