"""What a briefing says, once for the page and for each of its files: tables of typed cells, drawings, a page a body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tracker.core.languages import NOTHING, format_day, format_number, format_score

Value = str | int | Decimal | date | None


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    SCORE = "score"  # in points
    CHANGE = "change"  # of a score, in points


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column. `width`: how many of the widths of all columns together it has."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `links`: the address of each row's page, without the host; `empty`: what is told where it has no row;
    `note`: what is told below it."""

    key: str
    title: str
    columns: Sequence[Heading]
    rows: Sequence[Sequence[Value]]
    empty: str
    note: str = ""
    links: Sequence[str | None] = ()

    def texts(self) -> list[list[str]]:
        """The cells as they are read."""
        return [
            [told(column.kind, value) for column, value in zip(self.columns, row, strict=True)] for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure on top. `change`: since the day that it is compared with; `tone`: what the change is, if it is good or
    bad."""

    label: str
    number: str
    change: str
    tone: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of all targets in a drawing. `tone` is the colour, its name stands beside it."""

    label: str
    count: int
    tone: str


@dataclass(frozen=True, slots=True)
class BodyPage:
    """A body in trouble. `facts`: what stands on top of its page."""

    code: str
    name: str
    facts: Sequence[tuple[str, str]]
    chart: Mapping[str, Any] | None
    tables: Sequence[Table]


@dataclass(frozen=True, slots=True)
class Briefing:
    """All of it. `as_at`: up to which instant its figures are known; `chart`: the province's score over time, as
    `step_chart` gives it."""

    programme: str
    programme_title: str
    province: str
    on: date
    since: date
    as_at: datetime
    sample: bool
    figures: Sequence[Figure]
    shares: Sequence[Share]
    chart: Mapping[str, Any] | None
    decisions: Sequence[Table]
    tables: Sequence[Table]
    bodies: Sequence[BodyPage]
    bodies_note: str

    def stats(self) -> list[dict[str, Any]]:
        """The figures on top, as a page draws them."""
        return [
            {"number": one.number, "label": f"{one.label} ({one.change})" if one.change else one.label}
            for one in self.figures
        ]

    @property
    def file(self) -> str:
        """What a file of it is called, without its ending."""
        return f"{self.programme}-{self.on.isoformat()}"


def told(kind: Kind, value: Value) -> str:
    """A cell as it is read."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, date):
        return format_day(value)
    if kind is Kind.CHANGE and isinstance(value, Decimal):
        return signed(value)
    if isinstance(value, Decimal):
        return format_score(value)
    return format_number(value) if isinstance(value, int) else value


def signed(points: Decimal) -> str:
    """A change of a score with its sign."""
    sign = "+" if points > 0 else "\u2212" if points < 0 else ""
    return f"{sign}{format_score(abs(points))}"
