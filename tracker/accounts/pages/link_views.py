"""Pages for somebody who is not signed in: a forgotten password, and the links of mails that set one."""

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.accounts import keys, links, queries, security, service
from tracker.accounts.pages.blueprint import blueprint
from tracker.accounts.pages.forms import ChoosePasswordForm, ForgottenForm
from tracker.accounts.pages.shortcuts import secret, shown_once, too_many
from tracker.accounts.security import rules
from tracker.accounts.sessions import throttle
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import NotFound
from tracker.core.languages import _, current_language
from tracker.people.service import normal_address


@blueprint.route("/sign-in/forgotten", methods=["GET", "POST"])
@action(Action.SIGN_IN)
def forgotten() -> Any:
    """Ask for a new password. The answer and the work are the same for every address: the mail is written later."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        page = render_template("accounts/forgotten.html", form=form)
        return make_response(page, 400 if form.errors else 200)
    now = clock.moment()
    key = throttle.key(secret(), "wishes", security.sender())
    with unit_of_work(now) as session:
        wait = service.count_try(session, now, {key: throttle.WISHES})
        if not wait:
            links.wish(session, now, email=normal_address(form.email.data or ""), language=current_language())
    if wait:
        form.add_error("email", too_many(wait))
        response = make_response(render_template("accounts/forgotten.html", form=form), 429)
        response.headers["Retry-After"] = str(wait)
        return response
    return render_template("accounts/forgotten_sent.html", minutes=int(links.RESET_LASTS.total_seconds() // 60))


@blueprint.route("/choose-password/<token>", methods=["GET", "POST"])
@action(Action.SIGN_IN)
def choose_password(token: str) -> Any:
    """Set a password by a link from a mail. Opening it uses nothing up: programs open links of mails before people."""
    form, now = ChoosePasswordForm(), clock.moment()
    link = queries.followed(database.session(), keys.digest(token), now)
    if link is None:
        return _no_longer_good()
    try:
        if form.validate_on_submit() and form.carry_out(_choose, token=token, form=form):
            security.end_session()
            flash(_("Your password is set. Sign in with it now."), "success")
            # Whoever reads the mailbox is the owner: from here on nobody's tries hold this browser up.
            return security.know_device(make_response(redirect(url_for("accounts.sign_in"), 303)), form.result)
    except NotFound:
        return _no_longer_good()
    account = queries.by_id(database.session(), link.account_id)
    page = render_template("accounts/choose_password.html", form=form, owner=account, kind=link.kind)
    return shown_once(make_response(page, 400 if form.errors else 200))


def _choose(session: Session, now: Moment, *, token: str, form: ChoosePasswordForm) -> str:
    """The mail address of the account whose password it is now."""
    site = rules().site
    return links.choose_password(session, now, key=token, password=form.new.data or "", site=site).email


def _no_longer_good() -> Any:
    return make_response(render_template("accounts/link_over.html"), 410)
