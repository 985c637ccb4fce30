"""Administrators' pages: what waits for a second one of them, and deciding on it."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from tracker.accounts import queries as accounts
from tracker.accounts.pages.shortcuts import mine
from tracker.approvals import queries
from tracker.approvals import service as approvals
from tracker.approvals.blueprint import blueprint
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import Forbidden
from tracker.core.languages import _
from tracker.core.web.forms import Form

TWO = 2
_VERBS = {"confirm": approvals.confirm, "refuse": approvals.refuse, "withdraw": approvals.withdraw}


@blueprint.get("/accounts/requests")
@action(Action.SEE_APPROVALS)
def requests() -> Any:
    """What waits for a second administrator, and what was decided lately."""
    session, now = database.session(), clock.moment()
    return render_template(
        "approvals/requests.html",
        waiting=queries.waiting(session, now),
        decided=queries.decided(session, now),
        most=queries.MOST,
        outcome_labels=queries.OUTCOMES,
        me=mine().person_id,
        alone=_alone(),
    )


@blueprint.get("/accounts/requests/<token>")
@action(Action.SEE_APPROVALS)
def one_request(token: str) -> Any:
    """One of them; administrators decide on it there."""
    return _page(Form(), _asked(token))


@blueprint.post("/accounts/requests/<token>")
@action(Action.MANAGE_ACCOUNTS)
def decide(token: str) -> Any:
    """Confirm or refuse it, or withdraw one's own."""
    form, asked, verb = Form(), _asked(token), _VERBS.get(request.form.get("decision", ""))
    if verb is None:
        raise NotFound
    try:
        if form.validate_on_submit() and form.carry_out(verb, token=token, actor_id=mine().person_id):
            flash(_done(request.form["decision"]), "success")
            return redirect(url_for("approvals.requests"), 303)
    except Forbidden as refusal:
        form.refuse(refusal.by_field())
        return _page(form, asked, 403)
    return _page(form, asked, 400 if form.all_errors() else 200)


def _asked(token: str) -> queries.Request:
    found = queries.request(database.session(), clock.moment(), token)
    if found is None:
        raise NotFound
    return found


def _page(form: Form, asked: queries.Request, status: int = 200) -> Any:
    page = render_template(
        "approvals/request.html",
        form=form,
        asked=asked,
        me=mine().person_id,
        outcome_labels=queries.OUTCOMES,
        alone=_alone(),
    )
    return make_response(page, status)


def _alone() -> bool:
    """Whether no other administrator can sign in, so that nobody can confirm anything."""
    return len(accounts.administrators(database.session(), clock.today())) < TWO


def _done(decision: str) -> str:
    return {
        "confirm": _("Confirmed, and done."),
        "refuse": _("Refused. Nothing was changed."),
        "withdraw": _("Withdrawn. Nothing was changed."),
    }[decision]
