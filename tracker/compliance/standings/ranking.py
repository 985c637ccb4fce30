"""How firm a rank is: where a body would stand if one of its targets had come out otherwise. Exact, from steps."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.steps.queries import SPAN, holds_on
from tracker.compliance.steps.spans import points
from tracker.rule import NO_SCORES, Weighed, weighed

FEW = 5  # judged targets: with fewer, one of them weighs more than what is told by the rest
WHOLE = Decimal(100)  # a target that was kept in time; one of which nothing was done has none
MOST_RANGED = 500  # bodies of which ranges are told at once: of more, a peer group is to be chosen first


@dataclass(frozen=True, slots=True)
class Flip:
    """What Σ weight × score would gain at most, and lose at most, if one target came out otherwise."""

    gain: Decimal
    loss: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """What a body is ranked by: its peer group, its exact sums, and the score by which it is ranked, if it is."""

    agency_id: int
    group: str
    scores: Weighed
    ranked: Decimal | None


@dataclass(frozen=True, slots=True)
class Firmness:
    """The best and the worst rank that one target of a body can give it, all others held as they are."""

    best: int
    worst: int


def flip_of(targets: Iterable[tuple[Decimal, Decimal]]) -> Flip:
    """Of the (weight, score) of a body's judged targets."""
    gain = loss = NO_SCORES
    for weight, score in targets:
        now, whole = weighed(score, weight), weighed(WHOLE, weight)
        gain, loss = max(gain, whole - now, key=_total), max(loss, now, key=_total)
    return Flip(gain.total, loss.total)


def flips(session: Session, programme_id: int, day: date | None, agency_ids: Collection[int]) -> dict[int, Flip]:
    """The flip of each of these bodies as of a day (none: today). One statement: of targets that weigh alike only the
    best and the worst can matter."""
    statement = (
        sa.select(SPAN.agency_id, SPAN.weight, sa.func.min(SPAN.score), sa.func.max(SPAN.score))
        .where(SPAN.programme_id == programme_id, holds_on(day), SPAN.score.is_not(None))
        .where(SPAN.agency_id.in_(list(agency_ids)))
        .group_by(SPAN.agency_id, SPAN.weight)
    )
    found: dict[int, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for agency_id, weight, least, most in session.connection().execute(statement):
        found[agency_id] += [(weight, score) for score in map(points, {least, most}) if score is not None]
    return {agency_id: flip_of(targets) for agency_id, targets in found.items()}


def firmness(standings: Iterable[Standing], flips: Mapping[int, Flip]) -> dict[int, Firmness]:
    """The range of ranks of each body that is ranked, within its peer group."""
    groups: dict[str, list[Standing]] = defaultdict(list)
    for one in standings:
        if one.ranked is not None:
            groups[one.group].append(one)
    found: dict[int, Firmness] = {}
    for peers in groups.values():
        ordered = sorted(one.ranked for one in peers if one.ranked is not None)
        for one in peers:
            flip = flips.get(one.agency_id)
            if flip is not None and one.ranked is not None:
                found[one.agency_id] = _firmness(ordered, one.ranked, one.scores, flip)
    return found


def _firmness(ordered: list[Decimal], own: Decimal, scores: Weighed, flip: Flip) -> Firmness:
    up, down = (scores + Weighed(flip.gain)).mean, (scores - Weighed(flip.loss)).mean
    if up is None or down is None:
        raise ValueError("a body that is ranked has scores")
    # One more than those others that have more, as rule.standing.ranks: its own score stands among them.
    best = 1 + len(ordered) - bisect_right(ordered, up)
    worst = len(ordered) - bisect_right(ordered, down) + (0 if own > down else 1)
    return Firmness(best, worst)


def _total(scores: Weighed) -> Decimal:
    return scores.total
