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


class CellState(StrEnum):
    """Where a cell of the sheet stands. `complete` is reckoned from what was typed; nobody presses it."""

    EMPTY = "empty"
    DRAFT = "draft"  # something in it cannot be sent as it is
    ASKED_BACK = "asked_back"  # it reads, but a check asks and was not answered; or the head handed it back
    COMPLETE = "complete"
    WITH_HEAD = "with_head"
    SENT = "sent"  # with the appraiser
    RETURNED = "returned"  # and nobody has begun to answer
    ACCEPTED = "accepted"
    LOCKED = "locked"  # nothing can be written here


class CheckCode(StrEnum):
    """What asks about a figure that could be right all the same."""

    FAR_FROM_USUAL = "far_from_usual"
    SAME_AS_LAST = "same_as_last"
    WHOLE_CHANGED = "whole_changed"
    BLANK_EXPLANATION = "blank_explanation"
    ODD = "odd"  # one that its unit or its promise makes unlikely


class RequestState(StrEnum):
    """Where a request about one target stands."""

    DRAFT = "draft"  # with the head who writes it
    WAITING = "waiting"  # with the PPC
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
