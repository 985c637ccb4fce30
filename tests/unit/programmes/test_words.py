"""What periods are called, with their days; and whole things that are told whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tracker.commitments.terms.units import amount_text, planned, with_unit
from tracker.compliance.telling import explain
from tracker.core import languages
from tracker.monitoring.axes import levels_between
from tracker.programmes.words import period_name, period_title, period_with_days
from tracker.signing.documents.target_form import goal_of


@dataclass
class Period:
    """A period as a row of it."""

    code: str
    starts_on: date
    cut_off: date


@pytest.fixture(autouse=True)
def _context() -> Iterator[None]:
    app = Flask("words")
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        yield


@pytest.mark.parametrize(
    ("code", "vietnamese", "english"),
    [
        ("2026-M10", "tháng 10/2026", "October 2026"),
        ("2026-M01", "tháng 1/2026", "January 2026"),
        ("2026-Q3", "quý III/2026", "quarter 3 of 2026"),
        ("2021-H1", "6 tháng đầu năm 2021", "the first half of 2021"),
        ("2026-S1", "6 tháng đầu năm 2026", "the first half of 2026"),
        ("2026-S2", "6 tháng cuối năm 2026", "the second half of 2026"),
        ("2021-9M", "9 tháng năm 2021", "nine months of 2021"),
        ("2021-Y", "năm 2021", "the year 2021"),
        ("2026-YR", "năm 2026", "the year 2026"),
        ("2026-M13", "kỳ 2026-M13", "period 2026-M13"),
        ("Đợt 1", "kỳ Đợt 1", "period Đợt 1"),
    ],
)
def test_a_period_by_its_name(code: str, vietnamese: str, english: str) -> None:
    assert period_name(code) == vietnamese
    with languages.in_language("en"):
        assert period_name(code) == english


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (Period("2026-M10", date(2026, 10, 27), date(2026, 11, 26)), "Tháng 10/2026, 27/10–26/11"),
        (Period("2021-Q1", date(2020, 12, 15), date(2021, 3, 14)), "Quý I/2021, 15/12/2020–14/03/2021"),
        (Period("Đợt 1", date(2021, 1, 4), date(2021, 2, 1)), "Kỳ Đợt 1, 04/01/2021–01/02/2021"),
    ],
)
def test_with_its_days_and_their_years_where_the_name_does_not_say(period: Period, text: str) -> None:
    assert period_with_days(period) == text
    assert text.startswith(period_title(period.code))


@pytest.mark.parametrize(
    ("amount", "unit", "goal", "text"),
    [
        (Fraction(317, 100), "reports", 10, "4\u00a0báo cáo"),
        (Fraction(317, 100), "reports", 0, "3\u00a0báo cáo"),  # one that goes down on the way to its goal
        (Fraction(317, 100), "%", 95, "3,17\u00a0%"),
        (Fraction(3, 2), "days", 5, "1,5\u00a0ngày"),
        (Fraction(1, 3), "count", None, "1"),
    ],
)
def test_a_plan_of_whole_things_is_told_whole(amount: Fraction, unit: str, goal: int | None, text: str) -> None:
    assert amount_text(planned(amount, unit, None if goal is None else Fraction(goal)), unit) == text


def test_a_reason_tells_it_so_too() -> None:
    figures = {"value": "3", "as_at": "2026-11-26", "plan": "3.17", "goal": "10", "percent": "94.6"}
    told = explain.why({"code": "below_plan", "figures": figures}, "reports")
    assert "3,17" not in told
    assert "4\u00a0báo cáo" in told


def test_one_of_a_thing_is_one_in_english() -> None:
    with languages.in_language("en"):
        assert [with_unit(number, "reports", number) for number in ("1", "0", "2", "1.5")] == [
            "1\u00a0report",
            "0\u00a0reports",
            "2\u00a0reports",
            "1.5\u00a0reports",
        ]


def test_units_in_russian_have_the_form_that_their_number_asks_for() -> None:
    with languages.in_language("ru"):
        told = [with_unit(number, "reports", number) for number in ("1", "2", "5", "11", "21", "104", "2.5")]
        assert [one.partition("\u00a0")[2] for one in told] == [
            "отчёт",
            "отчёта",
            "отчётов",
            "отчётов",
            "отчёт",
            "отчёта",
            "отчёта",
        ]
        assert goal_of({"shape": "keep", "unit": "thủ tục", "low": "1", "high": "5"}) == "В пределах 1–5\u00a0процедур"
        assert goal_of({"shape": "reach", "unit": "days", "goal": "22"}) == "Достичь значения: 22\u00a0дня"


@given(st.decimals(0, 5_000, places=2), st.decimals(0, 5_000, places=2), st.booleans())
def test_no_level_line_lies_where_no_figure_can(low: Decimal, width: Decimal, whole: bool) -> None:
    levels = levels_between(float(low), float(low + width), whole=whole)
    assert levels[0] >= 0
    assert not whole or all(level == int(level) for level in levels)
