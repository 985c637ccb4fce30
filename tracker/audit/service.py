"""Adding to the record of who did what. There is no other verb: rows are never changed or removed."""

from typing import Any

from sqlalchemy.orm import Session

from tracker.audit.models import AuditEvent
from tracker.core.clock import Moment


def record(
    session: Session,
    now: Moment,
    event: str,
    *,
    actor_id: int | None,
    subject: tuple[str, int | None],
    agency_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one event (`subject.verb_in_past`) to the record; `detail` holds ids and figures, never names or addresses."""
    kind, identity = subject
    session.add(
        AuditEvent(
            at=now.at, actor_id=actor_id, event=event, subject_kind=kind, subject_id=identity, agency_id=agency_id, detail=detail
        )
    )
