"""Second factors: an authenticator app, passkeys, recovery codes; added, used, removed. What is right is checked here
or before, so that a code is good once, whatever comes at the same time."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import keys, notices, queries
from tracker.accounts.factors import totp
from tracker.accounts.factors.passkeys import NewPasskey
from tracker.accounts.models import Account, Passkey, RecoveryCode
from tracker.accounts.service import get, new_uniquifier
from tracker.accounts.sessions import service as sessions
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import _l
from tracker.settings import Site

MOST_PASSKEYS = 20
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Added:
    """A factor was added. `codes`: the recovery codes made with the first one, shown once."""

    codes: tuple[str, ...] = ()


def add_app(
    session: Session, now: Moment, *, account_id: int, stored: str, code: str, secret: keys.Secret, site: Site
) -> Added:
    """Take an authenticator app as second factor, proved by a code of it. Raises FieldError where the code is wrong."""
    account = get(session, account_id, lock=True)
    counter = totp.counter_of(secret, stored, code, now.at, None)
    if counter is None:
        message = _l("This is not the app's code now. Enter the one that it shows at this moment")
        raise FieldError("factor_code", message)
    account.totp, account.totp_counter = stored, counter
    return _added(session, now, account, site, "app")


def remove_app(session: Session, now: Moment, *, account_id: int, site: Site, demanded: bool) -> None:
    """Remove the authenticator app. Raises FieldError where a second factor is demanded and it is the only one."""
    account = get(session, account_id, lock=True)
    if account.totp is None:
        raise NotFound(_l("There is no authenticator app."))
    _may_go(session, account, demanded)
    account.totp = account.totp_counter = None
    _removed(session, now, account, site, "app")


def add_passkey(session: Session, now: Moment, *, account_id: int, made: NewPasskey, name: str, site: Site) -> Added:
    """Take a passkey. Raises FieldError where there are too many or it is known already."""
    account = get(session, account_id, lock=True)
    if len(queries.passkeys(session, account_id)) >= MOST_PASSKEYS:
        raise FieldError("name", _l("You have as many passkeys as an account can have. Remove one first"))
    if queries.passkey(session, made.credential):
        raise FieldError("name", _l("This passkey is known already"))
    session.add(
        Passkey(
            token=keys.new_token(),
            account_id=account_id,
            credential=made.credential,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=" ".join(name.split())[:LONGEST_NAME],
            made_at=now.at,
        )
    )
    return _added(session, now, account, site, "passkey")


def remove_passkey(session: Session, now: Moment, *, account_id: int, token: str, site: Site, demanded: bool) -> None:
    """Remove a passkey. Raises NotFound, and FieldError where one is demanded and it is the only second factor."""
    account = get(session, account_id, lock=True)
    found = session.scalar(sa.select(Passkey).where(Passkey.account_id == account_id, Passkey.token == token))
    if found is None:
        raise NotFound(_l("There is no such passkey."))
    _may_go(session, account, demanded)
    session.delete(found)
    _removed(session, now, account, site, "passkey")


def new_codes(session: Session, now: Moment, *, account_id: int, site: Site) -> tuple[str, ...]:
    """Make new recovery codes; those before are no longer good. Raises FieldError where there is no second factor."""
    account = get(session, account_id, lock=True)
    if not queries.factor_count(session, account_id):
        raise FieldError("", _l("Recovery codes stand in for a second factor. Set one up first"))
    codes = _make_codes(session, account_id)
    record(session, now, Event.ACCOUNT_CODES_MADE, actor_id=account.person_id, subject=("account", account_id))
    notices.notify(session, now, account, site, "codes_made")
    return codes


def is_code_of_app(typed: str) -> bool:
    """Whether what was typed can only be a code of an app: digits, however they are set apart."""
    digits = "".join(typed.split())
    return digits.isascii() and digits.isdigit()


def take_code(
    session: Session, now: Moment, *, account_id: int, typed: str, secret: keys.Secret, site: Site
) -> str | None:
    """Take what was typed as second factor: "app" or "code" (a recovery code), by which it is; none where it is wrong.

    Each is good once: the account's row is locked until the end of the unit of work.
    """
    account = get(session, account_id, lock=True)
    if account.totp and is_code_of_app(typed):
        digits = "".join(typed.split())
        counter = totp.counter_of(secret, account.totp, digits, now.at, account.totp_counter)
        if counter is not None:
            account.totp_counter = counter
            return "app"
    code = session.scalar(
        sa.select(RecoveryCode).where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.digest == keys.digest(keys.plain_code(typed)),
            RecoveryCode.used_at.is_(None),
        )
    )
    if code is None:
        record(session, now, Event.ACCOUNT_CODE_REFUSED, actor_id=None, subject=("account", account_id))
        return None
    code.used_at = now.at
    record(session, now, Event.ACCOUNT_CODE_USED, actor_id=account.person_id, subject=("account", account_id))
    notices.notify(session, now, account, site, "code_used")
    return "code"


def use_passkey(session: Session, now: Moment, *, passkey_id: int, before: int, count: int) -> bool:
    """Keep the new count of a passkey's signatures; false where somebody used it at the same time."""
    found = session.scalar(sa.select(Passkey).where(Passkey.id == passkey_id).with_for_update())
    if found is None or found.sign_count != before:
        return False
    found.sign_count, found.used_at = count, now.at
    return True


def remove_all(session: Session, now: Moment, *, account_id: int, actor_id: int, site: Site) -> None:
    """Remove every second factor of an account and end its sessions: what two administrators agreed on calls it."""
    account = get(session, account_id, lock=True)
    account.totp = account.totp_counter = None
    session.execute(sa.delete(Passkey).where(Passkey.account_id == account_id))
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    account.fs_uniquifier = new_uniquifier()
    sessions.end_others(session, now, account_id=account_id, session_id=None, actor_id=actor_id)
    record(session, now, Event.ACCOUNT_FACTORS_REMOVED, actor_id=actor_id, subject=("account", account_id))
    notices.notify(session, now, account, site, "factors_removed")


def _added(session: Session, now: Moment, account: Account, site: Site, kind: str) -> Added:
    session.flush()
    subject = ("account", account.id)
    record(session, now, Event.ACCOUNT_FACTOR_ADDED, actor_id=account.person_id, subject=subject, detail={"kind": kind})
    notices.notify(session, now, account, site, f"{kind}_added")
    first = not queries.codes_left(session, account.id)
    return Added(_make_codes(session, account.id) if first else ())


def _removed(session: Session, now: Moment, account: Account, site: Site, kind: str) -> None:
    session.flush()
    subject = ("account", account.id)
    record(
        session, now, Event.ACCOUNT_FACTOR_REMOVED, actor_id=account.person_id, subject=subject, detail={"kind": kind}
    )
    notices.notify(session, now, account, site, f"{kind}_removed")
    if not queries.factor_count(session, account.id):  # codes stand in for a factor, and there is none
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _may_go(session: Session, account: Account, demanded: bool) -> None:
    if demanded and queries.factor_count(session, account.id) <= 1:
        raise FieldError("", _l("Your office demands a second factor. Set up another one before you remove this one"))


def _make_codes(session: Session, account_id: int) -> tuple[str, ...]:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = keys.new_codes()
    session.add_all(RecoveryCode(account_id=account_id, digest=keys.digest(keys.plain_code(code))) for code in codes)
    session.flush()
    return tuple(codes)
