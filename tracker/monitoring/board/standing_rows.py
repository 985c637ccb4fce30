"""Rows of scores over time: a body's steps with its rank then, its commitments, and whoever heads or headed it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from tracker.compliance.standings import leaders
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings.leaders import Tenure
from tracker.compliance.standings.moved import Moved, Rate
from tracker.compliance.standings.queries import Rank, ScoreStep
from tracker.compliance.telling import difference
from tracker.compliance.telling.difference import BEFORE
from tracker.core.db.sorting import code_key
from tracker.core.languages import _, format_day, text_by_language
from tracker.monitoring import words
from tracker.monitoring.board import step_chart
from tracker.monitoring.board.step_chart import Fall
from tracker.monitoring.queries import COMMITMENT, SPAN, TARGET
from tracker.monitoring.turns import filters as turn_filters
from tracker.monitoring.viewpoint import Viewpoint
from tracker.programmes.policy import in_force
from tracker.rule.calendar import ONE_DAY
from tracker.rule.exact import half_up
from tracker.rule.facts import PolicyVersion


def of_body(
    session: Session, seen: Viewpoint, agency_id: int, code: str, policies: Sequence[PolicyVersion]
) -> dict[str, Any]:
    """A body's score over time up to the day: `chart`, its largest `fall` with what it came from, and `rows`, each row
    with the rank then."""
    steps = step_chart.told(standings.steps_of_body(session, seen.chosen.id, agency_id), seen.on)
    path = standings.rank_steps(session, seen.chosen.id, agency_id, policies)
    days = [day for day, _rank in path]
    rows = step_chart.rows(steps)
    for row in rows:
        place = bisect_right(days, row["from_on"])
        row["rank"] = path[place - 1][1] if place else Rank(None, 0)
    fall = told_fall(seen, steps, agency=code)
    if fall is not None:
        fall |= _lost_most(session, seen, agency_id, fall["fall"])
    chart = step_chart.chart(_("Score over time"), steps, seen.on)
    return {"chart": chart, "fall": fall, "rows": rows, "shown": step_chart.SHOWN}


def told_fall(seen: Viewpoint, steps: Sequence[ScoreStep], **whose: Any) -> dict[str, Any] | None:
    """The largest fall of a score in words, with the address of all that changed on its day; none: there is none.

    `whose`: the filters by which those are found.
    """
    fall = step_chart.fall(steps)
    if fall is None:
        return None
    days: dict[str, Any] = {"since": (fall.day - ONE_DAY).isoformat(), "on": fall.day.isoformat()}
    href = url_for("monitoring.changes", programme=seen.chosen.code, **days, **whose, what=turn_filters.SCORES)
    return {"fall": fall, "words": fall.words, "href": href}


def _lost_most(session: Session, seen: Viewpoint, agency_id: int, fall: Fall) -> dict[str, Any]:
    """The target that took most from a body's score on a day: its name and address, its status before and after.

    One that had no score before, or has none any more, is held against the mean.
    """
    was, now = (sa.func.coalesce(score, fall.was) for score in (BEFORE.c.score, SPAN.score))
    columns = (TARGET.token, TARGET.title, BEFORE.c.status.label("before"), SPAN.status)
    here = (SPAN.programme_id == seen.chosen.id, SPAN.agency_id == agency_id, was > now)
    changed = difference.changed(columns, fall.day - ONE_DAY, fall.day, *here, scores=True)
    most = (sa.cast(SPAN.weight, sa.Float) * (was - now)).desc()
    statement = changed.join(TARGET.id.table, TARGET.id == SPAN.target_id).order_by(most, SPAN.target_id).limit(1)
    row = session.connection().execute(statement).one_or_none()
    if row is None:
        return {}
    href = seen.url(url_for("monitoring.target", token=row.token))
    return {"title": text_by_language(row.title), "target_href": href, "before": row.before, "after": row.status}


def of_commitments(session: Session, seen: Viewpoint, agency_id: int, bands: words.Bands) -> list[dict[str, Any]]:
    """The commitments that a body had signed by the day, with their scores."""
    statement = (
        sa.select(COMMITMENT.id, COMMITMENT.number, COMMITMENT.signed_on, sa.func.count(TARGET.id).label("targets"))
        .select_from(COMMITMENT.id.table.join(TARGET.id.table, TARGET.commitment_id == COMMITMENT.id))
        .where(COMMITMENT.programme_id == seen.chosen.id, COMMITMENT.agency_id == agency_id)
        .where(COMMITMENT.signed_on <= seen.on)
        .group_by(COMMITMENT.id, COMMITMENT.number, COMMITMENT.signed_on)
    )
    rows = session.connection().execute(statement).all()
    found = sorted(rows, key=lambda row: (row.signed_on, code_key(row.number)))
    scores = standings.commitments_on(session, seen.past_day, [row.id for row in found])
    of_list = seen.url(url_for("monitoring.targets"), status="all")
    return [
        {
            "number": row.number,
            "signed": format_day(row.signed_on),
            "targets": row.targets,
            "href": f"{of_list}&commitment={quote(row.number, safe='')}",
            "score": scores.get(row.id),
            "band": bands[scores.get(row.id)],
        }
        for row in found
    ]


def of_leaders(
    session: Session, seen: Viewpoint, policies: Sequence[PolicyVersion], moves: Mapping[int, Moved], *where: Any
) -> list[dict[str, Any]]:
    """Heads up to the day, whoever came last first, with what was moved in their days; conditions on
    `leaders.HOLDING`."""
    found = leaders.tenures(session, seen.chosen.id, seen.on, *where)
    ranked = leaders.ranks_at_the_end(session, seen.chosen.id, found, seen.on, seen.now.on, policies)
    bands = words.Bands(in_force(policies, seen.on))
    return [_leader(tenure, ranked.get(tenure), bands, seen, moves) for tenure in reversed(found)]


def rate(found: Rate) -> str | None:
    """A rate of targets met in time, of those that are due, in words; none where none is due."""
    if not found.due:
        return None
    share = words.percent(half_up(Fraction(100 * found.in_time, found.due), 1))
    return _("%(share)s (%(met)s of %(due)s)", share=share, met=found.in_time, due=found.due)


def together(rows: Sequence[dict[str, Any]]) -> dict[int, int | None]:
    """The mean over all days in office of those who have headed several bodies, by their id."""
    by_person: dict[int, list[Tenure]] = {}
    for row in rows:
        by_person.setdefault(row["tenure"].person_id, []).append(row["tenure"])
    return {person: leaders.mean_of_days(some) for person, some in by_person.items() if len(some) > 1}


def _leader(
    tenure: Tenure, rank: Rank | None, bands: words.Bands, seen: Viewpoint, moves: Mapping[int, Moved]
) -> dict[str, Any]:
    gone = seen.closed or (tenure.to_on is not None and tenure.to_on < seen.on)
    of_body = moves.get(tenure.agency_id, Moved())
    last = tenure.last_on(seen.on)
    within = [sum(tenure.from_on <= day <= last for day in days) for days in (of_body.extended, of_body.lowered)]
    return {
        "tenure": tenure,
        "agency_id": tenure.agency_id,
        "name": tenure.name,
        "from": format_day(tenure.from_on),
        "to": format_day(tenure.last_on(seen.on)) if gone else None,
        "days": tenure.days,
        "mean": tenure.mean,
        "band": bands[tenure.mean],
        "score": tenure.score,
        "rank": rank or Rank(None, 0),
        "extended": within[0],
        "lowered": within[1],
        # Rates are told of whoever answers for them on the day.
        "rates": (None, None) if last < seen.on else (rate(of_body.settled), rate(of_body.first)),
    }
