"""Reading the persons whose offices could give access to one body's matters, each as the guard would read them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import listing
from tracker.accounts.models import Account
from tracker.agencies import queries as agencies
from tracker.agencies.models import OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.people.models import Person
from tracker.permissions import policy
from tracker.permissions.access import Candidate, Days, Seat
from tracker.permissions.policy import Reach
from tracker.permissions.queries import reader_of


def candidates(session: Session, now: Moment, agency_id: int, actions: Collection[Action]) -> list[Candidate]:
    """Everybody with an office in the body today, or one in any body that the table names for one of the actions; also
    whoever acts in one for its holder.

    Those of the body come first, then by name. Some tens of them.
    """
    own = agencies.holders(session, now.on, agency_id=agency_id)
    own += agencies.stand_ins(session, now.on, agency_id=agency_id)
    reaching = _reaching_further(actions)
    far = agencies.holders(session, now.on, offices=reaching) + agencies.stand_ins(session, now.on, offices=reaching)
    found = {one.person_id: one.agency_id != agency_id for one in reversed([*own, *far])}
    days, held = _days(session, now, found), agencies.held_by_each(session, found, now.on)
    people = sorted(_people(session, now, found), key=lambda row: (found[row.id], row.sort_key, row.id))
    return [
        Candidate(
            reader_of(
                session,
                now.on,
                person_id=row.id,
                account_id=row.account_id or 0,
                name=row.name,
                language=row.language,
                held=held[row.id],
            ),
            row.token,
            row.state,
            days[row.id],
        )
        for row in people
    ]


def _reaching_further(actions: Collection[Action]) -> set[Office]:
    """The offices that these actions are granted to beyond the body in which they are held."""
    grants = (grant for action in actions for grant in policy.entry(action).grants if grant.reach is not Reach.OWN)
    return {office for grant in grants for office in grant.offices}


def _people(session: Session, now: Moment, person_ids: Collection[int]) -> list[sa.Row[Any]]:
    state = listing.state(sa.literal(now.at)).label("state")
    statement = (
        sa.select(
            Person.id,
            Person.token,
            Person.name,
            Person.sort_key,
            Person.language,
            Account.id.label("account_id"),
            state,
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id.in_(person_ids))
    )
    return list(session.execute(statement))


def _days(session: Session, now: Moment, person_ids: Collection[int]) -> dict[int, dict[Seat, Days]]:
    """By person and seat: from when to when."""
    found: dict[int, dict[Seat, Days]] = defaultdict(dict)
    held = sa.select(OfficeHolding).where(OfficeHolding.person_id.in_(person_ids), agencies.held_on(now.on))
    for one in session.scalars(held):
        found[one.person_id][(one.agency_id, Office(one.office), None)] = (one.from_on, one.to_on)
    acting = (
        sa.select(StandIn, OfficeHolding)
        .join(OfficeHolding, OfficeHolding.id == StandIn.holding_id)
        .where(StandIn.person_id.in_(person_ids), agencies.acting_on(now.on))
    )
    for lent, of in session.execute(acting):
        found[lent.person_id][(of.agency_id, Office(of.office), of.person_id)] = (lent.from_on, lent.to_on)
    return found
