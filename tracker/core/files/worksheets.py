"""Reading a visible sheet of an XLSX file, usually the first: its cells as somebody would type them, and each that says
nothing.

Only cells in which something stands are kept, so a stray one at the far end costs nothing; how far the table reaches is
judged before it is laid out.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from tracker.core.files.kinds import ContentError, damaged, too_large_inside
from tracker.core.files.workbook_parts import (
    DAY,
    OTHER,
    PERCENT,
    PLAIN,
    Attributes,
    Elements,
    Workbook,
    hear,
    opened,
    unescaped,
)
from tracker.core.languages import Text, _l

MOST_CELLS = 350_000  # with rows and empty cells: so many with nothing but a border are no table
MOST_CHARACTERS = 5 * 1024 * 1024  # in all cells, as in the largest CSV that is read
MOST_TOLD = 1_000  # groups of merged cells, and of hidden columns
LONGEST_NUMBER = 40  # signs; Excel writes 24 at most
LARGEST_NUMBER = 10**15  # above it Excel loses digits
DIGITS = 15  # of a number that Excel keeps; what a file holds beyond them nobody typed
NUMBER = "number"
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_FIRST_DAY = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_LAST_DAY, _BETWEEN = 2_958_465, 1_462  # 31/12/9999 as Excel counts; days from one first day to the other


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell before anybody asks what it means. `place` counts from 0; none for the whole row."""

    number: int
    place: int | None
    message: Text


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a table may reach. `figures`: its numbers are figures, however they are shown, and none is a code."""

    rows: int
    columns: int
    figures: bool = False


@dataclass
class Worksheet:
    """A sheet as it was read: cells by number of the row and place, only those in which something stands."""

    name: str
    others: tuple[str, ...]
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    kinds: dict[tuple[int, int], str] = field(default_factory=dict)  # of figures: NUMBER, DAY or PERCENT; else text
    hidden: tuple[str, ...] = ()


def read(content: bytes, limits: Limits, sheet: int = 0) -> Worksheet:
    """The first visible sheet of a file, or another one. Raises ContentError where it is damaged, or reaches too far;
    also where there are not so many sheets: ask `others` of the first."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            book = opened(archive, sheet)
            cells = _Cells(book, limits)
            hear(archive, book.part, cells)
    except (zipfile.BadZipFile, OSError, ValueError, IndexError, KeyError) as fault:
        if isinstance(fault, ContentError):
            raise
        raise damaged() from None
    found = Worksheet(book.name, book.others, cells.rows, cells.faults, cells.kinds, book.hidden)
    found.faults += _of_what_is_not_seen(cells)
    return found


