"""One's own account: who one is here, settings, password, and the devices on which one is signed in."""

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.accounts import queries, security, service
from tracker.accounts.pages.blueprint import blueprint
from tracker.accounts.pages.forms import PasswordForm, SettingsForm
from tracker.accounts.pages.shortcuts import holds_password, mine
from tracker.accounts.security import rules
from tracker.accounts.sessions import service as sessions
from tracker.agencies.offices import LABELS
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.languages import _, current_language, in_language
from tracker.core.web.forms import Form
from tracker.people import service as people


@blueprint.route("/account", methods=["GET", "POST"])
@action(Action.HOME)
def account() -> Any:
    """Who one is here, with which offices; the language; how one signs in, and where one is signed in."""
    own, session, entered = mine(), database.session(), security.current_entered()
    language = own.person.language or current_language()
    form = SettingsForm(data={"language": language})
    if form.validate_on_submit() and form.carry_out(_keep_settings, person_id=own.person_id, form=form):
        with in_language(form.language.data):  # the next page speaks it already
            flash(_("Your settings are kept."), "success")
        return redirect(url_for("accounts.account"), 303)
    page = render_template(
        "accounts/account.html",
        form=form,
        person=own.person,
        held=entered.held if entered else (),
        office_labels=LABELS,
        has_app=own.totp is not None,
        passkey_count=len(queries.passkeys(session, own.id)),
        entered=entered,
        devices=queries.sessions_of(session, own.id, *sessions.going_on(clock.now(), security.rules().idle)),
    )
    return make_response(page, 400 if form.errors else 200)


@blueprint.route("/account/password", methods=["GET", "POST"])
@action(Action.HOME)
def password() -> Any:
    """Choose another password. All other sessions of the account end."""
    form, own = PasswordForm(), mine()
    account_id, person_id = own.id, own.person_id
    if (
        form.validate_on_submit()
        and holds_password(form, own)
        and form.carry_out(_change_password, account_id=account_id, person_id=person_id, form=form)
    ):
        security.begin_session(*form.result)
        flash(_("Your password is changed. Other devices are signed out."), "success")
        return redirect(url_for("accounts.account"), 303)
    return make_response(render_template("accounts/password.html", form=form), 400 if form.errors else 200)


@blueprint.post("/account/sessions/<token>/end")
@action(Action.OWN_SECURITY)
def end_session(token: str) -> Any:
    """Sign out of another device."""
    own, now = mine(), clock.moment()
    account_id, person_id = own.id, own.person_id
    if Form().validate_on_submit():
        with unit_of_work(now) as session:
            sessions.end_one(session, now, account_id=account_id, token=token, actor_id=person_id)
        flash(_("That device is signed out."), "success")
    return redirect(url_for("accounts.account") + "#devices", 303)


@blueprint.post("/account/sessions/end-others")
@action(Action.OWN_SECURITY)
def end_other_sessions() -> Any:
    """Sign out of every device but this one."""
    own, entered, now = mine(), security.current_entered(), clock.moment()
    account_id, person_id = own.id, own.person_id
    if entered is not None and Form().validate_on_submit():
        with unit_of_work(now) as session:
            sessions.end_others(session, now, account_id=account_id, session_id=entered.session_id, actor_id=person_id)
        flash(_("All other devices are signed out."), "success")
    return redirect(url_for("accounts.account") + "#devices", 303)


def _keep_settings(session: Session, now: Moment, *, person_id: int, form: SettingsForm) -> None:
    people.choose_language(session, now, actor_id=person_id, language=form.language.data)


def _change_password(session: Session, now: Moment, *, account_id: int, person_id: int, form: PasswordForm) -> Any:
    """(account, key): the change ends every session, so the device in use begins a new one."""
    entered = security.current_entered()
    means = queries.means_of(session, entered.session_id) if entered else "password"
    service.change_password(
        session,
        now,
        account_id=account_id,
        password=form.new.data or "",
        actor_id=person_id,
        site=rules().site,
    )
    own = service.get(session, account_id)
    return own, sessions.begin(session, now, own, means=means, device=security.device())
