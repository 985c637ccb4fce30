"""Bodies that are called alike in the same days. A module of its own: only doors ask it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.core.db.searching import found_by
from tracker.core.letters import folded


def namesakes(
    session: Session,
    name: str,
    exists_from: date | None = None,
    exists_to: date | None = None,
    *,
    besides: int | None = None,
) -> list[Agency]:
    """The bodies that are called so in Vietnamese, whatever the case, on some day of these; but for one. A body that
    took over from another of its name began when that one ended, and is none."""
    found = sa.select(Agency).where(found_by(Agency.search_key, name)).order_by(Agency.id)
    if exists_from is not None:
        found = found.where(sa.or_(Agency.exists_to.is_(None), Agency.exists_to >= exists_from))
    if exists_to is not None:
        found = found.where(sa.or_(Agency.exists_from.is_(None), Agency.exists_from <= exists_to))
    return [one for one in session.scalars(found) if one.id != besides and folded(one.name["vi"]) == folded(name)]
