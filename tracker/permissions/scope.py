"""The policy as SQL: conditions that leave only the rows of bodies within a reader's reach, never lists of ids."""

from typing import Any

import sqlalchemy as sa

from tracker.agencies.offices import Office
from tracker.agencies.queries import agencies_appraised_from, agencies_of
from tracker.core.actions import Action
from tracker.permissions import policy
from tracker.permissions.policy import Grant, Reach
from tracker.permissions.reader import Reader


def own_agencies(reader: Reader, *offices: Office) -> sa.Select[Any]:
    """Select of the ids of the bodies in which the reader holds one of the offices (or any)."""
    return agencies_of(reader.person_id, reader.on, offices)


def restrict(column: Any, reader: Reader, action: Action) -> sa.ColumnElement[bool]:
    """Condition on a column with ids of bodies: the reader may do this to that body's matters.

    An action that is about no body is true for whom it is granted to. The condition asks the database for the offices
    again, so that it holds within one statement whatever changed since the reader was loaded.
    """
    line = policy.entry(action)
    if line.signed_in:
        return sa.true()
    granted = [grant for grant in line.grants if reader.holds(*grant.offices)]
    if any(grant.reach is Reach.ALL for grant in granted):
        return sa.true()
    return sa.or_(sa.false(), *(_within(column, reader, grant) for grant in granted))


def _within(column: Any, reader: Reader, grant: Grant) -> sa.ColumnElement[bool]:
    bodies = own_agencies(reader, *sorted(grant.offices))
    inside: sa.ColumnElement[bool]
    if grant.reach is Reach.OWN:
        inside = column.in_(bodies)
    else:
        inside = sa.and_(column.in_(agencies_appraised_from(bodies)), column.not_in(own_agencies(reader)))
    return inside
