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
from tracker.monitoring.board.harm import LATELY, Standing
from tracker.monitoring.board.rows import LATE, TRAILING
from tracker.monitoring.queries import SPAN
from tracker.monitoring.viewpoint import Viewpoint
from tracker.programmes.frames import Frames

SHOWN = 5
NEWEST = 200  # steps of each status that are looked at
_LISTED = (*LATE, *TRAILING)  # where something can still be done
_EARLIER = aliased(StatusSpan.__table__, name="earlier")


def most_urgent(session: Session, seen: Viewpoint, group: str | None, frames: Frames) -> list[Mapping[str, Any]]:
    """The targets that do most harm on the day, as the page draws them."""
    asked = {
        "programme": seen.chosen.id,
        "day": seen.past_day,
        "on": seen.on,
        "first": seen.on - LATELY,
        "group": group,
    }
    past = seen.past_day is not None
    found = session.connection().execute(_standing(past=past, grouped=bool(group)), asked)
    stands = {row.target_id: Standing(seen.on, row.weight, row.score, row.before, row.since) for row in found}
    worst = sorted(stands, key=lambda target_id: (-stands[target_id].harm, target_id))[:SHOWN]
    shown = session.connection().execute(_shown(past=past), {**asked, "targets": worst}).all()
    rows = sorted(shown, key=lambda row: (-stands[row.target_id].harm, row.deadline_on, row.target_id))
    told = reasons.of_rows(session, rows, seen.on, frames)
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
    """How each target stands that may do most harm: its step of the day, its score 30 days before, and since when its
    status holds.

    Of each status the newest steps are looked at, which an index holds in that order, so that a large province costs
    no more than a small one.

    Written once for each of its four forms, since writing it takes as long as answering it.
    """
    day = sa.bindparam("day", type_=sa.Date) if past else None
    here = [SPAN.programme_id == sa.bindparam("programme"), holds_on(day)]
    here += [queries.of_group(sa.bindparam("group"), sa.bindparam("on", type_=sa.Date))] if grouped else []
    newest = (
        sa.select(SPAN.target_id, SPAN.from_on, SPAN.status, SPAN.weight, SPAN.score)
        .where(*here, queries.in_statuses([status]))
        .order_by(SPAN.from_on.desc(), SPAN.id.desc())
        .limit(NEWEST)
        .subquery()
        for status in _LISTED
    )
    some = sa.union_all(*(sa.select(one) for one in newest)).subquery()
    of_target = _EARLIER.c.target_id == some.c.target_id
    before = sa.select(_EARLIER.c.score).where(of_target, _EARLIER.c.from_on <= sa.bindparam("first", type_=sa.Date))
    before = before.order_by(_EARLIER.c.from_on.desc()).limit(1)
    other = sa.and_(of_target, _EARLIER.c.from_on < some.c.from_on, _EARLIER.c.status != some.c.status)
    since = sa.func.coalesce(
        sa.select(sa.func.max(_EARLIER.c.to_on)).where(other).scalar_subquery(),
        sa.select(sa.func.min(_EARLIER.c.from_on)).where(of_target).scalar_subquery(),
    )
    columns = (some.c.target_id, some.c.weight, some.c.score)
    return sa.select(*columns, before.scalar_subquery().label("before"), since.label("since"))


@functools.cache
def _shown(*, past: bool) -> sa.Select[Any]:
    """The steps of the day of those that are shown, with what is told of them."""
    day = sa.bindparam("day", type_=sa.Date) if past else None
    wanted = SPAN.target_id.in_(sa.bindparam("targets", expanding=True))
    return queries.listed(sa.bindparam("programme"), day).where(wanted)
