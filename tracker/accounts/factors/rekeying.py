"""Encrypting what stands under an old key of the product with its new one: the secrets of authenticator apps."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import keys
from tracker.accounts.factors import totp
from tracker.accounts.models import Account
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many secrets were encrypted anew, and how many none of the keys can read."""

    renewed: int
    unreadable: int


def rotate(session: Session, now: Moment, secrets: keys.Secret) -> Rotated:
    """Encrypt every shared secret with the first key. The same a second time changes nothing."""
    renewed = unreadable = 0
    held = sa.select(Account).where(Account.totp.is_not(None)).order_by(Account.id).with_for_update(of=Account)
    for account in session.scalars(held):
        try:
            anew = totp.renewed(secrets, account.totp or "")
        except KeyError:
            unreadable += 1
            continue
        if anew is not None:
            account.totp = anew
            renewed += 1
    if renewed:
        session.flush()
        record(session, now, Event.KEY_TAKEN, actor_id=None, subject=("key", None), detail={"apps": renewed})
    return Rotated(renewed, unreadable)
