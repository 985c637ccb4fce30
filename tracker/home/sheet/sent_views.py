"""The receipt of one press: every report that left with it, its code and fingerprint; and taking it back as one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.agencies.offices import LABELS, Office, in_whose_name
from tracker.audit.chain import grouped
from tracker.commitments.terms import words as target_words
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, _n, capital, format_instant, text_by_language
from tracker.core.web.requests import as_written
from tracker.home import queries
from tracker.home.blueprint import blueprint
from tracker.home.forms import ConfirmForm, ticked
from tracker.home.sheet.sheet_views import SHEET, address_of
from tracker.permissions.guard import current_reader
from tracker.programmes.words import period_title
from tracker.progress import presses, sending
from tracker.progress.presses import PressOf

Answer = str | Response | tuple[str, int]


@blueprint.get(SHEET + "/sent/<receipt>")
@action(Action.ENTER_FIGURE)
def sent_sheet(agency_code: str, period_code: str, receipt: str) -> str:
    """The receipt of a press, to be printed or kept."""
    agency, press = _press(agency_code, Action.ENTER_FIGURE, receipt)
    address = address_of(agency_code, period_code)
    return render_template(
        "home/sent_sheet.html",
        agency=agency,
        press=press,
        form=ConfirmForm(),
        address=address,
        here=url_for("home.sent_sheet", agency_code=agency_code, period_code=period_code, receipt=receipt),
        who=in_whose_name(press.sent_by or "", press.sent_for),
        office=capital(str(LABELS[Office(press.office)])) if press.office else None,
        figure=lambda one: target_words.figure(one.target, one.revision),
        period_title=period_title,
        grouped=grouped,
        may_recall=current_reader().may(Action.SEND_REPORT, agency.id),
        as_at=format_instant(clock.now()),
    )


@blueprint.post(SHEET + "/sent/<receipt>/recall")
@action(Action.SEND_REPORT)
def recall_sent(agency_code: str, period_code: str, receipt: str) -> Response:
    """Take back what is ticked of a press, before anybody decided on it."""
    _agency, press = _press(agency_code, Action.SEND_REPORT, receipt)
    chosen, form = ticked(request.form.getlist("report")), ConfirmForm()
    here = url_for("home.sent_sheet", agency_code=agency_code, period_code=period_code, receipt=receipt)
    wanted = [one for one in press.reports if chosen.get(one.report.token) == one.revision.seq]
    reports = presses.slots_of(database.session(), wanted)
    if not wanted:
        flash(_("Tick what you recall."), "information")
    elif form.validate_on_submit() and form.carry_out(sending.recall_all, reader=current_reader(), reports=reports):
        recalled, left = form.result
        if recalled:
            text = _n("%(num)s report was recalled.", "%(num)s reports were recalled.", recalled)
            flash(text + " " + _("It counts as never sent, and can be sent anew."), "success")
        if left:
            names = "; ".join(text_by_language(slot.target.title) for slot in left)
            flash(_("Decided on already, so not recalled: %(names)s", names=names), "warning")
    elif form.all_errors():
        flash(str(form.all_errors()[0][1]), "warning")
    return redirect(here, 303)


def _press(agency_code: str, needed: Action, code: str) -> tuple[Any, PressOf]:
    session, reader = database.session(), current_reader()
    agency = queries.agency_by_code(session, reader, needed, agency_code)
    press = presses.by_code(session, queries.reports_within(reader, needed), code) if agency is not None else None
    if agency is None or press is None or press.reports[0].report.agency_id != agency.id:
        raise NotFound(_("There is no such receipt."))
    as_written("agency_code", agency.code)
    return agency, press
