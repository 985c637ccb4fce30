"""Filters whose values name something: what nothing is called is a fault, not an empty list."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.languages import Text, _l
from tracker.core.tables import LONGEST_VALUE, Arguments, Fault, Filter, Listing, ListQuery, read_query


def nothing_is(label: Text, text: str) -> Text:
    """What is told of a filter whose text names nothing."""
    told: Text = _l("%(field)s: there is no “%(text)s” here.", field=label, text=text[:LONGEST_VALUE])
    return told


def read_checked(session: Session, listing: Listing, arguments: Arguments, path: str) -> ListQuery:
    """What an address asks of a list. A value that names nothing stays in its filter, and the query has the fault."""
    return checked(session, read_query(listing, arguments, path))


def checked(session: Session, query: ListQuery) -> ListQuery:
    """The query with a fault for each filter whose value names nothing."""
    wrong = [f for f in query.listing.filters if f.key in query.values and not _exists(session, f, query.values[f.key])]
    if not wrong:
        return query
    told: Sequence[tuple[str, Fault]] = [
        (f.key, Fault(text, nothing_is(f.label, text))) for f in wrong for text in query.texts[f.key]
    ]
    notices = (*(fault.message for _key, fault in told), *query.notices)
    return replace(query, faults={**query.faults, **dict(told)}, notices=notices)


def exists(session: Session, condition: sa.ColumnElement[bool]) -> bool:
    """Whether there is a row like that."""
    return bool(session.scalar(sa.select(sa.literal(1)).where(condition).limit(1)))


def _exists(session: Session, one: Filter, value: object) -> bool:
    return one.exists is None or exists(session, one.exists(value))
