"""A head asks that an accepted figure be opened again; whoever appraises the body decides; or it is opened again by a
named decision, of an inspection or after an appeal."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.agencies.offices import in_whose_name
from tracker.commitments.terms import words as target_words
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import FieldError, NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _l, format_instant
from tracker.home import queries, words
from tracker.home.blueprint import blueprint
from tracker.home.corrections.correction_forms import GRANT, REFUSE, CorrectionAnswerForm, CorrectionForm, ReopenForm
from tracker.home.figure import figure_page
from tracker.home.figure.figure_page import FigurePage
from tracker.home.figure.figure_views import FIGURE, slot_at
from tracker.home.forms import ConfirmForm
from tracker.home.outlook import Outlook, outlook
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.programmes.words import period_title
from tracker.progress import queries as progress
from tracker.progress.appraisal import Verdict
from tracker.progress.corrections import queries as corrections
from tracker.progress.corrections import service, telling
from tracker.progress.corrections import words as correction_words
from tracker.progress.corrections.models import Correction
from tracker.progress.models import Report
from tracker.progress.queries import ReportSlot
from tracker.progress.states import ReportState

Answer = str | Response | tuple[str, int]
OPENED = Verdict(ReportState.REOPENED)


@blueprint.route(FIGURE + "/correction", methods=["GET", "POST"])
@action(Action.ASK_CORRECTION)
def ask_correction(target_token: str, period_code: str) -> Answer:
    """The head asks that an accepted figure be opened again, and says why."""
    slot = slot_at(target_token, period_code, Action.ASK_CORRECTION)
    form, address = CorrectionForm(), figure_address(slot)
    asked = {"slot": slot, "seq": form.version.data or 0, "reason": form.reason.data or ""}
    if form.validate_on_submit() and form.carry_out(_asked, reader=current_reader(), **asked):
        flash(_("The correction was asked for. Whoever appraises your body decides on it."), "success")
        return redirect(address, 303)
    page = _figure(slot)
    if page.report is None or page.report.state != ReportState.ACCEPTED:
        if not form.all_errors():
            return redirect(address, 303)
    else:
        waits = corrections.waiting_of(page.session, page.revision.id)
        if waits is not None and not form.all_errors():
            return redirect(address, 303)
        form.version.data = page.revision.seq
    html = render_template("home/corrections/ask.html", form=form, unsaved=form.reason.data, **_values(page))
    return html, 422 if form.all_errors() else 200


@blueprint.post(FIGURE + "/correction/withdraw")
@action(Action.ASK_CORRECTION)
def withdraw_correction(target_token: str, period_code: str) -> Answer:
    """The head takes back what was asked, before anybody decided."""
    slot, form = slot_at(target_token, period_code, Action.ASK_CORRECTION), ConfirmForm()
    address, token = figure_address(slot), request.form.get("correction", "")
    if form.validate_on_submit() and form.carry_out(service.withdraw, reader=current_reader(), slot=slot, token=token):
        flash(_("The request for a correction was withdrawn."), "success")
    elif form.all_errors():
        flash(str(form.all_errors()[0][1]), "warning")
    return redirect(address, 303)


@blueprint.get("/corrections", endpoint="corrections")
@action(Action.APPRAISE)
def list_of_corrections() -> str:
    """The corrections that wait for a decision, the oldest first."""
    session, now = database.session(), clock.moment()
    rows = corrections.waiting(session, _visible())
    return render_template(
        "home/corrections/list.html",
        rows=rows,
        days=lambda row: (now.on - row.Correction.asked_on).days,
        period_title=period_title,
        as_at=format_instant(now.at),
    )


@blueprint.route("/corrections/<token>", methods=["GET", "POST"])
@action(Action.APPRAISE)
def decide_correction(token: str) -> Answer:
    """One correction that was asked for: the figure with its history, what opening it changes, and the decision."""
    row, form = _correction(token), CorrectionAnswerForm()
    status = 200
    if form.validate_on_submit():
        try:
            if form.carry_out(_answered, correction=row.Correction, form=form):
                flash(_("The decision stands, and the head of the body is told of it."), "success")
                return redirect(url_for("home.corrections"), 303)
            status = 422
        except StaleEdit as refusal:
            form.add_error("", refusal.message)
            status = 409
        row = _correction(token)
    session, reader = database.session(), current_reader()
    page = _figure(progress.slot_of(session, row.Report))
    html = render_template(
        "home/corrections/decide.html",
        row=row,
        form=form,
        outcome=correction_words.outcome(row.outcome),
        asked_by=in_whose_name(row.asked_by, row.asked_for) if row.asked_by else None,
        refusal=service.kept_from(session, reader, page.slot, row.Revision, row.Correction),
        outlook=_outlook(page) if row.outcome is None else None,
        **_values(page, row.Revision.id),
    )
    return html, status


@blueprint.route("/reports/<report_token>/reopen", methods=["GET", "POST"])
@action(Action.REOPEN_FIGURE)
def reopen(report_token: str) -> Answer:
    """An accepted figure is opened again by a named decision: number, day, and what was found."""
    report, slot, form = *_report(report_token), ReopenForm()
    target_page, status = url_for("monitoring.target", token=slot.target.token), 200
    if form.validate_on_submit():
        if form.carry_out(_reopened, report=report, seq=form.version.data or 0, typed=form.typed()):
            flash(_("The figure is open again, and its body is told of it."), "success")
            return redirect(target_page, 303)
        status = 422
        report, slot = _report(report_token)
    page = _figure(slot)
    refusal = service.keeps_from_reopening(page.session, page.reader, slot, page.revision) if page.revision else None
    form.version.data = page.revision.seq if page.revision else 0
    accepted = report.state == ReportState.ACCEPTED
    html = render_template(
        "home/corrections/reopen.html",
        form=form,
        refusal=refusal,
        accepted=accepted,
        outlook=_outlook(page) if accepted else None,
        target_page=target_page,
        **_values(page),
    )
    return html, status


def figure_address(slot: ReportSlot) -> str:
    """The page of a figure."""
    return url_for("home.figure", target_token=slot.target.token, period_code=slot.code)


def _asked(session: Session, now: Moment, *, slot: ReportSlot, **arguments: Any) -> Correction:
    """Ask, and tell whoever decides."""
    found = service.ask(session, now, slot=slot, **arguments)
    telling.tell_deciders(session, now, slot, found, settings_of(current_app).site)
    return found


def _answered(session: Session, now: Moment, *, correction: Correction, form: CorrectionAnswerForm) -> None:
    """Grant or refuse, and tell the body."""
    if form.outcome.data not in {GRANT, REFUSE}:
        raise FieldError("outcome", _l("Choose what you decide"))
    granted, reason = form.outcome.data == GRANT, form.reason.data or ""
    end = service.decide(session, now, reader=current_reader(), correction=correction, granted=granted, reason=reason)
    slot = progress.slot_of(session, progress.report_with(session, correction.revision_id))
    telling.tell_decided(session, now, slot, end, settings_of(current_app).site)


def _reopened(session: Session, now: Moment, *, report: Report, seq: int, typed: dict[str, str]) -> None:
    """Open it again, and tell the body."""
    decision = service.reopen(session, now, reader=current_reader(), report=report, seq=seq, typed=typed)
    slot, named = progress.slot_of(session, report), service.read_named(typed, now.on)
    telling.tell_reopened(session, now, slot, decision.id, named, settings_of(current_app).site)


def _outlook(page: FigurePage) -> Outlook:
    """What opening the figure again makes of the target today."""
    code = page.slot.period.code if page.slot.period else None
    return outlook(page.slot.target, page.known, code, page.revision.seq, OPENED, page.now)


def _figure(slot: ReportSlot) -> FigurePage:
    return figure_page.load(database.session(), current_reader(), clock.moment(), slot)


def _values(page: FigurePage, revision_id: int | None = None) -> dict[str, Any]:
    """What all of these pages show alike; the figure of that revision, else of the last one, as it was accepted, though
    it is open again by now."""
    target = page.slot.target
    found = [one for one in page.sendings if revision_id in (None, one.revision.id)][:1]
    revision = found[0].revision if found else None
    of_it = (one for sending in found for one in reversed(sending.decisions) if one.withdrawn_at is None)
    decided = next((one for one in of_it if one.outcome == ReportState.ACCEPTED), None)
    other = decided if decided is not None and (decided.value, decided.numerator) != (None, None) else None
    return {
        "page": page,
        "title": words.title(target),
        "period_name": words.period_name(page.slot),
        "address": figure_address(page.slot),
        "as_at": format_instant(page.now.at),
        "reported": target_words.figure(target, revision) if revision is not None else None,
        "appraised": target_words.figure(target, other) if other is not None else None,
        "accepted_on": decided.decided_on if decided is not None else None,
    }


def _visible() -> Any:
    return restrict(Correction.agency_id, current_reader(), Action.APPRAISE)


def _correction(token: str) -> Any:
    row = corrections.by_token(database.session(), _visible(), token)
    if row is None:
        raise NotFound(_("There is no such request."))
    return row


def _report(token: str) -> tuple[Report, ReportSlot]:
    visible = queries.reports_within(current_reader(), Action.REOPEN_FIGURE)
    found = progress.report_by_token(database.session(), visible, token)
    if found is None:
        raise NotFound(_("There is no such report."))
    return found
