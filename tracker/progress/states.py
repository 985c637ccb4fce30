"""Where a report stands, and who has a draft."""

from enum import StrEnum


class ReportState(StrEnum):
    """Where a report stands by the last decision on its last revision."""

    SENT = "sent"  # with the appraiser
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REOPENED = "reopened"
    RECALLED = "recalled"


class DraftState(StrEnum):
    """Who has a draft before it is sent."""

    EDITING = "editing"  # with the officer
    WITH_HEAD = "with_head"


class RequestState(StrEnum):
    """Where a request about one target stands."""

    DRAFT = "draft"  # with the head who writes it
    WAITING = "waiting"  # with the PPC
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
