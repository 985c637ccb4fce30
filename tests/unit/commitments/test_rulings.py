"""What of one target can be decided by itself: refused as a package is, and never a change of what a past day said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.rule_records import records
from tracker.commitments import rulings
from tracker.commitments.rulings import Kind, Ruling, decided, faults
from tracker.rule import Ledger, assess
from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import End, Extension, Facts, Period, Shape, Status, Suspension, Terms

TODAY = date(2021, 6, 16)
PERIODS = tuple(
    Period(f"2021-Q{n}", date(2021, 3 * n - 2, 1), date(2021, 3 * n, 28), date(2021, 3 * n, 28)) for n in range(1, 5)
)
STANDING = Facts(
    shape=Shape.DELIVERABLE,
    starts_on=date(2021, 1, 1),
    due_on=date(2021, 6, 30),
    in_force_from=date(2021, 1, 1),
    terms=Terms(),
    periods=PERIODS,
    calendar=WorkingCalendar((), ()),
    extensions=(Extension(date(2021, 5, 3), date(2021, 7, 30), date(2021, 5, 3)),),
    suspensions=(Suspension(date(2021, 6, 1), date(2021, 6, 20), date(2021, 5, 3), date(2021, 5, 3)),),
)


def on(text: str) -> date:
    return date.fromisoformat(f"2021-{text}")


@pytest.mark.parametrize(
    ("ruling", "wrong"),
    [
        (Ruling(Kind.EXTENSION, on("09-30")), set()),
        (Ruling(Kind.EXTENSION, on("07-30")), {"due_on"}),  # reaches no further than the one before
        (Ruling(Kind.EXTENSION, on("07-15")), {"due_on"}),
        (Ruling(Kind.EXTENSION, date(2022, 1, 28)), set()),
        (Ruling(Kind.EXTENSION, date(2022, 1, 29)), {"due_on"}),  # over 31 days past the last cut-off
        (Ruling(Kind.SUSPENSION, None, on("07-01"), on("07-31")), set()),
        (Ruling(Kind.SUSPENSION, on("07-15"), on("07-01"), on("07-31")), {"due_on"}),
        (Ruling(Kind.SUSPENSION, None, on("07-31"), on("07-01")), {"to_on"}),
        (Ruling(Kind.SUSPENSION, None, on("06-20"), on("07-31")), {"from_on"}),
        (Ruling(Kind.SUSPENSION, None, on("05-01"), on("06-01")), {"to_on"}),
        (Ruling(Kind.END, ended_on=on("06-10")), set()),
        (Ruling(Kind.END, ended_on=on("01-01")), set()),
        (Ruling(Kind.END, ended_on=date(2020, 12, 31)), {"ended_on"}),  # before the commitment was in force
        (Ruling(Kind.END, ended_on=date(2022, 1, 28)), set()),
        (Ruling(Kind.END, ended_on=date(2062, 6, 10)), {"ended_on"}),
    ],
)
def test_what_a_package_would_be_refused_for_stands_beside_its_field(ruling: Ruling, wrong: set[str]) -> None:
    assert set(faults(STANDING, ruling, TODAY)) == wrong


def test_of_two_suspensions_that_overlap_the_other_one_is_named() -> None:
    told = faults(STANDING, Ruling(Kind.SUSPENSION, None, on("05-01"), on("06-01")), TODAY)
    assert "01/06/2021" in str(told["to_on"])


def test_an_extension_that_came_in_for_a_later_day_is_not_overtaken() -> None:
    ahead = replace(STANDING, extensions=(Extension(on("08-01"), on("10-30"), on("08-01")),))
    assert set(faults(ahead, Ruling(Kind.EXTENSION, on("12-31")), TODAY)) == {"due_on"}


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_decided_on_a_target_that_has_ended(kind: Kind) -> None:
    ended = replace(STANDING, end=End(on("06-01"), on("06-01"), on("06-01")))
    assert set(faults(ended, Ruling(kind, on("09-30"), on("07-01"), on("07-31"), on("06-30")), TODAY)) == {""}


@pytest.mark.parametrize(
    ("ruling", "wrong"),
    [
        (Ruling(Kind.EXTENSION, TODAY), {"due_on"}),
        (Ruling(Kind.EXTENSION, TODAY + timedelta(1)), set()),
        (Ruling(Kind.SUSPENSION, None, on("05-01"), TODAY - timedelta(1)), {"to_on"}),
        (Ruling(Kind.SUSPENSION, None, on("05-01"), TODAY), set()),
    ],
)
def test_nobody_asks_for_what_is_over(ruling: Ruling, wrong: set[str]) -> None:
    assert set(rulings.ahead(ruling, TODAY)) == wrong


@pytest.mark.parametrize(
    ("ruling", "turned"),
    [
        (Ruling(Kind.EXTENSION, on("09-30")), Status.PENDING),
        (Ruling(Kind.SUSPENSION, None, on("06-25"), on("07-31")), Status.SUSPENDED),
        (Ruling(Kind.END, ended_on=on("07-01")), Status.VOID),
    ],
)
def test_a_decision_turns_its_own_day_and_leaves_the_day_before(ruling: Ruling, turned: Status) -> None:
    facts = replace(STANDING, extensions=(), suspensions=(), periods=PERIODS[2:])
    after = Ledger(decided(facts, ruling, on("07-12")))
    for day, status in ((on("07-11"), Status.OVERDUE), (on("07-12"), turned)):
        assert assess(after.known(day), day).status is status
    assert assess(Ledger(facts).known(on("07-12")), on("07-12")).status is Status.OVERDUE


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_day_that_is_over_says_anything_else_after_a_decision(data: st.DataObject) -> None:
    facts = replace(data.draw(records()), end=None)
    day = data.draw(st.dates(facts.starts_on, facts.due_on + timedelta(60)))
    start = data.draw(st.dates(facts.starts_on - timedelta(30), facts.due_on + timedelta(90)))
    days = (data.draw(st.integers(0, 90)), data.draw(st.integers(1, 200)))
    ruling = data.draw(
        st.sampled_from(
            [
                Ruling(Kind.EXTENSION, facts.due_on + timedelta(days[1])),
                Ruling(Kind.SUSPENSION, None, start, start + timedelta(days[0])),
                Ruling(Kind.END, ended_on=start),
            ]
        )
    )
    past = data.draw(st.dates(facts.starts_on - timedelta(5), day - timedelta(1)))
    before, after = (Ledger(one).known(past) for one in (facts, decided(facts, ruling, day)))
    assert assess(before, past) == assess(after, past)
