"""The difference between two days: which targets stand otherwise on the second than on the first, and what turned each.

Both days are read from the stored steps; facts are loaded for the rows that are shown or sent, and for no others.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.compliance.models import StatusSpan
from tracker.compliance.records import names
from tracker.compliance.records.facts import BATCH, records_of
from tracker.compliance.records.names import Named
from tracker.compliance.steps.queries import SPAN, holds_on
from tracker.compliance.steps.sums import STATUSES
from tracker.compliance.telling import causes
from tracker.compliance.telling.causes import Cause
from tracker.compliance.telling.forecast import text
from tracker.core.db.database import Condition
from tracker.programmes.frames import Frames
from tracker.rule.facts import Status

COLUMNS = (
    "commitment", "target", "agency", "status_before", "status", "score_before", "score", "steps",
)  # fmt: skip

BEFORE = aliased(StatusSpan.__table__, name="before")


class Turn(StrEnum):
    """Which way a target turned."""

    WORSE = "worse"
    BETTER = "better"


# How good a status is; one that nothing can be said of yet, or that was not there, lies beside on track.
_PLAIN = 3
_PLACES: Mapping[str, int] = {
    **dict.fromkeys((Status.OVERDUE, Status.UNREPORTED, Status.MISSED), 0),
    Status.BEHIND: 1,
    Status.AT_RISK: 2,
    Status.ON_TRACK: 3,
    Status.MET_LATE: 4,
    Status.MET_ON_TIME: 5,
}


def turn_of(before: str | None, after: str) -> Turn | None:
    """Which way it is from one status (none: not signed yet) to another; none where the second says neither."""
    was, now = _PLACES.get(before or "", _PLAIN), _PLACES.get(after)
    if now is None or now == was:
        return None
    return Turn.WORSE if now < was else Turn.BETTER


def turned(way: str) -> Condition:
    """Condition on `SPAN` and `BEFORE`: it turned that way."""
    pairs = {was: [now for now in STATUSES if turn_of(was, now) == way] for was in (None, *STATUSES)}
    return sa.or_(
        *(
            sa.and_(BEFORE.c.id.is_(None) if was is None else BEFORE.c.status == was, SPAN.status.in_(now))
            for was, now in pairs.items()
            if now
        )
    )


@dataclass(frozen=True, slots=True)
class Turned:
    """One step that began between the two days: since when, what it says, what began it. Score in hundredths."""

    on: date
    status: str
    score: int | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A target that stands otherwise than before. `before` is none where its commitment was signed only since then."""

    target: Named
    before: str | None
    after: str
    score_before: int | None
    score_after: int | None
    steps: tuple[Turned, ...]


def changed(
    columns: Sequence[Any],
    first: date,
    second: date | None,
    *where: Condition,
    scores: bool = False,
    weights: bool = False,
) -> sa.Select[Any]:
    """Select of columns of `SPAN` (as of the second day; none: today) and `BEFORE` (as of the first) of the targets
    that differ.

    They differ in status; with `scores` in the score too, with `weights` in the weight. `first` < `second`. Conditions
    are on `SPAN`.
    """
    # A step that holds on both days changes nothing, so only those that began in between are read. Of past days all
    # statuses are named, so that the index of past steps by status answers.
    begun: tuple[Condition, ...] = (SPAN.from_on > first, holds_on(second))
    if second is not None:
        begun += (SPAN.status.in_(STATUSES), SPAN.from_on <= second)
    was = sa.and_(BEFORE.c.target_id == SPAN.target_id, BEFORE.c.from_on <= first, BEFORE.c.to_on > first)
    differs = [BEFORE.c.id.is_(None), BEFORE.c.status != SPAN.status]
    if scores:
        differs.append(BEFORE.c.score.is_distinct_from(SPAN.score))
    if weights:
        differs.append(BEFORE.c.weight != SPAN.weight)
    source = SPAN.id.table.outerjoin(BEFORE, was)
    return sa.select(*columns).select_from(source).where(*begun, sa.or_(*differs), *where)


