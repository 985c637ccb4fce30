"""Adding to the record of who did what. There is no other verb: rows are never changed or removed."""

import re
from typing import Any

from sqlalchemy.orm import Session

from tracker.audit.models import AuditEvent
from tracker.core.clock import Moment

# The grammar of events: the thing, a point, and what happened to it with a verb in the past at its end or as a whole:
# `report.sent`, `account.password_changed`, `package.loaded`.
EVENT = re.compile(r"[a-z]+(?:_[a-z]+)*\.(?:[a-z]+_)*(?:[a-z]+ed|sent|kept|begun|held|put|set|taken|given|withdrawn)")


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
    """Add one event (`subject.verb_in_past`) to the record; `detail` holds ids and figures, no names or addresses.

    Raises ValueError for an event outside the grammar.
    """
    if not EVENT.fullmatch(event):
        raise ValueError(f"{event!r} is no name of an event, such as report.sent")
    kind, identity = subject
    session.add(
        AuditEvent(
            at=now.at,
            actor_id=actor_id,
            event=event,
            subject_kind=kind,
            subject_id=identity,
            agency_id=agency_id,
            detail=detail,
        )
    )
