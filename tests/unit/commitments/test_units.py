"""Figures with their units: exact where reported, rounded where worked out, never with idle zeros."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask

from tracker.commitments.terms.units import amount_text, figure_text
from tracker.core import languages


@pytest.fixture(autouse=True)
def _english() -> object:
    app = Flask("words")
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (Fraction(941, 10), "%", "94.1\u00a0%"),
        (Fraction(200, 3), "%", "66.67\u00a0%"),
        (Fraction(1447), "procedures", "1,447\u00a0procedures"),
        (Fraction(-5, 2), "count", "-2.5"),
        (Fraction(1, 1000), "%", "0\u00a0%"),
        (Decimal("90.00"), "%", "90\u00a0%"),
        (Decimal("-0.001"), "%", "0\u00a0%"),
        (None, "%", "–"),
    ],
)
def test_an_amount(amount: Fraction | Decimal | None, unit: str, text: str) -> None:
    assert amount_text(amount, unit) == text


@pytest.mark.parametrize(
    ("numbers", "blank", "text"),
    [
        ((Decimal("95.0"), None, None), False, "95\u00a0%"),
        ((Decimal("94.1250"), None, None), False, "94.125\u00a0%"),
        ((Decimal("0.001"), None, None), False, "0.001\u00a0%"),
        (
            (Decimal("123456789012345678.123456789012"), None, None),
            False,
            "123,456,789,012,345,678.123456789012\u00a0%",
        ),
        ((None, Decimal("190.0"), Decimal("200.00")), False, "95\u00a0% (190 of 200)"),
        ((None, Decimal(190), Decimal(200)), False, "95\u00a0% (190 of 200)"),
        ((None, Decimal(0), Decimal(0)), False, "not applicable (0 of 0)"),
        ((None, None, None), True, "not applicable"),
        ((None, None, None), False, "–"),
    ],
)
def test_a_figure(numbers: tuple[Decimal | None, Decimal | None, Decimal | None], blank: bool, text: str) -> None:
    assert figure_text("%", *numbers, not_applicable=blank) == text
