"""publish: once a day the end of the chain leaves the database, into the log, a file and the administrators' mail."""

from functools import partial

import structlog
from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.audit import heads, service
from tracker.audit.chain import Head, grouped
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.permissions import publication

log = structlog.get_logger("jobs")


def run(occasion: Occasion) -> Units[Remark | None]:
    """Link what is left, however late it came, and publish the head. What a crash left undone the next run does."""
    yield from service.whole_chain_units()
    head: Head | None = yield partial(_publish, occasion=occasion)
    if head is None:
        return None
    log.info("audit.head_published", day=head.day.isoformat(), seq=head.seq, hash=grouped(head.hash))
    heads.append(occasion.settings.instance / heads.NAME, head)
    return Remark(RemarkCode.HEAD_PUBLISHED, {"seq": head.seq})


def _publish(session: Session, occasion: Occasion) -> Head | None:
    head = service.publish(session, occasion.now, occasion.day)
    if head is not None:
        settings = occasion.settings
        publication.tell(session, occasion.now, head, settings.site)
    return head
