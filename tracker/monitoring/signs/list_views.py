"""The list of what raises a question in what was reported, with filters, and as files."""

from typing import Any

from flask import Response, render_template, request, url_for

from tracker.agencies.choices import told_apart
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.files.sheets import every_row
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, format_instant
from tracker.core.tables import ListQuery, counted, fetch_page
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import demand
from tracker.monitoring.blueprint import blueprint
from tracker.permissions.guard import current_reader
from tracker.signs import queries, words
from tracker.signs.finders import Kind
from tracker.signs.moves import State


@blueprint.get("/signs")
@action(Action.SEE_SIGNS)
def signs() -> str:
    """The signs that are open, the latest first; with filters also what is closed."""
    session, now, query = database.session(), clock.moment(), _query()
    statement = _listed(query)
    return render_template(
        "monitoring/signs/list.html",
        query=query,
        page=fetch_page(session, statement, query),
        count=counted(session, statement, query),
        kind=lambda row: str(words.KINDS[Kind(row.kind)]),
        about=queries.about,
        mark=lambda row: (*words.TONES[State(row.state)], str(words.STATES[State(row.state)])),
        as_at=format_instant(now.at),
        csv_url=query.at(url_for("monitoring.signs_csv")),
        xlsx_url=query.at(url_for("monitoring.signs_xlsx")),
    )


@blueprint.get("/signs.csv")
@action(Action.SEE_SIGNS)
def signs_csv() -> Response:
    """All that the list shows, on every page of it, as CSV."""
    query, rows = _every_row()
    return send_csv(query.listing.columns, rows, "signs")


@blueprint.get("/signs.xlsx")
@action(Action.SEE_SIGNS)
def signs_xlsx() -> Response:
    """The same as a sheet."""
    query, rows = _every_row()
    return send_xlsx([Sheet(_("Questions about reports"), query.listing.columns, rows)], "signs")


def _query() -> ListQuery:
    session = database.session()
    bodies = told_apart(queries.bodies(session, queries.visible(current_reader())))
    return read_checked(session, queries.listing(bodies), request.args, url_for("monitoring.signs"))


def _listed(query: ListQuery) -> Any:
    """What is open, where nothing else is asked for."""
    statement = queries.listed(queries.visible(current_reader()))
    return statement if "state" in query.values else statement.where(queries.is_open())


def _every_row() -> tuple[ListQuery, Any]:
    query = _query()
    demand([*query.notices, *(fault.message for fault in query.faults.values())], *query.listing.names())
    return query, every_row(database.db.engine, _listed(query), query)
