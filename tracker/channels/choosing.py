"""A person says by what they want to be told, and at which hour; never by nothing, where something could reach them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.channels import limits, reach
from tracker.channels.models import CalendarFeed, ChannelChoice, PushSubscription
from tracker.channels.protocol import Name
from tracker.core.clock import Moment
from tracker.core.errors import FieldError
from tracker.core.languages import _l
from tracker.people import queries as persons
from tracker.people import service as people
from tracker.people.models import Person


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a person is told. `by_mail`: also where they want none and nothing else reaches them."""

    by_mail: bool
    by_gateway: bool
    phone: str
    hour: str


def of_person(session: Session, person_id: int, *, gateway: bool) -> Wishes:
    """How a person is told now."""
    chosen = session.get(ChannelChoice, person_id)
    wants = session.scalar(sa.select(Person.wants_mail).where(Person.id == person_id))
    others = reach.by_calls(session, [person_id], gateway=gateway)
    return Wishes(
        by_mail=bool(wants) or not others,
        by_gateway=bool(chosen and chosen.by_gateway),
        phone=(chosen.phone if chosen else None) or "",
        hour=chosen.hour if chosen else limits.USUAL,
    )


def choose(session: Session, now: Moment, *, actor_id: int, wishes: Wishes, gateway: bool) -> None:
    """Keep what a person chose. Raises FieldError beside what cannot be, and where nothing would reach them."""
    session.execute(sa.select(Person.id).where(Person.id == actor_id).with_for_update())  # one at a time
    phone = limits.phone(wishes.phone) if wishes.phone.strip() else None
    by_gateway = wishes.by_gateway and gateway
    if wishes.phone.strip() and phone is None:
        raise FieldError("phone", _l("Enter a mobile number, such as 0912 345 678"))
    if by_gateway and phone is None:
        raise FieldError("phone", _l("Enter the number to which messages go"))
    if wishes.hour not in limits.HOURS:
        raise FieldError("hour", _l("Choose one of the hours"))
    browsers = Name.PUSH in reach.by_calls(session, [actor_id], gateway=False).get(actor_id, ())
    if not (wishes.by_mail or by_gateway or browsers) and _can_be_written_to(session, actor_id):
        raise FieldError("by_mail", _l("Choose one way at least: whoever has duties must be told of them"))
    chosen = session.get(ChannelChoice, actor_id)
    was = of_person(session, actor_id, gateway=gateway)
    if chosen is None:
        chosen = ChannelChoice(person_id=actor_id, hour=limits.USUAL, by_gateway=False)
        session.add(chosen)
    chosen.hour, chosen.by_gateway, chosen.phone = wishes.hour, by_gateway, phone
    people.wish_for_mail(session, now, actor_id=actor_id, wants_mail=wishes.by_mail)
    session.flush()
    detail = changes(by_gateway=(was.by_gateway, by_gateway), hour=(was.hour, wishes.hour))
    if detail or (phone or "") != was.phone:
        subject = ("person", actor_id)
        record(session, now, Event.PERSON_CHANNELS_CHOSEN, actor_id=actor_id, subject=subject, detail=detail or None)


def _can_be_written_to(session: Session, person_id: int) -> bool:
    return bool(persons.addresses(session, [person_id], wanted_only=False))


def forget(session: Session, person_id: int) -> None:
    """Blank by what a person was told: the number, where their browsers are reached, the addresses of calendars."""
    session.execute(sa.delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
    session.execute(sa.delete(ChannelChoice).where(ChannelChoice.person_id == person_id))
    blank = {"endpoint": "", "digest": PushSubscription.token, "public_key": "", "secret": ""}
    ended = sa.func.coalesce(PushSubscription.ended_at, PushSubscription.made_at)
    theirs = sa.update(PushSubscription).where(PushSubscription.person_id == person_id)
    session.execute(theirs.values(**blank, browser="", system="", ended_at=ended))
