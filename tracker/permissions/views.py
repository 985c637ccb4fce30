"""Pages of trust: the record of who did what, to be read and taken along by an administrator or auditor."""

from typing import Any

from flask import Blueprint, render_template, request

from tracker.agencies import queries as agencies
from tracker.core import database
from tracker.core.actions import Action, action
from tracker.core.downloads import send_csv
from tracker.core.sheets import stream_rows
from tracker.core.tables import fetch_page, read_query
from tracker.permissions import events
from tracker.permissions.queries import RECORD, record_rows

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@action(Action.SEE_AUDIT)
def index() -> Any:
    """The record, newest first, by person, body, subject and day."""
    session = database.session()
    query = read_query(RECORD, request.args, request.path)
    page = fetch_page(session, record_rows(), query)
    return render_template(
        "audit/index.html",
        query=query,
        page=page,
        columns=RECORD.columns,
        agencies=agencies.listed(session),
        event_label=events.label,
    )


@blueprint.get("/audit.csv")
@action(Action.SEE_AUDIT)
def export() -> Any:
    """All that the filters leave, as CSV, newest first."""
    query = read_query(RECORD, request.args, request.path)
    statement = record_rows().where(*query.conditions()).order_by(RECORD.identity.expression.desc())
    return send_csv(RECORD.columns, stream_rows(database.db.engine, statement), "audit")
