"""Administrators' pages: who has an account, in which state; invite, disable, end sessions, ask for a removal of
factors."""

from typing import Any

import sqlalchemy as sa
from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from tracker.accounts import keys, links, listing, queries
from tracker.accounts.pages.shortcuts import mine
from tracker.accounts.security import rules
from tracker.accounts.sessions import service as sessions
from tracker.administration.account_forms import InviteForm, ReasonForm
from tracker.administration.blueprint import blueprint
from tracker.administration.hanging import hangs_on_account
from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS
from tracker.approvals import queries as approvals
from tracker.approvals import resetting, stopping
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.files.sheets import every_row
from tracker.core.languages import _
from tracker.core.tables import counted, fetch_page, read_query
from tracker.core.web.downloads import send_csv
from tracker.core.web.forms import Form
from tracker.core.web.requests import demand
from tracker.mail import bounces
from tracker.mail import queries as mails
from tracker.mail import words as mail_words
from tracker.people import queries as people
from tracker.people import service as people_service
from tracker.people.queries import PersonRow


@blueprint.get("/accounts")
@action(Action.MANAGE_ACCOUNTS)
def everybody() -> Any:
    """Everybody with an account or an address to be invited at: state, second factor, last time signed in."""
    session, now = database.session(), clock.moment()
    query = read_query(listing.ACCOUNTS, request.args, request.path)
    page = fetch_page(session, listing.rows(now), query)
    ids = [row.person_id for row in page.rows]
    failed, broken = session.execute(sa.select(mails.FAILED_COUNT, people.BROKEN_COUNT)).one()
    return render_template(
        "administration/everybody.html",
        query=query,
        page=page,
        count=counted(session, listing.rows(now), query),
        offices=listing.offices(session, ids, now.on),
        office_labels=LABELS,
        state_of=listing.state_label,
        waiting=len(approvals.waiting(session, now)),
        failed=failed,
        broken=broken,
    )


@blueprint.get("/accounts.csv")
@action(Action.MANAGE_ACCOUNTS)
def everybody_csv() -> Any:
    """All that the filters leave, as CSV."""
    query = read_query(listing.ACCOUNTS, request.args, request.path)
    demand(query.notices, *query.names())
    rows = every_row(database.db.engine, listing.rows(clock.moment()), query)
    return send_csv(listing.ACCOUNTS.columns, rows, "accounts")


@blueprint.route("/accounts/invite", methods=["GET", "POST"])
@action(Action.MANAGE_ACCOUNTS)
def invite_new() -> Any:
    """Enter a person and invite them by mail, in one step. Offices are given elsewhere, by two administrators."""
    form, actor_id = InviteForm(data={"language": "vi"}), mine().person_id
    if form.validate_on_submit() and form.carry_out(_register_and_invite, form=form, actor_id=actor_id):
        flash(_("The invitation is on its way."), "success")
        return redirect(url_for("administration.account", token=form.result), 303)
    return make_response(render_template("administration/invite.html", form=form), 400 if form.errors else 200)


@blueprint.get("/accounts/<token>")
@action(Action.MANAGE_ACCOUNTS)
def account(token: str) -> Any:
    """One person's account, and what can be done with it."""
    return _page(_person(token), Form())


@blueprint.post("/accounts/<token>/invite")
@action(Action.MANAGE_ACCOUNTS)
def invite(token: str) -> Any:
    """Invite somebody who has an address, or once more who has not followed the link."""
    return _carry_out(token, _invite, _("The invitation is on its way. A link sent before is no longer good."))


@blueprint.post("/accounts/<token>/withdraw")
@action(Action.MANAGE_ACCOUNTS)
def withdraw(token: str) -> Any:
    """Take an invitation back."""
    return _carry_out(token, _withdraw, _("The invitation is taken back."))


@blueprint.route("/accounts/<token>/disable", methods=["GET", "POST"])
@action(Action.MANAGE_ACCOUNTS)
def disable(token: str) -> Any:
    """Disable an account, asked twice: what hangs on it is shown, and asked about anew where it is no longer that."""
    person, session, now = _person(token), database.session(), clock.moment()
    account = _account(person)
    if not account.active or account.person_id == mine().person_id:
        raise NotFound
    watched = stopping.is_watched(session, now, person.id)
    alone = watched and queries.administrators(session, now.on) <= {person.id, mine().person_id}
    hanging = hangs_on_account(session, now, person.id)
    shown = keys.digest(repr((alone, hanging))) if hanging or alone else ""
    if request.method == "POST" and request.form.get("confirmed", "") == shown:
        return _carry_out(token, _disable, _("The account is disabled, and signed out everywhere."))
    return render_template(
        "administration/disable.html",
        form=Form(),
        person=person,
        watched=watched,
        alone=alone,
        hanging=hanging,
        shown=shown,
    )


@blueprint.post("/accounts/<token>/enable")
@action(Action.MANAGE_ACCOUNTS)
def enable(token: str) -> Any:
    """Enable a disabled account."""
    return _carry_out(token, _enable, _("The account is enabled again."))


