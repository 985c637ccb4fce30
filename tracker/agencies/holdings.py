"""Changing who holds an office and who stands in for whom: one verb per change. What of it takes two administrators,
and who is told by mail, stands above, in `approvals`."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import over_time
from tracker.agencies.models import Agency, OfficeHolding, StandIn
from tracker.agencies.offices import STOOD_IN_FOR, Office
from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import _l, format_day
from tracker.core.numbers import OUT_OF_ORDER
from tracker.people import queries as people
from tracker.rule.calendar import ONE_DAY

LONGEST_PAPER = 255
Turn = tuple[date | None, date | None]  # a day before and after


def open_holding(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    person_id: int,
    agency_id: int,
    office: Office,
    from_on: date,
    to_on: date | None = None,
) -> OfficeHolding:
    """A person takes an office of a body, from a day to a day, both inside it.

    Raises FieldError where the days are out of order or outside the body's, the person holds that office then already,
    or the body has another head on one of these days.
    """
    agency = _locked(session, agency_id)
    holding = OfficeHolding(person_id=person_id, agency_id=agency_id, office=office, from_on=from_on, to_on=to_on)
    _check_days(session, agency, holding, from_on, to_on)
    session.add(holding)
    session.flush()
    _told(session, now, Event.HOLDING_OPENED, actor_id, holding)
    return holding


def close_holding(session: Session, now: Moment, *, actor_id: int | None, holding_id: int, to_on: date) -> None:
    """A person holds an office for the last time on a day. Raises FieldError where that lies before the first day or
    after the last, or nobody would be administrator after it."""
    holding = _holding(session, holding_id)
    _locked(session, holding.agency_id)
    if to_on < holding.from_on:
        raise FieldError("to_on", OUT_OF_ORDER)
    if holding.to_on is not None and to_on > holding.to_on:
        day = format_day(holding.to_on)
        raise FieldError("to_on", _l("It ends on %(day)s already; for longer its days are corrected", day=day))
    _keep_administrated(session, holding, to_on, actor_id)
    before, holding.to_on = holding.to_on, to_on
    session.flush()
    _told(session, now, Event.HOLDING_CLOSED, actor_id, holding, to_on=(before, to_on))


def correct_holding(
    session: Session, now: Moment, *, actor_id: int | None, holding_id: int, from_on: date, to_on: date | None
) -> None:
    """Other days for an office that was entered wrongly.

    Raises FieldError as `open_holding` and `close_holding` do, and where somebody stood in on a day that falls outside.
    """
    holding = _holding(session, holding_id)
    agency = _locked(session, holding.agency_id)
    _check_days(session, agency, holding, from_on, to_on)
    _keep_stand_ins(session, holding, from_on, to_on)
    if to_on is not None:
        _keep_administrated(session, holding, to_on, actor_id)
    if from_on > max(holding.from_on, now.on):
        _keep_administrated(session, holding, holding.from_on - ONE_DAY, actor_id)
    days = {"from_on": (holding.from_on, from_on), "to_on": (holding.to_on, to_on)}
    holding.from_on, holding.to_on = from_on, to_on
    session.flush()
    _told(session, now, Event.HOLDING_CORRECTED, actor_id, holding, **days)


def restore_holding(
    session: Session, now: Moment, *, actor_id: int | None, holding_id: int, to_on: date | None
) -> None:
    """An office that ended with its body is held again until the day that stood before, or without an end. Raises
    FieldError as `open_holding` does."""
    holding = _holding(session, holding_id)
    agency = _locked(session, holding.agency_id)
    _check_days(session, agency, holding, holding.from_on, to_on)
    before, holding.to_on = holding.to_on, to_on
    session.flush()
    _told(session, now, Event.HOLDING_RESTORED, actor_id, holding, to_on=(before, to_on))


def remove_holding(session: Session, now: Moment, *, actor_id: int | None, holding_id: int) -> None:
    """Take back an office that was given by mistake: on the day on which it was given, if nothing was done under it.

    Raises FieldError otherwise, and for the last administrator.
    """
    holding = _holding(session, holding_id)
    _locked(session, holding.agency_id)
    if not over_time.given_on(session, [holding.id], now.on):
        raise FieldError("", _l("Only on the day on which it was given an office is removed; later it is ended"))
    if over_time.was_used(session, holding):
        raise FieldError("", _l("Something was done under this office already, so that it can only be ended"))
    _keep_administrated(session, holding, holding.from_on - ONE_DAY, actor_id)
    _told(session, now, Event.HOLDING_REMOVED, actor_id, holding)
    session.delete(holding)
    session.flush()


def open_stand_in(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    holding_id: int,
    person_id: int,
    from_on: date,
    to_on: date,
    paper: str,
) -> StandIn:
    """A person acts for the holder of an office from a day to a day, by a paper. The holder stays the one who answers.

    Raises FieldError where the office is not one to stand in for, the person is the holder, the days are out of order,
    outside of the holding's, or somebody else's on some of them already.
    """
    holding = _holding(session, holding_id)
    _locked(session, holding.agency_id)
    paper = " ".join(paper.split())
    if holding.office not in STOOD_IN_FOR:
        raise FieldError("", _l("Nobody stands in for this office"))
    if person_id == holding.person_id:
        raise FieldError("person", _l("Nobody stands in for themselves"))
    if not paper:
        raise FieldError("paper", _l("Enter the number and day of the paper that says so"))
    if len(paper) > LONGEST_PAPER:
        raise FieldError("paper", _l("Use %(most)s characters or fewer", most=LONGEST_PAPER))
    if to_on < from_on:
        raise FieldError("to_on", OUT_OF_ORDER)
    if from_on < holding.from_on:
        raise FieldError("from_on", _l("The office is held from %(day)s on", day=format_day(holding.from_on)))
    if holding.to_on is not None and to_on > holding.to_on:
        raise FieldError("to_on", _l("The office is held until %(day)s", day=format_day(holding.to_on)))
    _alone(session, holding, from_on, to_on)
    stand_in = StandIn(holding_id=holding.id, person_id=person_id, from_on=from_on, to_on=to_on, paper=paper)
    session.add(stand_in)
    session.flush()
    _stood(session, now, Event.STAND_IN_GIVEN, actor_id, holding, stand_in)
    return stand_in


def close_stand_in(session: Session, now: Moment, *, actor_id: int | None, stand_in_id: int, to_on: date) -> None:
    """An authority ends earlier than it was given for. Raises FieldError where it has ended by then, or not begun."""
    stand_in, holding = _stand_in(session, stand_in_id)
    if to_on < stand_in.from_on:
        raise FieldError("to_on", OUT_OF_ORDER)
    if to_on > stand_in.to_on:
        raise FieldError("to_on", _l("It ends on %(day)s; for longer it is given anew", day=format_day(stand_in.to_on)))
    before, stand_in.to_on = stand_in.to_on, to_on
    session.flush()
    _stood(session, now, Event.STAND_IN_ENDED, actor_id, holding, stand_in, to_on=(before, to_on))


def remove_stand_in(session: Session, now: Moment, *, actor_id: int | None, stand_in_id: int) -> None:
    """Take an authority back at once, on its first day or before; the record keeps both. What was done by it stays done
    in the holder's name. Raises FieldError later: then the day before is entered as its last one."""
    stand_in, holding = _stand_in(session, stand_in_id)
    if stand_in.from_on < now.on:
        raise FieldError("", _l("It began before today: enter yesterday as its last day, and it has ended"))
    _stood(session, now, Event.STAND_IN_REMOVED, actor_id, holding, stand_in)
    session.delete(stand_in)
    session.flush()


