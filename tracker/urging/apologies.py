"""Which programmes ask for public apologies: what was set, from which day it counts, and setting another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.models import Target
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError
from tracker.core.languages import _l
from tracker.programmes.models import Programme
from tracker.programmes.ways import must_count
from tracker.urging.models import ApologyRule

MOST_TARGETS, FEWEST_DAYS, MOST_DAYS, USUAL_DAYS = 20, 1, 60, 5


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts on a day: for which targets, within how many working days; `since`: for what was accepted from that
    day on."""

    targets: tuple[str, ...] = ()
    days: int = USUAL_DAYS
    since: date = date.max


NONE = Rule()


def versions(session: Session, programme_id: int) -> Sequence[ApologyRule]:
    """Whatever was set for a programme, each before the one that takes its place."""
    mine = ApologyRule.programme_id == programme_id
    return session.scalars(sa.select(ApologyRule).where(mine).order_by(ApologyRule.from_on, ApologyRule.id)).all()


def on_day(session: Session, day: date) -> Mapping[int, Rule]:
    """The rule that counts on a day, by the id of the programme; where nothing was set, no apology is asked for."""
    begun = sa.select(ApologyRule).where(ApologyRule.from_on <= day)
    found: dict[int, Rule] = {}
    for one in session.scalars(begun.order_by(ApologyRule.from_on, ApologyRule.id)):
        since = min(found.get(one.programme_id, NONE).since, one.from_on) if one.targets else date.max
        found[one.programme_id] = Rule(tuple(one.targets), one.days, since)
    return found


def targets_of(session: Session, programme_id: int) -> list[tuple[str, dict[str, str]]]:
    """(code, title) of each target of a programme whose figures are two numbers: of these late files can be told."""
    of_it = (Target.programme_id == programme_id, Target.ratio.is_(True), Target.closed_on.is_(None))
    rows = session.execute(sa.select(Target.code, Target.title).where(*of_it).order_by(Target.code, Target.id))
    found: dict[str, dict[str, str]] = {}
    for code, title in rows:
        found.setdefault(code, title)
    return list(found.items())


def choose(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    programme: Programme,
    from_on: date,
    targets: Iterable[str],
    days: int,
    reason: str,
) -> ApologyRule:
    """Set what counts from a day on, today or ahead; no target: no apology is asked for from then on.

    Raises FieldError beside its field, DomainError where nothing differs.
    """
    session.execute(sa.select(Programme.id).where(Programme.id == programme.id).with_for_update())  # one at a time
    must_count(now, programme, from_on, _l("Enter today or a day ahead: what was accepted before asks for nothing."))
    known = {code for code, _title in targets_of(session, programme.id)}
    chosen = sorted(set(targets))
    if not set(chosen) <= known:
        raise FieldError("targets", _l("Choose among the targets of the programme whose figures are two numbers"))
    if len(chosen) > MOST_TARGETS:
        raise FieldError("targets", _l("Choose %(most)s targets at most", most=MOST_TARGETS))
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise FieldError("days", _l("Enter %(least)s to %(most)s", least=FEWEST_DAYS, most=MOST_DAYS))
    was = on_day(session, from_on).get(programme.id, NONE)
    if (tuple(chosen), days if chosen else was.days) == (was.targets, was.days):
        raise DomainError(_l("Nothing differs from what counts then anyway."))
    row = ApologyRule(
        programme_id=programme.id,
        from_on=from_on,
        targets=chosen,
        days=days,
        reason=reason,
        set_by_id=actor_id,
        set_at=now.at,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.PROGRAMME_APOLOGIES_SET,
        actor_id=actor_id,
        subject=("programme", programme.id),
        detail={
            "from": from_on.isoformat(),
            "before": {"apologies_for": list(was.targets), "apology_days": was.days if was.targets else None},
            "after": {"apologies_for": chosen, "apology_days": days if chosen else None},
            "because": reason,
        },
        facts=digests.of_objects(row),
    )
    return row
