"""The difference between two days: what changed since the last meeting, and which fact or day changed each target."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.commitments.queries import UNIT
from tracker.compliance.steps.spans import points
from tracker.compliance.telling import difference
from tracker.compliance.telling.difference import BEFORE, Change, Turn, Turned, turn_of
from tracker.compliance.telling.explain import STATUS_NAMES
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.db.sorting import by_name
from tracker.core.files.sheets import in_order
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import Text, _, _l, format_day, format_row_count, format_score, text_by_language
from tracker.core.tables import Column, Filter, Listing, ListQuery, SortKey, fetch_page
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.queries import AGENCY, SPAN, TARGET
from tracker.monitoring.turns import cause_words
from tracker.monitoring.turns import filters as turn_filters
from tracker.monitoring.viewpoint import (
    NOT_BEFORE,
    DayAsked,
    Viewpoint,
    day_asked,
    day_choices,
    month_end,
    of_file,
    page_values,
    programme_columns,
    up_to,
    viewpoint,
)
from tracker.rule.calendar import ONE_DAY

NONE = "none"  # not signed yet on the first day
STEPS_SHOWN = 4
_TURNS: Mapping[str, Text] = {Turn.WORSE: _l("For the worse"), Turn.BETTER: _l("For the better")}
_BEFORE: Mapping[str, Text] = {NONE: _l("Not signed yet"), **words.STATUSES}
_WORDS = {"was": _BEFORE, "now": words.STATUSES, "turn": _TURNS}


def _was(status: str) -> Any:
    return BEFORE.c.id.is_(None) if status == NONE else BEFORE.c.status == status


def listing(on: date) -> Listing:
    """What the list can do; peer groups are those of a day."""
    return Listing(
        columns=(
            Column("agency", _l("Body"), (by_name(AGENCY.sort_key),)),
            Column("day", _l("Last change"), (SortKey(SPAN.from_on, date),)),
            Column("change", _l("Change"), (SortKey(SPAN.score - BEFORE.c.score, int, nullable=True),), numeric=True),
        ),
        default_sort="agency",
        identity=SortKey(SPAN.target_id, int),
        filters=(
            Filter("programme", _l("Programme")),
            Filter("on", _l("As of")),
            Filter("since", _l("Since")),
            Filter("was", _l("Status before"), where=_was, choices=list(_BEFORE.items())),
            Filter("now", _l("Status now"), where=lambda s: SPAN.status == s, choices=list(words.STATUSES.items())),
            Filter("turn", _l("Which way"), where=difference.turned, choices=list(_TURNS.items())),
            *turn_filters.whose(on),
            turn_filters.WHAT,
        ),
    )


@blueprint.get("/changes")
@action(Action.SEE_TARGET)
def changes() -> str:
    """Which targets stand otherwise than on another day, within the reader's scope."""
    session = database.session()
    seen = viewpoint(session)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    query = _query(seen)
    asked = _since(seen)
    since = asked.day
    scores = _scores(query)
    bodies = turn_filters.bodies_of(session, seen.programme.id, seen.on)
    counts = _counts(session, seen, since, query)
    listed = _listed(counts, query)
    statement = _statement(seen, since, scores).where(*_of_first_page(query, bodies, listed))
    page = fetch_page(session, statement, query)
    turned = difference.steps_between(session, [row.target_id for row in page.rows], since, seen.on, scores=scores)
    offered = turn_filters.choices(bodies)
    return render_template(
        "monitoring/changes.html",
        **page_values(
            seen,
            **offered,
            query=query,
            page=page,
            count=format_row_count(listed.total()),
            since=since,
            asked=asked,
            notices=(*seen.notices, *query.notices, *asked.notices),
            rows=_rows(page.rows, turned, seen),
            matrix=_matrix(counts, query),
            scores=scores,
            before_names=list(_BEFORE.items()),
            status_names=list(words.STATUSES.items()),
            turn_names=list(_TURNS.items()),
            chips=turn_filters.chips(query, offered["agencies"], _WORDS),
            days=[(text, day, query.url_with(on=seen.day_text(day), since=None)) for text, day in day_choices(seen)],
            sinces=[(day, query.url_with(since=day.isoformat())) for day in _sinces(seen)],
            csv_url=query.at(url_for("monitoring.changes_csv")),
            xlsx_url=query.at(url_for("monitoring.changes_xlsx")),
        ),
    )


