"""Which reports are owed, which came in time, which periods are silent; and the share of reports that came in time.

Section "Which reports are owed" of docs/rule.md.
"""

from datetime import date

from tracker.rule.stretch import Duty, Stretch
from tracker.rule.trace import Timely, Trace


def is_owed(at: Stretch, duty: Duty, on: date, met_on: date | None) -> bool:
    """Whether the period's report is owed, as `on` sees it."""
    if duty.excused:
        return False
    if at.keep:
        return True
    if met_on is not None and duty.own.period.cut_off > met_on:
        return False
    return duty.own.due_on > on or not at.nothing_asked(duty)


def is_in_time(duty: Duty, on: date) -> bool:
    """Whether the period's report was first sent by P, and no return of it has stood unanswered past its time."""
    return duty.timely_until is not None and on <= duty.timely_until


def is_silent(at: Stretch, duty: Duty, on: date, met_on: date | None) -> bool:
    """Whether the period is owed, its time and grace have passed, and nothing in force speaks for it."""
    if on <= duty.silent_after or gives_figure(duty, on):
        return False
    figures = at.figures
    if not at.keep and figures.any_after(duty.own.period.cut_off, figures.upto(on)):
        return False
    return is_owed(at, duty, on, met_on)


def gives_figure(duty: Duty, on: date) -> bool:
    """Whether the period's report is in force and its as-at day has come."""
    return duty.speaks_from is not None and duty.speaks_from <= on


def punctuality(at: Stretch, on: date, met_on: date | None, trace: Trace | None = None) -> tuple[int, int]:
    """How many reports came in time, of how many that count: past or sent, and owed or sent in time all the same."""
    in_time = counted = 0
    for duty in at.duties:
        if duty.counts_from > on:
            continue
        timely = duty.timely_until is not None and on <= duty.timely_until
        counts = timely or is_owed(at, duty, on, met_on)
        in_time += timely
        counted += counts
        if trace is not None:
            sent_on = duty.sent.first_on if duty.sent is not None else None
            owed = is_owed(at, duty, on, met_on)
            trace.periods.append(Timely(duty.own.period.code, duty.own.due_on, sent_on, owed, counts, timely))
    return in_time, counted
