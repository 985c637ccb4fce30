"""Corrections and reopenings in words, in the reader's language."""

from datetime import date
from typing import Any

from tracker.core.languages import Text, _, _l, format_day
from tracker.progress.corrections.service import GROUNDS, Ground, Outcome

WAITING = _l("Waits for a decision")
OUTCOMES: dict[str, Text] = {
    Outcome.GRANTED: _l("Granted"),
    Outcome.REFUSED: _l("Refused"),
    Outcome.WITHDRAWN: _l("Withdrawn"),
}


def outcome(code: str | None) -> str:
    """What came of a correction that was asked for."""
    return str(OUTCOMES.get(code or "", WAITING))


def named(ground: str, number: str | None, dated_on: date | None) -> str:
    """The decision on which a figure was opened again: its ground, number and day."""
    told = str(GROUNDS[Ground(ground)])
    if number is None or dated_on is None:
        return told
    return _("%(ground)s, No. %(number)s of %(day)s", ground=told, number=number, day=format_day(dated_on))


def of(reopening: Any) -> str:
    """The same of a row."""
    return named(reopening.ground, reopening.number, reopening.dated_on)