@blueprint.get("/changes.csv")
@action(Action.SEE_TARGET)
def changes_csv() -> Response:
    """All that the page shows, on every page of it, as CSV, in its order."""
    seen, since, rows = _export(database.session())
    return send_csv(_columns(seen, since), rows, _name(seen, since))


@blueprint.get("/changes.xlsx")
@action(Action.SEE_TARGET)
def changes_xlsx() -> Response:
    """The same as a sheet."""
    seen, since, rows = _export(database.session())
    return send_xlsx([Sheet(_("Changes"), _columns(seen, since), rows)], _name(seen, since), up_to(seen.as_at))


def _query(seen: Viewpoint) -> ListQuery:
    return read_checked(database.session(), listing(seen.on), request.args, url_for("monitoring.changes"))


def _scores(query: ListQuery) -> bool:
    return query.values.get("what") == turn_filters.SCORES


def default_since(seen: Viewpoint) -> date:
    """The day to compare with where none is chosen: the last end of a month before."""
    return month_end(seen.on)


def _since(seen: Viewpoint) -> DayAsked:
    return day_asked("since", default_since(seen), seen.on - ONE_DAY, NOT_BEFORE)


def _sinces(seen: Viewpoint) -> list[date]:
    days = [default_since(seen)]
    while len(days) < 4:
        days.append(month_end(days[-1]))
    return days


def _where(seen: Viewpoint) -> tuple[Any, ...]:
    return SPAN.programme_id == seen.chosen.id, turn_filters.visible()


def _statement(seen: Viewpoint, since: date, scores: bool) -> Any:
    columns = (
        SPAN.target_id,
        TARGET.token,
        TARGET.title,
        AGENCY.code.label("agency_code"),
        AGENCY.name.label("agency_name"),
        UNIT,
        BEFORE.c.status.label("before"),
        SPAN.status,
        BEFORE.c.score.label("score_before"),
        SPAN.score,
    )
    statement = difference.changed(columns, since, seen.past_day, *_where(seen), scores=scores)
    return _named(statement).join(TARGET.id.table, TARGET.id == SPAN.target_id)


def _named(statement: sa.Select[Any]) -> sa.Select[Any]:
    """With the bodies, by whose names the list is ordered."""
    return statement.join(AGENCY.id.table, AGENCY.id == SPAN.agency_id)


def _rows(rows: Iterable[Any], turned: Mapping[int, Sequence[Turned]], seen: Viewpoint) -> Iterator[dict[str, Any]]:
    of_target, of_agency = seen.addresses("monitoring.target", "token"), seen.addresses("monitoring.agency", "code")
    for row in rows:
        steps = turned[row.target_id]
        yield {
            "before": row.before,
            "after": row.status,
            "title": text_by_language(row.title),
            "href": of_target(row.token),
            "agency": text_by_language(row.agency_name),
            "agency_href": of_agency(row.agency_code),
            "steps": [_step(step, row.unit) for step in steps[-STEPS_SHOWN:]],
            "more": max(0, len(steps) - STEPS_SHOWN),
            "score_before": row.score_before,
            "score": row.score,
            "change": change_of(row.score_before, row.score),
        }


def _step(step: Turned, unit: str) -> dict[str, Any]:
    return {
        "day": format_day(step.on),
        "iso": step.on.isoformat(),
        "status": step.status,
        "causes": [cause_words.told(cause, unit) for cause in step.causes],
    }


def change_of(before: int | None, after: int | None) -> tuple[str, str, str | None] | None:
    """How a score changed: what is written, which way, and whether that is good; none where one of them is none."""
    if before is None or after is None:
        return None
    if before == after:
        return format_score(0), "same", None
    return format_score(abs(after - before)), "up" if after > before else "down", "good" if after > before else "bad"


