"""Targets written by hand for tables of cases: a plain year of monthly periods, everything recorded on its own day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.rule import Facts, WorkingCalendar
from tracker.rule.facts import (
    Amendment,
    Decision,
    Direction,
    End,
    Extension,
    Milestone,
    Outcome,
    Period,
    Report,
    ReportKind,
    Revision,
    Shape,
    Suspension,
    Terms,
)

# Monday to Friday without exceptions: 2021-01-01 is a Friday.
CALENDAR = WorkingCalendar()


def on(text: str) -> date:
    """`on("03-14")` is 14 March 2021."""
    return date.fromisoformat(text if len(text) > 5 else f"2021-{text}")


def month(number: int) -> Period:
    """A calendar month of 2021, due on the 5th of the next."""
    following = date(2021 + number // 12, number % 12 + 1, 1)
    return Period(
        f"M{number:02}", date(2021, number, 1), date.fromordinal(following.toordinal() - 1), following.replace(day=5)
    )


MONTHS = tuple(month(number) for number in range(1, 13))


def target(shape: Shape, terms: Terms, **other: Any) -> Facts:
    """From 1 January to 30 June 2021, a report a month."""
    plain: dict[str, Any] = {
        "starts_on": on("01-01"),
        "due_on": on("06-30"),
        "in_force_from": on("01-01"),
        "periods": MONTHS,
        "calendar": CALENDAR,
    }
    return Facts(shape=shape, terms=terms, **plain | other)


def reach(*reports: Report, goal: str = "100", baseline: str = "0", milestones: str = "", **other: Any) -> Facts:
    terms = Terms(goal=Decimal(goal), baseline=Decimal(baseline), milestones=steps_of(milestones))
    return target(Shape.REACH, terms, reports=reports, **other)


def deliverable(*reports: Report, milestones: str = "03-31: 50, 05-31: 80", **other: Any) -> Facts:
    return target(Shape.DELIVERABLE, Terms(milestones=steps_of(milestones)), reports=reports, **other)


def keep(*reports: Report, goal: str = "95", direction: str | None = "at_least", **other: Any) -> Facts:
    """By default at least 95 in each of the first three months."""
    other = {"due_on": on("03-31")} | other
    limits: dict[str, Any] = {name: Decimal(other.pop(name)) for name in ("low", "high") if name in other}
    terms = Terms(**limits) if direction is None else Terms(goal=Decimal(goal))
    return target(Shape.KEEP, terms, direction=Direction(direction) if direction else None, reports=reports, **other)


def steps_of(text: str) -> tuple[Milestone, ...]:
    """`"03-31: 50, 05-31: 80"`."""
    pairs = [part.split(":") for part in text.split(",") if part]
    return tuple(Milestone(on(day.strip()), Decimal(value.strip())) for day, value in pairs)


def sent(day: str, figure: str, *decisions: Decision, as_at: str | None = None, seq: int = 1) -> Revision:
    """A revision: a figure is `"41"`, `"38/40"` or `"n/a"`."""
    value = numerator = denominator = None
    if "/" in figure and figure != "n/a":
        numerator, denominator = (Decimal(part) for part in figure.split("/"))
    elif figure != "n/a":
        value = Decimal(figure)
    return Revision(
        seq, on(day), on(day), value, numerator, denominator, figure == "n/a", on(as_at) if as_at else None, decisions
    )


def accepted(day: str, value: str | None = None) -> Decision:
    return Decision(Outcome.ACCEPTED, on(day), on(day), Decimal(value) if value else None)


def returned(day: str) -> Decision:
    return Decision(Outcome.RETURNED, on(day), on(day))


def reopened(day: str) -> Decision:
    return Decision(Outcome.REOPENED, on(day), on(day))


def recalled(day: str) -> Decision:
    return Decision(Outcome.RECALLED, on(day), on(day))


def monthly(number: int, *revisions: Revision | str) -> Report:
    """The report of a month; a bare figure is sent on the first of the next one."""
    following = month(number).due_on.replace(day=1).isoformat()
    chain = [sent(following, r) if isinstance(r, str) else r for r in revisions]
    return Report(f"M{number:02}", ReportKind.PERIODIC, numbered(chain))


def completion(*revisions: Revision) -> Report:
    return Report(None, ReportKind.COMPLETION, numbered(list(revisions)))


def numbered(revisions: list[Revision]) -> tuple[Revision, ...]:
    return tuple(replace(revision, seq=place) for place, revision in enumerate(revisions, start=1))


def extended(granted: str, due: str) -> Extension:
    return Extension(on(granted), on(due), on(granted))


def suspended(first: str, last: str) -> Suspension:
    return Suspension(on(first), on(last), on(first), on(first))


def ended(day: str) -> End:
    return End(on(day), on(day), on(day))


def amended(signed: str, first: str, **terms: Any) -> Amendment:
    changed: dict[str, Any] = {
        name: Decimal(value) if isinstance(value, str) else value for name, value in terms.items()
    }
    return Amendment(on(signed), on(first), on(signed), **changed)