@dataclass
class _Cells(Elements):
    """Hears the cells of a sheet, in the order of the rows."""

    book: Workbook
    limits: Limits
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int]] = field(default_factory=list)  # the first cell of each group
    kinds: dict[tuple[int, int], str] = field(default_factory=dict)
    count: int = 0
    left: int = MOST_CHARACTERS
    number: int = 0
    place: int = -1
    kind: str = "n"
    style: int = 0
    formula: str | None = None
    parts: list[str] = field(default_factory=list)
    within: str = ""
    aside: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        self.within = name
        if name == "c":
            self._begin(attributes)
        elif name == "f":
            self.formula = ""
        elif name == "rPh":
            self.aside = True
        elif name == "row":
            self._count()
            self.number = int(attributes.get("r", self.number + 1))
            self.place = -1
            if _is_hidden(attributes, "ht"):
                self.hidden_rows.add(self.number)
        elif name == "col" and _is_hidden(attributes, "width") and len(self.hidden_columns) < MOST_TOLD:
            self.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
        elif name == "mergeCell" and len(self.merged) < MOST_TOLD:
            self.merged.append(_placed(attributes.get("ref", "").partition(":")[0]))

    def text(self, text: str) -> None:
        if self.within == "v" or (self.within == "t" and not self.aside):
            self.parts.append(text)
        elif self.within == "f":
            self.formula = (self.formula or "") + text

    def end(self, name: str) -> None:
        self.within = ""
        if name == "rPh":
            self.aside = False
        elif name == "c":
            self._keep()

    def _count(self) -> None:
        self.count += 1
        if self.count > MOST_CELLS:
            raise ContentError(
                _l("The sheet has too many cells, though empty ones. Copy the table into a new file, and send that")
            )

    def _begin(self, attributes: Attributes) -> None:
        self._count()
        self.place = _placed(attributes["r"])[1] if "r" in attributes else self.place + 1
        self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", "0"))
        self.formula, self.parts = None, []

    def _keep(self) -> None:
        text, fault = self._read("".join(self.parts))
        if not text.strip() and fault is None:
            return
        if self.place >= self.limits.columns:
            raise ContentError(
                _l(
                    "Something stands in cell %(cell)s, far beside the table. Delete it, or copy the table into a new "
                    "file",
                    cell=f"{_letters(self.place)}{self.number}",
                )
            )
        self.left -= len(text)
        if self.left < 0:
            raise too_large_inside()
        cells = self.rows.setdefault(self.number, {})
        if self.place in cells:  # the second would stand for the first without a word
            raise damaged()
        cells[self.place] = text
        if fault is None and self.style in self.book.struck:
            fault = _l("What stands there is struck through. Delete it, or take the line off")
        elif fault is None and text and self.style in self.book.unseen:
            fault = _l(
                "What stands there is not seen: its format hides it, or it is white on white. Show it, or delete it"
            )
        if len(self.rows) > self.limits.rows:
            raise ContentError(_l("The file has more than %(most)s rows. Divide it", most=self.limits.rows - 1))
        if fault is not None:
            self.faults.append(CellFault(self.number, self.place, fault))

    def _read(self, raw: str) -> tuple[str, Text | None]:
        """What stands in the cell, and why it says nothing."""
        if self.formula is not None and self._is_not_reckoned(raw):
            return f"={self.formula}", _l(
                "A formula whose value is not in the file. Open the file in Excel, save it, and send it again"
            )
        if self.kind == "s":
            return self._string(int(raw)) if raw.strip() else "", None
        if self.kind in {"inlineStr", "str"}:
            return unescaped(raw), None
        if self.kind == "b":
            return "TRUE" if raw == "1" else "FALSE", None
        if self.kind == "e":
            return raw, not_a_value()
        if self.kind == "d":
            return raw[:10], None
        return self._of_number(raw) if raw.strip() else ("", None)

    def _string(self, place: int) -> str:
        if place < 0:
            raise damaged()
        return self.book.strings[place]

    def _is_not_reckoned(self, raw: str) -> bool:
        """A text may be empty, a number may not; and some programs write 0 for every formula, and say that they did."""
        if self.kind in {"str", "e"}:
            return False
        return not raw.strip() or (raw.strip() == "0" and not self.book.reckoned)

    def _of_number(self, raw: str) -> tuple[str, Text | None]:
        try:
            value = Decimal(raw.strip()[:LONGEST_NUMBER])
        except InvalidOperation:
            raise damaged() from None
        if not value.is_finite() or not -LONGEST_NUMBER < value.adjusted() < LONGEST_NUMBER:
            return raw, _too_long()
        shown = self.book.shown[self.style] if self.style < len(self.book.shown) else PLAIN
        if shown == DAY and 0 <= value <= _LAST_DAY - _BETWEEN * self.book.since_1904:
            self.kinds[(self.number, self.place)] = DAY
            return (_FIRST_DAY[self.book.since_1904] + timedelta(days=int(value))).isoformat(), None
        if self.limits.figures:
            self.kinds[(self.number, self.place)] = PERCENT if shown == PERCENT else NUMBER
            value = Decimal(f"{float(raw):.{DIGITS}g}")  # 33.299999999999997 is how Excel writes 33.3
        text = str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")
        if shown in {OTHER, PERCENT} and not self.limits.figures:
            return text, _l(
                "The cell holds the number %(number)s and only shows it otherwise. A code is text: format the column "
                "as text, and type anew what shall stand there",
                number=text,
            )
        return text, _too_long() if abs(value) >= LARGEST_NUMBER else None


def not_a_value() -> Text:
    """What is said of #N/A and its like."""
    found: Text = _l("An error of the sheet stands there instead of a value. Mend the formula, or type the value")
    return found


def _too_long() -> Text:
    found: Text = _l("Excel has cut digits of this number. Format the column as text, and type it anew")
    return found


def _is_hidden(attributes: Attributes, size: str) -> bool:
    return attributes.get("hidden") in {"1", "true"} or attributes.get(size) in {"0", "0.0"}


def _placed(reference: str) -> tuple[int, int]:
    """(number of the row, place) of a cell such as B7. Raises ValueError."""
    match = _CELL.fullmatch(reference)
    if match is None:
        raise ValueError("no cell")
    place = 0
    for letter in match[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), place - 1


def _letters(place: int) -> str:
    """The name of a column: 0 is A."""
    name, left = "", place + 1
    while left:
        left, letter = divmod(left - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _of_what_is_not_seen(cells: _Cells) -> list[CellFault]:
    """Rows, columns and merged cells in which more or less stands than one sees."""
    if not cells.rows:
        return []
    headings = min(cells.rows)
    found = [
        CellFault(number, None, _l("The row is hidden, perhaps by a filter. Show it, or delete it"))
        for number in sorted(cells.hidden_rows.intersection(cells.rows))
    ]
    filled = {place for row in cells.rows.values() for place in row}
    found += [
        CellFault(headings, place, _l("The column is hidden. Show it, or delete it"))
        for first, last in cells.hidden_columns
        for place in sorted(filled)
        if first <= place <= last
    ]
    merged = _l("Merged cells: what stands there counts for the first of them alone. Unmerge them, and fill in each")
    found += [CellFault(top, left, merged) for top, left in cells.merged if left in cells.rows.get(top, {})]
    return found
