"""What stands in a calendar now: asked at each reading, within what its person may see on that day."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import queries as accounts
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.channels.models import CalendarFeed
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.db.database import Condition
from tracker.core.languages import in_language
from tracker.permissions import scope
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames
from tracker.reminders.feeds import entries, figures, matters
from tracker.reminders.feeds.entries import Asked, Entry, Names

OF_A_BODY = (Office.HEAD, Office.DEPUTY, Office.OFFICER)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one feed, in the language of its person. `body`: the name of the one body that it is of, if any."""

    language: str | None
    body: dict[str, str] | None
    entries: Sequence[Entry]


def bodies_within(session: Session, reader: Reader, agency_id: int | None) -> Names:
    """The bodies of a calendar, by id with code and name: all in which the reader has an office of a body, or one that
    they may see; none where an office has ended."""
    within: Condition
    if agency_id is None:
        within = Agency.id.in_(scope.own_agencies(reader, *OF_A_BODY))
    else:
        within = sa.and_(Agency.id == agency_id, scope.restrict(Agency.id, reader, Action.SEE_TARGET))
    rows = session.execute(sa.select(Agency.id, Agency.code, Agency.name).where(within).order_by(Agency.id))
    return {row.id: (row.code, row.name) for row in rows}


def read(session: Session, now: Moment, feed: CalendarFeed) -> Calendar | None:
    """What stands in it; none where its person is let in no more. Reads only."""
    account = accounts.by_person(session, feed.person_id)
    if account is None or not account.active or account.person.erased_on is not None:
        return None
    person = account.person
    reader = reader_of(
        session, now.on, person_id=person.id, account_id=account.id, name=person.name, language=person.language
    )
    bodies = bodies_within(session, reader, feed.agency_id)
    asked = Asked(session, reader, now, bodies, feed.agency_id is None, Frames(session))
    sources = (figures.days, matters.commitments, matters.periods, *entries.MORE)
    with in_language(person.language):
        found = [entry for source in sources for entry in source(asked)]
    name = session.scalar(sa.select(Agency.name).where(Agency.id == feed.agency_id)) if feed.agency_id else None
    return Calendar(person.language, name, sorted(found, key=lambda one: (one.day, one.name)))