def body_after_body(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Bodies in the order in which they were entered: the order of the command."""
    return statement.order_by(SPAN.agency_id, SPAN.target_id)


def between(
    session: Session,
    first: date,
    second: date,
    *where: Condition,
    scores: bool = False,
    arranged: Callable[[sa.Select[Any]], sa.Select[Any]] = body_after_body,
) -> Iterator[Change]:
    """The targets that stand otherwise on the second day, streamed with what turned each, in the order that `arranged`
    gives a statement.

    `where` are conditions on `queries.SPAN`; `scores`: also those with another score alone.
    """
    standings = (BEFORE.c.status.label("before"), SPAN.status, BEFORE.c.score.label("score_before"), SPAN.score)
    statement = arranged(changed((SPAN.target_id, *standings), first, second, *where, scores=scores))
    frames = Frames(session)
    # Read whole, five values of each: a page that only reads has no transaction for a cursor.
    found = session.connection().execute(statement).all()
    for start in range(0, len(found), BATCH):
        rows = found[start : start + BATCH]
        ids = [row.target_id for row in rows]
        called, turned = names.of(session, ids), steps_between(session, ids, first, second, frames, scores=scores)
        for row in rows:
            scored = (row.score_before, row.score)
            yield Change(called[row.target_id], row.before, row.status, *scored, turned[row.target_id])


def steps_between(
    session: Session,
    target_ids: Sequence[int],
    first: date,
    second: date,
    frames: Frames | None = None,
    *,
    scores: bool = False,
    weights: bool = False,
) -> dict[int, tuple[Turned, ...]]:
    """The steps of each of these targets (a page or a batch) that began after the first day and by the second.

    Steps that only go on in another score or with another weight are left out unless `scores` or `weights` are set.
    """
    if not target_ids:
        return {}
    stored: dict[int, list[Any]] = defaultdict(list)
    columns = (SPAN.target_id, SPAN.from_on, SPAN.status, SPAN.score, SPAN.weight)
    of_them = (SPAN.target_id.in_(target_ids), SPAN.from_on <= second, sa.or_(SPAN.to_on.is_(None), SPAN.to_on > first))
    for row in session.connection().execute(sa.select(*columns).where(*of_them).order_by(SPAN.from_on)):
        stored[row.target_id].append(row)
    records = {record.target_id: record for record in records_of(session, target_ids, frames)}
    asked = (scores, weights)
    return {target_id: tuple(_turned(records[target_id], stored[target_id], first, *asked)) for target_id in target_ids}


def _turned(record: Any, rows: list[Any], first: date, scores: bool, weights: bool) -> Iterator[Turned]:
    before: Any = None
    for row in rows:
        another = before is None or before.status != row.status
        other = not another and ((scores and before.score != row.score) or (weights and before.weight != row.weight))
        if row.from_on > first and (another or other):
            found = causes.of_step(record, row.from_on, first=before is None, status_only=another)
            yield Turned(row.from_on, row.status, row.score, found)
        before = row


def counts(
    session: Session, first: date, second: date | None, *where: Condition, scores: bool = False
) -> Counter[tuple[int, str | None, str]]:
    """How many targets of each body (its id) went from each status (none: not signed yet) to each by the second day
    (none: today)."""
    key = (SPAN.agency_id, BEFORE.c.status.label("before"), SPAN.status)
    statement = changed((*key, sa.func.count()), first, second, *where, scores=scores).group_by(*key)
    return Counter({tuple(row[:3]): row[3] for row in session.connection().execute(statement)})


def rows(found: Iterable[Change]) -> Iterator[dict[str, Any]]:
    """Changes as plain rows, for the command: days ISO text, scores text with two places, or none."""
    for one in found:
        yield {
            "commitment": one.target.commitment,
            "target": one.target.code,
            "agency": one.target.agency_code,
            "status_before": one.before,
            "status": one.after,
            "score_before": text(one.score_before),
            "score": text(one.score_after),
            "steps": [
                {
                    "on": step.on.isoformat(),
                    "status": step.status,
                    "score": text(step.score),
                    "causes": [{"kind": str(cause.kind), "figures": cause.figures} for cause in step.causes],
                }
                for step in one.steps
            ],
        }
