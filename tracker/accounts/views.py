"""Pages of accounts: signing in and out, one's own settings, one's own password."""

from typing import Any, cast

import structlog
from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for

from tracker.accounts import passwords, queries, security, service, throttle
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.forms import PasswordForm, SettingsForm, SignInForm
from tracker.accounts.keeping import Kept, seal, unseal
from tracker.accounts.models import Account
from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS
from tracker.core import clock, database
from tracker.core.actions import Action, action
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _l, current_language, in_language, ngettext
from tracker.core.preferences import safe_next
from tracker.core.unit_of_work import unit_of_work
from tracker.people import service as people
from tracker.people.service import normal_address

blueprint = Blueprint("accounts", __name__)
log = structlog.get_logger("accounts")

REFUSED = _l("The mail address or the password is wrong")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@action(Action.SIGN_IN)
def sign_in() -> Any:
    """Sign in with a mail address and a password. An unknown address gets the same answer, as slowly."""
    form = SignInForm()
    if request.method != "POST":
        form.next.data = safe_next(request.args.get("next"))
        if security.current_account():
            return redirect(form.next.data, 303)
        return sign_in_page(form)
    if not form.validate():
        return sign_in_page(form, 400)
    wait, entered = _try(form)
    if entered is None:
        form.add_error("password", _too_many(wait) if wait else REFUSED)
        response = sign_in_page(form, 429 if wait else 400)
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response
    security.begin_session(entered)
    kept = unseal(form.kept.data, _secret()) if form.kept.data else None
    if kept is not None:
        return continue_page(kept)
    return redirect(safe_next(form.next.data), 303)


@blueprint.post("/sign-out")
@action(Action.SIGN_IN)
def sign_out() -> Any:
    """Sign out of this browser."""
    account = security.current_account()
    if account is not None:
        now = clock.moment()
        with unit_of_work(now) as session:
            service.leave(session, now, account_id=account.id, person_id=account.person_id)
    security.end_session()
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/account", methods=["GET", "POST"])
@action(Action.HOME)
def account() -> Any:
    """Who one is here, with which offices; language and mails."""
    mine = _mine()
    language = mine.person.language or current_language()
    form = SettingsForm(data={"language": language, "wants_mail": mine.person.wants_mail})
    if form.validate_on_submit() and form.carry_out(_keep_settings, mine.person_id, form):
        with in_language(form.language.data):  # the next page speaks it already
            flash(_("Your settings are kept."), "success")
        return redirect(url_for("accounts.account"), 303)
    held = agencies.held_by(database.session(), mine.person_id, clock.today())
    page = render_template("accounts/account.html", form=form, person=mine.person, held=held, office_labels=LABELS)
    return make_response(page, 400 if form.errors else 200)


@blueprint.route("/account/password", methods=["GET", "POST"])
@action(Action.HOME)
def password() -> Any:
    """Choose another password. All other sessions of the account end."""
    form = PasswordForm()
    mine = _mine()
    if form.validate_on_submit():
        now = clock.moment()
        account_id, person_id, stored = mine.id, mine.person_id, mine.password
        key = throttle.key(_secret(), "change", str(account_id))
        with unit_of_work(now) as session:
            wait = service.count_try(session, now, {key: throttle.ONE_ACCOUNT})
        if wait or not passwords.matches(stored, form.current.data or ""):
            form.add_error("current", _too_many(wait) if wait else _l("This is not your password now"))
        elif form.carry_out(_change_password, account_id, person_id, form, key):
            security.begin_session(form.result)
            flash(_("Your password is changed. Other devices are signed out."), "success")
            return redirect(url_for("accounts.account"), 303)
    return make_response(render_template("accounts/password.html", form=form), 400 if form.errors else 200)


def sign_in_page(form: SignInForm, status: int = 200, notice: Any = None) -> Response:
    """The page of signing in, with the demo's accounts in demo mode."""
    settings = settings_of(current_app)
    offered = queries.one_of_each_office(database.session(), clock.today()) if settings.demo else []
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        notice=notice,
        offered=offered,
        office_labels=LABELS,
        demo_password=DEMO_PASSWORD,
    )
    return make_response(page, status)


def ask_to_sign_in(kept: Kept) -> Response:
    """What answers a form that came after its session had ended: sign in, and it can be sent as it was typed."""
    form = SignInForm(formdata=None)
    form.next.data = safe_next(kept.path)
    form.kept.data = seal(kept, _secret())
    if form.kept.data:
        notice = _("Your session has ended. What you typed is kept: sign in, then send it.")
    else:
        notice = _("Your session has ended, and what you typed is too long to be kept. Go back, copy it, then sign in.")
    return sign_in_page(form, 401, notice)


def ask_again() -> Response:
    """What answers a sign-in page that had stood open too long: the same page, fresh, with the address still in it."""
    form = SignInForm(formdata=None)
    form.email.data = request.form.get("email", "")[:254]
    form.next.data = safe_next(request.form.get("next"))
    form.kept.data = request.form.get("kept", "")
    return sign_in_page(form, 400, _("This page had stood open too long. Enter your password once more."))


def continue_page(kept: Kept, *, without_files: bool = False) -> Response:
    """A form as it was typed, to be sent by one press."""
    return make_response(render_template("accounts/continue.html", kept=kept, without_files=without_files))


def _too_many(wait_seconds: int) -> str:
    minutes = -(-wait_seconds // 60)
    return ngettext("Too many tries. Wait a minute.", "Too many tries. Wait %(num)s minutes.", minutes)


def _try(form: SignInForm) -> tuple[int, Account | None]:
    """Hold what was typed against the account: (seconds to wait after too many tries, the account if it is theirs).

    The password is compared between two transactions: it takes long, and nobody else should wait for it.
    """
    now = clock.moment()
    email = normal_address(form.email.data or "")
    sender = throttle.origin(request.remote_addr)
    pair = throttle.key(_secret(), "pair", sender, email)
    limits = {pair: throttle.ONE_ACCOUNT, throttle.key(_secret(), "sender", sender): security.limit_of(current_app)}
    with unit_of_work(now) as session:
        wait = service.count_try(session, now, limits)
        found = queries.candidate(session, email)
    if wait:
        log.warning("sign_in_held_back", wait_seconds=wait)
        return wait, None
    typed = form.password.data or ""
    right = passwords.matches(found.password if found else None, typed)
    with unit_of_work(now) as session:
        if not (right and found and found.active):
            service.refuse(session, now, account_id=found.id if found else None)
            return 0, None
        outdated = found.password is not None and passwords.is_outdated(found.password)
        entered = service.enter(
            session,
            now,
            account_id=found.id,
            person_id=found.person_id,
            rehashed=passwords.hashed(typed) if outdated else None,
        )
        service.forget_tries(session, pair)
    return 0, entered


def _keep_settings(person_id: int, form: SettingsForm) -> None:
    session, now = database.session(), clock.moment()
    people.choose_language(session, now, actor_id=person_id, language=form.language.data)
    people.wish_for_mail(session, now, actor_id=person_id, wants_mail=bool(form.wants_mail.data))


def _change_password(account_id: int, person_id: int, form: PasswordForm, key: str) -> Account:
    session, now = database.session(), clock.moment()
    service.forget_tries(session, key)
    return service.change_password(
        session, now, account_id=account_id, password=form.new.data or "", actor_id=person_id
    )


def _mine() -> Account:
    return cast(Account, security.current_account())


def _secret() -> str:
    return settings_of(current_app).secret_key.get_secret_value()
