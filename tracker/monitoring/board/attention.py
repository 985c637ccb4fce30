"""What needs attention first: the targets that do most harm, with a sentence on each."""

import functools
from collections.abc import Mapping
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

SHOWN = 5
NEWEST, LIKELIEST = 200, 30  # steps that are looked at: of each status, and of all of them
_LISTED = (*LATE, *TRAILING)  # where something can still be done
_EARLIER = aliased(StatusSpan.__table__, name="earlier")


def most_urgent(session: Session, seen: Viewpoint, group: str | None) -> list[Mapping[str, Any]]:
    """The targets that do most harm on the day, as the page draws them."""
    asked = {
        "programme": seen.chosen.id,
        "day": seen.past_day,
        "on": seen.on,
        "first": seen.on - LATELY,
        "group": group,
    }
    statement = _standing(past=seen.past_day is not None, grouped=bool(group))
    rows = session.connection().execute(statement, asked).all()
    stands = {row.target_id: Standing(seen.on, row.weight, row.score, row.before, row.since) for row in rows}
    rows = sorted(rows, key=lambda row: (-stands[row.target_id].harm, row.deadline_on, row.target_id))[:SHOWN]
    told = reasons.of_rows(session, rows, seen.on)
    return [
        {
            "status": row.status,
            "who": text_by_language(row.agency_name),
            "href": seen.url(url_for("monitoring.target", token=row.token)),
            "title": text_by_language(row.title),
            "text": why(told[row.target_id], row.unit),
            "harm": in_words(stands[row.target_id]),
        }
        for row in rows
    ]


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
    no more than a small one. Of those the likeliest are taken by the most that their harm can be.

    Written once for each of its four forms, since writing it takes as long as answering it.
    """
    first, day = sa.bindparam("first", type_=sa.Date), sa.bindparam("day", type_=sa.Date) if past else None
    most = sa.cast(SPAN.weight, sa.Float) * (FULL - SPAN.score) * sa.case((SPAN.from_on > first, 4), else_=1)
    here = [SPAN.programme_id == sa.bindparam("programme"), holds_on(day)]
    here += [queries.of_group(sa.bindparam("group"), sa.bindparam("on", type_=sa.Date))] if grouped else []
    newest = (
        sa.select(SPAN.target_id, SPAN.from_on, most.label("most"))
        .where(*here, queries.in_statuses([status]))
        .order_by(SPAN.from_on.desc())
        .limit(NEWEST)
        .subquery()
        for status in _LISTED
    )
    some = sa.union_all(*(sa.select(one) for one in newest)).subquery()
    taken = sa.select(some).order_by(some.c.most.desc(), some.c.target_id).limit(LIKELIEST).subquery()
    of_target = _EARLIER.c.target_id == SPAN.target_id
    before = sa.select(_EARLIER.c.score).where(of_target, _EARLIER.c.from_on <= first)
    before = before.order_by(_EARLIER.c.from_on.desc()).limit(1)
    other = sa.and_(of_target, _EARLIER.c.from_on < SPAN.from_on, _EARLIER.c.status != SPAN.status)
    since = sa.func.coalesce(
        sa.select(sa.func.max(_EARLIER.c.to_on)).where(other).scalar_subquery(),
        sa.select(sa.func.min(_EARLIER.c.from_on)).where(of_target).scalar_subquery(),
    )
    held = sa.and_(taken.c.target_id == SPAN.target_id, taken.c.from_on == SPAN.from_on)
    columns = (SPAN.weight, before.scalar_subquery().label("before"), since.label("since"))
    return queries.listed(sa.bindparam("programme"), day).join(taken, held).add_columns(*columns)
