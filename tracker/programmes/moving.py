"""The reporting calendar of a programme in force: what is still ahead may be moved or added to, each as a fact with its
reason; a day that has come stays, for people were judged by it."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError
from tracker.core.languages import Text, _l
from tracker.programmes import preparing, reporting
from tracker.programmes.models import Period, PeriodChange, Programme
from tracker.programmes.reporting import Days
from tracker.programmes.words import DAYS

NOTHING_NEW: Text = _l("Nothing differs from the reporting calendar that counts.")
_MOVED: Text = _l("Somebody else moved periods of this programme meanwhile. Look at what would move now.")
COME: Text = _l("This day has come: it stays as it is. Enter a day that is still ahead for what is still ahead.")


def refusals(now: Moment, stand: Sequence[Days], wanted: Sequence[Days]) -> Iterator[tuple[int | None, str, Text]]:
    """(place in `wanted`, field, message) of everything that stands against the periods of a frequency; the place is
    none for what concerns all of them."""
    before = {one.code: one for one in stand}
    for place, one in enumerate(wanted):
        was = before.pop(one.code, None)
        for name in DAYS:
            old, new = getattr(was, name, None), getattr(one, name)
            if old != new and (new <= now.on or (old is not None and old <= now.on)):
                yield place, name, COME
    for code in before:
        yield (
            None,
            code,
            _l("The period “%(code)s” is of a programme in force: it can be moved, not taken away.", code=code),
        )


def move(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    programme: Programme,
    frequency: str,
    periods: Sequence[Days],
    reason: str,
    stood: Sequence[Days] | None = None,
    follow: bool = True,
) -> int:
    """Set the periods of one frequency, as far as they are ahead; returns how many are other ones now, or new.

    `stood`: what stood when they were asked for. The targets' steps ahead follow in the same transaction; without
    `follow` the caller sees to that. Raises DomainError with the first of `refusals`, where periods clash, or where
    others stand by now.
    """
    session.execute(sa.select(Programme.id).where(Programme.id == programme.id).with_for_update())  # one at a time
    whole = preparing.periods_of(session, programme.id)
    stand = [one for one in whole if one.frequency == frequency]
    if stood is not None and stand != list(stood):
        raise DomainError(_MOVED)
    for _place, _field, message in refusals(now, stand, periods):
        raise DomainError(message)
    if any(reporting.clashes([*(one for one in whole if one.frequency != frequency), *periods])):
        raise DomainError(_l("Periods of this reporting calendar clash: mend them first."))
    changed = [one for one in periods if one not in stand]
    if not changed:
        raise DomainError(NOTHING_NEW)
    known = {one.code for one in stand}
    new = preparing.add_periods(session, programme.id, [one for one in changed if one.code not in known])
    ids = _ids(session, programme.id)
    changes = [
        PeriodChange(
            period_id=ids[one.code],
            **{name: getattr(one, name) for name in DAYS},
            reason=reason,
            set_by_id=actor_id,
            set_at=now.at,
        )
        for one in changed
        if one.code in known
    ]
    session.add_all(changes)
    session.flush()
    record(
        session,
        now,
        Event.PROGRAMME_PERIOD_MOVED,
        actor_id=actor_id,
        subject=("programme", programme.id),
        detail={
            "before": {"periods": [one.stored() for one in stand if one not in periods]},
            "after": {"periods": [one.stored() for one in changed]},
            "because": reason,
        },
        facts=[*digests.of_objects(*changes), *digests.of_rows(Period, new)],
    )
    session.expire_all()
    if follow:
        touch(session, "programme", programme.id)
    return len(changed)


def _ids(session: Session, programme_id: int) -> dict[str, int]:
    found = session.execute(sa.select(Period.code, Period.id).where(Period.programme_id == programme_id))
    return {row.code: row.id for row in found}
