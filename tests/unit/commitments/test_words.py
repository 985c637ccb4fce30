"""A target in the reader's words: one text for its goal, its figures, its plan of a day, its deadline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.factories.targets_by_hand import deliverable, extended, keep, on, reach, suspended
from tracker.commitments.terms import words
from tracker.core import languages
from tracker.core.numbers import parse_number
from tracker.rule import Facts, Ledger, WorkingCalendar
from tracker.rule.facts import Amendment, Terms

CALENDAR = WorkingCalendar(off_days=[date(2021, 6, 24)])
TODAY = date(2021, 6, 30)


@pytest.fixture(autouse=True)
def _vietnamese() -> object:
    app = Flask("words")
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        yield


@dataclass(frozen=True)
class Promised:
    """As much of a target as its words need."""

    shape: str = "reach"
    unit: str = "procedures"
    ratio: bool = False
    direction: str | None = None


@pytest.mark.parametrize(
    ("target", "terms", "text"),
    [
        (Promised(), Terms(goal=Decimal(1447), baseline=Decimal(0)), "1.447\u00a0thủ tục"),
        (Promised("keep", ratio=True, direction="at_least"), Terms(goal=Decimal("95.5")), "≥\u00a095,5\u00a0%"),
        (Promised("keep", "days", direction="at_most"), Terms(goal=Decimal(2)), "≤\u00a02\u00a0ngày"),
        (Promised("keep", "days"), Terms(low=Decimal(1), high=Decimal(2)), "1 đến 2\u00a0ngày"),
        (Promised("keep", "days"), Terms(low=Decimal(1)), "≥\u00a01\u00a0ngày"),
        (Promised("keep", "days"), Terms(high=Decimal(2)), "≤\u00a02\u00a0ngày"),
        (Promised("deliverable", "count"), Terms(), "100\u00a0%"),
    ],
)
def test_a_goal(target: Promised, terms: Terms, text: str) -> None:
    assert words.goal(target, terms) == text


@given(st.decimals(-(10**17), 10**17, allow_nan=False, allow_infinity=False, places=6), st.integers(0, 6))
@example(Decimal("15.0"), 0)
@example(Decimal("94.125"), 0)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_figure_is_told_alike_where_it_was_sent_and_where_it_counts(figure: Decimal, idle: int) -> None:
    """In the story of a target and in the table of the same page, however many zeros were typed behind it."""
    typed = Decimal(f"{figure:.6f}" + "0" * idle)
    sent: Any = SimpleNamespace(value=typed, numerator=None, denominator=None)
    counts: Any = SimpleNamespace(value=Fraction(typed))
    told = words.figure(Promised(), sent)
    assert told == words.in_force(Promised(), counts)
    assert told == words.goal(Promised(), Terms(goal=typed))
    assert Fraction(parse_number(told.removesuffix("\u00a0thủ tục"), "vi")) == Fraction(typed)


@pytest.mark.parametrize(
    ("facts", "target", "day", "text"),
    [
        (reach(milestones="03-31: 50"), Promised(), "03-31", "50\u00a0thủ tục"),
        (deliverable(milestones="03-31: 40"), Promised("deliverable"), "03-30", "0\u00a0%"),
        (deliverable(milestones="03-31: 40"), Promised("deliverable"), "03-31", "40\u00a0%"),
        # From the signed day on the work is held against its goal, whatever its last step asked for.
        (deliverable(milestones="03-31: 40"), Promised("deliverable"), "06-30", "100\u00a0%"),
        (keep(), Promised("keep", direction="at_least"), "03-31", None),
    ],
)
def test_the_plan_of_a_day(facts: Facts, target: Promised, day: str, text: str | None) -> None:
    assert words.plan(target, Ledger(facts).known(), on(day), on(day)) == text


@pytest.mark.parametrize(
    ("due_on", "status", "meaning", "tone"),
    [
        (date(2021, 7, 5), "on_track", "còn 3 ngày làm việc", "warn"),
        (date(2021, 7, 6), "unreported", "còn 4 ngày làm việc", None),
        (TODAY, "behind", "hôm nay", "warn"),
        (date(2021, 7, 5), None, "còn 3 ngày làm việc", "warn"),
        (date(2021, 6, 25), None, "chậm 3 ngày làm việc", "bad"),
        (date(2021, 6, 23), "overdue", "chậm 4 ngày làm việc", "bad"),
        (date(2021, 6, 25), "on_track", "", None),
        # Nothing counts down once it is settled.
        *((date(2021, 7, 5), status, "", None) for status in ("void", "met_on_time", "met_late", "missed")),
    ],
)
def test_a_day_by_which_something_is_due(due_on: date, status: str | None, meaning: str, tone: str | None) -> None:
    found = words.due(CALENDAR, TODAY, due_on, status)
    assert (found.meaning, found.tone, found.iso) == (meaning, tone, due_on.isoformat())


@pytest.mark.parametrize(
    ("facts", "day", "settled", "meaning", "signed"),
    [
        (reach(), "06-25", "30/06/2021", "còn 3 ngày làm việc", None),
        (reach(due_on=on("06-27")), "06-25", "28/06/2021", "còn 1 ngày làm việc", "27/06/2021"),  # a Sunday
        (reach(due_on=on("06-27")), "06-29", "28/06/2021", "", "27/06/2021"),
        (reach(extensions=(extended("06-01", "07-11"),)), "07-09", "12/07/2021", "còn 1 ngày làm việc", "11/07/2021"),
        (reach(suspensions=(suspended("06-15", "07-08"),)), "07-07", "09/07/2021", "còn 2 ngày làm việc", "30/06/2021"),
    ],
)
def test_the_deadline_is_the_settled_day_and_names_the_signed_one(
    facts: Facts, day: str, settled: str, meaning: str, signed: str | None
) -> None:
    found = words.deadline(Ledger(facts).known(on(day)), on(day), "on_track")
    named = f"hạn trong văn bản: {signed}" if signed else ""
    first = f"ban đầu: {facts.due_on:%d/%m/%Y}" if facts.extensions else ""
    assert (found.text, found.meaning) == (settled, " · ".join(part for part in (meaning, named, first) if part))


def test_beside_a_goal_stands_the_first_one_where_it_was_another() -> None:
    facts, target = reach(), Promised()
    assert "ban đầu" not in words.goal_on(target, Ledger(facts).known(), on("06-01"))
    lowered = Amendment(on("05-01"), on("05-10"), on("05-01"), goal=Decimal(90))
    known = Ledger(replace(facts, amendments=(lowered,))).known()
    first = words.goal(target, facts.terms)
    assert words.goal_on(target, known, on("05-09")) == first
    assert words.goal_on(target, known, on("05-10")) == f"90\u00a0thủ tục (ban đầu: {first})"
