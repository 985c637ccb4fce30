"""Deny by default: runs before every request, and at start refuses a product with an endpoint that says no action."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from tracker.accounts import security
from tracker.accounts.pages import held_file_forms
from tracker.accounts.pages import views as accounts
from tracker.accounts.pages.shortcuts import secrets
from tracker.accounts.security import rules
from tracker.accounts.sessions.held_forms import Kept, keep, seal, unseal
from tracker.core import clock
from tracker.core.actions import Action, action_of
from tracker.core.db import database
from tracker.core.languages import Readers, _, is_for_everybody, text_by_language
from tracker.core.web import preferences
from tracker.core.web.error_pages import is_away, page
from tracker.people import service as people
from tracker.permissions import navigation, policy
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader

# Endpoints that others made, so that they cannot say their action themselves.
FOREIGN = {"static": Action.PUBLIC}
_GUARD = "permissions"
_LANGUAGE = "language"


class UndeclaredAction(Exception):
    """An endpoint says no action, so nobody knows who may use it."""


@dataclass(frozen=True)
class Guard:
    """What was found at start: the action of each endpoint, and the entries of the menu whose pages exist."""

    actions: dict[str, Action]
    menu: tuple[navigation.Item, ...] = field(default=())


def install(app: Flask) -> None:
    """Guard every endpoint; called last, when all of them stand. Raises UndeclaredAction."""
    actions = declared_actions(app)
    address = app.url_map.bind("").build
    app.extensions[_GUARD] = Guard(actions, navigation.standing(set(actions), address))
    app.extensions["readers"] = Readers(preferences.signed_in, _language_of_reader, _remember_language)
    preferences.set_carrying(app, preferences.Carrying(sealed=_sealed, page=_carried_on))
    app.before_request(_check)
    app.register_error_handler(CSRFError, _form_out_of_date)
    app.context_processor(_reader_values)


def declared_actions(app: Flask) -> dict[str, Action]:
    """The action of every endpoint. Raises UndeclaredAction with the names of those that say none."""
    found = {name: FOREIGN.get(name) or action_of(view) for name, view in app.view_functions.items()}
    missing = sorted(name for name, action in found.items() if action is None)
    if missing:
        raise UndeclaredAction("no action is declared by " + ", ".join(missing))
    return {name: action for name, action in found.items() if action is not None}


def current_reader() -> Reader:
    """Whoever is signed in. Answers 401 where nobody is; behind the guard that is only so on open pages."""
    reader = reader_or_none()
    if reader is None:
        abort(401)
    return reader


def reader_or_none() -> Reader | None:
    """Whoever is signed in, or none; read once a request."""
    if "reader" not in g:
        g.reader = None  # should reading fail, the page of the error must not try again
        account = security.current_account()
        if account is not None:
            entered = security.current_entered()  # none yet in the request that signs in
            g.reader = reader_of(
                database.session(),
                entered.on if entered else clock.today(),
                person_id=account.person_id,
                account_id=account.id,
                name=account.person.name,
                language=account.person.language,
                held=entered.held if entered else None,
            )
    return cast(Reader | None, g.reader)


def may_open(endpoint: str) -> bool:
    """Whether the reader may ask for an address; what lies behind it may still be out of their bodies."""
    reader = reader_or_none()
    return reader is not None and endpoint in _guard().actions and reader.may(_guard().actions[endpoint])


def _guard() -> Guard:
    return cast(Guard, current_app.extensions[_GUARD])


def _open_to_all(endpoint: str) -> bool:
    return policy.entry(_guard().actions[endpoint]).everybody


def _check() -> Any:
    """Let through, or answer in place of the view. An address that does not exist is 404 for all."""
    endpoint = request.endpoint
    if endpoint is None or _open_to_all(endpoint):
        return None
    reader = reader_or_none()
    if reader is None:
        return _sign_in_first()
    if session.get(_LANGUAGE) != reader.language:
        session[_LANGUAGE] = reader.language  # should the database be away, the page that says so is in it too
    action = _guard().actions[endpoint]
    if action is not Action.OWN_SECURITY and _lacks_demanded_factor(reader):
        return _lead_to(url_for("accounts.second_factor"))
    if not reader.may(action):
        abort(403)
    return None


def _lacks_demanded_factor(reader: Reader) -> bool:
    """Whether an office held today demands a second factor, and the account has none: it is set up before anything
    else. An account that has one was asked for it at signing in."""
    entered = security.current_entered()
    return entered is not None and not entered.has_factor and reader.holds(*rules().demanding)


def _lead_to(address: str) -> Any:
    """To another page as a whole, also where a script asked for a part of one."""
    return ("", 401, {"HX-Redirect": address}) if request.headers.get("HX-Request") else redirect(address, 303)


def _sign_in_first() -> Any:
    if request.headers.get("HX-Request"):
        return _lead_to(url_for("accounts.sign_in"))
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("accounts.sign_in", next=_address()), 303)
    return accounts.ask_to_sign_in(_typed()) if _sent_from_here() else page(401)


def _form_out_of_date(error: CSRFError) -> Any:
    """A form without the token of this session: forged, or older than the session. What one typed oneself is kept."""
    endpoint = request.endpoint
    if endpoint is None or not _sent_from_here():
        return page(400)
    if endpoint == "accounts.sign_in":
        return accounts.ask_again()
    if reader_or_none() is not None:
        return accounts.continue_page(_typed())
    if is_for_everybody(endpoint):
        return page(400)  # nobody signs in for it
    return redirect(url_for("accounts.sign_in"), 303) if _open_to_all(endpoint) else accounts.ask_to_sign_in(_typed())


def _sent_from_here() -> bool:
    """Whether the browser says that one of our own pages sent this. Another site cannot make it say so."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def _typed() -> Kept:
    whose = _whose()
    slips, lost = held_file_forms.hold_sent(whose)
    fields = [*request.form.items(multi=True), *((held_file_forms.SLIP, slip) for slip in slips)]
    return keep(_address(), fields, lost_files=lost, person_id=whose)


