"""A block of cells that was copied in a spreadsheet and pasted as text: its rows, and by which custom its numbers are
written. Pure."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from tracker.core import letters
from tracker.core.languages import LANGUAGES
from tracker.core.numbers import NumberError, parse_number

LONGEST = 200_000  # characters of a paste
MOST_ROWS = 2_000


def grid(text: str) -> list[list[str]]:
    """The cells of a paste, row by row, with the letters that were sent (`seen` makes of them what is read); a row may
    have none. Empty rows stay where they are, but for those at the end.

    Spreadsheets put a cell that holds a tab, an end of line or a quotation mark between such marks. Where these do not
    close, somebody typed them, and each line is a row.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(csv.reader(io.StringIO(lines, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        rows = [line.split("\t") for line in lines.split("\n")]
    cells = [row if any(map(seen, row)) else [] for row in rows]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def seen(cell: str) -> str:
    """What is visible of a cell, without the blanks around it and around each of its lines."""
    return "\n".join(line.strip() for line in letters.visible(cell).split("\n")).strip()


def readings(text: str) -> dict[str, Decimal]:
    """What a number can mean: by the custom of each language by which it is one."""
    found = {}
    for language in LANGUAGES:
        try:
            found[language] = parse_number(text, language)
        except NumberError:
            continue
    return found


def customs(numbers: Iterable[dict[str, Decimal]]) -> set[str]:
    """The languages by whose custom alone one of these numbers is one: so whoever wrote it writes."""
    return {language for found in numbers if len(found) == 1 for language in found}
