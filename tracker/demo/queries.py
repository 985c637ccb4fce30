"""Reads of the demo: what stands of it already, and the slots in which its people report."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.people.models import Person
from tracker.programmes import queries as programmes
from tracker.programmes.models import Programme, WorkingCalendar
from tracker.progress import queries as progress
from tracker.progress.models import Report
from tracker.progress.queries import ReportSlot
from tracker.progress.states import ReportState


def calendar_id(session: Session, name: str) -> int | None:
    """The id of a working calendar, if it stands."""
    return session.scalar(sa.select(WorkingCalendar.id).where(WorkingCalendar.name == name))


def calendar_record(session: Session, calendar_id: int) -> dict[str, Any]:
    """A stored calendar as a record of a package, which must name the same days to be taken as the same."""
    found = programmes.days(session, calendar_id)
    return {
        "name": programmes.calendar(session, calendar_id).name,
        "off_days": [day.day.isoformat() for day in found if not day.works],
        "working_days": [day.day.isoformat() for day in found if day.works],
    }


def has_person(session: Session, email: str) -> bool:
    """Whether a person with this address stands."""
    return session.scalar(sa.select(Person.id).where(Person.email == email)) is not None


def commitment_of(session: Session, programme_code: str, body: str) -> Commitment:
    """The first commitment of a body in a programme. Raises NoResultFound where there is none."""
    found = sa.select(Commitment).join(Commitment.programme).join(Commitment.agency)
    of_it = Programme.code == programme_code, Agency.code == body
    return session.scalars(found.where(*of_it).order_by(Commitment.id).limit(1)).one()


def slot(session: Session, programme_id: int, agency_id: int, code: str, period: str) -> ReportSlot:
    """The slot of a body's target in a period. Raises LookupError where there is none."""
    statement = sa.select(Target.token).where(
        Target.programme_id == programme_id, Target.agency_id == agency_id, Target.code == code
    )
    found = progress.find_slot(session, sa.true(), session.scalars(statement).one(), period)
    if found is None:
        raise LookupError(f"there is no period {period} for the target {code}")
    return found


def accepted_report(session: Session, programme_id: int, body: str) -> Report | None:
    """The newest periodic report of a body on which an acceptance stands, if there is one."""
    of_it = Report.programme_id == programme_id, Agency.code == body, Report.state == ReportState.ACCEPTED
    found = sa.select(Report).join(Agency, Agency.id == Report.agency_id).join(Target, Target.id == Report.target_id)
    newest = Report.sent_on.desc(), Target.code
    return session.scalars(found.where(*of_it, Report.period_id.is_not(None)).order_by(*newest).limit(1)).first()


def slots(session: Session, programme_id: int, agency_id: int, after: date) -> Iterator[ReportSlot]:
    """Where a body's targets report their completion, of those that go on and were to be done by a later day, by
    code."""
    due = Target.due_on > after, Target.ended_on.is_(None)
    tokens = sa.select(Target.token).where(Target.programme_id == programme_id, Target.agency_id == agency_id, *due)
    for token in session.scalars(tokens.order_by(Target.code)).all():
        found = progress.find_slot(session, sa.true(), token, None)
        if found is not None:
            yield found
