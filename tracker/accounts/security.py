"""Fits Flask-Security to our unit of work and switches off what we do not offer. Its own pages are not registered."""

from typing import Any

import flask_security
from flask import Flask, g, request, session
from flask_security import Security, SQLAlchemyUserDatastore, current_user

from tracker.accounts import constraints, passwords, queries, throttle
from tracker.accounts.models import Account, NoRole
from tracker.core import clock
from tracker.core.database import begin_as_writer, db
from tracker.core.database import session as database_session
from tracker.people import constraints as people
from tracker.settings import Settings

SESSION_SECONDS = 12 * 3600  # since signing in: a working day, so that nobody signs in twice in one
_SIGNED_IN_AT = "fs_paa"  # Flask-Security's own mark of the moment of signing in
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LIMIT = "sign_in_limit"


class Datastore(SQLAlchemyUserDatastore):
    """Flask-Security commits by itself; here it only flushes, and the unit of work commits."""

    def commit(self) -> None:
        """Write what is pending into the transaction that runs."""
        self.db.session.flush()


def init_app(app: Flask, settings: Settings) -> None:
    """Attach Flask-Security. Raises ValueError where the sign-in limit is no limit."""
    app.config.from_mapping(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of a method
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=True,  # the hash alone: another secret key must not end all passwords
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__memory_cost": passwords.MEMORY_KIB,
            "argon2__time_cost": passwords.PASSES,
            "argon2__parallelism": passwords.LANES,
        },
        SECURITY_PASSWORD_NORMALIZE_FORM=passwords.NORMAL_FORM,
        SECURITY_PASSWORD_LENGTH_MIN=passwords.SHORTEST,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FLASH_MESSAGES=False,
    )
    app.before_request(_begin)  # before Flask-Security, whose look-up of the account opens the first transaction
    security = Security(app, Datastore(db, Account, NoRole), register_blueprint=False)
    security.login_manager.user_loader(_load)
    security.login_manager.request_loader(None)  # no tokens in addresses or headers
    security.principal.skip_static = True
    app.extensions[_LIMIT] = throttle.read_limit(settings.sign_in_limit)
    constraints.explain()
    people.explain()


def limit_of(app: Flask) -> throttle.Limit:
    """How often one network address may try to sign in."""
    limit: throttle.Limit = app.extensions[_LIMIT]
    return limit


def begin_session(account: Account) -> None:
    """Begin a new session: nothing of the one before goes over into it, above all no token planted by somebody else."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps the one of the session before
    flask_security.login_user(account, remember=False, authn_via=["password"])


def end_session() -> None:
    """Leave nothing of the session in the browser."""
    flask_security.logout_user()
    session.clear()


def current_account() -> Account | None:
    """The account that is signed in on this request, or none."""
    return current_user._get_current_object() if current_user and current_user.is_authenticated else None


def _begin() -> None:
    """Whether this request's transactions begin as writers follows from its method, and is said anew each time."""
    begin_as_writer(request.method not in _READING)


def _load(uniquifier: str) -> Account | None:
    """Flask-Login asks for the account of a session; none where it is too old or was ended."""
    signed_in_at: Any = session.get(_SIGNED_IN_AT)
    if not isinstance(signed_in_at, int | float) or clock.now().timestamp() - signed_in_at > SESSION_SECONDS:
        return None
    if g.get("account_look_up_failed"):
        return None  # the page that tells of the failure asks again who is signed in
    g.account_look_up_failed = True
    account = queries.by_session(database_session(), uniquifier)
    g.account_look_up_failed = False
    return account
