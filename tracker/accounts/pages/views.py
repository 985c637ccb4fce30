"""Signing in and out: by password, then perhaps a second factor; or by a passkey. Other pages are imported here."""

from typing import Any

import structlog
from flask import Response, current_app, flash, jsonify, make_response, redirect, render_template, request, url_for

from tracker.accounts import keys, passwords, queries, security, service
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.factors import passkeys
from tracker.accounts.factors import service as factors
from tracker.accounts.models import Account
from tracker.accounts.pages import account_views, factor_views, held_file_forms, link_views
from tracker.accounts.pages.blueprint import blueprint
from tracker.accounts.pages.forms import PasskeyForm, SignInForm, StepForm
from tracker.accounts.pages.shortcuts import asking_party, secret, secrets, too_many
from tracker.accounts.security import rules
from tracker.accounts.sessions import service as sessions
from tracker.accounts.sessions import throttle
from tracker.accounts.sessions.held_forms import Kept, seal, unseal
from tracker.agencies.offices import LABELS
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import Forbidden
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _l
from tracker.core.web.preferences import safe_next
from tracker.people.service import normal_address

__all__ = ["account_views", "blueprint", "factor_views", "link_views"]

log = structlog.get_logger("accounts")

REFUSED = _l("The mail address or the password is wrong")
_CHALLENGE, _CHALLENGE_SECONDS = "passkey to enter", 300


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
    wait, found = _try(form)
    if found is None:
        form.add_error("password", too_many(wait) if wait else REFUSED)
        return _with_wait(sign_in_page(form, 429 if wait else 400), wait)
    if found.has_factor:
        security.begin_second_step(found.uniquifier)
        if form.kept.data:  # too long for an address: it goes on in the page
            step = StepForm(formdata=None, data={"next": form.next.data, "kept": form.kept.data})
            return _step_page(step, found.id)
        return redirect(url_for("accounts.second_step", next=safe_next(form.next.data)), 303)
    typed, outdated = form.password.data or "", found.password is not None and passwords.is_outdated(found.password)
    return _enter(form, found.id, means="password", rehashed=passwords.hashed(typed) if outdated else None)


@blueprint.route("/sign-in/second-factor", methods=["GET", "POST"])
@action(Action.SIGN_IN)
def second_step() -> Any:
    """The second factor, once the password was right: a code of the app, a recovery code, or a passkey."""
    form = StepForm()
    account = security.half_way()
    if account is None:
        if security.current_account():
            return redirect(safe_next(request.args.get("next")), 303)
        flash(_("Too much time has passed since you entered your password. Sign in once more."), "information")
        return redirect(url_for("accounts.sign_in", next=safe_next(request.values.get("next"))), 303)
    account_id = account.id
    if request.method != "POST":
        form.next.data = safe_next(request.args.get("next"))
        return _step_page(form, account_id)
    if not form.validate():
        return _step_page(form, account_id, 400)
    wait, means = _try_code(form, account_id)
    if means is None:
        form.add_error("factor_code", too_many(wait) if wait else _l("This code is not right, or was used already"))
        return _with_wait(_step_page(form, account_id, 429 if wait else 400), wait)
    return _enter(form, account_id, means=means)


@blueprint.get("/sign-in/passkey")
@action(Action.SIGN_IN)
def passkey_question() -> Any:
    """What a script asks the browser for: any passkey of this site or, after a password, one of that account."""
    party = asking_party()
    if party is None:
        return "", 404
    account = security.half_way()
    held = queries.passkeys(database.session(), account.id) if account else []
    options, challenge = passkeys.to_enter(party, held=[one.credential for one in held])
    sealed = keys.seal(secrets(), _CHALLENGE, challenge)
    return jsonify(options=options, challenge=sealed), 200, {"Cache-Control": "no-store"}


