"""The ladders of programmes: what was set, from which day it counts, and setting another."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import Text, _l
from tracker.programmes.models import Programme
from tracker.programmes.ways import must_count
from tracker.reminders.ladder import PRESET, Flaw, Ladder, flaws, read, stored
from tracker.reminders.models import LadderVersion

FLAWS: Mapping[Flaw, Text] = {
    Flaw.TWICE: _l("The same day stands twice for one audience"),
    Flaw.OUT_OF_REACH: _l("A rung lies more than 60 working days ahead or 250 behind, or its pause is none of 1 to 60"),
    Flaw.FALLS_SILENT: _l("The last rung must come again, or what is late would drop out of the mail"),
    Flaw.AGAIN_TOO_SOON: _l("Only the last rung comes again"),
    Flaw.CLIMBS_DOWN: _l("Whoever is higher up is told later than those below, and after the day"),
    Flaw.NOBODY_ACTS: _l("Somebody who can do it has to be told"),
    Flaw.NOT_ASKED: _l("This audience has nothing to do with it"),
    Flaw.NEWS_AGAIN: _l("News is told once, within 15 working days"),
}


def versions(session: Session, programme_id: int) -> Sequence[LadderVersion]:
    """Whatever was set for a programme, each before the one that takes its place."""
    mine = LadderVersion.programme_id == programme_id
    return session.scalars(sa.select(LadderVersion).where(mine).order_by(LadderVersion.from_on, LadderVersion.id)).all()


def on_day(session: Session, day: date) -> Mapping[int, Ladder]:
    """The ladder that counts on a day, by the id of the programme; where nothing was set, the preset counts."""
    begun = sa.select(LadderVersion).where(LadderVersion.from_on <= day)
    ordered = begun.order_by(LadderVersion.from_on, LadderVersion.id)
    return {one.programme_id: read(one.rungs) for one in session.scalars(ordered)}


def choose(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    programme: Programme,
    from_on: date,
    ladder: Ladder,
    reason: str,
) -> LadderVersion:
    """Set the ladder that counts from a day on, today or ahead.

    Raises FieldError beside `from_on`, DomainError where the ladder has a flaw or nothing differs.
    """
    session.execute(sa.select(Programme.id).where(Programme.id == programme.id).with_for_update())  # one at a time
    must_count(now, programme, from_on, _l("Enter today or a day ahead: what was told before was told."))
    wrong = flaws(ladder)
    if wrong:
        raise DomainError(FLAWS[wrong[0][0]])
    was = stored(on_day(session, from_on).get(programme.id, PRESET))
    rungs = stored(ladder)
    if rungs == was:
        raise DomainError(_l("Nothing differs from the ladder that counts then anyway."))
    row = LadderVersion(
        programme_id=programme.id, from_on=from_on, rungs=rungs, reason=reason, set_by_id=actor_id, set_at=now.at
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.PROGRAMME_LADDER_SET,
        actor_id=actor_id,
        subject=("programme", programme.id),
        detail={
            "from": from_on.isoformat(),
            "before": {"ladder": was},
            "after": {"ladder": rungs},
            "because": reason,
        },
        facts=digests.of_objects(row),
    )
    return row
