"""The small province in the days around a half-year's report: targets whose reports lie in each hand."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.errand import Province
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core import clock
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.people.models import Person
from tracker.progress.models import Decision, Draft, Report, Revision

PERIOD = "2021-H1"  # due on 21 June 2021, a Monday
MORE_OFFICES = (("SXD", Office.DEPUTY), ("VP", Office.VICE_CHAIR))
STATES = ("sent", "with_head", "draft", "handed_back", "returned", "nothing")  # of the targets T01, T02, …


def build(targets: int = len(STATES)) -> None:
    """Sở Xây dựng has a target in each state, Sở Y tế one of which nothing is there; Q1 was reported of all."""
    with unit_of_work() as session:
        made = errand.province(session)
        for body, office in MORE_OFFICES:
            called = {"token": f"{office}-{body}", "name": f"{office} {body}"}
            person = Person(**called, email=f"{office}@example.vn", language="vi")
            session.add(person)
            session.flush()
            holding = {"person_id": person.id, "agency_id": made.bodies[body].id, "from_on": date(2020, 1, 1)}
            session.add(OfficeHolding(office=office, **holding))
        for number, state in enumerate(STATES[:targets], start=1):
            row = errand.target(session, made, code=f"T{number:02}", title={"vi": f"Chỉ tiêu {state}"})
            report(session, made, row, "2021-Q1", date(2021, 3, 16))
            put(session, made, row, state)
        other = errand.target(session, made, body="SYT", code="T01")
        report(session, made, other, "2021-Q1", date(2021, 3, 16))


def put(session: Session, made: Province, target: Target, state: str) -> None:
    """The half-year's report of a target in a state."""
    if state == "sent":
        report(session, made, target, PERIOD, date(2021, 6, 15))
    elif state == "returned":
        revision = report(session, made, target, PERIOD, date(2021, 6, 15))
        session.get_one(Report, revision.report_id).state = "returned"
        on = date(2021, 6, 17)
        told = {"outcome": "returned", "decided_on": on, "recorded_on": on, "reason": "Thiếu tài liệu chứng minh"}
        session.add(Decision(revision_id=revision.id, seq=1, **told))
    elif state != "nothing":
        session.add(
            Draft(
                token=f"draft-{target.code}",
                target_id=target.id,
                agency_id=target.agency_id,
                period_id=made.periods[PERIOD].id,
                kind="periodic",
                state="with_head" if state == "with_head" else "editing",
                head_comment="Xem lại" if state == "handed_back" else None,
                typed={"value": "5"},
                language="vi",
                entered_by_id=made.people[("SXD", Office.OFFICER)].id,
                updated_at=clock.now(),
            )
        )


def report(session: Session, made: Province, target: Target, period: str, sent_on: date) -> Revision:
    """A report that was sent on a day."""
    row = Report(
        token=f"report-{target.id}-{period}",
        target_id=target.id,
        programme_id=made.programme.id,
        agency_id=target.agency_id,
        period_id=made.periods[period].id,
        kind="periodic",
        state="sent",
        sent_on=sent_on,
    )
    session.add(row)
    session.flush()
    revision = Revision(report_id=row.id, seq=1, submitted_on=sent_on, recorded_on=sent_on, value=100)
    session.add(revision)
    session.flush()
    touch(session, "target", target.id)
    return revision
