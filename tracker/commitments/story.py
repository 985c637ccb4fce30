"""What was granted, suspended, amended and ended on a target, in words: what it was, what it is, and why.

Lines for `history` in components/facts.html. Who decided is told where that was done here; what a package brings was
decided on paper.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.commitments.models import Target
from tracker.commitments.queries import Decided
from tracker.commitments.terms.units import number_text
from tracker.commitments.terms.words import unit_of
from tracker.core.languages import _, format_day, format_figure, within
from tracker.rule import Known
from tracker.rule.facts import Milestone, Terms
from tracker.rule.plan import in_turn

Line = dict[str, Any]
Dated = tuple[date, Line]  # the day on which it was decided
Who = Mapping[tuple[str, int], str]  # who decided, by the table and number of what was made
NOBODY_TOLD: Who = {}


def lines(target: Target, decided: Decided, known: Known, on: date, who: Who = NOBODY_TOLD) -> list[Dated]:
    """Everything that was decided by the day and was known by then."""
    told = [
        *_extensions(target, decided, known, who),
        *_suspensions(decided, known, who),
        *_amendments(target, decided, known),
        *_end(target, known, who),
    ]
    return [(day, line) for day, line in told if day <= on]


def _extensions(target: Target, decided: Decided, known: Known, who: Who) -> Iterator[Dated]:
    before = target.due_on
    for row in sorted(decided.extensions, key=lambda row: (row.granted_on, row.due_on)):
        if row.recorded_on <= known.day:
            what = _(
                "Deadline extended: %(before)s → %(after)s", before=format_day(before), after=format_day(row.due_on)
            )
            yield _line(what, row.granted_on, row.recorded_on, row.reason, who.get(("extension", row.id), ""))
            before = row.due_on


def _suspensions(decided: Decided, known: Known, who: Who) -> Iterator[Dated]:
    for row in decided.suspensions:
        if row.recorded_on <= known.day:
            what = _("Suspended from %(start)s to %(end)s", start=format_day(row.from_on), end=format_day(row.to_on))
            yield _line(what, row.decided_on, row.recorded_on, row.reason, who.get(("suspension", row.id), ""))


def _amendments(target: Target, decided: Decided, known: Known) -> Iterator[Dated]:
    rows = dict(enumerate(decided.amendments, start=1))  # by the number that the rule knows them by
    amendments = (one for one in known.facts.amendments if one.recorded_on <= known.day)
    for amendment, before, after in in_turn(known.facts, amendments):
        row = rows[amendment.seq]
        changed = "; ".join(_changed(target, before, after)) or _("no term differs")
        what = _("Amended from %(day)s on: %(changes)s", day=format_day(row.from_on), changes=changed)
        yield _line(what, row.signed_on, row.recorded_on, row.reason)


def _end(target: Target, known: Known, who: Who) -> Iterator[Dated]:
    if known.end is not None:
        what = _("Ended on %(day)s", day=format_day(known.end.on))
        by = who.get(("target", target.id), "")
        yield _line(what, known.end.decided_on, known.end.recorded_on, target.end_reason, by)


def _changed(target: Target, before: Terms, after: Terms) -> Iterator[str]:
    """Old and new value of each term that differs."""
    told = [(term, _written(target, old), _written(target, new)) for term, old, new in _terms(before, after)]
    told.append((_("Weight"), format_figure(before.weight), format_figure(after.weight)))
    told.append((_("Milestones"), _points(target, before.milestones), _points(target, after.milestones)))
    for term, old, new in told:
        if old != new:
            yield _("%(term)s %(before)s → %(after)s", term=within(term), before=old, after=new)


def _terms(before: Terms, after: Terms) -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
    yield _("Goal"), before.goal, after.goal
    yield _("Baseline"), before.baseline, after.baseline
    yield _("Lower limit"), before.low, after.low
    yield _("Upper limit"), before.high, after.high


def _written(target: Target, figure: Decimal | None) -> str:
    return format_figure(None) if figure is None else number_text(figure, unit_of(target))


def _points(target: Target, milestones: tuple[Milestone, ...]) -> str:
    return ", ".join(f"{format_day(one.on)}: {_written(target, one.value)}" for one in milestones) or _("none")


def _line(what: str, on: date, recorded_on: date, reason: str | None, who: str = "") -> Dated:
    when = format_day(on)
    if recorded_on != on:
        when = _("%(day)s, recorded on %(recorded)s", day=when, recorded=format_day(recorded_on))
    return on, {"what": what, "when": when, "who": who, "quote": reason, "tone": "", "files": []}
