"""By what persons are reached: whoever has duties by one channel at least besides the inbox, where they have one."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import queries as accounts
from tracker.accounts.models import Account
from tracker.channels.models import ChannelChoice, PushSubscription
from tracker.channels.protocol import Name
from tracker.people.models import Person


def by_calls(session: Session, person_ids: Collection[int], *, gateway: bool) -> dict[int, set[Name]]:
    """Who is reached by a browser or the gateway, and by which. `gateway`: whether there is one."""
    found: dict[int, set[Name]] = {}
    live = sa.select(PushSubscription.person_id).where(PushSubscription.ended_at.is_(None)).distinct()
    chosen = sa.select(ChannelChoice.person_id).where(ChannelChoice.by_gateway, ChannelChoice.phone.is_not(None))
    for name, asked, column in (
        (Name.PUSH, live, PushSubscription.person_id),
        (Name.GATEWAY, chosen, ChannelChoice.person_id),
    ):
        if person_ids and (gateway or name is Name.PUSH):
            for person_id in session.scalars(asked.where(column.in_(person_ids))):
                found.setdefault(person_id, set()).add(name)
    return found


def addresses(
    session: Session, person_ids: Collection[int], *, wanted_only: bool, gateway: bool = False
) -> Mapping[int, str]:
    """Where persons can be written to now: of those who want no mail, whoever nothing else reaches is written to all
    the same, so that nobody goes untold."""
    found = accounts.addresses(session, person_ids, wanted_only=False)
    if not (wanted_only and found):
        return found
    unwanted = set(session.scalars(sa.select(Person.id).where(Person.id.in_(found), Person.wants_mail.is_(False))))
    reached = by_calls(session, unwanted, gateway=gateway)
    return {person_id: address for person_id, address in found.items() if person_id not in reached}


def has_inbox(session: Session, person_id: int) -> bool:
    """Whether somebody can sign in, and so finds in the inbox what no mail tells them."""
    return bool(session.scalar(sa.select(sa.exists(accounts.let_in().where(Account.person_id == person_id)))))
