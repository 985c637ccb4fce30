"""The head sends what a sheet holds in one press."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.languages import _n
from tracker.home import confirming
from tracker.home.blueprint import blueprint
from tracker.home.confirming import SendForm
from tracker.home.forms import ticked
from tracker.home.sheet.sheet_views import SHEET, lines_at, sheet_values
from tracker.people import queries as people
from tracker.permissions.guard import current_reader


@blueprint.route(SHEET + "/send", methods=["GET", "POST"])
@action(Action.SEND_REPORT)
def send_sheet(agency_code: str, period_code: str) -> str | Response:
    """The head sees what will leave under their name, and sends it in one press."""
    lines = lines_at(agency_code, period_code, Action.SEND_REPORT)
    ready = [line for line in lines if line.ready]
    form = SendForm()
    address = url_for("home.sheet", agency_code=agency_code, period_code=period_code)
    if form.validate_on_submit():
        seen = ticked(request.form.getlist("draft"))
        chosen = [(line.slot, seen[line.slot.target.token]) for line in lines if line.slot.target.token in seen]
        if form.carry_out(confirming.send_all, reader=current_reader(), drafts=chosen, form=form):
            _tell(len(form.result[0]), len(form.result[1]))
            return redirect(address if form.result[1] else url_for("home.index"), 303)
        flash(str(form.all_errors()[0][1]), "warning")
        return redirect(address, 303)
    if not ready:
        return redirect(address, 303)
    drafts = {line.item.draft.entered_by_id for line in ready if line.item is not None and line.item.draft is not None}
    writers = people.names(database.session(), drafts - {current_reader().person_id})
    key = confirming.shown(database.session(), clock.moment(), [line.slot for line in ready])
    values = sheet_values(lines)
    return render_template("home/send_sheet.html", lines=ready, form=form, writers=writers, key=key, **values)


def _tell(sent: int, left: int) -> None:
    if sent:
        text = _n(
            "%(num)s report was sent to the People's Committee.",
            "%(num)s reports were sent to the People's Committee.",
            sent,
        )
        flash(text, "success")
    if left:
        text = _n(
            "%(num)s figure changed meanwhile and was left.", "%(num)s figures changed meanwhile and were left.", left
        )
        flash(text, "warning")
