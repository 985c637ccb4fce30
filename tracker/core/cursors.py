"""What a list is ordered by, and cursors: where a page of it begins, as an address carries it.

Values of sort keys are written as JSON, and held against their type when they come back: a cursor comes from outside.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tracker.core.clock import VIETNAM
from tracker.core.languages import Text
from tracker.core.numbers import DayError, parse_day

LARGEST_KEY = 2**63
_HIGHEST = "\U0010ffff"


@dataclass(frozen=True)
class SortKey:
    """One expression to order by. Where it may be NULL, say so: those rows come last in both directions.

    `kind` is the Python type of its values. A list is quickest when all its keys are not nullable: then the page is
    found by one comparison of rows, which an index on the same columns answers. `reads`: the first value (of the last,
    in a list from the largest down) of what a typed text means, where one can jump to it; to days one always can.
    """

    expression: sa.ColumnElement[Any]
    kind: type = str
    nullable: bool = False
    reads: Callable[[str, bool], Any] | None = None

    @property
    def jumps(self) -> bool:
        """Whether one can jump by it."""
        return self.reads is not None or self.of_days

    @property
    def of_days(self) -> bool:
        """Whether it stands for days or instants."""
        return self.kind in (date, datetime)


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: just after (or before) the row whose sort keys are `values`."""

    sort: str
    backwards: bool
    values: tuple[Any, ...]

    def __str__(self) -> str:
        packed = [self.sort, int(self.backwards), *map(pack, self.values)]
        text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def jump(sort: str, keys: Sequence[SortKey], text: str, descending: bool) -> tuple[Cursor | None, Text | None]:
    """Where a list begins that should begin at a text, or why nobody can say where that is."""
    first, *rest = keys
    try:
        value = first.reads(text, descending) if first.reads else _day(text, first.kind, descending)
    except DayError as error:
        return None, error.message
    return Cursor(sort, False, (value, *(_edge(key.kind, descending) for key in rest))), None


def _day(text: str, kind: type, descending: bool) -> Any:
    day = parse_day(text)
    if kind is date:
        return day
    return datetime.combine(day + timedelta(descending), time(), VIETNAM).astimezone(UTC)


def _edge(kind: type, highest: bool) -> Any:
    """What lies beyond all values of a kind."""
    if kind is int:
        return LARGEST_KEY - 1 if highest else -LARGEST_KEY
    if kind is str:
        return _HIGHEST if highest else ""
    return date.max if highest else date.min


def pack(value: Any) -> Any:
    """A value as JSON takes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def unpack(value: Any, kind: type, *, nullable: bool) -> Any:
    """The value of that type. Raises ValueError, TypeError."""
    if value is None and nullable:
        return None
    if kind is int:
        if type(value) is not int or not -LARGEST_KEY <= value < LARGEST_KEY:
            raise ValueError("no whole number")
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("no text")
    value.encode()  # half a surrogate pair is no text, and no database takes it
    return _READERS[kind](value)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return found.astimezone(UTC)


def _figure(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError("no number")
    return found


_READERS: dict[type, Callable[[str], Any]] = {
    str: str,
    date: date.fromisoformat,
    datetime: _instant,
    Decimal: _figure,
}
