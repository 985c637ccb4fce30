"""Pages of standings: heads of bodies by their days in office, and the province's domains over time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, render_template, url_for
from sqlalchemy.orm import Session

from tracker.agencies.classifications import group_on
from tracker.compliance.standings import leaders
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings.moved import moved_on
from tracker.compliance.steps.spans import points
from tracker.compliance.steps.sums import ALL_DOMAINS
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, _l, text_by_language
from tracker.core.tables import Column
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.board import flow_chart, standing_rows, step_chart
from tracker.monitoring.queries import AGENCY
from tracker.monitoring.turns.difference_views import change_of, default_since
from tracker.monitoring.viewpoint import (
    Viewpoint,
    Wanted,
    day_choices,
    group_asked,
    of_file,
    one_of,
    page_values,
    programme_columns,
    up_to,
    viewpoint,
    wanted,
)
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.programmes.frames import Frames
from tracker.programmes.policy import in_force


@blueprint.get("/leaders", endpoint="leaders")
@action(Action.SEE_TARGET)
def leaders_page() -> str:
    """Who heads and headed which body, and the score of the body in these days, within the reader's scope."""
    session = database.session()
    seen = viewpoint(session)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    bodies = _bodies(session, seen)
    group, no_group = group_asked(session, seen.on)
    path = url_for("monitoring.leaders")
    kept = seen.arguments(group=group)
    asked = wanted(seen.url(path, group=group))
    every = _leaders(session, seen, [body for body in bodies if not group or body.peer == group])
    rows = _wanted(asked, every)
    sections = [(words.group_name(key), rows[key]) for key in sorted(rows, key=words.group_place)]
    found = [("q", asked.text)] if asked.text else []
    told = {row.agency_id for row in standings.sums_on(session, seen.programme.id, seen.past_day)}
    peers = sorted({body.peer for body in bodies if body.id in told}, key=words.group_place)
    return render_template(
        "monitoring/leaders.html",
        **page_values(
            seen,
            sections=sections,
            places=[(name, f"#group-{place}") for place, (name, _rows) in enumerate(sections, start=1)],
            asked=asked,
            rows=sum(map(len, rows.values())),
            together=standing_rows.together([row for some in every.values() for row in some]),
            notices=(*seen.notices, *no_group),
            group=group or "",
            groups=[("", _("All"), seen.url(path))]
            + [(key, words.group_name(key), seen.url(path, group=key)) for key in peers],
            days=[(text, day, _url_of_day(seen, path, day, group=group or "")) for text, day in day_choices(seen)],
            kept=[pair for pair in kept if pair[0] != "on"],
            keep=kept,
            csv_url=f"{url_for('monitoring.leaders_csv')}?{urlencode([*kept, *found])}",
            xlsx_url=f"{url_for('monitoring.leaders_xlsx')}?{urlencode([*kept, *found])}",
        ),
    )


@blueprint.get("/leaders.csv")
@action(Action.SEE_TARGET)
def leaders_csv() -> Response:
    """The same as CSV."""
    seen, rows = _export(database.session())
    return send_csv(_columns(seen), rows, _name(seen))


@blueprint.get("/leaders.xlsx")
@action(Action.SEE_TARGET)
def leaders_xlsx() -> Response:
    """The same as a sheet."""
    seen, rows = _export(database.session())
    return send_xlsx([Sheet(_("Heads of bodies"), _columns(seen), rows)], _name(seen), up_to(seen.as_at))


@blueprint.get("/domains")
@action(Action.SEE_BOARD)
def domains() -> str:
    """The whole province by domain: the score of the day, its change since a month's end, and one domain over time."""
    session = database.session()
    seen = viewpoint(session)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    text, wrong = one_of("domain", {str(domain) for domain in words.DOMAINS})
    chosen = int(text) if text else ALL_DOMAINS
    since = default_since(seen)
    bands = words.Bands(in_force(queries.frame_of(session, seen.programme.id).policies, seen.on))
    paths = standings.steps_of_domains(session, seen.programme.id, (ALL_DOMAINS, *words.DOMAINS))
    steps = step_chart.told(paths[chosen], seen.on)
    path = url_for("monitoring.domains")
    rows = [_domain(seen, domain, paths[domain], since, bands) for domain in paths if paths[domain]]
    return render_template(
        "monitoring/domains.html",
        **page_values(
            seen,
            notices=(*seen.notices, *wrong),
            rows=rows,
            chosen=chosen,
            name=_name_of(chosen),
            since=since,
            chart=step_chart.chart(_name_of(chosen), steps, seen.on),
            fall=standing_rows.told_fall(seen, steps, **({"domain": text} if text else {})),
            steps=step_chart.rows(steps),
            flow=flow_chart.flow(session, seen, chosen),
            shown=step_chart.SHOWN,
            days=[(label, day, _url_of_day(seen, path, day, domain=text or "")) for label, day in day_choices(seen)],
            kept=[pair for pair in seen.arguments(domain=text) if pair[0] != "on"],
        ),
    )


