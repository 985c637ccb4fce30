"""Drawings begin where figures are, run to the day, say where an axis is cut, and find the worst fall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.compliance.standings.queries import ScoreStep
from tracker.core.languages import in_language, init_app
from tracker.monitoring import axes
from tracker.monitoring.board import step_chart
from tracker.rule import Weighed

FIRST, ON = date(2021, 2, 26), date(2021, 6, 30)


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    app = Flask(__name__)
    init_app(app)
    with app.test_request_context(), in_language("vi"):
        yield


def steps(*scores: str | None) -> list[ScoreStep]:
    """A step of ten days for each score, the last one open."""
    days = [FIRST + timedelta(10 * n) for n in range(len(scores))]
    ends = [*days[1:], None]
    weighed = [Weighed() if score is None else Weighed(Decimal(score), Decimal(1)) for score in scores]
    return [ScoreStep(*one) for one in zip(days, ends, weighed, strict=True)]


@pytest.mark.parametrize(
    ("figures", "begins", "told"),
    [
        ([86, 92, 97], 85, "Trục đứng bắt đầu từ 85, không bắt đầu từ 0."),
        ([10, 92], 0, None),  # from 0 where it costs little
        ([0, 3], 0, None),
        ([-5, 3], -5, None),  # 0 lies within
        ([5], 4, "Trục đứng bắt đầu từ 4, không bắt đầu từ 0."),
        ([0.0012, 0.0013], 0.0012, "Trục đứng bắt đầu từ 0,0012, không bắt đầu từ 0."),
    ],
)
def test_an_axis_that_is_cut_says_so(figures: list[float], begins: float, told: str | None) -> None:
    ticks = axes.upright(figures)
    assert ticks[0][0] == begins
    assert axes.cut(ticks) == told


def test_level_lines_are_told_with_the_digits_they_need() -> None:
    assert [text for _y, text in axes.upright([0.001, 0.003])] == ["0", "0,001", "0,002", "0,003"]
    assert [text for _y, text in axes.upright([0, 25_000])] == ["0", "10.000", "20.000", "30.000"]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=9), st.booleans())
@example([5e-324], False)
def test_all_that_is_drawn_lies_between_the_axes_and_a_cut_is_never_silent(figures: list[float], whole: bool) -> None:
    ticks = axes.upright(figures, whole=whole)
    slack = 1e-6 * max(1.0, *figures)
    assert ticks[0][0] <= min(figures) + slack
    assert ticks[-1][0] >= max(figures) - slack
    assert (axes.cut(ticks) is None) == (ticks[0][0] <= 0)
    assert len({text for _y, text in ticks}) == len(ticks), "no two lines are told alike"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ([(0, 0.0), (10, 100.0)], [(2, 20.0), (5, 50.0)]),
        ([(3, 1.0), (4, 2.0)], [(3, 1.0), (4, 2.0)]),
        ([(0, 0.0), (4, 0.0), (4, 50.0), (9, 50.0)], [(2, 0.0), (4, 0.0), (4, 50.0), (5, 50.0)]),  # steps stay upright
        ([(2, 7.0), (5, 8.0)], [(2, 7.0), (5, 8.0)]),
        ([(6, 1.0), (9, 2.0)], []),
    ],
)
def test_a_line_is_drawn_between_two_days_alone(line: axes.Corners, left: axes.Corners) -> None:
    assert axes.within(line, 2, 5) == left


@pytest.mark.parametrize(
    ("figures", "downwards", "place"),
    [
        ([9, 8, 4, 9, 3], True, 4),
        ([9, 8, 4, 9, 3], False, 3),
        ([9, None, 2], True, None),  # nobody knows what lay between
        ([5, 5, 5], True, None),
        ([9, 4, 8, 3], True, 1),  # the first of two alike
        ([9, 8.5], True, None),  # too little
        ([], True, None),
        ([3], True, None),
    ],
)
def test_the_fall_that_is_worth_a_word(figures: list[float | None], downwards: bool, place: int | None) -> None:
    assert axes.fall(figures, 1, downwards=downwards) == place


def test_a_score_is_drawn_from_its_first_day_to_the_day_with_its_fall() -> None:
    drawn = step_chart.chart("Điểm", steps(None, "90", "95", "83.5", None, "99"), ON)
    assert drawn
    first, fell = FIRST + timedelta(10), FIRST + timedelta(30)
    assert drawn["ticks_x"][0] == (first.toordinal(), "08/03")
    assert drawn["ticks_x"][-1] == (ON.toordinal(), "30/06")
    assert len(drawn["lines"]) == 2, "broken where there is no score"
    assert drawn["fall"] == (fell.toordinal(), 83.5)
    assert drawn["told"] == "Điểm: từ 90,00 ngày 08/03/2021 đến 99,00 ngày 30/06/2021"
    assert drawn["notes"] == ["Trục đứng bắt đầu từ 80, không bắt đầu từ 0."]
    found = step_chart.fall(steps(None, "90", "95", "83.5", None, "99"))
    assert found
    assert found.words == "Lần giảm mạnh nhất: từ 95,00 còn 83,50 điểm, ngày 28/03/2021"


@pytest.mark.parametrize("scores", [(None,), (None, None)])
def test_without_a_score_nothing_is_drawn(scores: tuple[None, ...]) -> None:
    assert step_chart.chart("Điểm", steps(*scores), ON) is None


@pytest.mark.parametrize("scores", [("90",), ("90", "95"), ("90", None, "10"), ("90.5", "90")])
def test_what_does_not_fall_is_not_said_to(scores: tuple[str | None, ...]) -> None:
    assert step_chart.fall(steps(*scores)) is None
