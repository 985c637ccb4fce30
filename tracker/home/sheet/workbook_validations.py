"""What a cell of a workbook takes, by the unit of its figure: Excel says so while it is filled in. `progress.rules`
judges it again when the file comes back, as everywhere."""

from datetime import datetime, time
from typing import Any

from tracker.core.languages import _, format_day, format_figure
from tracker.home.sheet.workbook_columns import MARK
from tracker.home.sheet.workbook_rows import BookRow
from tracker.progress.limits import What
from tracker.progress.merging.merge import ANSWERS, NUMBERS
from tracker.progress.rules import LONGEST_ANSWER, LONGEST_TEXT

FAR = 10**15
_LONGEST = {"narrative": LONGEST_TEXT, "obstacles": LONGEST_TEXT, ANSWERS: LONGEST_ANSWER}
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255


def of_field(name: str, row: BookRow) -> dict[str, Any]:
    """The validation of one cell; nothing where anything may stand."""
    if name in NUMBERS:
        return _of_number(name, row)
    if name == "not_applicable":
        return {"validate": "list", "source": [MARK]}
    if name == "as_at" and row.question.starts_on is not None and row.question.cut_off is not None:
        first, last = row.question.starts_on, row.question.cut_off
        told = _("A day from %(first)s to %(last)s", first=format_day(first), last=format_day(last))
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": datetime.combine(first, time.min),
            "maximum": datetime.combine(last, time.min),
            "error_message": told,
        }
    if name in _LONGEST:
        return {
            "validate": "length",
            "criteria": "<=",
            "value": _LONGEST[name],
            "error_message": _("Write at most %(most)s characters", most=format_figure(_LONGEST[name])),
        }
    return {}


def _of_number(name: str, row: BookRow) -> dict[str, Any]:
    """A bound that the target's own terms pass is told and not enforced."""
    limits = row.question.limits
    ratio = name != "value"
    highest = None if ratio else limits.unit.highest
    low, high, whole = (
        What.PART_NEGATIVE if ratio else What.TOO_LOW,
        What.PART_ABOVE_WHOLE if ratio else What.TOO_HIGH,
        What.NOT_WHOLE,
    )
    lowest = 0 if ratio else limits.unit.lowest
    asked = {low, high, whole} & limits.asked_back
    told = (
        _("A number from %(low)s to %(high)s", low=format_figure(lowest), high=format_figure(highest))
        if highest is not None
        else _("A number from %(low)s on", low=format_figure(lowest))
    )
    if limits.unit.whole:
        told += _(", without decimals")
    return {
        "validate": "integer" if limits.unit.whole else "decimal",
        "criteria": "between",
        "minimum": float(lowest),
        "maximum": float(highest) if highest is not None else FAR,
        "input_title": row.slot.target.code[:_LONGEST_TITLE],
        "input_message": told[:_LONGEST_MESSAGE],
        "error_title": row.slot.target.code[:_LONGEST_TITLE],
        "error_message": told[:_LONGEST_MESSAGE],
        "error_type": "warning" if asked else "stop",
    }
