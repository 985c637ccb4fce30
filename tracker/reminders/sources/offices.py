"""Bodies that have promised something and have nobody who answers for it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core.languages import _
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import AGENCY, Duty
from tracker.reminders.ladder import Occasion

ONE_DAY = timedelta(days=1)


def open_on(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Bodies with targets in a programme that runs, which nobody heads; of several programmes in the newest. Since the
    last head left, or (where there never was one) since the programme began."""
    first, last = min(days), max(days)
    where = within.where(AGENCY, Agency.id, Agency.id, Programme.id)
    promised = sa.exists().where(
        Target.agency_id == Agency.id, Target.programme_id == Programme.id, Target.closed_on.is_(None)
    )
    bodies = session.execute(
        sa.select(Agency.id, Agency.code, Agency.name, Agency.exists_from, Agency.exists_to)
        .add_columns(Programme.id.label("programme_id"), Programme.starts_on, Programme.ends_on)
        .join_from(Agency, Programme, promised)
        .where(Programme.starts_on <= last, Programme.ends_on >= first, *where)
        .order_by(Agency.sort_key, Agency.id, Programme.starts_on.desc(), Programme.id.desc())
    ).all()
    heads: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    held = sa.select(OfficeHolding.agency_id, OfficeHolding.from_on, OfficeHolding.to_on)
    for agency_id, from_on, to_on in session.execute(held.where(OfficeHolding.office == Office.HEAD)):
        heads[agency_id].append((from_on, to_on))
    frames = Frames(session).of({row.programme_id for row in bodies}) if bodies else {}
    for day in days:
        told: dict[int, Duty] = {}
        for row in bodies:
            there = (row.exists_from or day) <= day <= (row.exists_to or day)
            since = _since(heads[row.id], max(row.starts_on, row.exists_from or row.starts_on), day)
            if row.id in told or since is None or not (there and row.starts_on <= day <= row.ends_on):
                continue
            told[row.id] = Duty(
                occasion=Occasion.VACANT,
                kind=AGENCY,
                subject_id=row.id,
                agency_id=row.id,
                at=row.id,
                programme_id=row.programme_id,
                by=since,
                left=frames[row.programme_id].calendar.left(day, since),
                title=row.name,
                what=_what,
                page=f"/agencies/{row.code}",
            )
        yield day, list(told.values())


def _since(held: Sequence[tuple[date, date | None]], began_on: date, day: date) -> date | None:
    """Since when nobody heads a body on a day; none where somebody does."""
    if any(from_on <= day and (to_on is None or day <= to_on) for from_on, to_on in held):
        return None
    ended = [to_on + ONE_DAY for _from, to_on in held if to_on is not None and to_on < day]
    return max([*ended, began_on]) if ended else min(began_on, day)


def _what() -> str:
    return _("Nobody heads the body")


SOURCE = Declared((Occasion.VACANT,), AGENCY, open_on)
