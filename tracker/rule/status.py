"""Status: the ten lines, the first that holds.

Section "Status: the first line that holds" of docs/rule.md.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tracker.rule.exact import ONE, exact
from tracker.rule.facts import Status
from tracker.rule.figures import Applicable, Record
from tracker.rule.owed import is_silent
from tracker.rule.reports import Sent
from tracker.rule.stretch import Duty, Stretch


class Finding(NamedTuple):
    """A status with what it rests on: since when it is met, the silent period, the unanswered report, the ratio r."""

    status: Status
    met_on: date | None = None
    silent: Duty | None = None
    unanswered: Sent | None = None
    ratio: Fraction | None = None


def finding(at: Stretch, on: date) -> Finding:
    """The first line that holds on the day."""
    met_on = at.met_on(on)
    return (
        _lines_1_to_5(at, on, met_on)
        or (_line_6(at, on) if at.keep else None)
        or _line_7(at, on, met_on)
        or _lines_8_to_10(at, on)
    )


def _lines_1_to_5(at: Stretch, on: date, met_on: date | None) -> Finding | None:
    facts, deadline = at.facts, at.known.deadline
    if on < facts.starts_on or on < facts.in_force_from:
        return Finding(Status.NOT_STARTED)
    if _ended_unfinished(at, on, met_on):
        return Finding(Status.VOID)
    if met_on is not None:
        return Finding(Status.MET_ON_TIME if met_on <= deadline.settled_on else Status.MET_LATE, met_on=met_on)
    if not at.keep and on > deadline.settled_on:
        return Finding(Status.OVERDUE)
    if at.known.rests.holds(on):
        return Finding(Status.SUSPENDED)
    return None


def _ended_unfinished(at: Stretch, on: date, met_on: date | None) -> bool:
    """Line 2: ended, and neither met nor (keep) wholly reported before that day."""
    end = at.known.end
    if end is None or end.on > on:
        return False
    if at.keep:
        return not (is_complete(at, on) and at.duties[-1].own.period.cut_off < end.on)
    return met_on is None or met_on >= end.on


def is_complete(at: Stretch, on: date) -> bool:
    """Whether a keep target's last period is over and no period lacks a figure in force."""
    return at.complete_from is not None and on >= at.complete_from


def _line_6(at: Stretch, on: date) -> Finding | None:
    """The whole term of a keep target lies reported."""
    if not is_complete(at, on):
        return None
    figure = latest(at, on)
    if figure is None:
        return Finding(Status.VOID)
    r = keep_ratio(at, figure, on)
    return Finding(Status.MET_ON_TIME if r == ONE else Status.MISSED, ratio=r)


def _line_7(at: Stretch, on: date, met_on: date | None) -> Finding | None:
    """Silence, or a return that nobody answered."""
    for duty in at.duties:
        if on > duty.silent_after and is_silent(at, duty, on, met_on):
            return Finding(Status.UNREPORTED, silent=duty)
    if at.keep:
        return None
    figures = at.figures
    for sent in at.known.sent_back:
        if (
            sent.returned_on is not None
            and on > at.days.answer_by(sent.returned_on)
            and not figures.any_after(figures.day_of(sent), figures.upto(on))
        ):
            return Finding(Status.UNREPORTED, unanswered=sent)
    return None


def _lines_8_to_10(at: Stretch, on: date) -> Finding:
    """Nothing to judge yet, or nothing to hold it against; else how good the figures are."""
    figure = latest(at, on)
    unplanned = not at.keep and not at.measure.points  # only a deliverable's plan can be empty
    if figure is None or unplanned:
        return Finding(Status.PENDING)
    policy = at.days.policy
    if not at.keep:
        r = at.known.ledger.reckoned.ratio(at.measure, figure)
        return Finding(_grade(r, exact(policy.on_track), policy.at_risk), ratio=r)
    r = keep_ratio(at, figure, on)
    if at.facts.whole_term:
        return Finding(_grade(r, ONE, policy.keep_at_risk), ratio=r)
    return Finding(Status.ON_TRACK if r == ONE else Status.BEHIND, ratio=r)


def _grade(r: Fraction, on_track: Fraction, at_risk: Decimal) -> Status:
    if r >= on_track:
        return Status.ON_TRACK
    return Status.AT_RISK if r >= exact(at_risk) else Status.BEHIND


def latest(at: Stretch, on: date) -> Applicable | None:
    """The last applicable figure in force on the day."""
    return at.figures.latest[at.figures.upto(on)]


def keep_ratio(at: Stretch, figure: Applicable, on: date) -> Fraction:
    """r of a keep target so far, with its latest figure: the mean over all of them, or that of the whole term."""
    if not isinstance(at.figures, Record) or at.facts.cumulative:
        return at.known.ledger.reckoned.ratio(at.known.measure_on(figure.as_at), figure)
    count = at.figures.upto(on)
    if at.facts.whole_term:
        return at.measure.ratio(at.figures.total(count), on)
    return at.figures.mean_ratio(count)
