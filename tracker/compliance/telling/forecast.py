"""What will turn if nobody acts: the steps ahead of each target, as the rule knows them today (k < on).

Chosen by the day on which the open step ends, which is indexed: the work grows with what turns, not with the targets.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Amendment, Extension, Suspension, Target
from tracker.compliance.records import names
from tracker.compliance.records.facts import BATCH, Record, records_of
from tracker.compliance.records.names import Named
from tracker.compliance.steps import ahead
from tracker.compliance.steps.ahead import Span
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.steps.spans import hundredths, lasting, points, told_on
from tracker.core.db.database import Condition
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme
from tracker.progress.models import Decision, Report, Revision
from tracker.rule import changes
from tracker.rule.reasons import reason
from tracker.rule.stretch import Stretches

_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_ON = sa.bindparam("on", type_=sa.Date)
_RUNNING = sa.select(Programme.id, Programme.ends_on).where(Programme.ends_on > _ON)
_RECORDED_LATER = sa.union(
    *(
        sa.select(kind.target_id).where(kind.target_id.in_(_IDS), kind.recorded_on > _ON)
        for kind in (Extension, Suspension, Amendment)
    ),
    sa.select(Target.id).where(Target.id.in_(_IDS), Target.end_recorded_on > _ON),
    sa.select(Report.target_id)
    .join(Revision, Revision.report_id == Report.id)
    .where(Report.target_id.in_(_IDS), Revision.recorded_on > _ON),
    sa.select(Report.target_id)
    .join(Revision, Revision.report_id == Report.id)
    .join(Decision, Decision.revision_id == Revision.id)
    .where(Report.target_id.in_(_IDS), Decision.recorded_on > _ON),
)
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

    `where` are conditions on `queries.SPAN`. A turn is another status; with `scores` another score is one too. After a
    programme's last day nothing turns.
    """
    last = on + timedelta(days=days)
    ends = {row.id: min(last, row.ends_on) for row in session.execute(_RUNNING, {"on": on})}
    frames = Frames(session)
    coming: list[tuple[date, str, int, str, int, Turn]] = []  # those of a day by number, T2 before T10
    for rows in _waking(session, last, (SPAN.programme_id.in_(list(ends)), *where)):
        for turn in _of(session, rows, on, ends, frames, scores):
            one = turn.target
            heappush(coming, (turn.from_on, one.commitment, len(one.code), one.code, one.id, turn))
        # Whoever comes in a later batch turns on the last row's day or after it.
        while coming and coming[0][0] < rows[-1].wake_on:
            yield heappop(coming)[-1]
    while coming:
        yield heappop(coming)[-1]


def _waking(session: Session, last: date, where: Sequence[Condition]) -> Iterator[Sequence[Any]]:
    """The open steps that end by the day, batch by batch, in the order in which they end."""
    key = (SPAN.wake_on, SPAN.agency_id, SPAN.target_id)
    statement = (
        sa.select(*key, SPAN.programme_id, SPAN.from_on, SPAN.status, SPAN.score)
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


def _of(
    session: Session, rows: Sequence[Any], on: date, ends: Mapping[int, date], frames: Frames, scores: bool
) -> Iterator[Turn]:
    ids = [row.target_id for row in rows]
    called = names.of(session, ids)
    kept = ahead.of(session, ids)
    # Steps are kept with the records of days still ahead, where a loaded package holds some; nobody knows these yet.
    judged = [target_id for target_id in ids if not kept[target_id]] + _with_records_ahead(session, ids, on)
    steps = {
        record.target_id: _judged(record, on, ends[record.programme_id])
        for record in records_of(session, judged, frames)
    }
    for row in rows:
        for before, after in pairwise(steps.get(row.target_id) or _since(row, kept[row.target_id], on, frames)):
            if after.from_on <= on or after.from_on > ends[row.programme_id]:
                continue
            if before.status != after.status or (scores and before.score != after.score):
                yield _turn(called[row.target_id], before, after)


def _since(row: Any, following: Iterable[Span], on: date, frames: Frames) -> list[_Step]:
    """The step that holds on the day and those after it; the open one has ended where the night has still to run."""
    steps = [_Step(row.from_on, row.status, row.score, None)]
    for span in following:
        if span.from_on <= on:
            steps.clear()
        calendar = frames.of([span.programme_id])[span.programme_id].calendar
        steps.append(_Step(span.from_on, span.status, span.score, told_on(span.reason, calendar, span.from_on)))
    return steps


def _with_records_ahead(session: Session, ids: Sequence[int], on: date) -> list[int]:
    """Those of the targets of which something stands recorded as of a later day. One statement."""
    found = session.connection().execute(_RECORDED_LATER, {"ids": list(ids), "on": on})
    return [target_id for (target_id,) in found]


def _turn(target: Named, before: _Step, after: _Step) -> Turn:
    return Turn(target, after.from_on, before.status, after.status, before.score, after.score, after.reason)


def _judged(record: Record, on: date, last: date) -> list[_Step]:
    """The steps from `on` to `last`, judged by what is known on `on`."""
    known, stretches = record.known_on(on), Stretches()
    days = changes.candidate_days(known)
    steps: list[_Step] = []
    for day in (on, *days[bisect_right(days, on) : bisect_right(days, last)]):
        at = stretches.at(known, day)
        answer, found = changes.judge(at, day)
        score = hundredths(answer.score)
        if not steps or (steps[-1].status, steps[-1].score) != (answer.status, score):
            why = told_on(lasting(reason(at, day, found, ahead=False)), record.facts.calendar, day)
            steps.append(_Step(day, str(answer.status), score, why))
    return steps


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
