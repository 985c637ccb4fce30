"""What makes a figure worth a second look: one row a case."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tracker.home.flags import WORDS, Flag, flags, is_worse

CASES = [
    # shape, direction, baseline, goal, now, last, worse
    ("reach", None, 0, 234, 90, 120, True),
    ("reach", None, 0, 234, 120, 120, False),
    ("reach", None, 0, 234, 121, 120, False),
    ("reach", None, 30, 10, 21, 20, True),
    ("reach", None, 30, 10, 19, 20, False),
    ("deliverable", None, None, None, 39, 40, True),
    ("deliverable", None, None, None, 41, 40, False),
    ("keep", "at_least", None, 95, 94, 96, True),
    ("keep", "at_least", None, 95, 96, 94, False),
    ("keep", "at_most", None, 5, 4, 3, True),
    ("keep", "at_most", None, 5, 3, 4, False),
    ("keep", None, None, None, 1, 2, False),
    ("reach", None, 0, 234, None, 120, False),
    ("reach", None, 0, 234, 90, None, False),
]


@pytest.mark.parametrize(("shape", "direction", "baseline", "goal", "now", "last", "worse"), CASES)
def test_worse_is_farther_from_the_promise(
    shape: str,
    direction: str | None,
    baseline: int | None,
    goal: int | None,
    now: int | None,
    last: int | None,
    worse: bool,
) -> None:
    figures = [None if figure is None else Fraction(figure) for figure in (baseline, goal, now, last)]
    assert is_worse(shape, direction, *figures) is worse


def test_a_plain_figure_raises_nothing_and_every_flag_has_its_words() -> None:
    assert flags(worse=False, not_applicable=False, again=False, completion=False) == []
    raised = flags(worse=True, not_applicable=True, again=True, completion=True)
    assert raised == list(Flag)
    assert set(WORDS) == set(Flag)
