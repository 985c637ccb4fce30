"""A question about a report without returning it: asked by the appraiser, answered by its body's officer or head."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.commitments.terms import words as target_words
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.database import Condition
from tracker.core.errors import NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import _, format_instant, text_by_language
from tracker.home import queries, words
from tracker.home.appraisal.appraisal_forms import ThreadForm
from tracker.home.blueprint import blueprint
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.progress import queries as progress
from tracker.progress.models import Report
from tracker.progress.states import ReportState
from tracker.progress.threads import questions, telling
from tracker.progress.threads.questions import Thread
from tracker.progress.threads.turns import Side

Answer = str | Response | tuple[str, int]


@blueprint.route("/questions/<report_token>", methods=["GET", "POST"])
@action(Action.ENTER_FIGURE)
def question(report_token: str) -> Answer:
    """What the appraiser asks about a report of one's own body, and the answer."""
    visible = restrict(Report.agency_id, current_reader(), Action.ENTER_FIGURE)
    answered = _("Your answer was sent. The report waits for its decision as before.")
    return _page(report_token, visible, Side.BODY, answered)


@blueprint.route("/appraisals/<report_token>/ask", methods=["GET", "POST"])
@action(Action.APPRAISE)
def ask_about_report(report_token: str) -> Answer:
    """Ask a body about a report without returning it."""
    visible = queries.reports_within(current_reader(), Action.APPRAISE)
    asked = _("Your question was sent. The report waits on, and no deadline changes.")
    return _page(report_token, visible, Side.APPRAISER, asked)


def _page(token: str, visible: Condition, side: Side, said: str) -> Answer:
    """The thread of a report as one side sees it, and what this side adds to it. Raises NotFound."""
    session, form = database.session(), ThreadForm()
    found = progress.report_by_token(session, visible, token)
    if found is None:
        raise NotFound(_("There is no such report."))
    if side is Side.APPRAISER:
        form.asks()
    if form.validate_on_submit():
        verb = say if side is Side.APPRAISER else _answered
        given = {"report": found[0], "text": form.text.data or "", "seen": form.seen.data or 0}
        try:
            if form.carry_out(verb, reader=current_reader(), **given):
                flash(said, "success")
                return redirect(request.url, 303)
        except StaleEdit as refusal:
            session.rollback()
            form.add_error("", refusal.message)
    report, slot = progress.report_by_token(session, visible, token) or found
    thread = questions.threads(session, [report.id]).get(report.id, Thread())
    form.seen.data = thread.seen
    place: dict[str, Any] = dict(request.args.items())
    of_figure: dict[str, Any] = {"target_token": slot.target.token, "period_code": slot.code}
    html = render_template(
        "home/question.html",
        form=form,
        thread=thread,
        asks=side is Side.APPRAISER,
        waits=report.state == ReportState.SENT,
        title=words.title(slot.target),
        body=text_by_language(slot.agency.name),
        period_name=words.period_name(slot),
        figure=target_words.figure(slot.target, progress.last_revision(session, report.id)),
        figure_url=url_for("home.figure", **of_figure)
        if side is Side.BODY
        else url_for("home.decide", report_token=token, **place),
        as_at=format_instant(clock.now()),
    )
    return html, 422 if form.all_errors() else 200


def say(session: Session, now: clock.Moment, **given: Any) -> None:
    """Ask, and tell the body."""
    line, slot = questions.ask(session, now, **given)
    telling.tell(session, now, line, slot, given["report"], settings_of(current_app).site)


def _answered(session: Session, now: clock.Moment, **given: Any) -> None:
    line, slot = questions.answer(session, now, **given)
    telling.tell(session, now, line, slot, given["report"], settings_of(current_app).site)
