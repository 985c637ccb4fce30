"""The outbox's verbs: queue a mail, claim what is to be sent, record what became of it. Nothing here speaks SMTP."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment, beginning
from tracker.mail.models import OutboxMail

# Longer than the slowest sending and its record after an outage; after a crash the mail is taken up again.
CLAIM = timedelta(seconds=150)
RETRY_AFTER = (1, 5, 15, 60, 180, 360, 720)  # minutes after the first, second, … failure; then it has failed for good
LONGEST_WAIT = timedelta(minutes=RETRY_AFTER[-1] + 60)
ERROR_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail says: plain text always, HTML beside it where there is one."""

    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be put into the outbox. `key`: what makes a second one impossible. `ref`: what it is about, as its kind
    finds it again; none where the kind needs nothing. `thread`: the one thing that it is about, as ("target", its
    code in addresses), so that mail programs show together what is said of that."""

    key: str
    kind: str
    person_id: int
    language: str
    content: Content
    host: str  # of the site, which its Message-ID is made with
    ref: str | None = None
    carries_token: bool = False
    thread: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed mail with the address it goes to, free of any session."""

    id: int
    attempt: int
    message_id: str
    address: str
    content: Content
    language: str
    created_at: datetime
    kind: str = ""
    thread: str | None = None
    carries_token: bool = False


StillDue = Callable[[Session, OutboxMail, Moment], Content | None]
AllStillDue = Callable[[Session, Sequence[OutboxMail], Moment], Mapping[int, Content]]  # by the id of the mail


class AddressBook(Protocol):
    """Where persons can be written to now, by their ids; who has no address or wants no mail is left out.

    `wanted_only` false: also who wants no mail, for what they asked for themselves, such as a new password.
    """

    def __call__(self, session: Session, person_ids: Collection[int], *, wanted_only: bool) -> Mapping[int, str]: ...


class Beside(Protocol):
    """What goes with mails of a kind: the hour that each receiver chose, and their other channels."""

    def hours(self, session: Session, now: Moment, person_ids: Collection[int]) -> Mapping[int, datetime]: ...

    def queued(self, session: Session, now: Moment, mails: Sequence[OutboxMail]) -> None: ...


_beside: dict[str, Beside] = {}
_told_elsewhere: list[Callable[[Session, int], bool]] = []
_still_due: dict[str, AllStillDue] = {}
_address_books: list[AddressBook] = []
# Built once: each mail that leaves asks this, in a transaction of its own.
_SENT = (
    sa.update(OutboxMail)
    .where(OutboxMail.id == sa.bindparam("sent_id"))
    .values(
        state="sent",
        claimed_until=None,
        sent_at=sa.bindparam("at", type_=OutboxMail.sent_at.type),
        last_error=None,
        text=sa.case((OutboxMail.carries_token, ""), else_=OutboxMail.text),
        html=sa.case((OutboxMail.carries_token, None), else_=OutboxMail.html),
    )
)


def set_address_book(book: AddressBook) -> None:
    """Say where addresses stand: in a room above this one."""
    _address_books[:] = [book]


def go_beside(kind: str, beside: Beside) -> None:
    """Say what goes with mails of a kind: in a room above this one."""
    _beside[kind] = beside


def set_told_elsewhere(told: Callable[[Session, int], bool]) -> None:
    """Say who knows whether somebody who gets no mail finds in the product what it would have said."""
    _told_elsewhere[:] = [told]


def register(kind: str, still_due: StillDue) -> None:
    """Say who knows whether a mail of this kind is still due: asked just before sending, it returns what the mail is to
    say now (finished lines are gone), or none where nothing is left to say.
    """
    _still_due[kind] = partial(_one_by_one, still_due)


def register_all(kind: str, still_due: AllStillDue) -> None:
    """The same by one who is asked of several mails at once, and leaves out those with nothing left to say."""
    _still_due[kind] = still_due


def _one_by_one(
    still_due: StillDue, session: Session, mails: Sequence[OutboxMail], now: Moment
) -> Mapping[int, Content]:
    asked = {mail.id: still_due(session, mail, now) for mail in mails}
    return {mail_id: content for mail_id, content in asked.items() if content is not None}


