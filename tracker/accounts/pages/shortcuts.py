"""What several pages of accounts need: the product's key, who asks for passkeys, whose account it is."""

from typing import Any, cast

from flask import Response, current_app

from tracker.accounts import passwords, security, service
from tracker.accounts.factors import passkeys
from tracker.accounts.models import Account
from tracker.accounts.sessions import throttle
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _l, ngettext

NOT_YOURS = _l("This is not your password now")


def secret() -> str:
    """The product's key."""
    return secrets()[0]


def secrets() -> tuple[str, ...]:
    """The product's key, then those of before: what was sealed with one of them can be read."""
    return settings_of(current_app).secret_keys


def product_name() -> str:
    """What the product is called in an app or a password manager."""
    return f"{_('Commitment book')} {settings_of(current_app).province}"


def asking_party() -> passkeys.Party | None:
    """Who asks for passkeys here; none at an address that knows none."""
    return passkeys.party(settings_of(current_app).base_url, product_name())


def mine() -> Account:
    """The account that is signed in; only behind the guard."""
    return cast(Account, security.current_account())


def too_many(wait_seconds: int) -> str:
    """What is said to whoever tries too often."""
    minutes = -(-wait_seconds // 60)
    return ngettext("Too many tries. Wait a minute.", "Too many tries. Wait %(num)s minutes.", minutes)


def holds_password(form: Any, account: Account) -> bool:
    """Whether the form's `current` is the account's password; else says so beside it. Counted, so that nobody who sits
    down at an open session guesses it. Where the form does not ask for it, the session is fresh."""
    if "current" not in form:
        return True
    now = clock.moment()
    stored, key = account.password, throttle.key(secret(), "change", str(account.id))
    with unit_of_work(now) as session:
        wait = service.count_try(session, now, {key: throttle.ONE_ACCOUNT})
    if wait or not passwords.matches(stored, form.current.data or ""):
        form.add_error("current", too_many(wait) if wait else NOT_YOURS)
        return False
    with unit_of_work(now) as session:
        service.forget_tries(session, key)
    return True


def shown_once(response: Response) -> Response:
    """A page with a secret on it: no cache keeps it, and no "back" shows it again."""
    response.headers["Cache-Control"] = "no-store"
    return response
