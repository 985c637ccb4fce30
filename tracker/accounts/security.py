"""Who is signed in on a request: sessions over Flask-Login, and what the settings say of signing in."""

from datetime import timedelta
from typing import Any, Final

import flask_login
import structlog
from flask import Flask, Response, current_app, g, request, session
from flask_login import LoginManager, current_user
from sqlalchemy.exc import SQLAlchemyError

from tracker.accounts import keys, queries
from tracker.accounts.factors import factor_policy
from tracker.accounts.models import Account
from tracker.accounts.sessions import devices, throttle
from tracker.accounts.sessions import service as sessions
from tracker.accounts.sign_in_rules import Rules, read
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.database import begin_as_ever, begin_as_writer
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.web import health
from tracker.settings import Settings

HALF_WAY = timedelta(minutes=10)  # between the password and the second factor
FRESH = timedelta(minutes=15)  # after signing in, what guards the account may be changed without the password once more
KNOWN_SECONDS: Final = 365 * 24 * 3600
_KEY, _STEP = "key", "step"
_KNOWN, _KNOWN_PURPOSE = "known-device", "known device"
_RULES = "sign_in_rules"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

log = structlog.get_logger("accounts")


def init_app(app: Flask, settings: Settings) -> None:
    """Attach Flask-Login, and keep what the settings say. Raises SettingsError as `sign_in_rules.read` does."""
    app.extensions[_RULES] = read(settings)
    app.before_request(_begin)  # before anybody asks who is signed in, which opens the first transaction
    app.teardown_request(lambda _error: begin_as_ever())
    manager = LoginManager(app)
    manager.user_loader(_load)
    app.after_request(_write_down_that_seen)


def rules() -> Rules:
    """What the settings say of signing in."""
    found: Rules = current_app.extensions[_RULES]
    return found


def is_demanded(person_id: int) -> bool:
    """Whether an office that the person holds today demands a second factor."""
    return factor_policy.is_demanded(database.session(), person_id, clock.today(), rules().demanding)


def begin_session(account: Account, key: str) -> None:
    """Carry a new session: nothing of the one before goes over into it, above all no token planted by somebody else."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps the one of the session before
    g.pop("entered", None)
    flask_login.login_user(account)
    session[_KEY] = key


def end_session() -> None:
    """Leave nothing of the session in the browser."""
    flask_login.logout_user()
    session.clear()


def begin_second_step(uniquifier: str) -> None:
    """The password was right; whose it was is carried, in a new session that nobody is signed in to."""
    session.clear()
    g.pop("csrf_token", None)
    session[_STEP] = [uniquifier, int(clock.now().timestamp())]


def half_way() -> Account | None:
    """Whose password was right a short while ago, when the second factor is to follow; none where nobody's was."""
    held: Any = session.get(_STEP)
    if not isinstance(held, list) or len(held) != 2 or not isinstance(held[1], int):
        return None
    if clock.now().timestamp() - held[1] > HALF_WAY.total_seconds():
        return None
    return queries.half_way(database.session(), str(held[0]))


def current_account() -> Account | None:
    """The account that is signed in on this request, or none."""
    return current_user._get_current_object() if current_user and current_user.is_authenticated else None


def whose_session_ended() -> int | None:
    """The person whose session this browser carries though it has ended; none where it carries none any more."""
    uniquifier = session.get("_user_id")
    if current_account() is not None or not isinstance(uniquifier, str):
        return None
    account = queries.half_way(database.session(), uniquifier)
    return account.person_id if account is not None else None


def current_entered() -> queries.Entered | None:
    """The session of this request, or none where nobody is signed in."""
    found: queries.Entered | None = g.get("entered") if current_account() is not None else None
    return found


def is_fresh() -> bool:
    """Whether somebody signed in so short a while ago that nobody else can have sat down at the device."""
    entered = current_entered()
    return entered is not None and clock.now() - entered.began_at < FRESH


def device() -> devices.Device:
    """The browser of this request."""
    return devices.read(request.headers.get("User-Agent"))


def sender() -> str:
    """Where this request comes from, as far as tries are counted."""
    return throttle.origin(request.remote_addr)


def known_device(email: str) -> str | None:
    """The name of this browser, where somebody signed in to that account on it before; none where nobody did.

    Its tries are counted apart, so that nobody else, not even behind the same network address, can hold it up.
    """
    return _known_by(_secrets(), email)


def know_device(response: Response, email: str) -> Response:
    """Let this browser be known for that account from now on, by the key of today."""
    key = _secrets()[0]
    if _known_by((key,), email) is None:
        value = keys.seal(key, _KNOWN_PURPOSE, [_whose(key, email), known_device(email) or keys.new_token()])
        secure = settings_of(current_app).secure
        response.set_cookie(_KNOWN, value, max_age=KNOWN_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return response


def _known_by(secrets: tuple[str, ...], email: str) -> str | None:
    held = keys.unseal(secrets, _KNOWN_PURPOSE, request.cookies.get(_KNOWN), KNOWN_SECONDS)
    if not isinstance(held, list) or len(held) != 2 or held[0] not in {_whose(key, email) for key in secrets}:
        return None
    return str(held[1])


def _whose(secret: str, email: str) -> str:
    return throttle.key(secret, "device of", email)


def _secrets() -> tuple[str, ...]:
    return settings_of(current_app).secret_keys


def _begin() -> None:
    """Whether this request's transactions begin as writers follows from its method, and is said anew each time."""
    begin_as_writer(request.method not in _READING)


def _load(uniquifier: str) -> Account | None:
    """Flask-Login asks for the account of a session; none where it was ended, is too old, or was left alone."""
    key, now = session.get(_KEY), clock.moment()
    if not isinstance(key, str) or g.get("account_look_up_failed"):
        return None  # (the page that tells of a failure asks again who is signed in)
    g.account_look_up_failed = True
    found = queries.by_session(database.session(), keys.digest(key), uniquifier, now.on)
    g.account_look_up_failed = False
    if found is None:
        return None
    since, seen_since = sessions.going_on(now.at, rules().idle)
    if found[1].began_at < since or found[1].seen_at < seen_since:
        return None
    g.entered = found[1]
    health.note_beat(found[1].beat_at)
    return found[0]


def _write_down_that_seen(response: Response) -> Response:
    """Once in some minutes, after the answer was made: the list of devices says when each was last seen."""
    entered, now = g.get("entered"), clock.moment()
    by_itself = "HX-Request" in request.headers or request.endpoint == "static"  # a page asked, and no person
    if entered is None or now.at - entered.seen_at < sessions.SEEN_EVERY or by_itself:
        return response
    g.pop("entered")
    try:
        database.session().rollback()  # the page was read, and whatever it changed is committed
        with unit_of_work(now) as writing:
            sessions.see(writing, now, entered.session_id)
    except SQLAlchemyError as error:  # nobody's page fails for this
        log.warning("not_written_down_that_seen", reason=type(error).__name__)
    return response
