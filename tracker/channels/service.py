"""Words beside mails: queued with the mail, claimed, recorded. Nothing here speaks with anybody."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import queries as accounts
from tracker.channels import limits, reach
from tracker.channels.models import ChannelCall, ChannelChoice, PushSubscription
from tracker.channels.protocol import Answer, Browser, Call, Fault, Name
from tracker.core.clock import Moment
from tracker.core.languages import _n, in_language
from tracker.mail.models import OutboxMail
from tracker.mail.service import CLAIM, LONGEST_WAIT, RETRY_AFTER
from tracker.people.models import Person

Count = Callable[[Session, int, Moment], int]
CALLED = (Name.PUSH, Name.GATEWAY)
_counts: list[Count] = []


def set_count(count: Count) -> None:
    """Say who knows how many things wait for somebody: the room whose inbox it is."""
    _counts[:] = [count]


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes with mails about duties: the hour that each person chose, and their other channels."""

    gateway: bool  # whether there is one

    def hours(self, session: Session, now: Moment, person_ids: Collection[int]) -> Mapping[int, datetime]:
        """From when on each is told; who is not named: at once."""
        chosen = sa.select(ChannelChoice.person_id, ChannelChoice.hour).where(ChannelChoice.person_id.in_(person_ids))
        return {person_id: limits.opens(hour, now.at) for person_id, hour in session.execute(chosen)}

    def queued(self, session: Session, now: Moment, mails: Sequence[OutboxMail]) -> None:
        """Mails were queued: in the same transaction a word for each other channel of their receivers."""
        persons = [mail.person_id for mail in mails]
        reached = reach.by_calls(session, persons, gateway=self.gateway)
        live = sa.select(PushSubscription.person_id, PushSubscription.id).where(PushSubscription.ended_at.is_(None))
        places: dict[int, list[int]] = {}
        if reached:
            for person_id, place in session.execute(live.where(PushSubscription.person_id.in_(reached))):
                places.setdefault(person_id, []).append(place)
        for mail in mails:
            session.add_all(_call(mail, now, Name.PUSH, place) for place in places.get(mail.person_id, ()))
            if Name.GATEWAY in reached.get(mail.person_id, ()):
                session.add(_call(mail, now, Name.GATEWAY, 0))
        session.flush()


def _call(mail: OutboxMail, now: Moment, channel: Name, place: int) -> ChannelCall:
    return ChannelCall(
        token=f"msg_{secrets.token_hex(16)}",
        mail_id=mail.id,
        channel=str(channel),
        person_id=mail.person_id,
        subscription_id=place or None,
        place=place,
        created_at=now.at,
        not_before=mail.not_before,
        state="pending",
        attempts=0,
    )


def claim(session: Session, now: Moment, channels: Collection[Name] = CALLED) -> Call | None:
    """Take the word that has waited longest; none where nothing waits. What is no longer due is dropped on the way:
    each is asked just before it leaves, and says how many things wait then."""
    stale = sa.or_(ChannelCall.claimed_until < now.at, ChannelCall.claimed_until > now.at + LONGEST_WAIT)
    due = sa.or_(ChannelCall.not_before <= now.at, ChannelCall.not_before > now.at + timedelta(days=1))
    next_one = (
        sa.select(ChannelCall)
        .where(ChannelCall.state.in_(("pending", "claimed")), due, ChannelCall.channel.in_(map(str, channels)))
        .where(sa.or_(ChannelCall.state == "pending", stale))
        .order_by(ChannelCall.not_before, ChannelCall.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (row := session.scalar(next_one)) is not None:
        call = None if limits.is_over(row.created_at, now.at) else _as_now(session, row, now)
        if call is not None:
            row.state, row.claimed_until, row.attempts = "claimed", now.at + CLAIM, row.attempts + 1
            return call
        row.state, row.claimed_until = "dropped", None
        session.flush()
    return None


def _as_now(session: Session, row: ChannelCall, now: Moment) -> Call | None:
    person = session.get(Person, row.person_id)
    if person is None or accounts.shut_out_of(session, [row.person_id]):
        return None
    count = _counts[0](session, row.person_id, now) if _counts else 0
    browser, phone = _browser(session, row), _phone(session, row)
    if not count or (browser is None and phone is None):
        return None
    with in_language(person.language):
        text = _n("Commitments: %(num)s thing waits for you", "Commitments: %(num)s things wait for you", count)
    return Call(
        id=row.id,
        attempt=row.attempts + 1,
        token=row.token,
        channel=Name(row.channel),
        created_at=row.created_at,
        count=count,
        text=text,
        language=person.language or "vi",
        person=person.token,
        phone=phone,
        subscription_id=row.subscription_id,
        browser=browser,
    )


def _browser(session: Session, row: ChannelCall) -> Browser | None:
    if row.subscription_id is None:
        return None
    found = session.get_one(PushSubscription, row.subscription_id)
    return None if found.ended_at else Browser(found.endpoint, found.public_key, found.secret)


def _phone(session: Session, row: ChannelCall) -> str | None:
    if row.channel != Name.GATEWAY:
        return None
    chosen = session.get(ChannelChoice, row.person_id)
    return chosen.phone if chosen is not None and chosen.by_gateway else None


def answered(session: Session, now: Moment, call: Call, answer: Answer) -> None:
    """What became of one: it left, waits as long as mails do, or has failed. A browser that is gone is told no more."""
    row = session.get_one(ChannelCall, call.id)
    if row.state != "claimed" or row.attempts != call.attempt:
        return  # somebody else has taken it up meanwhile: theirs is the last word
    row.claimed_until, row.answer = None, answer.said
    if answer.fault is None:
        row.state, row.sent_at = "sent", now.at
    elif answer.fault is Fault.LATER and row.attempts <= len(RETRY_AFTER):
        row.state = "pending"
        row.not_before = now.at + timedelta(minutes=RETRY_AFTER[row.attempts - 1])
    else:
        row.state = "failed"
    if answer.fault is Fault.GONE and call.subscription_id is not None:
        session.get_one(PushSubscription, call.subscription_id).ended_at = now.at
