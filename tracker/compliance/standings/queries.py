"""Standings as of any day: sums of bodies, scores as steps, ranks among peers. Leaders are in `leaders`.

Everything adds up exactly from the stored steps and sums (Σ weight × score, Σ weight): never a mean of means.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import classifications
from tracker.agencies.classifications import PEER_GROUP, Classified
from tracker.commitments.models import Target
from tracker.compliance.standings.as_of import AGENCY, SUM, AsOf
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.steps.spans import hundredths, points
from tracker.compliance.steps.sums import ALL_DOMAINS, STATUSES
from tracker.core.db import database
from tracker.core.db.database import Condition
from tracker.programmes.policy import in_force
from tracker.rule import NO_SCORES, Weighed, ranked_score, ranks, weighed
from tracker.rule.facts import Policy, PolicyVersion

TARGET = sa.inspect(Target).local_table.c


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """A score that holds from a day until the day before `to_on`, or until further notice.

    `scores` are those of all targets that have one, exact.
    """

    from_on: date
    to_on: date | None
    scores: Weighed

    @property
    def score(self) -> int | None:
        """Their mean in hundredths; none where none has one."""
        return hundredths(self.scores.mean)


@dataclass(frozen=True, slots=True)
class Rank:
    """A place among peers, and how many of them have one; none where the body has no score, or little is judged."""

    rank: int | None
    among: int


_COUNTS = tuple(SUM[status] for status in STATUSES)
_WHOLE = (SUM.score, SUM.punctuality, SUM.total, SUM.weight, SUM.counted_weight, SUM.targets)
_BODY = (AGENCY.id, AGENCY.code, AGENCY.name, AGENCY.sort_key)
_BODIES = AsOf(*_BODY, *_WHOLE, PEER_GROUP.label("peer"), *_COUNTS, whole=True, named=True)
_SCORES = AsOf(AGENCY.id, SUM.score, SUM.weight, SUM.counted_weight, PEER_GROUP.label("peer"), whole=True, named=True)
_SUMS = AsOf(SUM.agency_id, SUM.score, SUM.punctuality, SUM.targets, *_COUNTS, whole=True)


def sums_on(session: Session, programme_id: int, day: date | None) -> Sequence[Any]:
    """All bodies' sums over all their targets as of a day (none: today): agency_id, score, punctuality, targets, and a
    count for each of STATUSES. One statement of index seeks, however long the history.
    """
    return _SUMS.read(session, programme_id, day)


def bodies_on(session: Session, programme_id: int, day: date | None, on: date, *where: Condition) -> Sequence[Any]:
    """The same with what a board shows besides: id, code, name, sort_key, the exact total and weight, and peer: the
    group that each was in `on` a day.

    Conditions are on `AGENCY`.
    """
    return _BODIES.read(session, programme_id, day, *where, on=on)


def ranks_on(
    session: Session, programme_id: int, day: date | None, on: date, policy: Policy, *where: Condition
) -> dict[int, Rank]:
    """The rank of each body in the peer group in which it was, as of a day (none: today, which `on` is) and by its
    policy, by its id; equal scores share one."""
    rows = _SCORES.read(session, programme_id, day, *where, on=on)
    return ranked({row.id: (row.peer, score_ranked(row, policy)) for row in rows})


def ranked(standing: Mapping[int, tuple[str, Decimal | None]]) -> dict[int, Rank]:
    """The rank of each body among those of its group, from the group and the score of each."""
    by_group: dict[str, dict[int, Decimal | None]] = defaultdict(dict)
    for body, (group, score) in standing.items():
        by_group[group][body] = score
    found: dict[int, Rank] = {}
    for scores in by_group.values():
        among = sum(score is not None for score in scores.values())
        found |= {body: Rank(rank, among) for body, rank in ranks(scores).items()}
    return found


def score_ranked(row: Any, policy: Policy) -> Decimal | None:
    """The score by which a row of sums is ranked; none where it has none, or too few of its targets are judged."""
    return ranked_score(points(row.score), row.weight, row.counted_weight, policy)


def steps_of_body(session: Session, programme_id: int, agency_id: int, domain: int = ALL_DOMAINS) -> list[ScoreStep]:
    """The score of a body over all its targets, or those of one domain, as steps; where it changes."""
    return _steps(session, [domain], SUM.programme_id == programme_id, SUM.agency_id == agency_id)[domain]


def steps_of_bodies(session: Session, programme_id: int, agency_ids: Sequence[int]) -> dict[int, list[ScoreStep]]:
    """The same of some bodies over all their targets, by body, in one statement."""
    here = (SUM.programme_id == programme_id, SUM.domain == ALL_DOMAINS)
    return _steps(session, agency_ids, *here, by=SUM.agency_id)


def steps_of_domains(
    session: Session, programme_id: int, domains: Iterable[int], *where: Condition
) -> dict[int, list[ScoreStep]]:
    """The score of each of these domains over all bodies (0: of all targets), as steps; of some bodies by conditions
    on `AGENCY`."""
    of_them = [SUM.programme_id == programme_id]
    if where:
        of_them.append(SUM.agency_id.in_(sa.select(AGENCY.id).where(*where)))
    return _steps(session, domains, *of_them)


def commitments_on(session: Session, day: date | None, commitment_ids: Sequence[int]) -> dict[int, int | None]:
    """The score of each of these commitments as of a day (none: today), in hundredths."""
    held = (
        SPAN.to_on.is_(None)
        if day is None
        else sa.and_(SPAN.from_on <= day, sa.or_(SPAN.to_on.is_(None), SPAN.to_on > day))
    )
    statement = (
        sa.select(TARGET.commitment_id, SPAN.score, SPAN.weight)
        .select_from(TARGET.id.table.join(SPAN.id.table, SPAN.target_id == TARGET.id))
        .where(TARGET.commitment_id.in_(commitment_ids), held)
    )
    sums: dict[int, Weighed] = defaultdict(lambda: NO_SCORES)
    for commitment_id, score, weight in session.connection().execute(statement):
        sums[commitment_id] += weighed(points(score), weight)
    return {commitment_id: hundredths(scores.mean) for commitment_id, scores in sums.items()}


def rank_steps(
    session: Session, programme_id: int, agency_id: int, policies: Sequence[PolicyVersion]
) -> list[tuple[date, Rank]]:
    """A body's rank among its peers from day to day, by the programme's policies in order: each day on which it, or how
    many are ranked, changes.

    One statement, and what bodies were from day to day.
    """
    groups = {body: _groups(told) for body, told in classifications.of_agencies(session).items()}
    own = {group for _day, group in groups[agency_id]}
    peers = {body for body, some in groups.items() if own.intersection(group for _day, group in some)}
    columns = (SUM.from_on, SUM.agency_id, SUM.score, SUM.weight, SUM.counted_weight)
    of_them = (SUM.programme_id == programme_id, SUM.domain == ALL_DOMAINS, SUM.agency_id.in_(peers))
    # A policy that begins changes no sum, but may change who is ranked; a body that moves changes none either.
    by_day: dict[date, dict[int, Any]] = {version.from_on: {} for version in policies if version.from_on is not None}
    by_day |= {day: {} for body in peers for day, _group in groups[body] if day != date.min and day not in by_day}
    for row in session.connection().execute(sa.select(*columns).where(*of_them)):
        by_day.setdefault(row.from_on, {})[row.agency_id] = row
    return list(_ranked(by_day, policies, {body: groups[body] for body in peers}, agency_id))


def _groups(told: Sequence[Classified]) -> list[tuple[date, str]]:
    return [(one.from_on or date.min, one.group) for one in told]


def _ranked(
    by_day: Mapping[date, Mapping[int, Any]],
    policies: Sequence[PolicyVersion],
    groups: Mapping[int, Sequence[tuple[date, str]]],
    agency_id: int,
) -> Iterator[tuple[date, Rank]]:
    sums: dict[int, Any] = {}
    standing: dict[int, Decimal | None] = {}
    ordered: list[Decimal] = []
    last: Rank | None = None
    stood: tuple[Any, ...] | None = None
    here: dict[int, str] = {}
    moves = sorted({day for some in groups.values() for day, _group in some})
    for day in sorted(by_day):
        policy, changed = in_force(policies, day), by_day[day]
        sums |= changed
        if (now := (policy.judged_share, bisect_right(moves, day))) != stood:
            stood, changed = now, sums
            here = {body: _of_day(some, day) for body, some in groups.items()}
        for body in changed:
            before = standing.pop(body, None)
            if before is not None:
                ordered.pop(bisect_left(ordered, before))
            if here[body] == here[agency_id]:
                standing[body] = score = score_ranked(sums[body], policy)
                if score is not None:
                    insort(ordered, score)
        own = standing.get(agency_id)
        # As rule.standing.ranks: one more than those that have more, so equal scores share a rank.
        rank = None if own is None else 1 + len(ordered) - bisect_right(ordered, own)
        found = Rank(rank, len(ordered))
        if agency_id in standing and found != last:
            last = found
            yield day, found


def _of_day(days: Sequence[tuple[date, str]], day: date) -> str:
    return [group for since, group in days if since <= day][-1]


def standing_on(steps: Sequence[ScoreStep], day: date) -> ScoreStep | None:
    """The step that holds on a day; none before the first."""
    return next((step for step in steps if step.from_on <= day and (step.to_on is None or step.to_on > day)), None)


def _steps(
    session: Session, keys: Iterable[int], *where: Condition, by: Any = SUM.domain
) -> dict[int, list[ScoreStep]]:
    """What the sums of some bodies add up to, by domain or by body; read bit by bit, in one pass."""
    shifts: dict[int, dict[date, Weighed]] = {key: defaultdict(lambda: NO_SCORES) for key in keys}
    columns = (by, SUM.from_on, SUM.to_on, SUM.total, SUM.weight)
    statement = sa.select(*columns).where(by.in_(list(shifts)), *where).execution_options(yield_per=2_000)
    for key, from_on, to_on, total, weight in database.with_cursor(session).execute(statement):
        scores, days = Weighed(total, weight), shifts[key]
        days[from_on] += scores
        if to_on is not None:
            days[to_on] -= scores
    return {key: _added(days) for key, days in shifts.items()}


def _added(shifts: Mapping[date, Weighed]) -> list[ScoreStep]:
    """Steps from the days on which the scores of many change, and by how much; one begins only where the sums
    differ."""
    found: list[tuple[date, Weighed]] = []
    scores = NO_SCORES
    for day in sorted(shifts):
        scores += shifts[day]
        if not found or found[-1][1] != scores:
            found.append((day, scores))
    ends = [*(day for day, _scores in found[1:]), None]
    return [ScoreStep(day, to_on, scores) for (day, scores), to_on in zip(found, ends, strict=False)]