@blueprint.post("/accounts/<token>/end-sessions")
@action(Action.MANAGE_ACCOUNTS)
def end_sessions(token: str) -> Any:
    """Sign an account out of every device."""
    return _carry_out(token, _end_sessions, _("The account is signed out everywhere."))


@blueprint.post("/accounts/<token>/trust-address")
@action(Action.MANAGE_ACCOUNTS)
def trust_address(token: str) -> Any:
    """Say that mails reach the address again: from the next one on they are sent to it."""
    return _carry_out(token, _trust_address, _("Mails are sent to the address again."))


@blueprint.route("/accounts/<token>/remove-factors", methods=["GET", "POST"])
@action(Action.MANAGE_ACCOUNTS)
def ask_for_removal(token: str) -> Any:
    """Ask for the removal of somebody's second factors; another administrator confirms it."""
    person, form, actor_id = _person(token), ReasonForm(), mine().person_id
    account = _account(person)
    if account.person_id == actor_id or not queries.factor_count(database.session(), account.id):
        raise NotFound
    if form.validate_on_submit() and form.carry_out(
        _ask_for_removal, account_id=account.id, actor_id=actor_id, form=form
    ):
        flash(_("It waits for a second administrator now."), "success")
        return redirect(url_for("approvals.one_request", token=form.result), 303)
    page = render_template("administration/remove_factors.html", form=form, person=person)
    return make_response(page, 400 if form.all_errors() else 200)


def _page(person: PersonRow, form: Form, status: int = 200) -> Any:
    session, now = database.session(), clock.moment()
    row = session.execute(listing.rows(now).where(listing.is_person(person.id))).one_or_none()
    if row is None:
        raise NotFound
    account = queries.by_person(session, person.id)
    page = render_template(
        "administration/account.html",
        form=form,
        person=person,
        row=row,
        state=listing.state_label(row.state),
        held=agencies.held_by(session, person.id, now.on),
        office_labels=LABELS,
        factors=queries.factor_count(session, account.id) if account else 0,
        invitation=queries.open_invitation(session, account.id, now) if account else None,
        devices=queries.sessions_of(session, account.id, *sessions.going_on(now.at, rules().idle)) if account else [],
        mine=person.id == mine().person_id,
        waiting=[one for one in approvals.waiting(session, now) if one.about_id == person.id],
        bounce=bounces.last_of(session, [person.id]).get(person.id) if row.is_broken else None,
        troubled=mails.troubles_of(session, person.id),
        mail_words=mail_words,
    )
    return make_response(page, status)


def _carry_out(token: str, verb: Any, done: str) -> Any:
    """A press on the page of an account: what is refused is said on that page."""
    person, form, actor_id = _person(token), Form(), mine().person_id
    if form.validate_on_submit() and form.carry_out(verb, person=person, actor_id=actor_id):
        flash(done, "success")
        return redirect(url_for("administration.account", token=token), 303)
    return _page(person, form, 400)


def _person(token: str) -> PersonRow:
    found = people.by_token(database.session(), token)
    if found is None:
        raise NotFound
    return found


def _account(person: PersonRow) -> Any:
    found = queries.by_person(database.session(), person.id)
    if found is None:
        raise NotFound
    return found


def _register_and_invite(session: Session, now: Moment, *, form: InviteForm, actor_id: int) -> str:
    person = people_service.register(
        session, now, actor_id=actor_id, name=form.name.data or "", email=form.email.data, language=form.language.data
    )
    links.invite(session, now, person, actor_id=actor_id, site=rules().site)
    return person.token


def _invite(session: Session, now: Moment, *, person: PersonRow, actor_id: int) -> None:
    links.invite(session, now, person, actor_id=actor_id, site=rules().site)


def _withdraw(session: Session, now: Moment, *, person: PersonRow, actor_id: int) -> None:
    account_id = _account(person).id
    links.withdraw_invitation(session, now, account_id=account_id, actor_id=actor_id)


def _disable(session: Session, now: Moment, *, person: PersonRow, actor_id: int) -> None:
    stopping.disable(session, now, account_id=_account(person).id, actor_id=actor_id, site=rules().site)


def _enable(session: Session, now: Moment, *, person: PersonRow, actor_id: int) -> None:
    stopping.enable(session, now, account_id=_account(person).id, actor_id=actor_id, site=rules().site)


def _end_sessions(session: Session, now: Moment, *, person: PersonRow, actor_id: int) -> None:
    account_id = _account(person).id
    sessions.end_others(session, now, account_id=account_id, session_id=None, actor_id=actor_id)


def _trust_address(session: Session, now: Moment, *, person: PersonRow, actor_id: int) -> None:
    people_service.trust_address(session, now, actor_id=actor_id, person_id=person.id)


def _ask_for_removal(session: Session, now: Moment, *, account_id: int, actor_id: int, form: ReasonForm) -> str:
    return resetting.ask(session, now, account_id=account_id, actor_id=actor_id, reason=form.reason.data or "").token
