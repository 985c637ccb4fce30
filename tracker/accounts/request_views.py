"""Administrators' pages: what waits for a second one of them, and deciding on it."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from tracker.accounts import listing, second_say
from tracker.accounts.blueprint import blueprint
from tracker.accounts.parts import mine
from tracker.core import clock, database
from tracker.core.actions import Action, action
from tracker.core.forms import Form
from tracker.core.languages import _

_VERBS = {"confirm": second_say.confirm, "refuse": second_say.refuse, "withdraw": second_say.withdraw}


@blueprint.get("/accounts/requests")
@action(Action.MANAGE_ACCOUNTS)
def requests() -> Any:
    """What waits for a second administrator, and what was decided lately."""
    session, now = database.session(), clock.moment()
    return render_template(
        "accounts/requests.html",
        waiting=listing.waiting(session, now),
        decided=listing.decided(session, now),
        outcome_labels=listing.OUTCOMES,
        me=mine().person_id,
    )


@blueprint.route("/accounts/requests/<token>", methods=["GET", "POST"])
@action(Action.MANAGE_ACCOUNTS)
def one_request(token: str) -> Any:
    """One of them: confirm or refuse it, or withdraw one's own."""
    form, actor_id = Form(), mine().person_id
    found = listing.request(database.session(), clock.moment(), token)
    if found is None:
        raise NotFound
    if request.method == "POST":
        verb = _VERBS.get(request.form.get("decision", ""))
        if verb is None:
            raise NotFound
        if form.validate_on_submit() and form.carry_out(_decide, verb, token, actor_id):
            flash(_done(request.form["decision"]), "success")
            return redirect(url_for("accounts.requests"), 303)
    page = render_template(
        "accounts/request.html", form=form, asked=found, me=actor_id, outcome_labels=listing.OUTCOMES
    )
    return make_response(page, 400 if form.all_errors() else 200)


def _decide(verb: Any, token: str, actor_id: int) -> None:
    verb(database.session(), clock.moment(), token=token, actor_id=actor_id)


def _done(decision: str) -> str:
    return {
        "confirm": _("Confirmed, and done."),
        "refuse": _("Refused. Nothing was changed."),
        "withdraw": _("Withdrawn. Nothing was changed."),
    }[decision]