@blueprint.post("/sign-in/passkey")
@action(Action.SIGN_IN)
def passkey_answer() -> Any:
    """Sign in with a passkey: it is two factors in one, so nothing else is asked."""
    form = PasskeyForm()
    account_id = _signed_by(form)
    if account_id is None:  # nobody guesses a signature: only wrong ones are counted, and keep nobody out
        wait = _count(clock.moment(), {throttle.key(secret(), "passkeys", security.sender()): rules().limit})
        again = SignInForm(formdata=None, data={"next": form.next.data, "kept": form.kept.data})
        again.add_error(
            "", too_many(wait) if wait else _l("This passkey is not known here, or took too long. Try again")
        )
        return _with_wait(sign_in_page(again, 429 if wait else 400), wait)
    return _enter(form, account_id, means="passkey")


@blueprint.post("/sign-out")
@action(Action.SIGN_IN)
def sign_out() -> Any:
    """Sign out of this browser."""
    account, entered = security.current_account(), security.current_entered()
    if account is not None and entered is not None:
        now = clock.moment()
        with unit_of_work(now) as session:
            account_id, person_id = account.id, account.person_id
            sessions.leave(session, now, account_id=account_id, person_id=person_id, session_id=entered.session_id)
    security.end_session()
    return redirect(url_for("accounts.sign_in"), 303)


def sign_in_page(form: SignInForm, status: int = 200, notice: Any = None) -> Response:
    """The page of signing in, with the demo's accounts in demo mode."""
    settings = settings_of(current_app)
    offered = queries.one_of_each_office(database.session(), clock.today()) if settings.demo else []
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        passkey_form=_passkey_form(form),
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
    form.kept.data = seal(kept, secrets())
    if form.kept.data and kept.lost_files:
        notice = _(
            "Your session has ended. What you typed is kept, but not every file that you attached: "
            "sign in, then attach them once more."
        )
    elif form.kept.data:
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


def continue_page(kept: Kept, *, renewed: bool = True) -> Response:
    """A form as it was typed, to be sent by one press; with the files that are held for whoever is signed in.
    `renewed`: because the session was."""
    account = security.current_account()
    files = held_file_forms.names(kept.fields, account.person_id) if account is not None else []
    slips = sum(name == held_file_forms.SLIP for name, _value in kept.fields)
    lost = kept.lost_files or len(files) < slips
    values = {"kept": kept, "files": files, "lost_files": lost, "renewed": renewed}
    return make_response(render_template("accounts/continue.html", **values))


def _try(form: SignInForm) -> tuple[int, queries.Candidate | None]:
    """Hold what was typed against the account: (seconds to wait after too many tries, the account if it is theirs).

    The password is compared between two transactions: it takes long, and nobody else should wait for it. A browser that
    is known for the account has a count of its own: whoever else tries, from the same network too, cannot hold it up.
    """
    now = clock.moment()
    email = normal_address(form.email.data or "")
    own = security.known_device(email)
    pair = throttle.key(secret(), "own" if own else "pair", own or security.sender(), email)
    limits = {pair: throttle.ONE_ACCOUNT}
    if own is None:
        limits[throttle.key(secret(), "sender", security.sender())] = rules().limit
    with unit_of_work(now) as session:
        wait = service.count_try(session, now, limits)
        if not wait and own is None:  # whoever is held up already tries nothing, so holds nobody else up
            account = throttle.key(secret(), "account", email)
            wait = service.count_try(session, now, {account: throttle.OF_ACCOUNT})
        found = queries.candidate(session, email)
    if wait:
        log.warning("sign_in_held_back", wait_seconds=wait)
        return wait, None
    right = passwords.matches(found.password if found else None, form.password.data or "")
    with unit_of_work(now) as session:
        if not (right and found and found.active):
            service.refuse(session, now, account_id=found.id if found else None)
            return 0, None
        service.forget_tries(session, pair)
    return 0, found


