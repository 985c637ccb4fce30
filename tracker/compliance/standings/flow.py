"""How many targets of a programme stood in each status on some days: counts of all bodies, added up by the database."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.standings.as_of import SUM
from tracker.compliance.steps.sums import STATUSES


def counts_on(
    session: Session, programme_id: int, domain: int, days: Sequence[date]
) -> Sequence[tuple[date, Mapping[str, int]]]:
    """The counts of one domain (0: of all) on each of these days, in order. One statement: what comes and what goes on
    each day, of which there are no more than days, however many bodies there are."""
    sums = [sa.func.sum(SUM[status]) for status in STATUSES]
    here = (SUM.programme_id == programme_id, SUM.domain == domain)
    comes = sa.select(SUM.from_on.label("day"), sa.literal(1).label("sign"), *sums).where(*here).group_by(SUM.from_on)
    goes = sa.select(SUM.to_on, sa.literal(-1), *sums).where(*here, SUM.to_on.is_not(None)).group_by(SUM.to_on)
    rows = sorted(session.connection().execute(sa.union_all(comes, goes)).all(), key=lambda row: row[0])
    found, here_now, place = [], [0] * len(STATUSES), 0
    for day in sorted(days):
        while place < len(rows) and rows[place][0] <= day:
            _day, sign, *counts = rows[place]
            here_now = [now + sign * int(count) for now, count in zip(here_now, counts, strict=True)]
            place += 1
        found.append((day, dict(zip(STATUSES, here_now, strict=True))))
    return found
