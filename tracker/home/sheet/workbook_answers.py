"""What a workbook asks about each figure, and the one cell that answers it: kept as the page of the sheet keeps it, an
answer for each check. Whoever fills it in offline writes a word or two for all that asks about a figure.
"""

from collections.abc import Mapping
from datetime import date

from tracker.core.languages import Text, _l
from tracker.home.sheet import asking
from tracker.home.sheet.workbook_rows import BookRow
from tracker.progress import rules
from tracker.progress.merging.merge import ANSWERS, OF_ANSWERS, Written
from tracker.progress.states import CheckCode

NOTHING_ASKS: Text = _l("Nothing asks about this figure, so its answer is not taken")


def standing(typed: rules.Typed) -> dict[str, str]:
    """The answers among what was typed."""
    return {name: typed[name] for name in OF_ANSWERS if typed.get(name)}


def answered(row: BookRow, written: Written, text: str | None, base: rules.Typed, on: date) -> Written:
    """A figure of the file with its answers: those that were taken along, or this text for each check that asks."""
    if text is None:
        return Written({**written.typed, **standing(base)}, written.language)
    given: dict[str, str] = {}
    for one in asking.found(row.question, written, on) if text else ():
        given[one.field] = text
        if one.code == CheckCode.ODD:
            reading = rules.read(row.question, written.typed, written.language, on)
            given[rules.CONFIRMED] = rules.named(reading.entry)
    return Written({**written.typed, **given}, written.language)


def notes(row: BookRow, yours: Written, text: str | None) -> Mapping[str, Text]:
    """That an answer answers nothing."""
    return {ANSWERS: NOTHING_ASKS} if text and not row.locked and not standing(yours.typed) else {}
