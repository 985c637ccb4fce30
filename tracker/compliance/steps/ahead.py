"""The steps ahead: what follows the open step of a target if nobody acts, and reading them from its row.

Each is a day on which the nightly run will look at the target again, with the open step as that day will leave it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy.orm import Session

from tracker.compliance.records import statements
from tracker.compliance.records.facts import in_batches
from tracker.rule.facts import RULE_VERSION


@dataclass(frozen=True, slots=True)
class Span:
    """A row of `status_span`, column for column, less its id. Scores in hundredths."""

    target_id: int
    programme_id: int
    agency_id: int
    domain: int
    from_on: date
    to_on: date | None
    status: str
    score: int | None
    delivery: int | None
    punctuality: int | None
    weight: Decimal
    reason: Any
    digest: str
    rule_version: int
    next_change_on: date | None
    wake_on: date | None
    deadline_on: date

    def columns(self) -> dict[str, Any]:
        """Column → value."""
        return dict(zip(COLUMNS, _values(self), strict=True))


COLUMNS = tuple(field.name for field in fields(Span))
_values = attrgetter(*COLUMNS)


@dataclass(frozen=True, slots=True)
class StepAhead:
    """The open step from a day on: another one, or (without a digest) the same, of which more is known by then.

    `next_change_on`, `wake_on` and `deadline_on` are what the row says then; the next one is on `wake_on`.
    """

    on: date
    status: str
    score: int | None
    delivery: int | None
    punctuality: int | None
    weight: Decimal
    reason: Any
    digest: str | None
    next_change_on: date | None
    wake_on: date | None
    deadline_on: date


def follow(opened: Span, steps_ahead: Iterable[StepAhead]) -> list[Span]:
    """The open step and those that follow it by these, the last one open."""
    found = [opened]
    for step in steps_ahead:
        here = found[-1]
        if step.digest is None:
            found[-1] = replace(
                here, next_change_on=step.next_change_on, wake_on=step.wake_on, deadline_on=step.deadline_on
            )
            continue
        found[-1] = replace(here, to_on=step.on, next_change_on=None, wake_on=None)
        found.append(
            Span(
                here.target_id, here.programme_id, here.agency_id, here.domain, step.on, None, step.status, step.score,
                step.delivery, step.punctuality, step.weight, step.reason, step.digest, here.rule_version,
                step.next_change_on, step.wake_on, step.deadline_on,
            )
        )  # fmt: skip
    return found


def from_wake(steps_ahead: Sequence[StepAhead], wake_on: date | None) -> list[StepAhead]:
    """Those still ahead of an open step: what the nights have followed stays in the row, before its next day.

    None are where none is on that day: then they are of other facts than the step.
    """
    place = next((n for n, step in enumerate(steps_ahead) if step.on == wake_on), len(steps_ahead))
    return list(steps_ahead[place:])


# In a row each is an object with what differs from the one before it: `d` its day (the first as a date, then
# days since the last), `s` status, `v` score, `y` delivery, `p` punctuality, `w` weight, `r` reason as [code, figures],
# `x` digest, `u` deadline, `n` the next change (days ahead, or null) where it is not the next of them.


def write(steps_ahead: Sequence[StepAhead]) -> str:
    """Steps ahead as text."""
    last: dict[str, Any] = {}
    told = []
    on: date | None = None
    for step in steps_ahead:
        values = {
            "s": step.status,
            "v": step.score,
            "y": step.delivery,
            "p": step.punctuality,
            "w": format(step.weight, "f"),
            "r": None if step.reason is None else [step.reason["code"], step.reason["figures"]],
            "u": step.deadline_on.isoformat(),
        }
        row: dict[str, Any] = {"d": step.on.isoformat() if on is None else (step.on - on).days}
        row |= {key: value for key, value in values.items() if key not in last or last[key] != value}
        if step.digest is not None:
            row["x"] = step.digest
        if step.next_change_on != step.wake_on:
            row["n"] = None if step.next_change_on is None else (step.next_change_on - step.on).days
        last, on = values, step.on
        told.append(row)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> list[StepAhead]:
    """Steps ahead from their text."""
    rows = json.loads(text)
    last: dict[str, Any] = {}
    days: list[date] = []
    told = []
    for row in rows:
        days.append(days[-1] + timedelta(row["d"]) if days else date.fromisoformat(row["d"]))
        if "w" in row:
            row["w"] = Decimal(row["w"])
        if "u" in row:
            row["u"] = date.fromisoformat(row["u"])
        if row.get("r") is not None:
            row["r"] = {"code": row["r"][0], "figures": row["r"][1]}
        last = {**last, "x": None, "n": 0, **row}
        told.append(last)
    found = []
    for place, (on, row) in enumerate(zip(days, told, strict=True)):
        wake_on = days[place + 1] if place + 1 < len(days) else None
        next_on = wake_on
        if row["n"] != 0:
            next_on = None if row["n"] is None else on + timedelta(row["n"])
        found.append(
            StepAhead(
                on, row["s"], row["v"], row["y"], row["p"], row["w"], row["r"], row["x"], next_on, wake_on, row["u"]
            )
        )  # fmt: skip
    return found


def of(session: Session, target_ids: Sequence[int]) -> dict[int, list[Span]]:
    """The steps after the open one of each target, in order, `to_on` set but for the last; in a few statements.

    An empty list where none follows; also where none is kept (an upgraded database, before the target is derived
    anew by a touch, its next night or `spans rebuild`).
    """
    found: dict[int, list[Span]] = {target_id: [] for target_id in target_ids}
    for ids in in_batches(found):
        for row in session.connection().execute(statements.OPEN, {"ids": ids}):
            found[row.target_id] = follow(as_span(row), steps_ahead_of(row))[1:]
    return found


def steps_ahead_of(row: Any) -> list[StepAhead]:
    """Those still ahead of an open step (a row of `statements.OPEN`); none where none or only old ones are kept."""
    if row.looks is None or row.ahead_version != RULE_VERSION or row.wake_on is None:
        return []
    return from_wake(read(row.looks), row.wake_on)


def as_span(row: Any) -> Span:
    """A stored row as a step."""
    columns = row._mapping
    return Span(**{name: columns[name] for name in COLUMNS})
