"""Asking bodies for reports that they owe, now: first who would get it, then it leaves. It counts as a rung of the
ladder: whoever got a mail today is told with the next working morning's, as is everybody outside working hours."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.models import Target
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, Forbidden
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.programmes import queries as programmes
from tracker.programmes.frames import Frames
from tracker.programmes.models import Period
from tracker.reminders import declared, queries, service
from tracker.reminders.asking import hours, missing
from tracker.reminders.asking import lines as by_hand
from tracker.reminders.asking.models import Asking
from tracker.reminders.duty import TARGET, Place
from tracker.reminders.ladder import Audience
from tracker.reminders.ladders import on_day
from tracker.reminders.queries import Plan
from tracker.reminders.receivers import Receiver, can_be_told, people_written_to, receivers_of
from tracker.reminders.waiting import waiting_for
from tracker.settings import Site

LONGEST = 400  # characters of a sentence: a mail of it is read, a letter is written elsewhere


@dataclass(frozen=True, slots=True)
class To:
    """Somebody who gets it. `told_at`: they got a mail today already, so it comes with the next morning's."""

    person_id: int
    name: str
    audience: Audience
    agency_id: int
    reports: int
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would leave: to whom, and when. `nobody_in`: bodies of which nobody who acts can be written to."""

    receivers: list[To]
    nobody_in: set[int]
    reports: int
    at_once: bool
    morning: date

    def leaves_now(self, one: To) -> bool:
        """Whether this receiver is written to at once."""
        return self.at_once and one.told_at is None


def foresee(session: Session, now: Moment, period: Period, target_ids: Collection[int]) -> Foreseen:
    """Who would be written to about what is owed now of these targets for a period. Reads only."""
    places = _open(session, now.on, period, target_ids)
    written_to = people_written_to(session, now.on)
    names = receivers_of(written_to.everybody)
    found: dict[tuple[int, int], To] = {}
    reached: set[int] = set()
    duties = by_hand.duties(session, now.on, places) if places else []
    for duty in duties:
        for audience, holder in by_hand.doing(duty, written_to):
            if not can_be_told(holder):
                continue
            reached.add(duty.agency_id)
            key = (holder.person_id, duty.agency_id)
            count = found[key].reports if key in found else 0
            name = names[holder.person_id].name
            found[key] = To(holder.person_id, name, audience, duty.agency_id, count + 1, None)
    told = by_hand.mailed_today(session, {one.person_id for one in found.values()}, now.on)
    calendar = Frames(session).of({period.programme_id})[period.programme_id].calendar
    return Foreseen(
        receivers=[
            To(one.person_id, one.name, one.audience, one.agency_id, one.reports, told.get(one.person_id))
            for one in found.values()
        ],
        nobody_in={duty.agency_id for duty in duties} - reached,
        reports=len(duties),
        at_once=hours.is_open(now.at, calendar.is_working),
        morning=hours.next_morning(now.at, calendar.is_working),
    )


def ask(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    period: Period,
    target_ids: Collection[int],
    sentence: str,
    site: Site,
) -> Foreseen:
    """Ask for what is owed of these targets for a period; returns who is told, and when. Raises Forbidden, DomainError
    where nothing of it is owed any more, or nobody can be written to."""
    if not reader.may(Action.ASK_FOR_REPORTS):
        raise Forbidden(_l("Your office does not allow this."))
    programmes.hold(session, period.programme_id)
    foreseen = foresee(session, now, period, target_ids)
    if not foreseen.reports:
        raise DomainError(_l("Nothing of what you chose is owed any more: it was reported meanwhile."))
    if not foreseen.receivers:
        raise DomainError(_l("Nobody who acts in these bodies can be written to."))
    open_now = sorted(subject_id for _kind, subject_id, _part in _open(session, now.on, period, target_ids))
    asking = Asking(
        programme_id=period.programme_id,
        period_id=period.id,
        targets=open_now,
        sentence=sentence,
        asked_by_id=reader.person_id,
        asked_at=now.at,
        leaves_on=now.on if foreseen.at_once else foreseen.morning,
    )
    session.add(asking)
    session.flush()
    at_once = {one.person_id for one in foreseen.receivers if foreseen.leaves_now(one)}
    if at_once:
        service.tell(session, now, _plan(session, now.on, asking, at_once), site)
    record(
        session,
        now,
        Event.PROGRAMME_REPORTS_ASKED,
        actor_id=reader.person_id,
        subject=("programme", period.programme_id),
        detail={
            "period": period.code,
            "reports": foreseen.reports,
            "receivers": len({one.person_id for one in foreseen.receivers}),
            "text": sentence,
        },
        facts=digests.of_objects(asking),
    )
    return foreseen


def _open(session: Session, on: date, period: Period, target_ids: Collection[int]) -> set[Place]:
    """What somebody can be asked for now, of these targets."""
    found = missing.of_period(session, on, period, Target.id.in_(target_ids)) if target_ids else {}
    return {(TARGET, one.target_id, period.id) for body in found.values() for one in body.to_ask}


def _plan(session: Session, on: date, asking: Asking, person_ids: Collection[int]) -> Plan:
    """The mails of these persons now: what is asked for, and all else that they are told of by now."""
    written_to = people_written_to(session, on)
    receivers = receivers_of(written_to.everybody)
    bodies = {one.agency_id for one in written_to.everybody if one.person_id in person_ids}
    ladders, working = on_day(session, on), programmes.working_on(session, on)
    opened = declared.open_on(session, [on], queries.within(ladders.values(), bodies=bodies))
    plan = queries.lines_of(opened, written_to, ladders, working)[on]
    by_hand.add(session, on, plan, written_to, [asking])

    def receiver(person_id: int) -> Receiver:
        own = [one for one in written_to.everybody if one.person_id == person_id]
        return replace(receivers[person_id], waiting=len(waiting_for(session, on, own, written_to)))

    return {receiver(one): list(plan[one].values()) for one in sorted(person_ids) if plan.get(one)}


def of_targets(session: Session, target_ids: Collection[int], since: date) -> list[Asking]:
    """What was asked for of these targets since a day, the latest first."""
    lately = sa.select(Asking).where(Asking.leaves_on >= since).order_by(Asking.id.desc())
    wanted = set(target_ids)
    return [one for one in session.scalars(lately) if wanted.intersection(one.targets)]
