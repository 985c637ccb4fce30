"""From the scores of targets to those of commitments and agencies: the weighted mean, rank and band.

Section "Score, 0 to 100, or none" (from "A commitment's and an agency's score" on) of docs/rule.md.
"""

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from tracker.rule.exact import ZERO, half_up, half_up_ratio
from tracker.rule.facts import Policy

K = TypeVar("K", bound=Hashable)


class Band(StrEnum):
    """How a score is called, best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    WEAK = "weak"


def weighted_mean(scored: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The mean of (score, weight) pairs, half-up to two places, over those with a score; none where there are none."""
    total = weights = ZERO
    for score, weight in scored:
        if score is not None:
            total += Fraction(score) * Fraction(weight)
            weights += Fraction(weight)
    return half_up(total / weights) if weights else None


def mean_of_sums(total: Decimal, weight: Decimal) -> Decimal | None:
    """The mean from the exact sums Σ weight × score and Σ weight, rounded the same way; none where nothing scores."""
    if not weight:
        return None
    (above, of_above), (below, of_below) = total.as_integer_ratio(), weight.as_integer_ratio()
    return half_up_ratio(above * of_below, of_above * below)


def ranks(scores: Mapping[K, Decimal | None]) -> dict[K, int | None]:
    """The rank of each within a peer group: by score, equal scores share one (1, 2, 2, 4); none is unranked."""
    ordered = sorted((score for score in scores.values() if score is not None), reverse=True)
    first: dict[Decimal, int] = {}
    for place, score in enumerate(ordered, start=1):
        first.setdefault(score, place)
    return {key: first[score] if score is not None else None for key, score in scores.items()}


def band(score: Decimal | None, policy: Policy) -> Band | None:
    """The band that a score falls into by the policy's lower edges."""
    if score is None:
        return None
    names = list(Band)
    for name, edge in zip(names, policy.bands, strict=False):
        if score >= edge:
            return name
    return names[len(policy.bands)]