def queue(session: Session, now: Moment, letter: Letter) -> OutboxMail | None:
    """Put a mail into the outbox; none where one with its key stands there already, so telling twice is impossible."""
    return queue_all(session, now, [letter])[0]


def queue_all(session: Session, now: Moment, letters: Sequence[Letter]) -> list[OutboxMail | None]:
    """The same of several, in few statements: for each its row, or none where one with its key stands there already."""
    known = sa.select(OutboxMail.key).where(OutboxMail.key.in_([letter.key for letter in letters]))
    standing = set(session.scalars(known)) if letters else set()
    queued = [None if letter.key in standing else _row(letter, now) for letter in letters]
    new = [mail for mail in queued if mail is not None]
    session.add_all(new)
    session.flush()
    for kind in _beside.keys() & {mail.kind for mail in new}:
        some = [mail for mail in new if mail.kind == kind]
        hours = _beside[kind].hours(session, now, [mail.person_id for mail in some])
        for mail in some:
            mail.not_before = hours.get(mail.person_id, mail.not_before)
        _beside[kind].queued(session, now, some)
    return queued


def _row(letter: Letter, now: Moment) -> OutboxMail:
    return OutboxMail(
        message_id=f"<{secrets.token_hex(16)}@{letter.host}>",
        key=letter.key,
        kind=letter.kind,
        ref=letter.ref,
        thread=f"<{'.'.join(letter.thread)}@{letter.host}>" if letter.thread else None,
        person_id=letter.person_id,
        language=letter.language,
        subject=letter.content.subject,
        text=letter.content.text,
        html=letter.content.html,
        carries_token=letter.carries_token,
        created_at=now.at,
        not_before=now.at,
    )


def claim(session: Session, now: Moment) -> Outgoing | None:
    """Take the mail that has waited longest, as below."""
    return next(iter(claim_some(session, now, 1)), None)


