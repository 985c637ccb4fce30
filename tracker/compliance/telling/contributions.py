"""What each target gave to the change of its body's score between two days: pure, exact, and adding up to the change.

A score is a mean, so what a target gave depends on what it is held against: the mean M of the targets that stand the
same on both days (where there are none, the middle of both scores). It gave

    w' × (s' - M) / W'  -  w × (s - M) / W

with s and w its score and weight before, s' and w' after (none: 0 of weight), W and W' what all weigh that have a
score. Where nothing gained or lost a score or weight, that is simply w × (s' - s) / W. What stands the same gives
nothing in all, and the days the other way round give the same with the other sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from tracker.rule import NO_SCORES, Weighed


@dataclass(frozen=True, slots=True)
class Stood:
    """How one target stood on both days: score and weight, or nothing where it had no score."""

    before: Weighed
    after: Weighed


def contributions(before: Weighed, after: Weighed, moved: Sequence[Stood]) -> list[Fraction] | None:
    """What each of the targets that stand otherwise gave, in points, from all that its body's targets add up to on both
    days; none where the body has no score on one of them, and so no change."""
    if not before.weight or not after.weight:
        return None
    same = after
    for one in moved:
        same -= one.after
    if same.weight:
        held = _mean(same)
    else:
        held = (_mean(before) + _mean(after)) / 2
    return [_part(one.after, held, after) - _part(one.before, held, before) for one in moved]


def in_hundredths(shares: Sequence[Fraction], change: int) -> list[int]:
    """Shares as whole hundredths that add up to the change that is told, which is one of two rounded scores.

    Each is rounded down, and those with the largest rest get what is left over: none is a hundredth off.
    """
    floors = [floor(100 * share) for share in shares]
    rests = sorted(range(len(shares)), key=lambda place: (floors[place] - 100 * shares[place], place))
    for place in rests[: change - sum(floors)]:
        floors[place] += 1
    return floors


def _part(one: Weighed, held: Fraction, whole: Weighed) -> Fraction:
    if one == NO_SCORES:
        return Fraction(0)
    return (Fraction(one.total) - held * Fraction(one.weight)) / Fraction(whole.weight)


def _mean(of: Weighed) -> Fraction:
    return Fraction(of.total) / Fraction(of.weight)
