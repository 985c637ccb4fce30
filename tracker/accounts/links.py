"""Links sent by mail, good once and for a while: invitations and new passwords. What stands here is their digest."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import keys, letters, notices, queries, service
from tracker.accounts.models import Account, AccountLink, ResetWish
from tracker.accounts.sessions import service as sessions
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, Forbidden, NotFound
from tracker.core.languages import _l
from tracker.mail.service import Content
from tracker.settings import Site

INVITATION, RESET = "invitation", "reset"
INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
MOST_RESETS = 3  # links within the time that one is good: whoever asks for more gets no mail, the owner has some
WISH_LASTS = timedelta(hours=1)


def invite(session: Session, now: Moment, person: service.HasAddress, *, actor_id: int, site: Site) -> Account:
    """Invite a person: an account without a password, where there is none, and a mail with a link that sets one.

    A link sent before is withdrawn. Raises FieldError where the person has no address or the account has a password.
    """
    account = session.scalar(sa.select(Account).where(Account.person_id == person.id).with_for_update(of=Account))
    if account is None:
        account = service.register(session, now, person, None, actor_id=actor_id)
    if account.password is not None:
        raise FieldError("", _l("This person has signed in already, and needs no invitation"))
    if not account.active:
        raise Forbidden(_l("This account is disabled."))
    service.void_links(session, now, account.id)
    to = notices.reader_of(account)
    key, link = _new(session, now, account, INVITATION, INVITATION_LASTS, actor_id)
    content = letters.invitation(to, site, key, link.expires_at)
    _mail(session, now, account, site, link, content, to.language)
    record(session, now, Event.ACCOUNT_INVITED, actor_id=actor_id, subject=("account", account.id))
    return account


def withdraw_invitation(session: Session, now: Moment, *, account_id: int, actor_id: int) -> None:
    """Take back an invitation that was not followed. Raises NotFound where there is none."""
    service.get(session, account_id, lock=True)
    if not service.void_links(session, now, account_id, INVITATION):
        raise NotFound(_l("There is no invitation to take back."))
    record(session, now, Event.ACCOUNT_INVITATION_WITHDRAWN, actor_id=actor_id, subject=("account", account_id))


def wish(session: Session, now: Moment, *, email: str, language: str) -> None:
    """Take down that somebody forgot a password: the same one row, whoever is meant and whether there is such a one."""
    session.add(ResetWish(email=email, language=language, asked_at=now.at))
    session.flush()


def answer_wish(session: Session, now: Moment, site: Site) -> bool:
    """Answer the oldest wish for a new password by a mail, where there is an account for it; false where none waits."""
    oldest = sa.select(ResetWish).order_by(ResetWish.id).limit(1).with_for_update(skip_locked=True)
    found = session.scalar(oldest)
    if found is None:
        return False
    session.delete(found)
    session.flush()
    account = session.scalar(sa.select(Account).where(Account.email == found.email, Account.active))
    known = account is not None and account.password is not None
    if account is None or not known or found.asked_at < now.at - WISH_LASTS:
        return True
    if queries.links_since(session, account.id, RESET, now.at - RESET_LASTS) >= MOST_RESETS:
        return True
    to = notices.reader_of(account, found.language)
    key, link = _new(session, now, account, RESET, RESET_LASTS, None)
    _mail(session, now, account, site, link, letters.new_password(to, site, key, link.expires_at), to.language)
    record(session, now, Event.ACCOUNT_RESET_ASKED, actor_id=None, subject=("account", account.id))
    return True


def choose_password(session: Session, now: Moment, *, key: str, password: str, site: Site) -> Account:
    """Set a password by a link, which is used up with every other of the account. All its sessions end.

    Raises NotFound where the link is not good (any more), FieldError where the password is too weak or the same.
    """
    link = session.scalar(sa.select(AccountLink).where(AccountLink.digest == keys.digest(key)).with_for_update())
    if link is None or not queries.is_good(link, now):
        raise NotFound(_l("This link is no longer good."))
    account = service.get(session, link.account_id, lock=True)
    if not account.active:
        raise NotFound(_l("This link is no longer good."))
    service.put_password(account, password)
    link.used_at = now.at
    session.flush()
    service.void_links(session, now, account.id)
    sessions.end_others(session, now, account_id=account.id, session_id=None, actor_id=account.person_id)
    subject, detail = ("account", account.id), {"link": link.kind}
    record(session, now, Event.ACCOUNT_PASSWORD_CHOSEN, actor_id=account.person_id, subject=subject, detail=detail)
    if link.kind == RESET:
        notices.notify(session, now, account, site, "password_changed")
    return account


def _new(
    session: Session, now: Moment, account: Account, kind: str, lasts: timedelta, actor_id: int | None
) -> tuple[str, AccountLink]:
    key = keys.new_key()
    link = AccountLink(
        kind=kind,
        digest=keys.digest(key),
        account_id=account.id,
        made_by_id=actor_id,
        made_at=now.at,
        expires_at=now.at + lasts,
    )
    session.add(link)
    session.flush()
    return key, link


def _mail(
    session: Session, now: Moment, account: Account, site: Site, link: AccountLink, content: Content, language: str
) -> None:
    ref = str(link.id)
    notices.send(session, now, account, site, kind=notices.LINK, content=content, language=language, ref=ref)
