"""Puts the mails of accounts into the outbox. All count as asked for: they leave whatever somebody's wishes for
reminders are, and their text is gone once they were sent."""

from sqlalchemy.orm import Session

from tracker.accounts import keys, letters
from tracker.accounts.letters import Reader
from tracker.accounts.models import Account
from tracker.core.clock import Moment
from tracker.core.languages import DEFAULT
from tracker.mail import service as outbox
from tracker.mail.service import Content
from tracker.settings import Site

LINK, NOTICE = "account_link", "account_notice"


def reader_of(account: Account, otherwise: str | None = None) -> Reader:
    """The owner of an account as a mail addresses them, in their language, or in the one of the page they used."""
    return Reader(account.person.name, account.person.language or otherwise or DEFAULT)


def send(
    session: Session,
    now: Moment,
    account: Account,
    site: Site,
    *,
    kind: str,
    content: Content,
    language: str,
    ref: str | None = None,
) -> None:
    """Queue a mail to the owner of an account."""
    outbox.queue(
        session,
        now,
        outbox.Letter(
            key=f"{kind}:{keys.new_token()}",
            kind=kind,
            ref=ref,
            person_id=account.person_id,
            language=language,
            content=content,
            host=site.host,
            carries_token=True,
        ),
    )


def notify(session: Session, now: Moment, account: Account, site: Site, what: str) -> None:
    """Tell the owner of an account what changed in it; `what` is one of letters.NOTICES."""
    to = reader_of(account)
    content = letters.notice(to, site, what, now.at)
    send(session, now, account, site, kind=NOTICE, content=content, language=to.language)
