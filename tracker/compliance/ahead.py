"""The steps ahead: what follows the open step of each target if nobody acts, read without a fact being loaded."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from tracker.compliance import statements
from tracker.compliance.facts import in_batches
from tracker.compliance.looks import COLUMNS, Look, Span, follow, from_wake, read
from tracker.rule.facts import RULE_VERSION


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
