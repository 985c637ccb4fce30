"""The appraiser's queue, oldest first, and the page on which one report is decided."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.commitments import words as target_words
from tracker.commitments.units import unit_text
from tracker.compliance.records.facts import known_of
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound, StaleEdit
from tracker.core.languages import _, _n, current_language, format_instant
from tracker.core.tables import fetch_page, read_query
from tracker.home import figure_page, queries, words
from tracker.home.blueprint import blueprint
from tracker.home.figure_page import FigurePage
from tracker.home.forms import ConfirmForm, DecisionForm, ticked
from tracker.home.queue import Waiting, waiting
from tracker.permissions.guard import current_reader
from tracker.programmes.words import period_title
from tracker.progress import appraisal
from tracker.progress import queries as progress
from tracker.progress.queries import Report
from tracker.progress.states import ReportState
from tracker.rule.facts import ReportKind

Answer = str | Response | tuple[str, int]
MOST_TOGETHER = 200  # reports accepted in one press: a few pages of the queue


@blueprint.get("/appraisals")
@action(Action.APPRAISE)
def appraisals() -> str:
    """What waits for a decision. Nothing here says yes by itself: what is flagged is opened one by one."""
    session, visible = database.session(), queries.reports_within(current_reader(), Action.APPRAISE)
    bodies, programmes, periods = queries.choices_of_queue(session, visible)
    query = read_query(queries.queue_listing(bodies, programmes), request.args, request.path)
    page = fetch_page(session, progress.waiting_for_appraisal(visible), query)
    return render_template(
        "home/appraisals.html",
        rows=_waiting(session, page.rows),
        page=page,
        query=query,
        periods=[(code, period_title(code)) for code in periods],
        form=ConfirmForm(),
        period_title=period_title,
        as_at=format_instant(clock.now()),
    )


@blueprint.post("/appraisals/accept")
@action(Action.APPRAISE)
def accept_together() -> Answer:
    """Accept what was ticked: first it is named, then, confirmed, it is done."""
    session, form = database.session(), ConfirmForm()
    chosen = ticked(request.form.getlist("report")[:MOST_TOGETHER])
    visible = queries.reports_within(current_reader(), Action.APPRAISE)
    rows = [
        row
        for row in session.execute(queries.chosen_reports(visible, list(chosen)))
        if row[4].seq == chosen[row[0].token]
    ]
    if not form.validate_on_submit() or not rows:
        flash(_("Tick the reports that you accept as they are."), "information")
        return redirect(url_for("home.appraisals"), 303)
    if not request.form.get("confirmed"):
        return render_template(
            "home/accept_together.html", rows=_waiting(session, rows), form=form, period_title=period_title
        )
    reports = [(row[0], chosen[row[0].token]) for row in rows]
    if form.carry_out(appraisal.accept_all, reader=current_reader(), reports=reports):
        accepted, left = form.result
        flash(_n("%(num)s report was accepted.", "%(num)s reports were accepted.", accepted), "success")
        if left:
            text = _n("%(num)s changed meanwhile and was left.", "%(num)s changed meanwhile and were left.", len(left))
            flash(text, "warning")
    return redirect(url_for("home.appraisals"), 303)


@blueprint.route("/appraisals/<report_token>", methods=["GET", "POST"])
@action(Action.APPRAISE)
def decide(report_token: str) -> Answer:
    """One report: the figure beside plan, goal and last figure, and the decision on it."""
    (report, page), form = _page(report_token), DecisionForm()
    other_value = page.slot.kind is ReportKind.PERIODIC and not (page.revision and page.revision.not_applicable)
    form.fit(
        ratio=page.slot.target.ratio, other_value=other_value, unit=unit_text(target_words.unit_of(page.slot.target))
    )
    if form.validate_on_submit() and _decided(report, form):
        flash(_("The decision stands: %(what)s.", what=_told(form.outcome.data)), "success")
        return redirect(url_for("home.appraisals"), 303)
    status = 422 if form.all_errors() else 200
    if request.method == "POST":  # what was refused may have been refused because the report is another by now
        report, page = _page(report_token)
    form.version.data = page.revision.seq if page.revision else 0
    form.language.data = form.language.data or current_language()
    html = render_template(
        "home/decide.html",
        page=page,
        form=form,
        title=words.title(page.slot.target),
        as_at=format_instant(page.now.at),
        period_name=words.period_name(page.slot),
        figure=target_words.figure(page.slot.target, page.revision) if page.revision else "",
        refusal=appraisal.refusal(page.session, page.reader, page.slot, page.revision) if page.revision else None,
        waits=report.state == ReportState.SENT,
        evidence=figure_page.files(page.sendings[0].evidence if page.sendings else ()),
        warnings=waiting([_row(page)], {page.slot.target.id: page.known}, page.now.on)[0].warnings,
    )
    return html, status


def _decided(report: Report, form: DecisionForm) -> bool:
    """Whether the decision was taken; else the form says why not."""
    common = {"reader": current_reader(), "report": report, "seq": form.version.data or 0}
    reason = form.reason.data or ""
    language = form.language.data if form.language.data in ("vi", "en") else current_language()
    try:
        if form.outcome.data == "accept":
            return form.carry_out(appraisal.accept, **common)
        if form.outcome.data == "accept_with_value":
            typed = form.typed()
            return form.carry_out(appraisal.accept_with_value, typed=typed, language=language, reason=reason, **common)
        if form.outcome.data == "return":
            return form.carry_out(appraisal.return_report, reason=reason, **common)
        form.add_error("outcome", _("Choose what you decide"))
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
    return False


def _told(outcome: str | None) -> str:
    return {
        "accept": _("accepted as reported"),
        "accept_with_value": _("accepted with another figure"),
        "return": _("returned to the body"),
    }.get(outcome or "", "")


def _page(token: str) -> tuple[Report, FigurePage]:
    session, reader = database.session(), current_reader()
    found = progress.report_by_token(session, queries.reports_within(reader, Action.APPRAISE), token)
    if found is None:
        raise NotFound(_("There is no such report."))
    report, slot = found
    return report, figure_page.load(session, reader, clock.moment(), slot)


def _waiting(session: Session, rows: Sequence[Any]) -> list[Waiting]:
    """Rows of the queue; the facts of a page of targets are read at once."""
    today = clock.today()
    return waiting(rows, known_of(session, [row[1].id for row in rows], today), today)


def _row(page: FigurePage) -> tuple[Any, ...]:
    return page.report, page.slot.target, page.slot.agency, page.slot.period, page.revision