def _whose() -> int | None:
    """Who typed it; none where nobody can be asked, as long as the database is away."""
    if is_away():
        known: Reader | None = g.get("reader")
        return known.person_id if known else None
    reader = reader_or_none()
    return reader.person_id if reader else security.whose_session_ended()


def _sealed() -> str:
    """What a form of ours brought to the page that answers it, or what that page itself carries; for whoever asks for
    the page in another language."""
    if request.method != "POST" or not _sent_from_here() or not _readable():
        return ""
    for name in ("kept", "carried"):  # on the way through signing in, or through the menu
        if name in request.form:
            return request.form[name]
    if request.endpoint is None or _open_to_all(request.endpoint):
        return ""  # these pages can be asked for again, and on the way in nothing is to be sent afterwards
    lost = any(file.filename for file in request.files.values())
    kept = keep(_address(), request.form.items(multi=True), lost_files=lost, person_id=_whose())
    return (seal(kept, secrets()) or "") if any(value.strip() for _name, value in kept.fields) else ""


def _readable() -> bool:
    """Whether what was sent can be read: not where it was too large, which the page says that asks here."""
    try:
        return bool(request.form)
    except HTTPException:
        return False


def _carried_on(sealed: str) -> Response | None:
    """What was typed, to be sent by one press of whoever typed it; who has not signed in does so first."""
    kept, reader = unseal(sealed, secrets()), reader_or_none()
    if kept is None or (reader is not None and not kept.is_of(reader.person_id)):
        return None
    return accounts.ask_to_sign_in(kept) if reader is None else accounts.continue_page(kept, renewed=False)


def _address() -> str:
    return request.full_path.removesuffix("?")


def _language_of_reader() -> str | None:
    reader = reader_or_none()
    return reader.language if reader else session.get(_LANGUAGE)


def _remember_language(language: str) -> None:
    reader = reader_or_none()
    if reader is not None:
        people.choose_language(database.session(), clock.moment(), actor_id=reader.person_id, language=language)


def _reader_values() -> dict[str, Any]:
    """What templates/base.html reads of the reader."""
    reader = reader_or_none()
    if reader is None:
        return {"reader": None}
    body = text_by_language(reader.held[0].agency_name) if reader.held else None
    values: dict[str, Any] = {
        "reader": reader,
        "nav": navigation.menu(navigation.of(reader, _guard().menu), _entries()),
        "account": {
            "office": reader.shown_name,
            "agency": body,
            "links": [(_("Your account"), url_for("accounts.account"))],
        },
    }
    entered = security.current_entered()
    if entered is not None and "home.inbox_page" in _guard().actions:
        told = {"label": _("Inbox"), "meaning": _("not seen"), "new": entered.unseen}
        values["inbox"] = {"href": url_for("home.inbox_page"), **told}
    return values | {"body_name": body} if body else values


def _entries() -> Callable[[navigation.Item, str], navigation.Entry]:
    """What makes an entry as base.html draws it on this page."""
    filtered, endpoint, path, root = (
        bool(request.args.get("status")),
        request.endpoint,
        request.path,
        request.script_root,
    )

    def entry(item: navigation.Item, only: str) -> navigation.Entry:
        here = endpoint == item.endpoint and filtered is bool(item.arguments)
        current = "page" if here else "true" if path.startswith(item.within) else ""
        return navigation.Entry(str(item.label), root + item.path, item.keeps, current, only)

    return entry
