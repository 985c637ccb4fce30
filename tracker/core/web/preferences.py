"""Language and theme, chosen by anybody on any page and kept on the device. Two forms that lead back where one was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, request, session

from tracker.core import languages
from tracker.core.actions import Action, action
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.languages import LANGUAGES

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
YEAR_SECONDS = 365 * 24 * 3600
_SIGNED_IN = "_user_id"  # Flask-Login's mark in the session

_CARRYING = "carrying"

blueprint = Blueprint("preferences", __name__)


@dataclass(frozen=True)
class Carrying:
    """How what was typed goes along when a page that answers a form is read in another language or display. Such a page
    can't be asked for again, and who may see what was typed core does not know."""

    sealed: Callable[[], str] = lambda: ""  # what this request sent; "" where that is nothing
    page: Callable[[str], Response | None] = lambda sealed: None  # it again; none where it is over


def set_carrying(app: Flask, carrying: Carrying) -> None:
    """Say how; called once by the room that knows readers and their sessions."""
    app.extensions[_CARRYING] = carrying


def carrying_of(app: Flask) -> Carrying:
    """How what was typed goes along; not at all where nobody has said."""
    return cast(Carrying, app.extensions.get(_CARRYING, Carrying()))


@blueprint.post("/language")
@action(Action.PUBLIC)
def language() -> Response:
    """Keep the language on the device, and with the person where one is signed in."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    if signed_in():
        with unit_of_work():
            languages.readers_of(current_app).remember_language(chosen)
    with languages.in_language(chosen):
        return _back(languages.COOKIE, chosen)


@blueprint.post("/theme")
@action(Action.PUBLIC)
def theme() -> Response:
    """Keep the theme on the device: it may be dark on the phone and light on the desk."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        abort(400)
    g.theme = chosen
    return _back(THEME_COOKIE, chosen)


def signed_in() -> bool:
    """Whether this request comes with a signed-in session. Who it is, core does not know."""
    return _SIGNED_IN in session


def chosen_theme() -> str:
    """The theme of this device: "system", "light" or "dark"."""
    chosen = g.get("theme") or request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def safe_next(target: str | None, otherwise: str = "/") -> str:
    """Where to go on to: the target if it is a path of ours, else `otherwise`. Never another site.

    Browsers read "//host", "/\\host" and paths with control signs as other sites, so these are refused too.
    """
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return otherwise
    if "\\" in target or any(character <= " " or character == "\x7f" for character in target):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else target


def _back(cookie: str, value: str) -> Response:
    carried = request.form.get("carried", "")
    page = carrying_of(current_app).page(carried) if carried else None
    response = page or cast(Response, redirect(safe_next(request.form.get("next")), 303))
    response.status_code = 200 if page else response.status_code
    secure = settings_of(current_app).secure
    response.set_cookie(cookie, value, max_age=YEAR_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return response
