"""What a meeting concluded about a body."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.factories.errand import Province
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.duties.models import Conclusion


def of_body(session: Session, now: clock.Moment, made: Province, code: str, task: str) -> dict[str, str]:
    """A conclusion as a row: what of it stands in addresses."""
    whose = {"programme_id": made.programme.id, "agency_id": made.bodies[code].id}
    by = {"concluded_by_id": made.people[(code, Office.HEAD)].id, "concluded_at": now.at}
    days = {"met_on": now.on, "due_on": now.on}
    session.add(Conclusion(token=f"conclusion-{code}", **whose, **days, task=task, office="officer", **by))
    session.flush()
    return {"conclusion": f"conclusion-{code}"}
