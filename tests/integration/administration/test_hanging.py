"""What hangs on a body is counted as its own people see it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from tests.factories import errand
from tracker.administration.hanging import owed, owes
from tracker.commitments.models import Target
from tracker.compliance.telling.owed import WhyOwed, owed_figures
from tracker.core.clock import Moment
from tracker.home.queries import duties_of
from tracker.programmes.queries import CLOSED_AFTER


def test_reports_of_a_programme_that_is_long_over_are_asked_of_nobody(session: Session, at: type) -> None:
    made = errand.province(session)
    errand.target(session, made, "SXD", "T01")
    session.flush()
    agency_id, last = made.bodies["SXD"].id, made.programme.ends_on
    for day, asked in (
        (date(2021, 9, 1), True),
        (last + CLOSED_AFTER, True),
        (last + CLOSED_AFTER + timedelta(1), False),
    ):
        now: Moment = at(day)
        unsent = [
            one for one in owed_figures(session, day, Target.agency_id == agency_id) if one.why is not WhyOwed.COMING
        ]
        assert unsent, "the rule goes on saying that they are missing"
        told = owes(owed(session, now, [agency_id]).total())
        assert bool(told) is asked is bool(duties_of(session, [agency_id], day).completions), day
        assert all(str(len(unsent)) in text for text in told)
