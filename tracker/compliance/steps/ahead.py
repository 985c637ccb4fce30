"""The steps ahead: what follows the open step of a target if nobody acts, look by look, and reading them from its row.

A look is a day on which the nightly run will look at the target again, with the open step as that day will leave it.
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
class Look:
    """The open step from a day on: another one, or (without a digest) the same, of which more is known by then.

    `next_change_on`, `wake_on` and `deadline_on` are what the row says then; the next look is on `wake_on`.
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


def follow(opened: Span, looks: Iterable[Look]) -> list[Span]:
    """The open step and those that follow it by these looks, the last one open."""
    found = [opened]
    for look in looks:
        here = found[-1]
        if look.digest is None:
            found[-1] = replace(
                here, next_change_on=look.next_change_on, wake_on=look.wake_on, deadline_on=look.deadline_on
            )
            continue
        found[-1] = replace(here, to_on=look.on, next_change_on=None, wake_on=None)
        found.append(
            Span(
                here.target_id, here.programme_id, here.agency_id, here.domain, look.on, None, look.status, look.score,
                look.delivery, look.punctuality, look.weight, look.reason, look.digest, here.rule_version,
                look.next_change_on, look.wake_on, look.deadline_on,
            )
        )  # fmt: skip
    return found


def from_wake(looks: Sequence[Look], wake_on: date | None) -> list[Look]:
    """Those still ahead of an open step: what the nights have followed stays in the row, before its next look.

    None are where no look is on that day: then they are of other facts than the step.
    """
    place = next((n for n, look in enumerate(looks) if look.on == wake_on), len(looks))
    return list(looks[place:])


# In a row each look is an object with what differs from the look before it: `d` its day (the first as a date, then
# days since the last), `s` status, `v` score, `y` delivery, `p` punctuality, `w` weight, `r` reason as [code, figures],
# `x` digest, `u` deadline, `n` the next change (days ahead, or null) where it is not the next look.


def write(looks: Sequence[Look]) -> str:
    """Looks as text."""
    last: dict[str, Any] = {}
    told = []
    on: date | None = None
    for look in looks:
        values = {
            "s": look.status,
            "v": look.score,
            "y": look.delivery,
            "p": look.punctuality,
            "w": format(look.weight, "f"),
            "r": None if look.reason is None else [look.reason["code"], look.reason["figures"]],
            "u": look.deadline_on.isoformat(),
        }
        row: dict[str, Any] = {"d": look.on.isoformat() if on is None else (look.on - on).days}
        row |= {key: value for key, value in values.items() if key not in last or last[key] != value}
        if look.digest is not None:
            row["x"] = look.digest
        if look.next_change_on != look.wake_on:
            row["n"] = None if look.next_change_on is None else (look.next_change_on - look.on).days
        last, on = values, look.on
        told.append(row)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> list[Look]:
    """Looks from their text."""
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
            Look(
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
            found[row.target_id] = follow(as_span(row), looks_of(row))[1:]
    return found


def looks_of(row: Any) -> list[Look]:
    """The looks still ahead of an open step (a row of `statements.OPEN`); none where none or only old ones are kept."""
    if row.looks is None or row.ahead_version != RULE_VERSION or row.wake_on is None:
        return []
    return from_wake(read(row.looks), row.wake_on)


def as_span(row: Any) -> Span:
    """A stored row as a step."""
    columns = row._mapping
    return Span(**{name: columns[name] for name in COLUMNS})
