"""What will turn if nobody acts: the steps ahead of each target, as the rule knows them today (k < on).

Chosen by the day on which the open step ends, which is indexed: the work grows with what turns, not with the targets.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance import names
from tracker.compliance.facts import BATCH, Record, records_of
from tracker.compliance.frames import Frames
from tracker.compliance.names import Named
from tracker.compliance.queries import SPAN
from tracker.compliance.spans import hundredths, lasting, points
from tracker.rule import changes, ledger
from tracker.rule.reasons import reason
from tracker.rule.stretch import stretch

Condition = sa.ColumnElement[bool]
COLUMNS = (
    "on", "commitment", "target", "agency", "status_before", "status", "score_before", "score", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """One target turns on a day. Scores in hundredths; `reason` is {"code", "figures"}, as it is kept with a step."""

    target: Named
    from_on: date
    before: str
    after: str
    score_before: int | None
    score_after: int | None
    reason: Any


@dataclass(frozen=True, slots=True)
class _Step:
    from_on: date
    status: str
    score: int | None
    reason: Any


def turns(session: Session, on: date, days: int, *where: Condition, scores: bool = False) -> Iterator[Turn]:
    """Which targets will turn after `on`, within so many days, if nobody acts; by day, streamed.

    `where` are conditions on `queries.SPAN`. A turn is another status; with `scores` another score is one too.
    """
    last = on + timedelta(days=days)
    frames = Frames(session)
    ahead: list[tuple[date, int, int, Turn]] = []
    for rows in _waking(session, last, where):
        for turn in _of(session, rows, on, last, frames, scores):
            heappush(ahead, (turn.from_on, turn.target.agency_id, turn.target.id, turn))
        # Whoever comes in a later batch turns on the last row's day or after it.
        while ahead and ahead[0][0] < rows[-1].wake_on:
            yield heappop(ahead)[-1]
    while ahead:
        yield heappop(ahead)[-1]


def _waking(session: Session, last: date, where: Sequence[Condition]) -> Iterator[Sequence[Any]]:
    """The open steps that end by the day, batch by batch, in the order in which they end."""
    key = (SPAN.wake_on, SPAN.agency_id, SPAN.target_id)
    statement = (
        sa.select(*key, SPAN.from_on, SPAN.status, SPAN.score)
        .where(SPAN.to_on.is_(None), SPAN.wake_on <= last, *where)
        .order_by(*key)
        .limit(BATCH)
    )
    after: Any = None
    while True:
        page = statement if after is None else statement.where(sa.tuple_(*key) > after)
        rows = session.connection().execute(page).all()
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        after = tuple(rows[-1][:3])


def _of(session: Session, rows: Sequence[Any], on: date, last: date, frames: Frames, scores: bool) -> Iterator[Turn]:
    ids = [row.target_id for row in rows]
    called = names.of(session, ids)
    steps = {record.target_id: _judged(record, on, last) for record in records_of(session, ids, frames)}
    for target_id in ids:
        for before, after in pairwise(steps[target_id]):
            if after.from_on <= on or after.from_on > last:
                continue
            if before.status != after.status or (scores and before.score != after.score):
                yield _turn(called[target_id], before, after)


def _turn(target: Named, before: _Step, after: _Step) -> Turn:
    return Turn(target, after.from_on, before.status, after.status, before.score, after.score, after.reason)


def _judged(record: Record, on: date, last: date) -> list[_Step]:
    """The steps from `on` to `last`, judged by what is known on `on`."""
    known = ledger.of(record.facts).known(on)
    days = changes.candidate_days(known)
    steps: list[_Step] = []
    for day in (on, *days[bisect_right(days, on) : bisect_right(days, last)]):
        answer, found = changes.judge(known, day)
        score = hundredths(answer.score)
        if not steps or (steps[-1].status, steps[-1].score) != (answer.status, score):
            why = lasting(reason(stretch(known, day), day, found))
            steps.append(_Step(day, str(answer.status), score, why))
    return steps


def counts(found: Iterable[Turn]) -> dict[tuple[str, str], int]:
    """How many turns there are from each status to each."""
    counted: dict[tuple[str, str], int] = {}
    for turn in found:
        counted[turn.before, turn.after] = counted.get((turn.before, turn.after), 0) + 1
    return counted


def rows(found: Iterable[Turn]) -> Iterator[dict[str, Any]]:
    """Turns as plain rows, for the command: days ISO text, scores text with two places, or none."""
    for turn in found:
        yield {
            "on": turn.from_on.isoformat(),
            "commitment": turn.target.commitment,
            "target": turn.target.code,
            "agency": turn.target.agency_code,
            "status_before": turn.before,
            "status": turn.after,
            "score_before": text(turn.score_before),
            "score": text(turn.score_after),
            "reason": turn.reason,
        }


def text(stored: int | None) -> str | None:
    """A stored score as text with two places; none stays none."""
    found = points(stored)
    return None if found is None else format(found, "f")
