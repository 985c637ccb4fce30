"""Which reports are owed, which came in time, which periods are silent; and the share of reports that came in time."""

from datetime import date

from tracker.rule.reports import Sent
from tracker.rule.stretch import Duty, Stretch


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
    return duty.sent is not None and duty.sent.in_time(duty.own.due_on, duty.late_after, on)


def is_silent(at: Stretch, duty: Duty, on: date, met_on: date | None) -> bool:
    """Whether the period is owed, its time and grace have passed, and nothing in force speaks for it."""
    if on <= duty.silent_after:
        return False
    sent = duty.sent
    if sent is not None and gives_figure(at, sent, on):
        return False
    figures = at.figures
    if not at.keep and figures.any_after(duty.own.period.cut_off, figures.upto(on)):
        return False
    return is_owed(at, duty, on, met_on)


def gives_figure(at: Stretch, sent: Sent, on: date) -> bool:
    """Whether the report is in force and its as-at day has come."""
    return sent.in_force and at.figures.day_of(sent) <= on


def counts(at: Stretch, duty: Duty, on: date, met_on: date | None) -> bool:
    """Whether punctuality reckons with it: it is past or sent, and it is owed or was sent in time all the same."""
    if duty.own.due_on >= on and (duty.sent is None or duty.sent.first_on > on):
        return False
    return is_in_time(duty, on) or is_owed(at, duty, on, met_on)


def punctuality(at: Stretch, on: date, met_on: date | None) -> tuple[int, int]:
    """How many reports came in time, of how many that count."""
    in_time = counted = 0
    for duty in at.duties:
        if counts(at, duty, on, met_on):
            counted += 1
            in_time += is_in_time(duty, on)
    return in_time, counted
