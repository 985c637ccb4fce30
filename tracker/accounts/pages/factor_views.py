"""One's own second factors: what there is, adding and removing an app or a passkey, new recovery codes."""

from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from tracker.accounts import keys, queries, security
from tracker.accounts.factors import passkeys, pictures, totp
from tracker.accounts.factors import service as factors
from tracker.accounts.models import Account
from tracker.accounts.pages.blueprint import blueprint
from tracker.accounts.pages.forms import AppForm, GuardedForm, NewPasskeyForm
from tracker.accounts.pages.shortcuts import asking_party, holds_password, mine, product_name, secrets, shown_once
from tracker.accounts.security import rules
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.languages import _, _l

_APP, _APP_SECONDS = "app to add", 3600
_PASSKEY, _PASSKEY_SECONDS = "passkey to add", 600


@blueprint.get("/account/second-factor")
@action(Action.OWN_SECURITY)
def second_factor() -> Any:
    """What stands beside the password, what can be added, and whether one's office demands it."""
    own, session = mine(), database.session()
    return render_template(
        "accounts/second_factor.html",
        has_app=own.totp is not None,
        passkeys=queries.passkeys(session, own.id),
        passkeys_possible=asking_party() is not None,
        codes_left=queries.codes_left(session, own.id),
        demanded=security.is_demanded(own.person_id),
    )


@blueprint.route("/account/second-factor/app", methods=["GET", "POST"])
@action(Action.OWN_SECURITY)
def add_app() -> Any:
    """Add an authenticator app. Its secret travels sealed in the page, and is stored once a code proved it."""
    own, form = mine(), AppForm(fresh=security.is_fresh())
    account_id = own.id
    stored = _unsealed(form, account_id)
    if stored is None:
        stored = totp.new(secrets())
        form.sealed.data = keys.seal(secrets(), _APP, [account_id, stored])
        if request.method == "POST":
            form.add_error("factor_code", _l("This page had stood open too long. Scan the new picture"))
    elif (
        form.validate_on_submit()
        and holds_password(form, own)
        and form.carry_out(_add_app, account_id=account_id, stored=stored, form=form)
    ):
        return _added(form.result, _("The authenticator app is added."))
    address = totp.address(secrets(), stored, label=own.email, issuer=product_name())
    page = render_template(
        "accounts/add_app.html",
        form=form,
        picture=pictures.qr(address),
        address=address,
        shown=totp.shown(secrets(), stored),
        replaces=own.totp is not None,
    )
    return shown_once(make_response(page, 400 if form.all_errors() else 200))


@blueprint.route("/account/second-factor/app/remove", methods=["GET", "POST"])
@action(Action.OWN_SECURITY)
def remove_app() -> Any:
    """Remove the app, asked twice."""
    own = mine()
    if own.totp is None:
        raise NotFound
    return _remove(own, factors.remove_app, _("Remove the authenticator app"), _("The authenticator app is removed."))


@blueprint.route("/account/second-factor/passkeys", methods=["GET", "POST"])
@action(Action.OWN_SECURITY)
def add_passkey() -> Any:
    """Add a passkey; the browser makes it, so this takes a script."""
    if asking_party() is None:
        raise NotFound
    own, form = mine(), NewPasskeyForm(fresh=security.is_fresh())
    account_id = own.id
    if (
        form.validate_on_submit()
        and holds_password(form, own)
        and (made := _made(form, account_id)) is not None
        and form.carry_out(_add_passkey, account_id=account_id, made=made, form=form)
    ):
        return _added(form.result, _("The passkey is added."))
    return make_response(render_template("accounts/add_passkey.html", form=form), 400 if form.all_errors() else 200)


@blueprint.get("/account/second-factor/passkeys/question")
@action(Action.OWN_SECURITY)
def new_passkey_question() -> Any:
    """What a script asks the browser for."""
    own, party = mine(), asking_party()
    if party is None:
        raise NotFound
    held = [one.credential for one in queries.passkeys(database.session(), own.id)]
    options, challenge = passkeys.to_make(
        party, handle=own.person.token, address=own.email, name=own.person.name, held=held
    )
    sealed = keys.seal(secrets(), _PASSKEY, [own.id, challenge])
    return jsonify(options=options, challenge=sealed), 200, {"Cache-Control": "no-store"}


