"""The list of bodies, and the page of one: its days, what came before and after it, and its offices over time."""

from datetime import date
from itertools import pairwise
from typing import Any

from flask import Response, render_template, request, url_for

from tracker.administration import queries
from tracker.administration.blueprint import blueprint
from tracker.administration.shortcuts import agency_of
from tracker.agencies import classifications, kinds, over_time
from tracker.agencies import queries as agencies
from tracker.agencies.classifications import Classified
from tracker.agencies.offices import LABELS, STOOD_IN_FOR, Office
from tracker.agencies.over_time import Held
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.files.sheets import every_row
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, format_day, text_by_language
from tracker.core.tables import ListQuery, counted, fetch_page, read_query
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import demand
from tracker.permissions.guard import current_reader
from tracker.rule.calendar import ONE_DAY

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
    told = classifications.of_agency(session, found.id)
    stands = classifications.on_day(told, today)
    appraiser = agencies.names(session, [found.appraised_by_id]) if found.appraised_by_id else {}
    return render_template(
        "administration/agency.html",
        agency=found,
        name=text_by_language(found.name),
        kind=kinds.kind_name(stands.kind),
        group=kinds.group_name(stands.group),
        before_now=_told(told[: told.index(stands)], told),
        planned=_told(told[told.index(stands) + 1 :], told),
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


def _told(some: list[Classified], every: list[Classified]) -> str | None:
    """What a body was or is to be, each with its days; none where it was and is to be nothing else."""
    ends = dict(pairwise(every))
    return "; ".join(_one_told(one, ends.get(one)) for one in some) or None


def _one_told(one: Classified, after: Classified | None) -> str:
    kind, group = kinds.kind_name(one.kind), kinds.group_name(one.group)
    what = _("%(kind)s, ranked with “%(group)s”", kind=kind, group=group)
    if one.from_on is not None:
        return _("%(what)s from %(day)s on", what=what, day=format_day(one.from_on))
    last = after.from_on - ONE_DAY if after is not None and after.from_on is not None else None
    return _("%(what)s until %(day)s", what=what, day=format_day(last)) if last else what


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
    return every_row(database.db.engine, _rows(query), query)