def end_all(
    session: Session, now: Moment, *, actor_id: int | None, agency_id: int, to_on: date
) -> dict[int, date | None]:
    """Every office of a body ends with it; returns the last day that each had before, by its number. Raises FieldError
    for one that begins later."""
    going_on = sa.or_(OfficeHolding.to_on.is_(None), OfficeHolding.to_on > to_on)
    found = session.scalars(
        sa.select(OfficeHolding).where(OfficeHolding.agency_id == agency_id, going_on).order_by(OfficeHolding.id)
    ).all()
    if late := [one.from_on for one in found if one.from_on > to_on]:
        raise FieldError("to_on", _l("An office of this body begins on %(day)s", day=format_day(min(late))))
    before = {holding.id: holding.to_on for holding in found}
    for holding_id in before:
        close_holding(session, now, actor_id=actor_id, holding_id=holding_id, to_on=to_on)
    return before


def _check_days(session: Session, agency: Agency, holding: OfficeHolding, from_on: date, to_on: date | None) -> None:
    """The days are in order, inside the body's, and nobody's else where only one can hold the office."""
    if to_on is not None and to_on < from_on:
        raise FieldError("to_on", OUT_OF_ORDER)
    if agency.exists_to is not None and from_on > agency.exists_to:
        raise FieldError("from_on", _l("The body ended on %(day)s", day=format_day(agency.exists_to)))
    if agency.exists_to is not None and (to_on is None or to_on > agency.exists_to):
        raise FieldError("to_on", _l("The body ended on %(day)s", day=format_day(agency.exists_to)))
    taken = over_time.same_office(session, holding, from_on, to_on)
    if taken is None:
        return
    if taken.person_id == holding.person_id:
        raise FieldError("from_on", _l("This person holds this office on some of these days already"))
    name = people.names(session, [taken.person_id]).get(taken.person_id, "")
    if taken.to_on is None:
        raise FieldError(
            "from_on",
            _l("The body has another head then: %(name)s, from %(day)s on", name=name, day=format_day(taken.from_on)),
        )
    raise FieldError(
        "from_on",
        _l(
            "The body has another head then: %(name)s, from %(first)s to %(last)s",
            name=name,
            first=format_day(taken.from_on),
            last=format_day(taken.to_on),
        ),
    )


