"""The usual reasons for a return, as those who appraise edit them."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import StaleEdit
from tracker.core.languages import _, _n
from tracker.home.appraisal.appraisal_forms import ReasonForm
from tracker.home.blueprint import blueprint
from tracker.home.forms import ConfirmForm
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.progress.appraising import reasons

Answer = str | Response | tuple[str, int]
REASONS = "/appraisals/reasons"


@blueprint.get(REASONS)
@action(Action.APPRAISE)
def return_reasons() -> str:
    """Those in use, in their order, and those that are retired."""
    session = database.session()
    used, retired = reasons.in_order(session), reasons.in_order(session, retired=True)
    writers = {one.written_by_id for one in used if one.written_by_id is not None}
    names = people.names(session, writers)
    return render_template("home/return_reasons.html", used=used, retired=retired, names=names, form=ConfirmForm())


@blueprint.post(REASONS + "/usual")
@action(Action.APPRAISE)
def usual_return_reasons() -> Answer:
    """Begin with those that are usual everywhere."""
    form = ConfirmForm()
    if form.validate_on_submit() and form.carry_out(reasons.write_usual, actor_id=current_reader().person_id):
        flash(_n("%(num)s reason is written.", "%(num)s reasons are written.", form.result), "success")
    return redirect(url_for("home.return_reasons"), 303)


@blueprint.route(REASONS + "/new", methods=["GET", "POST"])
@action(Action.APPRAISE)
def new_return_reason() -> Answer:
    """One more, in both languages."""
    form = ReasonForm()
    given: dict[str, Any] = {"actor_id": current_reader().person_id, "text": form.text()}
    if form.validate_on_submit() and form.carry_out(reasons.write, **given):
        flash(_("The reason is written, the last in order."), "success")
        return redirect(url_for("home.return_reasons"), 303)
    return _form_page(form, _("Write a usual reason"))


@blueprint.route(REASONS + "/<token>", methods=["GET", "POST"])
@action(Action.APPRAISE)
def return_reason(token: str) -> Answer:
    """Other words for one of them; what was returned with it keeps its own."""
    session, form = database.session(), ReasonForm()
    standing, stands = reasons.by_token(session, token), None
    if form.validate_on_submit():
        given: dict[str, Any] = {"token": token, "version": form.version.data, "text": form.text()}
        try:
            if form.carry_out(reasons.rewrite, actor_id=current_reader().person_id, **given):
                flash(_("The reason was changed. What was returned with it keeps its own words."), "success")
                return redirect(url_for("home.return_reasons"), 303)
        except StaleEdit as refusal:
            session.rollback()
            standing = reasons.by_token(session, token)
            form.add_error("", refusal.message)
            form.version.data, stands = standing.version, dict(standing.text)
    else:
        form.version.data, form.vi.data, form.en.data = standing.version, standing.text["vi"], standing.text["en"]
    return _form_page(form, _("Change a usual reason"), stands)


@blueprint.post(REASONS + "/<token>/up")
@action(Action.APPRAISE)
def move_return_reason(token: str) -> Answer:
    """One place up."""
    return _press(token, reasons.move_up, _("The order was changed."))


@blueprint.post(REASONS + "/<token>/retire")
@action(Action.APPRAISE)
def retire_return_reason(token: str) -> Answer:
    """It is offered no more; it can be put back."""
    return _press(token, reasons.retire, _("The reason is retired. It can be put back."))


@blueprint.post(REASONS + "/<token>/put-back")
@action(Action.APPRAISE)
def put_return_reason_back(token: str) -> Answer:
    """It is offered again."""
    return _press(token, reasons.put_back, _("The reason is in use again."))


def _press(token: str, verb: Callable[..., Any], said: str) -> Answer:
    reasons.by_token(database.session(), token)
    form = ConfirmForm()
    if form.validate_on_submit() and form.carry_out(verb, actor_id=current_reader().person_id, token=token):
        flash(said, "success")
    elif form.all_errors():
        flash(str(form.all_errors()[0][1]), "warning")
    return redirect(url_for("home.return_reasons"), 303)


def _form_page(form: ReasonForm, title: str, stands: dict[str, str] | None = None) -> Answer:
    html = render_template("home/return_reason.html", form=form, title=title, stands=stands)
    return html, 422 if form.all_errors() else 200
