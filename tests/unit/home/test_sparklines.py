"""The small picture of the last twelve figures: where its points stand, where it breaks, what it says in words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from tracker.home.sparklines import EDGE, HEIGHT, WIDTH, twelve
from tracker.rule import FigureInForce


def figure(month: int, value: str | None, code: str | None = None) -> FigureInForce:
    year, place = divmod(month - 1, 12)
    report: Any = SimpleNamespace(period=code or f"{2021 + year}-M{place + 1:02d}")
    revision: Any = None
    return FigureInForce(date(2021 + year, place + 1, 14), None if value is None else Fraction(value), report, revision)


def points(line: str) -> list[list[float]]:
    return [[float(number) for number in pair.split(",")] for pair in line.split()]


def test_the_last_twelve_fill_the_width_and_the_last_one_is_marked() -> None:
    figures = [figure(month, str(80 + month)) for month in range(1, 15)]
    picture = twelve(figures, date(2022, 3, 1))
    assert picture is not None
    (line,) = map(points, picture.lines)
    assert len(line) == 12
    assert line[0] == [EDGE, HEIGHT - EDGE], "the lowest at the bottom, on the left"
    assert line[-1] == [WIDTH - EDGE, EDGE]
    assert points(",".join(picture.last)) == line[-1:]
    assert picture.told == "12 figures from 83 to 94, the last 94"


def test_a_later_figure_than_the_period_is_not_shown() -> None:
    picture = twelve([figure(1, "80"), figure(2, "90"), figure(3, "99")], date(2021, 2, 14))
    assert picture is not None
    assert "99" not in picture.told
    assert points(picture.lines[0])[-1][0] == WIDTH - EDGE, "however few there are, the last stands at the right"


def test_what_was_not_applicable_breaks_the_line() -> None:
    values = ["80", "85", None, "70", None, "90", "91"]
    figures = [figure(month, value) for month, value in enumerate(values, start=1)]
    picture = twelve(figures, date(2021, 12, 31))
    assert picture is not None
    assert [len(points(line)) for line in picture.lines] == [2, 2]
    assert len(picture.dots) == 1
    assert picture.told.endswith("; 2 times not applicable")


def test_figures_that_are_all_the_same_stand_in_the_middle() -> None:
    picture = twelve([figure(1, "0"), figure(2, "0")], date(2021, 12, 31))
    assert picture is not None
    assert {y for _x, y in points(picture.lines[0])} == {HEIGHT / 2}


def test_one_figure_is_a_dot_and_none_is_no_picture() -> None:
    alone = twelve([figure(1, "80")], date(2021, 12, 31))
    assert alone is not None
    assert not alone.lines
    assert alone.told == "1 figure: 80"
    assert twelve([figure(1, None)], date(2021, 12, 31)) is None
    assert twelve([figure(3, "80")], date(2021, 1, 31)) is None
