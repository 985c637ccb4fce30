"""What needs attention first: the targets that do most harm, with a sentence on each."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session, aliased

from tracker.compliance.models import StatusSpan
from tracker.compliance.steps.queries import holds_on
from tracker.compliance.telling import reasons
from tracker.compliance.telling.explain import why
from tracker.core.languages import _, format_day, format_figure, format_score, text_by_language
from tracker.monitoring import queries
from tracker.monitoring.board.harm import FULL, LATELY, Standing
from tracker.monitoring.board.rows import LATE, TRAILING
from tracker.monitoring.queries import SPAN
from tracker.monitoring.viewpoint import Viewpoint
from tracker.programmes.frames import Frames

SHOWN = 5
NEWEST, LIKELIEST = 200, 30  # steps that are looked at: of each status, and of all of them first
MONTHS = (1, 2, 3)  # for which a status that began with its step is told apart; an older one counts like the next
TINY = 1e-9  # what floats may differ by from exact harm
_LISTED = (*LATE, *TRAILING)  # where something can still be done
_EARLIER = aliased(StatusSpan.__table__, name="earlier")


@dataclass(frozen=True, slots=True)
class Urgent:
    """A target that does harm: its row (`queries.listed`), how it stands, why it has its status."""

    row: Any
    standing: Standing
    why: str


def most_urgent(session: Session, seen: Viewpoint, group: str | None, frames: Frames) -> list[Mapping[str, Any]]:
    """The targets that do most harm on the day, as the page draws them."""
    return [
        {
            "status": one.row.status,
            "who": text_by_language(one.row.agency_name),
            "href": seen.url(url_for("monitoring.target", token=one.row.token)),
            "title": text_by_language(one.row.title),
            "text": one.why,
            "harm": in_words(one.standing),
        }
        for one in worst(session, seen.chosen.id, seen.past_day, seen.on, frames, group=group)
    ]


def worst(
    session: Session,
    programme_id: int,
    day: date | None,
    on: date,
    frames: Frames,
    *,
    group: str | None = None,
    most: int = SHOWN,
) -> list[Urgent]:
    """The targets that do most harm as of a day (none: today, which `on` is), most first. Asks no request."""
    asked = {"programme": programme_id, "day": day, "on": on, "group": group}
    rows, stands = _candidates(session, asked, on, most)
    harm = {key: one.harm for key, one in stands.items()}
    rows = sorted(rows, key=lambda row: (-harm[row.target_id], row.deadline_on, row.target_id))[:most]
    told = reasons.of_rows(session, rows, on, frames)
    return [Urgent(row, stands[row.target_id], why(told[row.target_id], row.unit)) for row in rows]


def _candidates(
    session: Session, given: Mapping[str, Any], on: date, most: int
) -> tuple[list[Any], dict[int, Standing]]:
    """Rows among which those of most harm are, and how each stands: the likeliest; and all, where one that was left out
    may do more than the last that would be shown."""
    asked = {**given, **{f"month_{months}": on - months * LATELY for months in MONTHS}}
    statement = _standing(past=given["day"] is not None, grouped=bool(given["group"]))
    rows, stands = list[Any](), dict[int, Standing]()
    for take in (LIKELIEST, NEWEST * len(_LISTED)):
        more = session.connection().execute(statement, {**asked, "skip": len(rows), "take": take}).all()
        rows += more
        stands |= {row.target_id: Standing(on, row.weight, row.score, row.before, row.since) for row in more}
        if len(more) < take or sorted(one.harm for one in stands.values())[-most] >= more[-1].most * (1 - TINY):
            break
    return rows, stands


def in_words(standing: Standing) -> str:
    """Why a target is listed where it is."""
    since, weight = format_day(standing.since), format_figure(standing.weight)
    if not standing.fall:
        return _("In this status since %(day)s · weight %(weight)s", day=since, weight=weight)
    points = format_score(standing.fall)
    return _(
        "%(points)s points down in 30 days · in this status since %(day)s · weight %(weight)s",
        points=points,
        day=since,
        weight=weight,
    )


@functools.cache
def _standing(*, past: bool, grouped: bool) -> sa.Select[Any]:
    """The steps of the day that may do most harm, each with the score 30 days before and since when its status holds.

    Of each status the newest steps are looked at, which an index holds in that order, so that a large province costs
    no more than a small one. They come by the most that their harm can be: as if the status began with the step.

    The status is asked for, not said: else PostgreSQL, where it knows nothing of its tables yet, would take the index
    of what is late, which has another order.

    Written once for each of its four forms, since writing it takes as long as answering it.
    """
    day = sa.bindparam("day", type_=sa.Date) if past else None
    here = [SPAN.programme_id == sa.bindparam("programme"), holds_on(day)]
    here += [queries.of_group(sa.bindparam("group"), sa.bindparam("on", type_=sa.Date))] if grouped else []
    newest = (
        sa.select(SPAN.target_id, SPAN.from_on, SPAN.weight, SPAN.score)
        .where(*here, SPAN.status == sa.select(sa.literal_column(f"'{status}'")).scalar_subquery())
        .order_by(SPAN.from_on.desc(), SPAN.id.desc())
        .limit(NEWEST)
        .subquery()
        for status in _LISTED
    )
    some = sa.union_all(*(sa.select(one) for one in newest)).subquery()
    days = [sa.bindparam(f"month_{months}", type_=sa.Date) for months in MONTHS]
    before = sa.select(_EARLIER.c.score).where(_EARLIER.c.target_id == some.c.target_id, _EARLIER.c.from_on <= days[0])
    before = before.order_by(_EARLIER.c.from_on.desc()).limit(1)
    held = sa.case((some.c.from_on <= days[0], some.c.score), else_=before.scalar_subquery())
    # (The limit is never reached. It keeps the database from asking for the score anew wherever it stands below.)
    stood = sa.select(some, held.label("before")).limit(NEWEST * len(_LISTED)).subquery()
    fall = sa.case((stood.c.before > stood.c.score, stood.c.before - stood.c.score), else_=0)
    halves = [(stood.c.from_on > day, 0.5**months) for day, months in zip(days, MONTHS, strict=True)]
    lacking = (FULL - stood.c.score - fall) * sa.case(*halves, else_=0.5 ** (1 + MONTHS[-1]))
    most = sa.cast(stood.c.weight, sa.Float) * (fall + lacking)
    likeliest = sa.select(stood.c.target_id, stood.c.from_on, stood.c.before, most.label("most"))
    likeliest = likeliest.order_by(most.desc(), stood.c.target_id)
    taken = likeliest.limit(sa.bindparam("take")).offset(sa.bindparam("skip")).subquery()
    of_target = _EARLIER.c.target_id == SPAN.target_id
    other = sa.and_(of_target, _EARLIER.c.from_on < SPAN.from_on, _EARLIER.c.status != SPAN.status)
    since = sa.func.coalesce(
        sa.select(sa.func.max(_EARLIER.c.to_on)).where(other).scalar_subquery(),
        sa.select(sa.func.min(_EARLIER.c.from_on)).where(of_target).scalar_subquery(),
    )
    same = sa.and_(taken.c.target_id == SPAN.target_id, taken.c.from_on == SPAN.from_on)
    columns = (SPAN.weight, taken.c.before, since.label("since"), taken.c.most)
    found = queries.listed(sa.bindparam("programme"), day).join(taken, same).add_columns(*columns)
    return found.order_by(taken.c.most.desc(), taken.c.target_id)