def claim_some(session: Session, now: Moment, most: int) -> list[Outgoing]:
    """Take the mails that have waited longest, so many at most; none where nothing waits. What is no longer due is
    dropped on the way, what changed says the new thing: whoever takes them sends them at once, or puts them back.
    """
    # What would wait longer than anything waits was written by a clock that ran ahead.
    stale = sa.or_(OutboxMail.claimed_until < now.at, OutboxMail.claimed_until > now.at + LONGEST_WAIT)
    due = sa.or_(OutboxMail.not_before <= now.at, OutboxMail.not_before > now.at + LONGEST_WAIT)
    waiting = sa.or_(OutboxMail.state == "pending", stale)
    next_ones = (
        sa.select(OutboxMail)
        .where(OutboxMail.state.in_(("pending", "claimed")), due, waiting)
        .order_by(OutboxMail.not_before, OutboxMail.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    while mails := session.scalars(next_ones).all():
        to = _addresses(session, mails)
        contents = _contents_now(session, [mail for mail in mails if mail.id in to], now)
        claimed = [_claimed(mail, to[mail.id], contents[mail.id], now) for mail in mails if mail.id in contents]
        for mail in mails:
            if mail.id not in contents:
                mail.state, mail.claimed_until = "dropped", None
                mail.elsewhere = mail.id not in to and any(told(session, mail.person_id) for told in _told_elsewhere)
        session.flush()
        if claimed:
            return claimed
    return []


def _claimed(mail: OutboxMail, address: str, content: Content, now: Moment) -> Outgoing:
    mail.subject, mail.text, mail.html = content.subject, content.text, content.html
    mail.state, mail.claimed_until, mail.attempts = "claimed", now.at + CLAIM, mail.attempts + 1
    return Outgoing(
        id=mail.id,
        attempt=mail.attempts,
        message_id=mail.message_id,
        address=address,
        content=content,
        language=mail.language,
        created_at=mail.created_at,
        kind=mail.kind,
        thread=mail.thread,
        carries_token=mail.carries_token,
    )


def sent(session: Session, now: Moment, claimed: Outgoing) -> None:
    """The server took the mail. What it said goes, if it carried a token: nobody needs to read that again."""
    session.connection().execute(_SENT, {"sent_id": claimed.id, "at": now.at})


def not_sent(session: Session, now: Moment, claimed: Outgoing, error: str, *, for_good: bool) -> None:
    """The server did not take the mail: it waits, longer each time, and fails for good at last or if told so."""
    mail = _still_claimed(session, claimed)
    if mail is None:
        return
    mail.claimed_until, mail.last_error = None, error[:ERROR_LENGTH]
    if for_good or mail.attempts > len(RETRY_AFTER):
        mail.state = "failed"
        return
    mail.state = "pending"
    mail.not_before = now.at + timedelta(minutes=RETRY_AFTER[mail.attempts - 1])


def put_back(session: Session, claimed: Collection[Outgoing], error: str | None = None) -> None:
    """Nobody was told of these mails: they wait as they did before, and the try does not count. `error`: what kept them
    from leaving; none: nothing did."""
    ids = {one.id: one for one in claimed}
    for mail in session.scalars(sa.select(OutboxMail).where(OutboxMail.id.in_(ids)).with_for_update()):
        if _is_still(mail, ids[mail.id]):
            mail.state, mail.claimed_until, mail.attempts = "pending", None, mail.attempts - 1
            mail.last_error = mail.last_error if error is None else error[:ERROR_LENGTH]


def withdraw(session: Session, now: Moment, kind: str, person_ids: Collection[int]) -> None:
    """Mails of a kind to these persons that were written before today and have not left: they never will, since what
    comes in their place says it."""
    stale = sa.and_(OutboxMail.state == "claimed", OutboxMail.claimed_until < now.at)
    waiting = (OutboxMail.kind == kind, OutboxMail.person_id.in_(person_ids), OutboxMail.created_at < beginning(now.on))
    drop = sa.update(OutboxMail).where(*waiting, sa.or_(OutboxMail.state == "pending", stale))
    session.execute(drop.values(state="dropped", claimed_until=None))


def forget(session: Session, person_id: int) -> None:
    """Blank what was written to a person, and drop what still waits."""
    to_person = OutboxMail.person_id == person_id
    waiting = sa.update(OutboxMail).where(to_person, OutboxMail.state.in_(("pending", "claimed")))
    session.execute(waiting.values(state="dropped", claimed_until=None))
    session.execute(sa.update(OutboxMail).where(to_person).values(subject="", text="", html=None, last_error=None))


def _still_claimed(session: Session, claimed: Outgoing) -> OutboxMail | None:
    """The mail, where nobody else has taken it up meanwhile: theirs is the last word."""
    mail = session.get_one(OutboxMail, claimed.id)
    return mail if _is_still(mail, claimed) else None


def _is_still(mail: OutboxMail, claimed: Outgoing) -> bool:
    return mail.state == "claimed" and mail.attempts == claimed.attempt


def _addresses(session: Session, mails: Collection[OutboxMail]) -> dict[int, str]:
    """Of the mails' receivers, by mail: who wants no mail still gets what carries a token."""
    found: dict[int, str] = {}
    for carries_token in (False, True):
        some = {mail.id: mail.person_id for mail in mails if mail.carries_token is carries_token}
        if some:
            book = _address_books[0](session, set(some.values()), wanted_only=not carries_token)
            found |= {mail_id: book[person_id] for mail_id, person_id in some.items() if person_id in book}
    return found


def _contents_now(session: Session, mails: Collection[OutboxMail], now: Moment) -> dict[int, Content]:
    """What each has to say now, by its id; left out is what is no longer due. Mails of a kind are asked at once."""
    by_kind: dict[str, list[OutboxMail]] = defaultdict(list)
    for mail in mails:
        by_kind[mail.kind].append(mail)
    found: dict[int, Content] = {}
    for kind, some in by_kind.items():
        ask = _still_due.get(kind)
        stored = {mail.id: Content(mail.subject, mail.text, mail.html) for mail in some}
        found |= stored if ask is None else ask(session, some, now)
    return found