def _try_code(form: StepForm, account_id: int) -> tuple[int, str | None]:
    """Hold a code against the account: (seconds to wait after too many tries, by which means it is right).

    Six digits could be guessed, so they are counted before they are looked at, from one place and of the account. A
    recovery code could not: only wrong ones are counted, and whatever others try, a right one lets its owner in.
    """
    now, typed = clock.moment(), form.factor_code.data or ""
    place = throttle.key(secret(), "codes", str(account_id), security.sender())
    limits = {place: throttle.ONE_ACCOUNT}
    guessable = factors.is_code_of_app(typed)
    if guessable:
        account = throttle.key(secret(), "codes", str(account_id))
        if wait := _count(now, limits) or _count(now, {account: throttle.CODES_OF_ACCOUNT}):
            log.warning("codes_held_back", wait_seconds=wait)
            return wait, None
    with unit_of_work(now) as session:
        means = factors.take_code(session, now, account_id=account_id, typed=typed, secret=secrets(), site=rules().site)
        if means is not None:
            service.forget_tries(session, place)
    return 0 if means or guessable else _count(now, limits), means


def _count(now: clock.Moment, limits: dict[str, throttle.Limit]) -> int:
    with unit_of_work(now) as session:
        return service.count_try(session, now, limits)


def _signed_by(form: PasskeyForm) -> int | None:
    """The account whose passkey signed the answer; none where nobody's did."""
    party, now = asking_party(), clock.moment()
    challenge = keys.unseal(secrets(), _CHALLENGE, form.challenge.data, _CHALLENGE_SECONDS)
    answer = form.answer.data or ""
    credential = passkeys.credential_in(answer)
    if party is None or challenge is None or credential is None:
        return None
    known = queries.passkey(database.session(), credential)
    count = None
    if known is not None:
        count = passkeys.count_in(party, challenge, answer, public_key=known.public_key, sign_count=known.sign_count)
    database.session().rollback()  # what follows begins as a writer
    with unit_of_work(now) as session:
        first = service.spend(session, now, throttle.key(secret(), "challenge", challenge))
        if known is None or count is None or not first:
            service.refuse(session, now, account_id=known.account_id if known else None)
            return None
        used = factors.use_passkey(session, now, passkey_id=known.id, before=known.sign_count, count=count)
    return known.account_id if used else None


def _enter(form: Any, account_id: int, *, means: str, rehashed: str | None = None) -> Any:
    """Begin the session and lead on: to what was kept, or where one wanted to go."""
    now = clock.moment()
    try:
        with unit_of_work(now) as session:
            account, key = service.enter(
                session, now, account_id=account_id, means=means, device=security.device(), rehashed=rehashed
            )
    except Forbidden as refusal:
        flash(str(refusal.message), "error")
        return redirect(url_for("accounts.sign_in"), 303)
    return _entered(form, account, key)


def _entered(form: Any, account: Account, key: str) -> Response:
    email = account.email
    security.begin_session(account, key)
    kept = unseal(form.kept.data, secrets()) if form.kept.data else None
    own = kept is not None and kept.is_of(account.person_id)
    answer = continue_page(kept) if kept and own else make_response(redirect(safe_next(form.next.data), 303))
    return security.know_device(answer, email)


def _step_page(form: StepForm, account_id: int, status: int = 200) -> Response:
    session = database.session()
    account = queries.by_id(session, account_id)
    page = render_template(
        "accounts/second_step.html",
        form=form,
        passkey_form=_passkey_form(form) if queries.passkeys(session, account_id) else None,
        has_app=account is not None and account.totp is not None,
    )
    return make_response(page, status)


def _passkey_form(form: Any) -> PasskeyForm | None:
    """The form of a passkey that leads on to where another form of the page leads; none where there are no passkeys."""
    if asking_party() is None:
        return None
    return PasskeyForm(formdata=None, data={"next": form.next.data, "kept": form.kept.data})


def _with_wait(response: Response, wait: int) -> Response:
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
