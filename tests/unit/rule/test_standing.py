"""Weighted means, ranks and bands."""

from decimal import Decimal

import pytest

from tracker.rule import Band, Weighed, added, band, ranked_score, ranks, weighed
from tracker.rule.facts import Policy


def figures(text: str) -> list[Decimal | None]:
    return [None if part == "-" else Decimal(part) for part in text.split()]


@pytest.mark.parametrize(
    ("scores", "weights", "mean"),
    [
        ("100 50", "1 1", "75.00"),
        ("100 50", "1 3", "62.50"),
        ("100 - 50", "1 9 1", "75.00"),
        ("- -", "1 1", None),
        ("", "", None),
        ("0", "2", "0.00"),
        ("33.33 33.34", "1 1", "33.34"),  # 33.335, half-up
        ("0.01 0.02", "0.5 0.5", "0.02"),
    ],
)
def test_weighted_mean(scores: str, weights: str, mean: str | None) -> None:
    pairs = [
        (score, weight) for score, weight in zip(figures(scores), figures(weights), strict=True) if weight is not None
    ]
    found = sum((weighed(score, weight) for score, weight in pairs), Weighed()).mean
    assert (None if found is None else str(found)) == mean


@pytest.mark.parametrize(
    ("total", "weight", "mean"),
    [("66.67", "2", "33.34"), ("50.01", "1.5", "33.34"), ("10.5", "0.25", "42.00"), ("0", "0", None)],
)
def test_the_mean_of_sums_is_rounded_once(total: str, weight: str, mean: str | None) -> None:
    found = Weighed(Decimal(total), Decimal(weight)).mean
    assert (None if found is None else str(found)) == mean


def test_what_was_added_is_taken_away_to_the_last_digit() -> None:
    """Also where the default of 28 digits would round."""
    large, small = weighed(Decimal("99.99"), Decimal("1E+27")), weighed(Decimal("0.01"), Decimal("1E-27"))
    assert large + small - large == small
    assert (large + small - small).plain() == large.plain()
    assert added([large, small, small]) == large + small + small
    assert added([]) == Weighed()
    assert str(weighed(Decimal("50.00"), Decimal("2.0")).plain()) == str(Weighed(Decimal("1E+2"), Decimal(2)))
    assert str((small - small).plain()) == str(Weighed())


def test_equal_scores_share_a_rank_and_none_is_unranked() -> None:
    scores = {"A": Decimal("80.00"), "B": Decimal("91.5"), "C": Decimal(80), "D": None, "E": Decimal("79.99")}
    assert ranks(scores) == {"B": 1, "A": 2, "C": 2, "E": 4, "D": None}


@pytest.mark.parametrize(
    ("judged", "counted", "share", "ranked"),
    [
        ("1", "25", "0.30", False),
        ("7.4", "25", "0.30", False),
        ("7.5", "25", "0.30", True),  # less than the share is too little, the share itself is not
        ("1", "25", "0", True),
        ("24", "25", "1", False),
        ("25", "25", "1", True),
        ("0." + "3" * 31, "1", "0." + "3" * 30 + "4", False),  # nothing is rounded
    ],
)  # fmt: skip
def test_a_body_is_ranked_once_enough_of_it_is_judged(judged: str, counted: str, share: str, ranked: bool) -> None:
    score, policy = Decimal("98.72"), Policy(judged_share=Decimal(share))
    found = ranked_score(score, Decimal(judged), Decimal(counted), policy)
    assert found == (score if ranked else None)
    assert ranked_score(None, Decimal(judged), Decimal(counted), policy) is None


@pytest.mark.parametrize(
    ("score", "name"),
    [
        ("100", Band.EXCELLENT), ("90", Band.EXCELLENT), ("89.99", Band.GOOD), ("80", Band.GOOD), ("70", Band.FAIR),
        ("50", Band.AVERAGE), ("49.99", Band.WEAK), ("0", Band.WEAK),
    ],
)  # fmt: skip
def test_band(score: str, name: Band) -> None:
    assert band(Decimal(score), Policy()) is name
    assert band(None, Policy()) is None