def _domain(
    seen: Viewpoint, domain: int, steps: Sequence[standings.ScoreStep], since: date, bands: words.Bands
) -> dict[str, Any]:
    now, before = standings.standing_on(steps, seen.on), standings.standing_on(steps, since)
    score = now.score if now else None
    args = {"domain": str(domain)} if domain else {}
    return {
        "domain": domain,
        "name": _name_of(domain),
        "score": score,
        "band": bands[score],
        "change": change_of(before.score if before else None, score),
        "href": seen.url(url_for("monitoring.domains"), **args),
        "list_href": seen.url(url_for("monitoring.targets"), status="all", **args),
    }


def _name_of(domain: int) -> str:
    return words.domain_name(domain) if domain else _("Whole province")


def _bodies(session: Session, seen: Viewpoint) -> Sequence[Any]:
    return queries.committed(session, seen.chosen.id, seen.on, restrict(AGENCY.id, current_reader(), Action.SEE_TARGET))


def _leaders(session: Session, seen: Viewpoint, bodies: Sequence[Any]) -> dict[str, list[dict[str, Any]]]:
    """Heads by peer group, bodies in Vietnamese order, whoever came last first."""
    frames, reader = Frames(session), current_reader()
    policies = frames.of({seen.chosen.id})[seen.chosen.id].policies
    visible = restrict(leaders.HOLDING.agency_id, reader, Action.SEE_TARGET)
    of_agency = seen.addresses("monitoring.agency", "code")
    by_body: dict[int, list[dict[str, Any]]] = defaultdict(list)
    sums = standings.sums_on(session, seen.chosen.id, seen.past_day)
    counts = {row.agency_id: row._mapping for row in sums}
    of_bodies = restrict(standings.TARGET.agency_id, reader, Action.SEE_TARGET)
    moves = moved_on(session, seen.chosen.id, seen.on, counts, frames, of_bodies)
    for row in standing_rows.of_leaders(session, seen, policies, moves, visible, _within(bodies, seen.on)):
        by_body[row["agency_id"]].append(row)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for body in bodies:
        names = body.name.values()
        called = {
            "code": body.code,
            "agency": text_by_language(body.name),
            "names": names,
            "href": of_agency(body.code),
        }
        found[body.peer] += [{**row, **called} for row in by_body[body.id]]
    return {key: some for key, some in found.items() if some}


def _wanted(asked: Wanted, rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The heads that are asked for, by their names or those of their bodies."""
    found = {
        key: [row for row in some if asked.finds(row["code"], *row["names"], row["name"])] for key, some in rows.items()
    }
    return {key: some for key, some in found.items() if some}


def _within(bodies: Sequence[Any], on: date) -> sa.ColumnElement[bool]:
    """Only the peer groups that are shown."""
    peers = {body.peer for body in bodies}
    return leaders.HOLDING.agency_id.in_(sa.select(AGENCY.id).where(group_on(on).in_(peers)))


def _export(session: Session) -> tuple[Viewpoint, list[dict[str, Any]]]:
    seen = of_file(session)
    bodies = _bodies(session, seen)
    group, no_group = group_asked(session, seen.on)
    asked = wanted("")
    seen.demand((*asked.faults, *no_group), "group", "q")
    rows = _wanted(asked, _leaders(session, seen, [body for body in bodies if not group or body.peer == group]))
    return seen, [row for key in sorted(rows, key=words.group_place) for row in rows[key]]


def _columns(seen: Viewpoint) -> list[Column]:
    return [
        *programme_columns(seen),
        Column("on", _l("As of"), value=lambda row: seen.on),
        Column("code", _l("Code"), value=lambda row: row["code"]),
        Column("agency", _l("Body"), value=lambda row: row["agency"]),
        Column("name", _l("Head of the body"), value=lambda row: row["name"]),
        Column("from", _l("In office from"), value=lambda row: row["tenure"].from_on),
        Column("to", _l("until"), value=lambda row: row["tenure"].to_on),
        Column("days", _l("Days with a score"), value=lambda row: row["days"]),
        Column("mean", _l("Mean over these days"), value=lambda row: points(row["mean"])),
        Column("score", _l("Score on the last of them"), value=lambda row: points(row["score"])),
        Column("rank", _l("Rank then"), value=lambda row: row["rank"].rank),
        Column("among", _l("Ranked bodies"), value=lambda row: row["rank"].among),
        Column("extended", _l("Deadlines extended"), value=lambda row: row["extended"]),
        Column("lowered", _l("Goals lowered"), value=lambda row: row["lowered"]),
        Column("settled", _l("Met in time, by the deadline in force"), value=lambda row: row["rates"][0]),
        Column("first", _l("Met in time, by the first deadline"), value=lambda row: row["rates"][1]),
    ]


def _name(seen: Viewpoint) -> str:
    return f"{seen.chosen.code}-{seen.on.isoformat()}-heads"


def _url_of_day(seen: Viewpoint, path: str, day: date, **kept: str) -> str:
    pairs = [("programme", seen.chosen.code), ("on", seen.day_text(day)), *kept.items()]
    return f"{path}?{urlencode([(name, value) for name, value in pairs if value])}"
