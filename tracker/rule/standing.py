"""From the scores of targets to those of commitments and agencies: the weighted mean, rank and band.

Section "Score, 0 to 100, or none" (from "A commitment's and an agency's score" on) of docs/rule.md.
"""

from collections.abc import Hashable, Iterable, Mapping
from decimal import Context, Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from tracker.rule.exact import half_up_ratio
from tracker.rule.facts import Policy
from tracker.rule.records import record

K = TypeVar("K", bound=Hashable)
_EXACT = Context(prec=120)  # wide enough that no sum of weights and scores is ever rounded


class Band(StrEnum):
    """How a score is called, best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    WEAK = "weak"


@record(frozen=True, slots=True)
class Weighed:
    """Scores added up exactly: Σ weight × score and Σ weight of those that there are. Whoever adds up means of these
    adds the sums."""

    total: Decimal = Decimal(0)
    weight: Decimal = Decimal(0)

    def __add__(self, other: "Weighed") -> "Weighed":
        return Weighed(_EXACT.add(self.total, other.total), _EXACT.add(self.weight, other.weight))

    def __sub__(self, other: "Weighed") -> "Weighed":
        return Weighed(_EXACT.subtract(self.total, other.total), _EXACT.subtract(self.weight, other.weight))

    def plain(self) -> "Weighed":
        """Without the zeros that adding leaves behind, so that equal sums are written alike."""
        return Weighed(*(figure.normalize(_EXACT) if figure else Decimal(0) for figure in (self.total, self.weight)))

    @property
    def mean(self) -> Decimal | None:
        """The weighted mean, half-up to two places; none where nothing scores."""
        if not self.weight:
            return None
        (above, of_above), (below, of_below) = self.total.as_integer_ratio(), self.weight.as_integer_ratio()
        return half_up_ratio(above * of_below, of_above * below)


NO_SCORES = Weighed()


class Sums(Protocol):
    """Whatever carries such sums."""

    @property
    def total(self) -> Decimal:
        """Σ weight × score."""

    @property
    def weight(self) -> Decimal:
        """Σ weight."""


def added(sums: Iterable[Sums]) -> Weighed:
    """What they all add up to."""
    total = weight = Decimal(0)
    for one in sums:
        total, weight = _EXACT.add(total, one.total), _EXACT.add(weight, one.weight)
    return Weighed(total, weight)


def weighed(score: Decimal | None, weight: Decimal) -> Weighed:
    """One score with its weight; nothing where there is no score."""
    return NO_SCORES if score is None else Weighed(_EXACT.multiply(score, weight), weight)


def ranked_score(score: Decimal | None, weight: Decimal, counted: Decimal, policy: Policy) -> Decimal | None:
    """The score by which a body is ranked; none, and so no rank, where too few of its targets are judged.

    `weight` is that of the targets that have a score, `counted` that of those that are not void.
    """
    return None if weight < _EXACT.multiply(policy.judged_share, counted) else score


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