def _counts(session: Session, seen: Viewpoint, since: date, query: ListQuery) -> Counter[tuple[int, str | None, str]]:
    """How many of each body went from each status to each. The filters of both are left out."""
    whose = [f.where(query.values[f.key]) for f in turn_filters.whose(seen.on) if f.where and f.key in query.values]
    return difference.counts(session, since, seen.past_day, *_where(seen), *whose, scores=_scores(query))


def _listed(counts: Counter[tuple[int, str | None, str]], query: ListQuery) -> Counter[int]:
    """How many of each body all pages of the list have."""
    found, was, now, way = Counter[int](), *(query.values.get(key) for key in ("was", "now", "turn"))
    for (agency_id, before, after), count in counts.items():
        fits = was in {None, before or NONE} and now in {None, after} and way in {None, turn_of(before, after)}
        if fits and not query.faults:
            found[agency_id] += count
    return found


def _of_first_page(query: ListQuery, bodies: Iterable[Any], listed: Counter[int]) -> list[Any]:
    """Condition: of the bodies that fill the first page, where it is ordered by them: half of a province may have
    turned, and would be read to be ordered."""
    if query.cursor is not None or query.sort != query.listing.default_sort:
        return []
    rows = 0
    for body in bodies:
        rows += listed[body.id]
        if rows > query.listing.page_size:
            return [queries.of_agencies(AGENCY.sort_key <= body.sort_key)]
    return []


def _matrix(found: Counter[tuple[int, str | None, str]], query: ListQuery) -> dict[str, Any]:
    """How many went from each status to each: only statuses that occur."""
    counts = Counter[tuple[str | None, str]]()
    for (_agency, before, after), count in found.items():
        counts[before, after] += count
    befores = [key for key in _BEFORE if any((before or NONE) == key for before, _after in counts)]
    afters = [key for key in words.STATUSES if any(after == key for _before, after in counts)]
    return {
        "columns": [(key, STATUS_NAMES[key]) for key in afters],
        "rows": [
            {
                "name": _BEFORE[before],
                "status": None if before == NONE else before,
                "cells": [
                    (
                        STATUS_NAMES[after],
                        counts.get((None if before == NONE else before, after), 0),
                        query.url_with(was=before, now=after),
                    )
                    for after in afters
                ],
            }
            for before in befores
        ],
        "total": counts.total(),
    }


def _export(session: Session) -> tuple[Viewpoint, date, Iterable[Change]]:
    seen = of_file(session)
    query = _query(seen)
    asked = _since(seen)
    seen.demand((*query.notices, *asked.faults), *query.names())
    since = asked.day
    found = difference.between(
        session, since, seen.on, *_where(seen), scores=_scores(query), arranged=lambda one: in_order(_named(one), query)
    )
    return seen, since, found


def _columns(seen: Viewpoint, since: date) -> list[Column]:
    def status(of: str | None) -> str:
        return str(_BEFORE[of or NONE])

    def steps(one: Change) -> str:
        lines = (f"{step.on:%d/%m/%Y}: {'; '.join(_step(step, one.target.unit)['causes'])}" for step in one.steps)
        return "\n".join(lines)

    return [
        *programme_columns(seen),
        Column("since", _l("Since"), value=lambda one: since),
        Column("on", _l("As of"), value=lambda one: seen.on),
        Column("code", _l("Code"), value=lambda one: one.target.agency_code),
        Column("agency", _l("Body"), value=lambda one: text_by_language(one.target.agency_name)),
        Column("commitment", _l("Commitment"), value=lambda one: one.target.commitment),
        Column("target", _l("Target code"), value=lambda one: one.target.code),
        Column("title", _l("Target"), value=lambda one: text_by_language(one.target.title)),
        Column("before", _l("Status before"), value=lambda one: status(one.before)),
        Column("after", _l("Status now"), value=lambda one: status(one.after)),
        Column("score_before", _l("Score before"), value=lambda one: points(one.score_before)),
        Column("score", _l("Score"), value=lambda one: points(one.score_after)),
        Column("steps", _l("What changed it"), value=steps),
    ]


def _name(seen: Viewpoint, since: date) -> str:
    return f"{seen.chosen.code}-{since.isoformat()}-{seen.on.isoformat()}"
