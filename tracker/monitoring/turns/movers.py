"""Bodies by the change of their scores since another day, each with the targets that moved it and what each gave.

All bodies are two reads of their sums. The targets of those that are shown are one more, and the facts behind them as
many as of any list: none of it grows with the province.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.records import names
from tracker.compliance.records.facts import BATCH
from tracker.compliance.records.names import Named
from tracker.compliance.standings import queries as standings
from tracker.compliance.steps.spans import points
from tracker.compliance.telling import difference
from tracker.compliance.telling.contributions import Stood, contributions, in_hundredths
from tracker.compliance.telling.difference import BEFORE, Turned
from tracker.monitoring import queries
from tracker.monitoring.queries import SPAN
from tracker.programmes.frames import Frames
from tracker.rule import NO_SCORES, Weighed, weighed


@dataclass(frozen=True, slots=True)
class Mover:
    """A body whose score is another one than before. `was` and `now`: its sums on both days, rows of
    `standings.bodies_on`; `was` is none where it had no target yet. Scores in hundredths."""

    was: Any
    now: Any

    @property
    def before(self) -> int | None:
        """Its score then."""
        return None if self.was is None else self.was.score

    @property
    def after(self) -> int | None:
        """Its score now."""
        score: int | None = self.now.score
        return score

    @property
    def change(self) -> int | None:
        """By how much it changed; none where it had no score on one of the days."""
        return None if self.before is None or self.after is None else self.after - self.before

    def counted(self, statuses: Sequence[str]) -> tuple[int, int]:
        """How many of its targets stood in these then, and stand in them now."""
        then, now = (0 if row is None else sum(row._mapping[one] for one in statuses) for row in (self.was, self.now))
        return then, now

    @property
    def sums(self) -> tuple[Weighed, Weighed]:
        """Its exact sums on both days."""
        before = NO_SCORES if self.was is None else Weighed(self.was.total, self.was.weight)
        return before, Weighed(self.now.total, self.now.weight)


@dataclass(frozen=True, slots=True)
class Moved:
    """A target that stands otherwise than before; `gave`: what of its body's change, in hundredths. `row` has its
    status, score and weight on both days."""

    target_id: int
    row: Any
    gave: int | None


def movers(session: Session, programme_id: int, since: date, day: date | None, on: date) -> list[Mover]:
    """The bodies whose scores or counts differ, falls first, those without a score on one of the days last."""
    then = {row.id: row for row in standings.bodies_on(session, programme_id, since, since)}
    now = standings.bodies_on(session, programme_id, day, on)
    found = [Mover(then.get(row.id), row) for row in now if _differs(then.get(row.id), row)]
    return sorted(found, key=_place)


def _differs(was: Any, now: Any) -> bool:
    return was is None or was.score != now.score or queries.counts_of(was) != queries.counts_of(now)


def _place(one: Mover) -> tuple[Any, ...]:
    return one.change is None, one.change or 0, one.now.sort_key, one.now.id


def moved_by(
    session: Session, programme_id: int, since: date, day: date | None, bodies: Sequence[Mover]
) -> dict[int, list[Moved]]:
    """The targets of each of these bodies that stand otherwise, by its id; who gave most to the change comes first.

    What they gave adds up to it exactly.
    """
    columns = (
        SPAN.agency_id,
        SPAN.target_id,
        BEFORE.c.status.label("before"),
        SPAN.status,
        BEFORE.c.score.label("score_before"),
        SPAN.score,
        BEFORE.c.weight.label("weight_before"),
        SPAN.weight,
    )
    here = (SPAN.programme_id == programme_id, SPAN.agency_id.in_([one.now.id for one in bodies]))
    statement = difference.changed(columns, since, day, *here, scores=True, weights=True)
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in session.connection().execute(statement.order_by(SPAN.agency_id, SPAN.target_id)) if bodies else ():
        rows[row.agency_id].append(row)
    return {one.now.id: _shared(one, rows[one.now.id]) for one in bodies}


def counted(session: Session, programme_id: int, since: date, day: date | None) -> dict[int, int]:
    """How many targets of each body stand otherwise, by its id."""
    columns, here = (SPAN.agency_id, sa.func.count()), SPAN.programme_id == programme_id
    statement = difference.changed(columns, since, day, here, scores=True, weights=True).group_by(SPAN.agency_id)
    return {row[0]: row[1] for row in session.connection().execute(statement)}


def _shared(body: Mover, rows: Sequence[Any]) -> list[Moved]:
    stood = [Stood(_weighed(row.score_before, row.weight_before), _weighed(row.score, row.weight)) for row in rows]
    shares = contributions(*body.sums, stood)
    if shares is None or body.change is None:
        return [Moved(row.target_id, row, None) for row in rows]
    gave = in_hundredths(shares, body.change)
    found = [Moved(row.target_id, row, one) for row, one in zip(rows, gave, strict=True)]
    falls = body.change <= 0
    return sorted(found, key=lambda one: (one.gave if falls else -(one.gave or 0), one.target_id))


def _weighed(score: int | None, weight: Any) -> Weighed:
    return NO_SCORES if score is None else weighed(points(score), weight)


def told(
    session: Session, target_ids: Sequence[int], since: date, on: date
) -> Iterator[tuple[int, Named, tuple[Turned, ...]]]:
    """What each of these targets is called, and the facts and days that changed it, batch by batch."""
    frames = Frames(session)
    for start in range(0, len(target_ids), BATCH):
        some = target_ids[start : start + BATCH]
        called = names.of(session, some)
        steps = difference.steps_between(session, some, since, on, frames, scores=True, weights=True)
        for target_id in some:
            yield target_id, called[target_id], steps[target_id]
