"""Planning a programme's policy: in place until its first commitment is signed, from a day ahead ever after."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import service as audit
from tracker.audit.events import Event
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import FieldError
from tracker.core.languages import Text, _l, format_day
from tracker.programmes import policy as policies
from tracker.programmes.constraints import SAME_DAY
from tracker.programmes.models import PolicyVersion, Programme
from tracker.rule.facts import Policy
from tracker.rule.facts import PolicyVersion as Version

NO_CHANGE = _l("Nothing differs from the policy that counts then anyway.")


def refusals(
    now: Moment,
    programme: Programme,
    versions: Sequence[Version],
    from_on: date | None,
    policy: Policy,
    first_signed_on: date | None,
) -> list[tuple[str, Text]]:
    """(field, message) of everything that stands against a version; the field is "" for what concerns all of it.

    `from_on` none: the first version is changed in place. `first_signed_on`: the day on which the programme's first
    commitment was signed, or will be.
    """
    found = list(policies.faults(policy))
    signed = first_signed_on is not None and first_signed_on <= now.on
    if from_on is None:
        if signed:
            found.append(("from_on", _l("Commitments are signed: a change counts from a day ahead.")))
        before = versions[0].policy if versions else Policy()
    else:
        found += [("from_on", message) for message in _wrong_day(now, programme, versions, from_on)]
        before = policies.in_force(versions, from_on)
    if not found and before == policy:
        found.append(("", NO_CHANGE))
    return found


def plan_policy(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    programme: Programme,
    from_on: date | None,
    policy: Policy,
    reason: str | None,
    first_signed_on: date | None,
    follow: bool = True,
) -> PolicyVersion:
    """Set a policy from a day ahead; with `from_on` none change the first version in place, before anybody signed.

    Every target's steps ahead follow in the same transaction; without `follow` the caller sees to that. Raises
    FieldError with the first of `refusals`.
    """
    rows = session.scalars(sa.select(PolicyVersion).where(PolicyVersion.programme_id == programme.id)).all()
    versions = policies.timeline([(row.from_on, row.values) for row in rows])
    for field, message in refusals(now, programme, versions, from_on, policy, first_signed_on):
        raise FieldError(field, message)
    was = policies.in_force(versions, from_on or date.min)
    row = next((row for row in rows if row.from_on is None), None) if from_on is None else None
    if row is None:
        row = PolicyVersion(programme_id=programme.id, from_on=from_on)
        session.add(row)
    row.values, row.reason = policies.values_of(policy), reason
    row.set_by_id, row.set_at = actor_id, now.at
    session.flush()
    event = Event.POLICY_PLANNED if from_on is not None else Event.POLICY_CHANGED
    _told(session, now, actor_id, event, row, was)
    if follow:
        touch(session, "programme", programme.id)
    return row


def withdraw_policy(
    session: Session, now: Moment, *, actor_id: int, programme: Programme, from_on: date, follow: bool = True
) -> None:
    """Take a version back that is still ahead. Raises FieldError where it has begun, or stands no longer."""
    row = session.scalar(
        sa.select(PolicyVersion).where(PolicyVersion.programme_id == programme.id, PolicyVersion.from_on == from_on)
    )
    if row is None:
        raise FieldError("", _l("This version stands no longer: somebody has withdrawn it."))
    if from_on <= now.on:
        raise FieldError("", _l("This version has begun: days have been judged by it. Plan a new one instead."))
    others = sa.select(PolicyVersion.from_on, PolicyVersion.values).where(
        PolicyVersion.programme_id == programme.id, PolicyVersion.id != row.id
    )
    was = policies.in_force(policies.timeline([tuple(one) for one in session.execute(others)]), from_on)
    _told(session, now, actor_id, Event.POLICY_WITHDRAWN, row, was)
    session.delete(row)
    session.flush()
    if follow:
        touch(session, "programme", programme.id)


def _wrong_day(now: Moment, programme: Programme, versions: Sequence[Version], from_on: date) -> list[Text]:
    if from_on <= now.on:
        return [_l("Enter a day that is still ahead: what is past was judged by the policy of its day.")]
    if from_on > programme.ends_on:
        last = format_day(programme.ends_on)
        return [_l("The programme ends on %(day)s, and no day after it counts: check the year.", day=last)]
    return [SAME_DAY] if any(version.from_on == from_on for version in versions) else []


def _told(session: Session, now: Moment, actor_id: int, event: Event, row: PolicyVersion, was: Policy) -> None:
    """`was`: what is in force from that day on without this version."""
    first = row.from_on.isoformat() if row.from_on else None
    detail = {"from": first, "values": row.values, "was": policies.values_of(was)}
    audit.record(session, now, event, actor_id=actor_id, subject=("programme", row.programme_id), detail=detail)
