"""What needs attention first: a fall before a gap, the new before the old, the heavy before the light."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask

from tracker.core.languages import in_language, init_app
from tracker.monitoring.board.attention import in_words
from tracker.monitoring.board.harm import Standing

ON = date(2021, 6, 30)


def standing(score: int, before: int | None, days: int, weight: str = "1") -> Standing:
    return Standing(ON, Decimal(weight), score * 100, None if before is None else before * 100, ON - timedelta(days))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # (score, score 30 days before, days in the status, weight)
        (standing(40, 100, 5), standing(40, 40, 5)),  # lost now, and lacking already
        (standing(0, None, 5), standing(20, None, 5)),  # without a score before nothing was lost, but more is lacking
        (standing(70, 90, 5), standing(50, 50, 40)),  # a smaller gap, but new
        (standing(0, 0, 29), standing(0, 0, 30)),  # the same gap, a month older
        (standing(0, 0, 400, "1000"), standing(99, 100, 1)),  # what is heavy enough stays
        (standing(40, 60, 5, "2"), standing(40, 60, 5)),  # by weight
        (standing(40, 60, 5), standing(40, 20, 5)),  # what rose lost nothing
        (standing(40, 80, 45), standing(40, 80, 75)),  # lost lately in a status that holds for long
    ],
)
def test_what_harms_more_stands_first(first: Standing, second: Standing) -> None:
    assert first.harm > second.harm


@pytest.mark.parametrize(
    ("one", "harm"),
    [
        (standing(100, 100, 0), Fraction(0)),
        (standing(40, 60, 0), Fraction(2000 + 2000)),  # 20 lost, half of the 40 that lacked
        (standing(40, 60, 30), Fraction(2000 + 1000)),
        (standing(40, 60, 60, "2.5"), Fraction(5, 2) * (2000 + 500)),
        (standing(0, None, 90), Fraction(10000, 16)),
    ],
)
def test_harm_is_points_by_weight(one: Standing, harm: Fraction) -> None:
    assert one.harm == harm


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (standing(40, 52, 5), "Giảm 12,00 điểm/30 ngày · từ 25/06/2021 · trọng số 1"),
        (standing(40, 40, 40, "2.5"), "Trạng thái này từ 21/05/2021 · trọng số 2,5"),
    ],
)
def test_harm_is_told_in_words(one: Standing, told: str) -> None:
    app = Flask(__name__)
    init_app(app)
    with app.test_request_context(), in_language("vi"):
        assert in_words(one) == told


def test_a_status_that_begins_later_is_as_new_as_can_be() -> None:
    """The clock was wrong by years while steps were written, and is right again: the page is no error."""
    assert standing(40, None, -800).harm == standing(40, None, 0).harm == standing(40, None, -31).harm
