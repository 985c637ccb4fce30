"""The ways of signing by which a commitment of a programme comes into force, from day to day, and whether a head
confirms by a key what is sent. What was signed by another way before, or sent without one, stays what it is."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError
from tracker.core.languages import Text, _l, format_day
from tracker.programmes.models import Programme, ProgrammePlan, SigningWays

PASSKEY, PADES, PAPER = "passkey", "pades", "paper"
CHOICES = (PADES, PASSKEY, PAPER)  # in the order in which they are shown
PRESET = (PADES, PAPER)  # of a programme that says nothing
NO_WAY: Text = _l("Choose one way at least")
OVER: Text = _l("Enter today or a day ahead: what was signed before was signed by other ways.")
NOTHING_NEW: Text = _l("Nothing differs from the ways of signing that count then anyway.")


def versions(session: Session, programme_id: int) -> Sequence[SigningWays]:
    """Whatever was set for a programme, each before the one that takes its place."""
    found = session.scalars(sa.select(SigningWays).where(SigningWays.programme_id == programme_id)).all()
    return sorted(found, key=lambda one: (one.from_on or date.min, one.id))


def on_day(found: Iterable[SigningWays], day: date) -> tuple[str, ...]:
    """The ways that count on a day, by all versions in their order."""
    begun = [one for one in found if one.from_on is None or one.from_on <= day]
    return tuple(begun[-1].ways) if begun else PRESET


def allowed(session: Session, programme_id: int, day: date) -> tuple[str, ...]:
    """The ways by which commitments of a programme are signed on a day."""
    return on_day(versions(session, programme_id), day)


def key_to_send(programme_id: Any, on: sa.ColumnElement[date]) -> sa.ScalarSelect[bool | None]:
    """Whether a head confirms by a key what is sent on a day, as a column of a statement: true, or not."""
    begun = sa.or_(SigningWays.from_on.is_(None), SigningWays.from_on <= on)
    latest = (SigningWays.from_on.is_(None), SigningWays.from_on.desc(), SigningWays.id.desc())
    asked = sa.select(SigningWays.key_to_send).where(SigningWays.programme_id == programme_id, begun)
    return asked.order_by(*latest).limit(1).scalar_subquery()


def asks_key_to_send(session: Session, programme_id: int, day: date) -> bool:
    """The same of one programme."""
    return _asks_key(versions(session, programme_id), day)


def choose(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    programme: Programme,
    from_on: date | None,
    ways: Iterable[str],
    key_to_send: bool = False,
    reason: str | None = None,
) -> SigningWays:
    """Say which ways count from a day on, today or ahead; `from_on` none: from the beginning, where nothing was said.
    `key_to_send`: whether a head confirms by a key what is sent.

    Raises FieldError beside `ways` or `from_on`, DomainError where nothing differs.
    """
    session.execute(sa.select(Programme.id).where(Programme.id == programme.id).with_for_update())  # one at a time
    chosen, stands = demanded(ways), versions(session, programme.id)
    if from_on is None and stands:
        raise FieldError("from_on", _l("Enter the day"))
    if from_on is not None:
        must_count(now, programme, from_on, OVER)
    was, asked = on_day(stands, from_on or date.min), _asks_key(stands, from_on or date.min)
    if (chosen, key_to_send) == (was, asked):
        raise DomainError(NOTHING_NEW)
    row = SigningWays(
        programme_id=programme.id,
        from_on=from_on,
        ways=list(chosen),
        key_to_send=key_to_send or None,
        reason=reason,
        set_by_id=actor_id,
        set_at=now.at,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.PROGRAMME_SIGNING_CHOSEN,
        actor_id=actor_id,
        subject=("programme", programme.id),
        detail={
            "from": from_on.isoformat() if from_on else None,
            "before": {"ways": list(was), "key_to_send": asked},
            "after": {"ways": list(chosen), "key_to_send": key_to_send},
            "because": reason,
        },
        facts=digests.of_objects(row),
    )
    return row


def of_plan(session: Session, plan: ProgrammePlan, day: date) -> tuple[str, ...]:
    """The ways with which a programme in preparation would begin: as was said; else those of the programme that it was
    begun from, as of that day; else the preset."""
    if plan.ways is not None:
        return in_order(plan.ways)
    return PRESET if plan.based_on_id is None else allowed(session, plan.based_on_id, day)


def begin_with(session: Session, now: Moment, *, actor_id: int, programme: Programme, plan: ProgrammePlan) -> None:
    """A programme that is opened takes what its plan says, unless it is what counts anyway."""
    ways, before_id = of_plan(session, plan, now.on), plan.based_on_id
    key = before_id is not None and asks_key_to_send(session, before_id, now.on)
    if ways != PRESET or key:
        choose(session, now, actor_id=actor_id, programme=programme, from_on=None, ways=ways, key_to_send=key)


def demanded(ways: Iterable[str]) -> tuple[str, ...]:
    """The ways that are named, one at least. Raises FieldError."""
    chosen = in_order(ways)
    if not chosen:
        raise FieldError("ways", NO_WAY)
    return chosen


def in_order(ways: Iterable[str]) -> tuple[str, ...]:
    """Those that there are, each once, in the order in which they are shown."""
    named = set(ways)
    return tuple(way for way in CHOICES if way in named)


def _asks_key(found: Iterable[SigningWays], day: date) -> bool:
    begun = [one for one in found if one.from_on is None or one.from_on <= day]
    return bool(begun and begun[-1].key_to_send)


def must_count(now: Moment, programme: Programme, from_on: date, past: Text) -> None:
    """Raises FieldError beside `from_on` where nothing can count from that day on: it is over (`past` says why that
    cannot be), or after the programme's last."""
    if from_on < now.on:
        raise FieldError("from_on", past)
    if from_on > programme.ends_on:
        last = format_day(programme.ends_on)
        raise FieldError(
            "from_on", _l("The programme ends on %(day)s, and no day after it counts: check the year.", day=last)
        )
