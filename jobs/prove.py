"""prove: each night a part of the stored statuses is derived anew from the facts; what differs alarms the
administrators."""

from datetime import date
from functools import partial

import structlog
from sqlalchemy.orm import Session

from jobs.work import Occasion, breathe, last_done
from tracker.compliance.steps import proof_rotation
from tracker.compliance.steps.proof_rotation import Found
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode

NAME = "prove"
NAMED = 5  # differences in the run's remark

log = structlog.get_logger("jobs")


def run(occasion: Occasion) -> Units[Remark | None]:
    """Prove tonight's part, and those of nights without a run; body by body, so that no unit is long."""
    last: date | None = yield partial(last_done, job=NAME)
    found = Found(proof_rotation.parts(last, occasion.day))
    for part in found.parts:
        for agency_id in (yield partial(proof_rotation.bodies, part=part)):
            proof_rotation.prove(agency_id, occasion.now.on, found)
            yield breathe
    if found.differences:
        for difference in found.first:
            log.error("proof.differs", difference=str(difference))
        yield partial(_tell, occasion=occasion, found=found)
    return _remark(found)


def _tell(session: Session, occasion: Occasion, found: Found) -> int:
    return proof_rotation.tell(session, occasion.now, found, occasion.settings.site)


def _remark(found: Found) -> Remark:
    figures: dict[str, int | str] = {
        "part": ", ".join(map(str, found.parts)),
        "parts": proof_rotation.ROUNDS,
        "targets": found.targets,
    }
    if not found.differences:
        return Remark(RemarkCode.PART_PROVED, figures)
    first = "; ".join(map(str, found.first[:NAMED]))
    return Remark(RemarkCode.PART_DIFFERS, {**figures, "differ": found.differences, "first": first})
