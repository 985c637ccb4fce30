"""Pages of the one table of permissions: who may do what, to be read and taken along."""

from typing import Any

from flask import Blueprint, render_template, request

from tracker.agencies import queries as agencies
from tracker.agencies.choices import told_apart
from tracker.agencies.offices import LABELS, Office
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import demand
from tracker.permissions import table

WIDTHS = (54, 34, 60, 20)

blueprint = Blueprint("permissions", __name__)


@blueprint.get("/permissions")
@action(Action.SEE_PERMISSIONS)
def index() -> str:
    """The table: each action, which offices may do it, and to whose matters; for all offices or one."""
    office = _office()
    return render_template(
        "permissions/index.html",
        lines=table.lines(office),
        office=office,
        offices=[(str(one), str(LABELS[one])) for one in Office],
        bodies=told_apart(agencies.listed(database.session())),
    )


@blueprint.get("/permissions.csv")
@action(Action.SEE_PERMISSIONS)
def export() -> Any:
    """What the page shows, as CSV."""
    return send_csv(table.COLUMNS, _lines(), "permissions")


@blueprint.get("/permissions.xlsx")
@action(Action.SEE_PERMISSIONS)
def workbook() -> Any:
    """What the page shows, as a sheet."""
    return send_xlsx([Sheet(_("Permissions"), table.COLUMNS, _lines(), WIDTHS)], "permissions")


def _lines() -> list[table.PolicyLine]:
    office = _office()
    asked = request.args.get("office", "")
    demand([] if office or not asked else [_("There is no office “%(typed)s”.", typed=asked)], "office")
    return table.lines(office)


def _office() -> Office | None:
    asked = request.args.get("office", "")
    return Office(asked) if asked in set(Office) else None
