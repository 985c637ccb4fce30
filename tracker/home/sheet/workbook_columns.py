"""The columns of a workbook of a sheet: those that are filled in, each a field of the figure, and those beside them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from tracker.core.files.worksheets import DIGITS
from tracker.core.languages import Text, _, _l, format_figure
from tracker.core.numbers import MOST_DECIMALS, MOST_DIGITS
from tracker.home.sheet.workbook_rows import BookRow
from tracker.programmes.words import period_title
from tracker.progress.merging.merge import ANSWERS

MARK = "x"  # in a cell that is ticked
ID, GROUP = "id", "-"  # the column of seals, and what stands there beside the name of a domain
FIELDS: Mapping[str, Text] = {
    "value": _l("Figure"),
    "numerator": _l("Part"),
    "denominator": _l("Whole"),
    "not_applicable": _l("Does not apply"),
    "as_at": _l("As at"),
    "narrative": _l("Explanation"),
    "obstacles": _l("Obstacles"),
    ANSWERS: _l("Answer to what asks"),
}


@dataclass(frozen=True, slots=True)
class BookColumn:
    """A column beside the fields. `value`: what stands there, a number as a Decimal."""

    key: str
    label: Text
    width: int
    value: Callable[[BookRow], Any]


def _last(row: BookRow) -> Any:
    if row.last is None or row.last.value is None:
        return None
    with localcontext(prec=MOST_DIGITS + MOST_DECIMALS):
        number = Decimal(row.last.value.numerator) / row.last.value.denominator
    return number if len(number.normalize().as_tuple().digits) <= DIGITS else format_figure(round(number, 2))


def _last_of(row: BookRow) -> str:
    if row.last is None:
        return ""
    code = row.last.report.period
    return period_title(code) if code else _("Report of completion")


def _asks(row: BookRow) -> str:
    return "\n".join(str(one.sentence) for one in row.line.asked)


def _state(row: BookRow) -> str:
    return f"{row.state}. {row.locked}" if row.locked and str(row.locked) != str(row.state) else str(row.state)


BEFORE = (
    BookColumn("code", _l("Code"), 10, lambda row: row.slot.target.code),
    BookColumn("title", _l("Target"), 44, lambda row: row.title),
    BookColumn("unit", _l("Unit"), 11, lambda row: row.unit),
)
BEHIND = (
    BookColumn("asks", _l("What asks about the figure"), 34, _asks),
    BookColumn("state", _l("Where it stands"), 24, _state),
    BookColumn("last", _l("Last figure"), 11, _last),
    BookColumn("last_of", _l("Last figure of"), 15, _last_of),
    BookColumn("plan", _l("Plan at the end of the period"), 16, lambda row: row.line.plan or ""),
    BookColumn("goal", _l("Goal"), 24, lambda row: row.line.goal),
)
_WIDTHS = {"narrative": 60, "obstacles": 40, ANSWERS: 30, "not_applicable": 11, "as_at": 12}


def fields_of(rows: Iterable[BookRow]) -> list[tuple[str, Text, int]]:
    """(name, label, width) of each field that some row has."""
    used = {name for row in rows for name in (*row.fields, ANSWERS)}
    return [(name, label, _WIDTHS.get(name, 14)) for name, label in FIELDS.items() if name in used]
