"""The scores of bodies on some days at once: a small curve each, in one statement of index seeks."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.models import AgencySum
from tracker.compliance.standings.as_of import AGENCY, whole

_BEGUN = AgencySum.__table__.alias("begun")


def scores_on(
    session: Session, programme_id: int, days: Sequence[date], agency_ids: Sequence[int]
) -> Mapping[int, Sequence[int | None]]:
    """The score of each of these bodies on each of the days (in hundredths; none where it had none), by its id."""
    of_body = (_BEGUN.c.programme_id == programme_id, _BEGUN.c.agency_id == AGENCY.id, whole(_BEGUN.c))
    last = sa.select(_BEGUN.c.score).where(*of_body).order_by(_BEGUN.c.from_on.desc()).limit(1)
    of_days = (last.correlate(AGENCY.id.table).where(_BEGUN.c.from_on <= day).scalar_subquery() for day in days)
    scores = [one.label(f"on_{place}") for place, one in enumerate(of_days)]
    statement = sa.select(AGENCY.id, *scores).where(AGENCY.id.in_(agency_ids))
    return {row[0]: tuple(row[1:]) for row in session.connection().execute(statement)}