def _alone(session: Session, holding: OfficeHolding, from_on: date, to_on: date) -> None:
    """For one office one person stands in at a time."""
    other = session.scalar(
        sa.select(StandIn)
        .where(StandIn.holding_id == holding.id, StandIn.from_on <= to_on, StandIn.to_on >= from_on)
        .limit(1)
    )
    if other is not None:
        first, last = format_day(other.from_on), format_day(other.to_on)
        raise FieldError("from_on", _l("Somebody stands in from %(first)s to %(last)s already", first=first, last=last))


def _keep_stand_ins(session: Session, holding: OfficeHolding, from_on: date, to_on: date | None) -> None:
    outside = StandIn.from_on < from_on
    if to_on is not None:
        outside = sa.or_(outside, StandIn.to_on > to_on)
    if session.scalar(sa.select(StandIn.id).where(StandIn.holding_id == holding.id, outside).limit(1)) is not None:
        raise FieldError("from_on", _l("Somebody stood in for this office on days that would fall outside"))


def _keep_administrated(session: Session, holding: OfficeHolding, to_on: date, actor_id: int | None) -> None:
    """Refuse what would leave nobody as administrator from the day after on, or nobody but whoever asks for it."""
    if holding.office != Office.ADMINISTRATOR or (holding.to_on is not None and to_on >= holding.to_on):
        return
    session.execute(sa.select(Agency.id).order_by(Agency.id).limit(1).with_for_update())  # of two at once, one waits
    left = over_time.administrators_without(session, holding, to_on + ONE_DAY)
    if not left:
        raise FieldError("to_on", _l("Somebody must be administrator: give the office to another person first"))
    if left == {actor_id} and actor_id != holding.person_id:
        raise FieldError("to_on", _l("You would be the only administrator: give the office to a third person first"))


def _holding(session: Session, holding_id: int) -> OfficeHolding:
    holding = session.get(OfficeHolding, holding_id)
    if holding is None:
        raise NotFound(_l("There is no such holding of an office."))
    return holding


def _stand_in(session: Session, stand_in_id: int) -> tuple[StandIn, OfficeHolding]:
    """An authority and the office that it is of, whose body is held."""
    stand_in = session.get(StandIn, stand_in_id)
    if stand_in is None:
        raise NotFound(_l("There is no such authority."))
    holding = _holding(session, stand_in.holding_id)
    _locked(session, holding.agency_id)
    return stand_in, holding


def _locked(session: Session, agency_id: int) -> Agency:
    """The body, held until the end of the transaction: its offices change one after the other."""
    agency = session.scalar(sa.select(Agency).where(Agency.id == agency_id).with_for_update())
    if agency is None:
        raise NotFound(_l("There is no such body."))
    return agency


def _told(
    session: Session, now: Moment, event: Event, actor_id: int | None, holding: OfficeHolding, **days: Turn
) -> None:
    detail: dict[str, Any] = {
        "person_id": holding.person_id,
        "office": str(holding.office),
        "from_on": holding.from_on.isoformat(),
    }
    if holding.to_on is not None:
        detail["to_on"] = holding.to_on.isoformat()
    detail |= changes(**days)
    subject = ("holding", holding.id)
    record(session, now, event, actor_id=actor_id, subject=subject, agency_id=holding.agency_id, detail=detail)


def _stood(
    session: Session,
    now: Moment,
    event: Event,
    actor_id: int | None,
    holding: OfficeHolding,
    stand_in: StandIn,
    **days: Turn,
) -> None:
    detail = {
        "person_id": stand_in.person_id,
        "for_person_id": holding.person_id,
        "office": str(holding.office),
        "from_on": stand_in.from_on.isoformat(),
        "to_on": stand_in.to_on.isoformat(),
        **changes(**days),
    }
    subject = ("stand_in", stand_in.id)
    record(session, now, event, actor_id=actor_id, subject=subject, agency_id=holding.agency_id, detail=detail)
