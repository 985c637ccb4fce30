"""The sheets that wait, by age or by body; and one of them, line by line: what nothing asks about is accepted in one
press, the rest one by one on the same page."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.agencies.models import Agency
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound, StaleEdit
from tracker.core.languages import _, _l, format_day, format_instant
from tracker.core.web.requests import as_written
from tracker.home import queries
from tracker.home.appraisal import body_sheet
from tracker.home.appraisal.appraisal_forms import SheetLineForm
from tracker.home.appraisal.appraisal_views import tell_accepted
from tracker.home.appraisal.body_sheet import BodySheet, Line
from tracker.home.appraisal.line_forms import LineForms, line_form
from tracker.home.appraisal.question_views import say
from tracker.home.blueprint import blueprint
from tracker.home.forms import ConfirmForm, ticked
from tracker.permissions.guard import current_reader
from tracker.programmes.frames import Frames
from tracker.programmes.words import period_title
from tracker.progress import appraisal
from tracker.progress import queries as progress
from tracker.progress.appraising import queries as appraising
from tracker.progress.appraising import reasons, waits
from tracker.rule.facts import ReportKind

Answer = str | Response | tuple[str, int]
SHEETS = "/appraisals/sheets"
SHEET = SHEETS + "/<agency_code>/<period_code>"
BY_BODY = "agency"  # how the queue can be sorted; else by age


@blueprint.get(SHEETS)
@action(Action.APPRAISE)
def appraisal_sheets() -> str:
    """What waits, a line for each body and period; and how long the People's Committee takes itself."""
    session, now = database.session(), clock.moment()
    visible = queries.reports_within(current_reader(), Action.APPRAISE)
    sheets = appraising.sheets_waiting(session, visible)
    decided = appraising.decided_days(session, visible, now.on - waits.LOOKED_BACK)
    every = [*decided, *(one for sheet in sheets for one in sheet.days)]
    calendars = {key: frame.calendar for key, frame in Frames(session).of({one.programme_id for one in every}).items()}
    by_body = request.args.get("sort") == BY_BODY
    if by_body:
        sheets = sorted(sheets, key=lambda one: (one.agency.sort_key, one.since, one.code))
    rows = [(one, waits.measured(one.days, calendars, now.on)) for one in sheets]
    return render_template(
        "home/appraisal_sheets.html",
        rows=rows,
        bodies=len({one.agency.id for one in sheets}),
        waiting=waits.measured([day for one in sheets for day in one.days], calendars, now.on),
        taken=waits.measured(decided, calendars, now.on),
        by_body=by_body,
        period_title=period_title,
        since=format_day(now.on - waits.LOOKED_BACK),
        as_at=format_instant(now.at),
    )


@blueprint.get(SHEET)
@action(Action.APPRAISE)
def appraisal_sheet(agency_code: str, period_code: str) -> str:
    """One body's sheet, line by line."""
    return _drawn(_sheet(agency_code, period_code))


@blueprint.post(SHEET + "/accept")
@action(Action.APPRAISE)
def accept_sheet(agency_code: str, period_code: str) -> Answer:
    """Accept what was ticked of those that nothing asks about: the page named each of them."""
    sheet, form = _sheet(agency_code, period_code), ConfirmForm()
    seen = ticked(request.form.getlist("report"))
    chosen = [(line.waiting.report, seen[line.token]) for line in sheet.lines if line.token in seen and not line.alone]
    address = _address(sheet)
    if not chosen:
        flash(_("Tick the reports that you accept as they are."), "information")
        return redirect(address, 303)
    if form.validate_on_submit() and form.carry_out(appraisal.accept_all, reader=current_reader(), reports=chosen):
        accepted, left = form.result
        tell_accepted(accepted, len(left) + len(seen) - len(chosen))
    elif form.all_errors():
        flash(str(form.all_errors()[0][1]), "warning")
    return redirect(address, 303)


