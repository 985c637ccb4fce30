"""Why targets stand as they do on a day: the rule's reason of that day, also where their step began on another."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.compliance.records.facts import known_of
from tracker.compliance.steps.spans import told_on
from tracker.programmes.frames import Frames
from tracker.rule import Known
from tracker.rule.reasons import reason
from tracker.rule.status import finding
from tracker.rule.stretch import Stretches

Told = Mapping[str, Any]  # {"code", "figures"}, for `explain`


def of_day(known: Known, on: date, status: str, stored: Told) -> Told:
    """Why a target has the status that is stored of a day, by what is known on it.

    What is `stored` with a step is the reason of its first day, and is told only where the nightly run has still to
    come to the day: then the rule says another status than the step.
    """
    at = Stretches().at(known, on)
    found = finding(at, on)
    if str(found.status) != status:
        return told_on(stored, known.facts.calendar, on)
    return reason(at, on, found).as_json()


def of_rows(session: Session, rows: Iterable[Any], on: date, frames: Frames | None = None) -> dict[int, Told]:
    """The same of steps that are shown, rows with `target_id`, `status` and `reason`, by target.

    The number of statements does not grow with a batch of rows.
    """
    by_id = {row.target_id: row for row in rows}
    return of_known(known_of(session, list(by_id), on, frames) if by_id else {}, by_id.values(), on)


def of_known(known: Mapping[int, Known], rows: Iterable[Any], on: date) -> dict[int, Told]:
    """The same, by what is known on the day already."""
    by_id = {row.target_id: row for row in rows}
    return {key: of_day(known[key], on, row.status, row.reason) for key, row in by_id.items()}
