"""The list of bodies, and the page of one: its days, what came before and after it, and its offices over time."""

from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for

from tracker.administration import queries
from tracker.administration.blueprint import blueprint
from tracker.administration.shortcuts import agency_of
from tracker.agencies import kinds, over_time
from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS, STOOD_IN_FOR, Office
from tracker.agencies.over_time import Held
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.files.sheets import stream_rows
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, text_by_language
from tracker.core.tables import ListQuery, counted, fetch_page, read_query
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import demand
from tracker.permissions.guard import current_reader

ORDER = {office: place for place, office in enumerate(Office)}


@blueprint.get("/agencies")
@action(Action.SEE_OFFICES)
def index() -> str:
    """The bodies that exist on a day, with their heads."""
    query = _query()
    on = _on(query)
    rows = _rows(query)
    return render_template(
        "administration/index.html",
        query=query,
        page=fetch_page(database.session(), rows, query),
        count=counted(database.session(), rows, query),
        on=on,
        today=clock.today(),
        kind_name=kinds.kind_name,
        head_text=queries.head_text,
        group_name=kinds.group_name,
        may_manage=current_reader().may(Action.MANAGE_OFFICES),
    )


@blueprint.get("/agencies.csv")
@action(Action.SEE_OFFICES)
def index_csv() -> Response:
    """All that the filters leave, as CSV."""
    return send_csv(queries.AGENCIES.columns, _every_row(), "agencies")


@blueprint.get("/agencies.xlsx")
@action(Action.SEE_OFFICES)
def index_xlsx() -> Response:
    """All that the filters leave, as a sheet."""
    return send_xlsx([Sheet(_("Bodies and offices"), queries.AGENCIES.columns, _every_row())], "agencies")


@blueprint.get("/offices/<code>")
@action(Action.SEE_OFFICES)
def agency(code: str) -> str:
    """One body. 404 where there is none."""
    session, found, today = database.session(), agency_of(code), clock.today()
    held = sorted(over_time.of_agency(session, found.id), key=lambda one: ORDER[one.office])
    reader = current_reader()
    appraiser = agencies.names(session, [found.appraised_by_id]) if found.appraised_by_id else {}
    return render_template(
        "administration/agency.html",
        agency=found,
        name=text_by_language(found.name),
        kind=kinds.kind_name(found.kind),
        group=kinds.group_name(found.peer_group, found.kind),
        appraiser=next((text_by_language(name) for _code, name in appraiser.values()), None),
        before=over_time.predecessors(session, found.id),
        after=over_time.successors(session, found.id),
        now_held=[one for one in held if not _is_past(one, today)],
        past_held=[one for one in held if _is_past(one, today)],
        given_today=_given_today(held, today),
        office_labels=LABELS,
        stood_in_for=STOOD_IN_FOR,
        today=today,
        may_manage=reader.may(Action.MANAGE_OFFICES),
        may_see=reader.may(Action.SEE_TARGET, found.id),
    )


def _given_today(held: list[Held], today: date) -> set[str]:
    """Tokens of the holdings that were entered today, which can still be removed as a mistake."""
    given = over_time.given_on(database.session(), [one.id for one in held], today)
    return {one.token for one in held if one.id in given}


def _is_past(one: Held, today: date) -> bool:
    return one.to_on is not None and one.to_on < today


def _query() -> ListQuery:
    return read_query(queries.AGENCIES, request.args, url_for("administration.index"))


def _on(query: ListQuery) -> date:
    on: date = query.values.get("on") or clock.today()
    return on


def _rows(query: ListQuery) -> Any:
    on, values = _on(query), query.values
    live, ended_too = on == clock.today(), values.get("past") == "all"
    return queries.rows(on, live=live, ended_too=ended_too, heads=values.get("head"))


def _every_row() -> Any:
    query = _query()
    demand(query.notices, *query.names())
    statement = _rows(query).where(*query.conditions())
    return stream_rows(database.db.engine, statement.order_by(queries.BY_NAME, queries.BY_ID))
