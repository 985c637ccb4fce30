"""Adding to the record of who did what. There is no other verb: rows are never changed or removed."""

import re
from typing import Any

from sqlalchemy.orm import Session

from tracker.audit.models import AuditEvent
from tracker.core.clock import Moment

# The grammar of events: a thing, a point, and what happened to it, with a verb in the past: `report.sent`,
# `draft.handed_to_head`, `account.password_changed`.
_WORD = r"[a-z][a-z0-9]*"
_PAST = r"(?:[a-z]+ed|begun|chosen|given|held|kept|made|put|redone|sent|set|shown|taken|told|withdrawn|written)"
EVENT = re.compile(rf"{_WORD}(?:_{_WORD})*\.(?:{_WORD}_)*{_PAST}(?:_{_WORD})*")


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
