"""In whose hands a report lies, and why: one answer for the body's own pages and for whoever waits for it."""

from enum import StrEnum
from typing import Any

from tracker.progress.states import DraftState


class Hand(StrEnum):
    """In whose hands a report lies, and why."""

    RETURNED = "returned"  # came back from the appraiser
    HANDED_BACK = "handed_back"  # came back from the head
    DRAFT = "draft"  # being written
    OWED = "owed"  # nobody has begun
    WITH_HEAD = "with_head"
    SENT = "sent"  # with the appraiser
    COMING = "coming"  # its period still runs


def of_draft(draft: Any, *, came_back: bool) -> Hand | None:
    """In whose hands what was not sent lies, by its draft; none where nobody has begun. `came_back`: the report waits
    to be answered."""
    if draft is not None and draft.state == DraftState.WITH_HEAD:
        return Hand.WITH_HEAD
    if draft is not None and draft.head_comment:
        return Hand.HANDED_BACK
    if came_back:
        return Hand.RETURNED
    return Hand.DRAFT if draft is not None else None
