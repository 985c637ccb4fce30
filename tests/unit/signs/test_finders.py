"""What raises a question, kind by kind, and what next to it does not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tracker.rule import Ledger, WorkingCalendar
from tracker.rule.facts import (
    Amendment,
    Decision,
    Direction,
    Facts,
    Outcome,
    Period,
    Report,
    ReportKind,
    Revision,
    Shape,
    Terms,
)
from tracker.signs.finders import Kind, of_target

YEAR, END = date(2021, 1, 1), date(2021, 12, 31)
PERIODS = tuple(
    Period(f"2021-M{month:02}", date(2021, month, 1), date(2021, month, 25), date(2021, month, 28))
    for month in range(1, 13)
)
KEEP: dict[str, Any] = {"shape": Shape.KEEP, "direction": Direction.AT_LEAST, "terms": Terms(goal=Decimal(80))}
FALLS: dict[str, Any] = {"shape": Shape.KEEP, "direction": Direction.AT_MOST, "terms": Terms(goal=Decimal(80))}
REACH: dict[str, Any] = {"shape": Shape.REACH, "terms": Terms(goal=Decimal(100), baseline=Decimal(0))}


def sent(period: Period, value: str, appraised: str | None = None, first: str | None = None) -> Report:
    """A report that was accepted; of another figure, where one is given. `first`: "n/a" was sent before."""
    accepted = Decision(Outcome.ACCEPTED, period.due_on, period.due_on, value=Decimal(appraised) if appraised else None)
    revisions = [
        Revision(2, period.due_on, period.due_on, value=Decimal(value), as_at=period.cut_off, decisions=(accepted,))
    ]
    if first is not None:
        revisions.insert(0, Revision(1, period.cut_off, period.cut_off, not_applicable=True, as_at=period.cut_off))
    return Report(period.code, ReportKind.PERIODIC, tuple(revisions))


def kinds(values: list[str], appraised: list[str | None] | None = None, **terms: Any) -> list[Kind]:
    given: dict[str, Any] = {**KEEP, **terms}
    reports = tuple(
        sent(period, value, other)
        for period, value, other in zip(PERIODS, values, appraised or [None] * 12, strict=False)
    )
    return [one.kind for one in of_target(Ledger(facts(reports, **given)).known(END), END)]


def facts(reports: tuple[Report, ...], **given: Any) -> Facts:
    rest = {"periods": PERIODS, "calendar": WorkingCalendar(), "reports": reports}
    return Facts(starts_on=YEAR, due_on=END, in_force_from=YEAR, **{**given, **rest})


@pytest.mark.parametrize(
    ("values", "terms", "found"),
    [
        (["80.1", "80.4", "80.2", "80.7"], KEEP, [Kind.JUST_ENOUGH]),
        (["79.9", "79.6", "79.8", "79.3"], FALLS, [Kind.JUST_ENOUGH]),
        (["80.1", "80.4", "79.9", "80.7"], KEEP, []),  # both sides
        (["80.1", "80.4", "83", "86"], KEEP, []),  # not near
        (["80", "80", "80"], KEEP, [Kind.TO_THE_DIGIT]),
        (["80", "80", "81"], KEEP, []),
        (["80", "80", "80"], REACH, []),  # a goal of the end is no goal of each period
        (["100"] * 6, KEEP | {"terms": Terms(goal=Decimal(100))}, []),  # all of it is a goal met so
        (["60", "62", "61", "60", "62", "61", "90"], KEEP, [Kind.LEVEL]),
        (["60", "62", "61", "60", "62", "61", "30"], KEEP, []),  # for the worse: its status says so
        (["60", "62", "61", "60", "62", "61", "63"], KEEP, []),
        (["60", "62", "61", "60", "62", "61", "90", "91"], KEEP, []),  # told when it came
        (["5", "9", "14", "18", "23", "28", "32", "80"], REACH, [Kind.LEVEL]),
        (["5", "9", "14", "18", "23", "28", "32", "37"], REACH, []),
    ],
)
def test_figures(values: list[str], terms: dict[str, Any], found: list[Kind]) -> None:
    assert kinds(values, **terms) == found


@pytest.mark.parametrize(
    ("appraised", "found"),
    [
        (["84", "83", "82"], [Kind.APPRAISED_BELOW]),
        (["84", None, "82"], []),
        (["84", "90", "82"], []),
        (["84", "83"], []),
    ],
)
def test_less_counts_each_time(appraised: list[str | None], found: list[Kind]) -> None:
    assert kinds(["85"] * len(appraised), appraised) == found


def test_not_applicable_became_zero() -> None:
    (found,) = of_target(Ledger(facts((sent(PERIODS[0], "0", first="n/a"),), **FALLS)).known(END), END)
    assert (found.kind, found.key) == (Kind.BLANK_TO_ZERO, "2021-M01")
    assert of_target(Ledger(facts((sent(PERIODS[0], "7", first="n/a"),), **FALLS)).known(END), END) == []


@pytest.mark.parametrize(
    ("goal", "before", "told"), [("70", 10, True), ("70", 60, False), ("90", 10, False), ("70", -20, True)]
)
def test_a_goal_eased_near_its_deadline(goal: str, before: int, told: bool) -> None:
    day = END - timedelta(days=before)
    amended = Amendment(signed_on=day, from_on=day, recorded_on=day, goal=Decimal(goal))
    on = END + timedelta(days=60)
    found = of_target(Ledger(facts((), amendments=(amended,), **KEEP)).known(on), on)
    assert [one.kind for one in found] == ([Kind.GOAL_EASED] if told else [])


def test_a_run_is_told_once() -> None:
    """Its key is what it begins with, however long it grows."""
    keys = set()
    for count in range(3, 9):
        reports = tuple(sent(period, "80") for period in PERIODS[:count])
        (found,) = of_target(Ledger(facts(reports, **KEEP)).known(END), END)
        keys.add((found.kind, found.key))
    assert keys == {(Kind.TO_THE_DIGIT, "2021-M01")}
