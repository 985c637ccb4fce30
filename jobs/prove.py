"""prove: each night a part of the stored statuses is derived anew from the facts; what differs alarms the
administrators."""

from datetime import date
from functools import partial

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.compliance.steps import proof_rotation
from tracker.compliance.steps.proof_rotation import Found
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import JobRun

NAME = "prove"
NAMED = 5  # differences in the run's remark

log = structlog.get_logger("jobs")


def run(occasion: Occasion) -> Units:
    """Prove tonight's part, and those of nights without a run; body by body, so that no unit is long."""
    last: date | None = yield _last_night
    found = Found(proof_rotation.parts(last, occasion.day))
    for part in found.parts:
        for agency_id in (yield partial(proof_rotation.bodies, part=part)):
            proof_rotation.prove(agency_id, occasion.now.on, found)
            yield _breathe
    if found.differences:
        for difference in found.first:
            log.error("proof.differs", difference=str(difference))
        yield partial(_tell, occasion=occasion, found=found)
    return _remark(found)


def _last_night(session: Session) -> date | None:
    """The day of the last run that ended well; none where there was none."""
    done = sa.select(sa.func.max(JobRun.scheduled_for)).where(JobRun.job == NAME, JobRun.result == "done")
    at = session.scalar(done)
    return None if at is None else clock.day_of(at)


def _breathe(_session: Session) -> None:
    """Nothing to write: the runner extends its lease."""


def _tell(session: Session, occasion: Occasion, found: Found) -> int:
    return proof_rotation.tell(session, occasion.now, found, occasion.settings.host, occasion.settings.base_url)


def _remark(found: Found) -> str:
    which = f"part {', '.join(map(str, found.parts))} of {proof_rotation.ROUNDS}"
    if not found.differences:
        return f"{which}: {found.targets} targets proved"
    named = "; ".join(map(str, found.first[:NAMED]))
    return f"{which}: {found.differences} differences in {found.targets} targets: {named}"