@blueprint.post(SHEET + "/reports/<report_token>")
@action(Action.APPRAISE)
def decide_on_sheet(agency_code: str, period_code: str, report_token: str) -> Answer:
    """One report of the sheet: accepted as it is, returned with a reason, or asked about. What is refused stands beside
    its field on the same page."""
    sheet = _sheet(agency_code, period_code, opened=report_token)
    line = next((one for one in sheet.lines if one.token == report_token), None)
    if line is None:
        flash(_("This report was decided meanwhile, or recalled."), "warning")
        return redirect(_address(sheet), 303)
    offered = reasons.in_order(database.session())
    form, address = line_form(report_token, offered), _address(sheet, line)
    after = _address(sheet, anchor=sheet.after(report_token))
    pressed = request.form.get("do", "")
    if form.validate_on_submit():
        try:
            if pressed == "ask":
                given = {"report": line.waiting.report, "text": form.text.data or "", "seen": form.seen.data or 0}
                if form.carry_out(say, reader=current_reader(), **given):
                    flash(_("Your question was sent. The report waits on, and no deadline changes."), "success")
                    return redirect(address, 303)
            elif _decided(line, form, pressed, form.returns_because(offered)):
                flash(_("Decided: %(target)s. You can take it back today.", target=line.title), "success")
                return redirect(after, 303)
        except StaleEdit as refusal:
            form.add_error("", refusal.message)
    database.session().rollback()
    anew = _sheet(agency_code, period_code, opened=report_token)
    return _drawn(anew, (report_token, form, pressed)), 422


def _decided(line: Line, form: SheetLineForm, pressed: str, reason: str) -> bool:
    given: dict[str, Any] = {"reader": current_reader(), "report": line.waiting.report, "seq": form.version.data or 0}
    if pressed == "accept":
        return form.carry_out(appraisal.accept, **given)
    if pressed == "return":
        return form.carry_out(appraisal.return_report, reason=reason, **given)
    form.add_error("", _l("Choose what you decide"))
    return False


def _sheet(agency_code: str, period_code: str, opened: str = "") -> BodySheet:
    """The sheet of an address, within the reader's reach. Raises NotFound where there is none."""
    session, reader = database.session(), current_reader()
    agency: Agency | None = queries.agency_by_code(session, reader, Action.APPRAISE, agency_code)
    if agency is None:
        raise NotFound(_("There is no such sheet."))
    as_written("agency_code", agency.code)
    now, opened = clock.moment(), opened or request.args.get("open", "")
    found = body_sheet.load(session, reader, now, agency, period_code, opened)
    if found is None and period_code.lower() != ReportKind.COMPLETION:
        written = progress.period_as_written(session, period_code)
        found = body_sheet.load(session, reader, now, agency, written, opened)
    if found is None:
        raise NotFound(_("There is no such sheet."))
    as_written("period_code", found.code)
    return found


def _address(sheet: BodySheet, line: Line | None = None, anchor: str | None = None) -> str:
    """The sheet again: with a line opened by itself, or at the one that follows."""
    place: dict[str, Any] = {"agency_code": sheet.agency.code, "period_code": sheet.code}
    if line is not None:
        return url_for("home.appraisal_sheet", **place, open=line.token, _anchor=f"report-{line.token}")
    return url_for("home.appraisal_sheet", **place, _anchor=f"report-{anchor}" if anchor else None)


def _drawn(sheet: BodySheet, failed: tuple[str, SheetLineForm, str] | None = None) -> str:
    """The page. `failed`: the report whose form was refused, that form, and what was pressed."""
    offered = reasons.in_order(database.session())
    place: dict[str, Any] = {"agency_code": sheet.agency.code, "period_code": sheet.code}

    def address(token: str) -> str:
        return url_for("home.decide_on_sheet", **place, report_token=token)

    return render_template(
        "home/appraisal_sheet.html",
        sheet=sheet,
        acts=LineForms(address, offered, failed),
        failed=failed[1] if failed is not None else None,
        confirm=ConfirmForm(),
        period_title=period_title,
        as_at=format_instant(clock.now()),
    )
