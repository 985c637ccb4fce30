"""The record of who did what, to be read and taken along by an administrator or auditor."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request

from tracker.agencies import queries as agencies
from tracker.agencies.choices import told_apart
from tracker.audit import queries as audit
from tracker.audit.chain import grouped
from tracker.audit.events import Event
from tracker.audit.queries import ChainState
from tracker.auditing.queries import RECORD, record_of, record_rows, told
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.db.sorting import sort_key
from tracker.core.errors import NotFound
from tracker.core.files.sheets import every_row
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, _l
from tracker.core.tables import counted, fetch_page
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import demand

# The chain is late, and something is wrong, when a record waits so long, or so long ago a head was published.
LINKED_WITHIN = timedelta(minutes=15)
PUBLISHED_WITHIN = timedelta(hours=30)

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@action(Action.SEE_AUDIT)
def index() -> Any:
    """The record, newest first, by person, body, subject and day."""
    session = database.session()
    query = read_checked(database.session(), RECORD, request.args, request.path)
    page = fetch_page(session, record_rows(), query)
    chain = audit.state(session)
    return render_template(
        "audit/index.html",
        query=query,
        page=page,
        count=counted(session, record_rows(), query),
        records=list(told(session, page.rows)),
        bodies=told_apart(agencies.listed(session)),
        events=sorted(((event.value, str(event.label)) for event in Event), key=lambda one: sort_key(one[1])),
        chain=chain,
        fingerprint=grouped(chain.head.hash) if chain.head else None,
        late=is_late(chain, clock.now()),
    )


@blueprint.get("/audit/<number>")
@action(Action.SEE_AUDIT)
def one_record(number: str) -> Any:
    """One record, with its place in the chain."""
    session = database.session()
    found = record_of(session, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if found is None:
        raise NotFound(_l("There is no such record."))
    return render_template("audit/one.html", record=found, link=audit.link_of(session, found.id), grouped=grouped)


@blueprint.get("/audit.csv")
@action(Action.SEE_AUDIT)
def export() -> Any:
    """All that the filters leave, as CSV, in the order of the page."""
    return send_csv(RECORD.columns, _all_rows(), "audit")


@blueprint.get("/audit.xlsx")
@action(Action.SEE_AUDIT)
def workbook() -> Any:
    """All that the filters leave, as a sheet, in the order of the page."""
    return send_xlsx([Sheet(_("Audit record"), RECORD.columns, _all_rows())], "audit")


def is_late(chain: ChainState, now: datetime) -> bool:
    """Whether linking or publishing is behind, so that somebody should look why."""
    waits = chain.waiting_since is not None and now - chain.waiting_since > LINKED_WITHIN
    return waits or (chain.published_at is not None and now - chain.published_at > PUBLISHED_WITHIN)


def _all_rows() -> Iterator[Any]:
    query = read_checked(database.session(), RECORD, request.args, request.path)
    demand(query.notices, *query.names())
    return told(database.session(), every_row(database.db.engine, record_rows(), query))