@blueprint.route("/account/second-factor/passkeys/<token>/remove", methods=["GET", "POST"])
@action(Action.OWN_SECURITY)
def remove_passkey(token: str) -> Any:
    """Remove a passkey, asked twice."""
    own = mine()
    found = next((one for one in queries.passkeys(database.session(), own.id) if one.token == token), None)
    if found is None:
        raise NotFound
    title = _("Remove the passkey “%(name)s”", name=found.name)
    return _remove(own, factors.remove_passkey, title, _("The passkey is removed."), token=token)


@blueprint.route("/account/second-factor/codes", methods=["GET", "POST"])
@action(Action.OWN_SECURITY)
def new_codes() -> Any:
    """Make new recovery codes, asked twice: those before are no longer good."""
    own, form = mine(), GuardedForm(fresh=security.is_fresh())
    account_id = own.id
    if (
        form.validate_on_submit()
        and holds_password(form, own)
        and form.carry_out(factors.new_codes, account_id=account_id, site=rules().site)
    ):
        return _codes_page(form.result)
    page = render_template("accounts/new_codes.html", form=form)
    return make_response(page, 400 if form.all_errors() else 200)


def _unsealed(form: AppForm, account_id: int) -> str | None:
    held = keys.unseal(secrets(), _APP, form.sealed.data, _APP_SECONDS) if request.method == "POST" else None
    return str(held[1]) if isinstance(held, list) and held[0] == account_id else None


def _made(form: NewPasskeyForm, account_id: int) -> passkeys.NewPasskey | None:
    """The passkey that the browser made; what is wrong with it is said on top of the form."""
    party = asking_party()
    held = keys.unseal(secrets(), _PASSKEY, form.challenge.data, _PASSKEY_SECONDS)
    if party is not None and isinstance(held, list) and held[0] == account_id and form.answer.data:
        made = passkeys.made(party, held[1], form.answer.data)
        if made is not None:
            return made
    form.add_error("", _l("The browser did not make a passkey. Try again, or add an authenticator app instead"))
    return None


def _remove(own: Account, verb: Callable[..., None], title: str, done: str, **which: str) -> Any:
    form = GuardedForm(fresh=security.is_fresh())
    account_id, demanded = own.id, security.is_demanded(own.person_id)

    given = {"account_id": account_id, "site": rules().site, "demanded": demanded, **which}
    if form.validate_on_submit() and holds_password(form, own) and form.carry_out(verb, **given):
        flash(done, "success")
        return redirect(url_for("accounts.second_factor"), 303)
    page = render_template("accounts/remove_factor.html", form=form, title=title)
    return make_response(page, 400 if form.all_errors() else 200)


def _added(added: factors.Added, done: str) -> Any:
    """With the first factor come the recovery codes, shown once."""
    flash(done, "success")
    return _codes_page(added.codes) if added.codes else redirect(url_for("accounts.second_factor"), 303)


def _codes_page(codes: tuple[str, ...]) -> Any:
    return shown_once(make_response(render_template("accounts/codes.html", codes=codes)))


def _add_app(session: Session, now: Moment, *, account_id: int, stored: str, form: AppForm) -> factors.Added:
    return factors.add_app(
        session,
        now,
        account_id=account_id,
        stored=stored,
        code="".join((form.factor_code.data or "").split()),
        secret=secrets(),
        site=rules().site,
    )


def _add_passkey(
    session: Session, now: Moment, *, account_id: int, made: passkeys.NewPasskey, form: NewPasskeyForm
) -> factors.Added:
    return factors.add_passkey(
        session,
        now,
        account_id=account_id,
        made=made,
        name=form.name.data or "",
        site=rules().site,
    )
