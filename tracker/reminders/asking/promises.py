"""A promise of a body: by when a report will be sent. Once for each report, a few days ahead, and never past the day on
which the top of the ladder hears of it. The ladder rests for the body until then; statuses know nothing of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.models import Target
from tracker.compliance.telling.owed import OwedFigure, WhyOwed, owed_figures, working_day_after
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden
from tracker.core.languages import _l, format_day
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames
from tracker.progress import queries as progress
from tracker.progress.queries import ReportSlot
from tracker.reminders.asking.models import Promise
from tracker.reminders.declared import Within
from tracker.reminders.duty import TARGET
from tracker.reminders.ladder import CLIMB, PRESET, Ladder, Occasion
from tracker.reminders.ladders import on_day
from tracker.rule import WorkingCalendar

AHEAD = 5  # working days that one can promise for
LONGEST = 300  # characters of its sentence
Slot = tuple[int, int | None]  # a target's id and a period's


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether something can be promised, and until when; else why not."""

    last: date | None
    why_not: str | None = None


def last_day(calendar: WorkingCalendar, today: date, by: date, top: int | None) -> date | None:
    """The last day that can be promised for what is to be there `by` a day; none where there is none any more. `top`:
    so many working days after that day the top of the ladder is told, and by then no promise holds."""
    last = working_day_after(calendar, today, AHEAD)
    if top is not None:
        last = min(last, working_day_after(calendar, by, max(0, top - 1)))
    return last if last >= today else None


def top_step(ladder: Ladder, occasion: Occasion) -> int | None:
    """On which working day after the day that counts the highest audience of an occasion is first told."""
    rungs = [rung for rung in ladder if rung.occasion is occasion]
    if not rungs:
        return None
    top = max((rung.audience for rung in rungs), key=CLIMB.index)
    return min(rung.after for rung in rungs if rung.audience is top)


def days(session: Session, within: Within) -> dict[Slot, date]:
    """For when was promised what, by target and period."""
    where = within.where(TARGET, Promise.target_id, Promise.agency_id, Target.programme_id)
    found = sa.select(Promise.target_id, Promise.period_id, Promise.will_send_on)
    joined = found.join(Target, Target.id == Promise.target_id).where(*where)
    return {(target_id, period_id): on for target_id, period_id, on in session.execute(joined)}


def of_targets(session: Session, target_ids: Collection[int]) -> dict[Slot, Promise]:
    """What was promised of these targets."""
    if not target_ids:
        return {}
    found = session.scalars(sa.select(Promise).where(Promise.target_id.in_(target_ids)))
    return {(one.target_id, one.period_id): one for one in found}


def offer(session: Session, now: Moment, slot: ReportSlot) -> Offer:
    """Whether the report of a slot can be promised now."""
    period_id = slot.period.id if slot.period else None
    if (slot.target.id, period_id) in of_targets(session, [slot.target.id]):
        return Offer(None, str(_l("A day was promised for this report already. It can be promised once.")))
    owed = owed_figures(session, now.on, Target.id == slot.target.id, Target.closed_on.is_(None))
    figure = next((one for one in owed if one.period_id == period_id), None)
    if figure is None or figure.why is WhyOwed.COMING:
        return Offer(None, str(_l("Nobody waits for this report: there is nothing to promise.")))
    last = _last(session, now, figure)
    if last is None:
        told = _l("This report is so late that the top of the ladder is told of it: a promise is taken no more.")
        return Offer(None, str(told))
    return Offer(last)


def make(
    session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, will_send_on: date, sentence: str
) -> Promise:
    """Promise that a report will be sent by a day. Raises Forbidden, FieldError beside `will_send_on`, DomainError
    where nothing can be promised any more."""
    if not reader.may(Action.ENTER_FIGURE, slot.agency.id):
        raise Forbidden(_l("Your office does not allow this."))
    progress.lock(session, slot)
    offered = offer(session, now, slot)
    if offered.last is None:
        raise DomainError(offered.why_not or "")
    if not now.on <= will_send_on <= offered.last:
        told = _l("Enter a day from today to %(day)s", day=format_day(offered.last))
        raise FieldError("will_send_on", told)
    row = Promise(
        target_id=slot.target.id,
        period_id=slot.period.id if slot.period else None,
        agency_id=slot.agency.id,
        will_send_on=will_send_on,
        sentence=sentence,
        promised_by_id=reader.person_id,
        promised_at=now.at,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.TARGET_REPORT_PROMISED,
        actor_id=reader.person_id,
        subject=("target", slot.target.id),
        detail={"period": slot.code, "will_send_on": will_send_on.isoformat(), "text": sentence},
        facts=digests.of_objects(row),
    )
    return row


def _last(session: Session, now: Moment, figure: OwedFigure) -> date | None:
    calendar = Frames(session).of({figure.programme_id})[figure.programme_id].calendar
    ladder = on_day(session, now.on).get(figure.programme_id, PRESET)
    occasion = Occasion.RETURN if figure.why is WhyOwed.RETURNED else Occasion.REPORT
    return last_day(calendar, now.on, figure.by, top_step(ladder, occasion))
