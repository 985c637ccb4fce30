"""What was typed, held against shape, period and goal: one row a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.progress import rules
from tracker.progress.limits import Limits
from tracker.progress.rules import Entry, Question
from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import Direction, Facts, ReportKind, Shape, Terms
from tracker.rule.plan import Measure

TODAY = date(2021, 6, 20)


BEGINS_ON = date(2021, 2, 4)


def question(
    shape: str = "reach",
    *,
    ratio: bool = False,
    completion: bool = False,
    goal: str = "234",
    baseline: str = "0",
    unit: str = "điểm",
    stands_to: date | None = None,
) -> Question:
    goal = "95" if ratio and goal == "234" else goal
    terms = Terms(goal=Decimal(goal), baseline=Decimal(baseline))
    facts = Facts(
        shape=Shape(shape),
        starts_on=BEGINS_ON,
        due_on=date(2021, 12, 31),
        in_force_from=BEGINS_ON,
        terms=terms,
        periods=(),
        calendar=WorkingCalendar(),
        direction=Direction.AT_LEAST if shape == "keep" else None,
        ratio=ratio,
    )
    return Question(
        kind=ReportKind.COMPLETION if completion else ReportKind.PERIODIC,
        shape=Shape(shape),
        ratio=ratio,
        measure=Measure(facts, terms, facts.due_on),
        limits=Limits.on(unit, facts),
        begins_on=BEGINS_ON,
        stands_to=stands_to,
        starts_on=None if completion else date(2020, 12, 15),
        cut_off=None if completion else date(2021, 6, 14),
    )


UNDERSTOOD = [
    # what is asked, what was typed, language, what it means
    (question(), {"value": "1.447"}, "vi", Entry(value=Decimal(1447))),
    (question(), {"value": "1.447"}, "en", Entry(value=Decimal("1.447"))),
    (question(), {"value": "85,28"}, "vi", Entry(value=Decimal("85.28"))),
    (question(), {"value": "0"}, "vi", Entry(value=Decimal(0))),
    (question(), {"value": " 41 ", "narrative": " xong \n"}, "vi", Entry(value=Decimal(41), narrative="xong")),
    (question(), {"value": "41", "as_at": "10/6/2021"}, "vi", Entry(value=Decimal(41), as_at=date(2021, 6, 10))),
    (question(), {"value": "41", "as_at": "14/6/2021"}, "en", Entry(value=Decimal(41), as_at=date(2021, 6, 14))),
    (question("deliverable"), {"value": "100"}, "vi", Entry(value=Decimal(100))),
    (question("keep"), {"value": "-3", "confirmed": "-3"}, "vi", Entry(value=Decimal(-3))),
    (
        question("keep", ratio=True),
        {"numerator": "95", "denominator": "100"},
        "vi",
        Entry(numerator=Decimal(95), denominator=Decimal(100)),
    ),
    (
        question("keep", ratio=True),
        {"numerator": "0", "denominator": "0", "narrative": "Không có hồ sơ"},
        "vi",
        Entry(numerator=Decimal(0), denominator=Decimal(0), narrative="Không có hồ sơ"),
    ),
    (
        question("keep"),
        {"not_applicable": "1", "narrative": "Không có hồ sơ"},
        "vi",
        Entry(not_applicable=True, narrative="Không có hồ sơ"),
    ),
    (
        question(completion=True),
        {"value": "234", "as_at": "18/06/2021"},
        "vi",
        Entry(value=Decimal(234), as_at=date(2021, 6, 18)),
    ),
    (
        question(completion=True, stands_to=date(2021, 6, 14)),
        {"value": "234", "as_at": "14/06/2021"},
        "vi",
        Entry(value=Decimal(234), as_at=date(2021, 6, 14)),
    ),
    (question(), {"value": "4", "as_at": "4/2/2021"}, "vi", Entry(value=Decimal(4), as_at=BEGINS_ON)),
    (
        question(completion=True, goal="10", baseline="30"),
        {"value": "9", "as_at": "20/06/2021"},
        "vi",
        Entry(value=Decimal(9), as_at=TODAY),
    ),
    (
        question(completion=True, ratio=True, goal="80"),
        {"numerator": "8", "denominator": "10", "as_at": "1/6/2021"},
        "vi",
        Entry(numerator=Decimal(8), denominator=Decimal(10), as_at=date(2021, 6, 1)),
    ),
]


@pytest.mark.parametrize(("what", "typed", "language", "entry"), UNDERSTOOD)
def test_what_is_understood(what: Question, typed: dict[str, str], language: str, entry: Entry) -> None:
    reading = rules.read(what, typed, language, TODAY)
    assert reading.faults == {}
    assert reading.entry == entry


REFUSED = [
    # what is asked, what was typed, language, the fields that are marked
    (question(), {}, "vi", {"value"}),
    (question(), {"value": "   "}, "vi", {"value"}),
    (question(), {"value": "1.44"}, "vi", {"value"}),
    (question(), {"value": "nhiều"}, "vi", {"value"}),
    (question(), {"value": "4", "as_at": "14/12/2020"}, "vi", {"as_at"}),
    (question(), {"value": "4", "as_at": "15/6/2021"}, "vi", {"as_at"}),
    (question(), {"value": "4", "as_at": "31/2/2021"}, "vi", {"as_at"}),
    (question(), {"value": "x", "as_at": "y"}, "vi", {"value", "as_at"}),
    (question(), {"value": "4", "narrative": "a" * 4001}, "vi", {"narrative"}),
    (question(), {"value": "4", "narrative": "Ch\u00ada xong v× thiÕu hå s¬"}, "vi", {"narrative"}),
    (question("deliverable"), {"value": "100,5"}, "vi", {"value"}),
    (question("deliverable"), {"value": "-1"}, "vi", {"value"}),
    (question("keep", ratio=True), {"numerator": "5"}, "vi", {"denominator"}),
    (question("keep", ratio=True), {"value": "5"}, "vi", {"numerator", "denominator"}),
    (question("keep", ratio=True), {"numerator": "5", "denominator": "-10"}, "vi", {"denominator"}),
    (question("keep", ratio=True), {"numerator": "5", "denominator": "0"}, "vi", {"denominator", "numerator"}),
    (question("keep"), {"not_applicable": "1"}, "vi", {"narrative"}),
    (question("keep", ratio=True), {"numerator": "0", "denominator": "0"}, "vi", {"narrative"}),
    (question("keep"), {"not_applicable": "1", "narrative": "…", "value": "5"}, "vi", {"not_applicable"}),
    (question("reach"), {"not_applicable": "1", "narrative": "…"}, "vi", {"not_applicable"}),
    (question("deliverable"), {"not_applicable": "1"}, "vi", {"not_applicable"}),
    (question(completion=True), {"value": "233", "as_at": "18/6/2021"}, "vi", {"value"}),
    (question(completion=True, goal="10", baseline="30"), {"value": "11", "as_at": "18/6/2021"}, "vi", {"value"}),
    (question(completion=True), {"value": "234"}, "vi", {"as_at"}),
    (question(completion=True), {"value": "234", "as_at": "21/6/2021"}, "vi", {"as_at"}),
    (question(completion=True), {"value": "234", "as_at": "1/1/2020"}, "vi", {"as_at"}),
    (question(completion=True), {"value": "234", "as_at": "3/2/2021"}, "vi", {"as_at"}),
    (question(), {"value": "4", "as_at": "3/2/2021"}, "vi", {"as_at"}),
    (question("keep"), {"value": "4", "as_at": "3/2/2021"}, "vi", {"as_at"}),
    (question(completion=True, stands_to=date(2021, 6, 14)), {"value": "234", "as_at": "13/6/2021"}, "vi", {"as_at"}),
    (question("deliverable", completion=True), {"value": "99", "as_at": "18/6/2021"}, "vi", {"value"}),
    (
        question(completion=True, ratio=True, goal="80"),
        {"numerator": "0", "denominator": "0", "as_at": "1/6/2021"},
        "vi",
        {"numerator"},
    ),
]


@pytest.mark.parametrize(("what", "typed", "language", "fields"), REFUSED)
def test_what_is_refused_and_beside_which_fields(
    what: Question, typed: dict[str, str], language: str, fields: set[str]
) -> None:
    assert set(rules.read(what, typed, language, TODAY).faults) == fields


@pytest.mark.parametrize(("day", "early"), [("2021-06-13", True), ("2021-06-14", False), ("2021-06-15", False)])
def test_a_periodic_report_waits_for_the_cut_off(day: str, early: bool) -> None:
    assert rules.too_early(question(), date.fromisoformat(day)) is early


def test_a_completion_waits_for_no_period() -> None:
    assert not rules.too_early(question(completion=True), date.min)


def test_a_draft_keeps_what_is_wrong_and_drops_what_it_does_not_know() -> None:
    assert rules.kept({"value": "abc", "as_at": "", "admin": "1"}) == {"value": "abc"}


@pytest.mark.parametrize(
    ("reason", "fine"), [("", False), ("  \n ", False), ("vì", True), ("a" * 4000, True), ("a" * 4001, False)]
)
def test_a_reason_must_be_given_and_can_be_read(reason: str, fine: bool) -> None:
    assert (rules.reason_fault(reason, "give one") is None) is fine


@given(
    typed=st.dictionaries(st.sampled_from(rules.FIELDS), st.text(max_size=20)),
    shape=st.sampled_from(list(Shape)),
    ratio=st.booleans(),
    completion=st.booleans(),
    language=st.sampled_from(["vi", "en"]),
)
def test_whatever_is_typed_is_either_faulty_or_a_whole_figure(
    typed: dict[str, str], shape: Shape, ratio: bool, completion: bool, language: str
) -> None:
    what = replace(question(completion=completion), shape=shape, ratio=ratio)
    reading = rules.read(what, typed, language, TODAY)
    if reading.faults:
        return
    entry = reading.entry
    assert (
        entry.not_applicable
        or entry.value is not None
        or (entry.numerator is not None and entry.denominator is not None)
    )
    assert entry.as_at is None or entry.as_at <= TODAY
