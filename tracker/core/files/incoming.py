"""Reading a table that somebody sends: the first visible sheet of an XLSX, or CSV however spreadsheets write it.

Knows no feature: headings and cells, each row with its number in the sheet. What they mean stands in the rooms.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tracker.core import letters
from tracker.core.files import archives, contents, worksheets
from tracker.core.files.decoding import decoded
from tracker.core.files.kinds import CSV, ODS, XLSX, ContentError, UnknownKind, no_sheet, no_sheet_but_json
from tracker.core.files.sheets import unguarded
from tracker.core.files.viruses import Scanner
from tracker.core.files.worksheets import CellFault, Limits, Worksheet
from tracker.core.languages import Text, _l

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 1_000
MOST_SHEETS = 10  # of a workbook, that are looked through for the one that is meant
_SEPARATORS = ",;\t"
_QUOTED = re.compile(r'"[^"]*"')
_JSON = re.compile(r"\s*(?:\{|\[\s*[\[{\"\d\]])")
_RICH_TEXT = "{\\rtf"
_WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|meta|body|table|(?:ss:)?workbook)\b", re.IGNORECASE)
_HEAD = 4_096  # letters in which a text says what it is
_SEPARATOR_TOLD = re.compile(r'"?sep=([^"\r\n])"?\s*')
# What a sheet shows, and a CSV of it holds, in place of a value, in whatever language: #N/A, #N/D, #REF!, #¿NOMBRE?,
# Err:502, ##### in a narrow column, Loading... while it is reckoned elsewhere.
_ERROR = re.compile(r"#[^\s#]{2,20}|Err:\d{3}|#{3,}|(?:Loading|Đang tải)(?:\.{3}|…)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet (the headings are row 1, where nothing stands above them) and its cells as
    text; days as 2021-06-20."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """The headings as they stand there, and the rows below that are not empty.

    `faults` are of cells that say nothing, or not what one sees; `sheet` is the one that was read, `unread` the others.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[CellFault, ...] = ()
    sheet: str = ""
    unread: tuple[str, ...] = ()


def read(content: bytes, name: str, scanner: Scanner | None = None) -> Incoming:
    """The table in a file, which is held against its content, and shown to `scanner`, like every upload.

    Raises ContentError where it is no such file, damaged, too large, of an unknown encoding, or has no heading or
    nothing below it.
    """
    _looked_at(content, scanner)
    found = _of_sheet(content, name) if content.startswith((archives.ZIP, archives.OLE)) else _of_text(content)
    if len(found.rows) < 2 and found.unread:
        raise ContentError(
            _l(
                "The sheet “%(name)s” holds no table. Only the first visible sheet is read: move the table there",
                name=found.sheet,
            )
        )
    if not found.rows:
        raise ContentError(_l("The file is empty"))
    if len(found.rows) == 1:
        raise ContentError(_l("No row stands below the headings. Fill in the rows, and send the file again"))
    width = max(len(row.cells) for row in found.rows)
    padded = [Row(row.number, row.cells + ("",) * (width - len(row.cells))) for row in found.rows]
    faults = sorted(found.faults, key=lambda fault: (fault.number, -1 if fault.place is None else fault.place))
    return Incoming(padded[0].cells, tuple(padded[1:]), tuple(faults), found.sheet, found.unread)


def figures(content: bytes, name: str, scanner: Scanner | None = None) -> Iterator[Worksheet]:
    """The visible sheets of a workbook whose numbers are figures, one after the other, as far as somebody asks.

    Raises ContentError as `read` does; cells are told as they stand, their letters are not judged yet.
    """
    _looked_at(content, scanner)
    if not content.startswith((archives.ZIP, archives.OLE)):
        raise ContentError(_l("This is no Excel workbook. Save it as .xlsx, and send that"))
    _demand_workbook(content, name)
    limits = Limits(MOST_ROWS + 1, MOST_COLUMNS, figures=True)
    first = worksheets.read(content, limits)
    yield first
    for place in range(1, min(len(first.others) + 1, MOST_SHEETS)):
        yield worksheets.read(content, limits, place)


def _looked_at(content: bytes, scanner: Scanner | None) -> None:
    """Refuse what is too large, empty, or not found clean."""
    if len(content) > MOST_BYTES:
        raise ContentError(_l("The file is too large: up to %(most)s MiB are read", most=MOST_BYTES // 1024**2))
    if not content.strip():
        raise ContentError(_l("The file is empty"))
    if scanner is not None:
        with _lying(content) as path:
            scanner.look(path)


@dataclass(slots=True)
class _Table:
    """Rows in which something stands, the headings first, and what is wrong with their cells."""

    rows: list[Row] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    sheet: str = ""
    unread: tuple[str, ...] = ()

    def fill(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Judge and keep the cells of rows: in one way of writing letters, and of bearable size."""
        told = {(fault.number, fault.place) for fault in self.faults}
        for number, texts in rows:
            cells = tuple(unguarded(letters.line(text)).strip() for text in texts)
            if not any(cells):
                continue
            if len(self.rows) > MOST_ROWS:
                raise ContentError(_l("The file has more than %(most)s rows. Divide it", most=MOST_ROWS))
            for place, (text, cell) in enumerate(zip(texts, cells, strict=True)):
                message = cell_fault(text, cell) if cell and (number, place) not in told else None
                if message is not None:
                    self.faults.append(CellFault(number, place, message))
            self.rows.append(Row(number, tuple(letters.shown(cell[:LONGEST_CELL]) for cell in cells)))


def cell_fault(text: str, cell: str, longest: int = LONGEST_CELL) -> Text | None:
    """What is wrong with a cell whatever it means. It is asked of the text as it was sent: in TCVN3 ư is a sign that
    nobody sees."""
    message: Text | None = letters.fault(text)
    if len(cell) > longest:
        message = _l("A cell has more than %(most)s characters", most=longest)
    elif _ERROR.fullmatch(cell):
        message = worksheets.not_a_value()
    elif len(cell) > 1 and letters.line(text).startswith("="):
        message = _l("A formula stands there as text. Type the value instead")
    return message


@contextmanager
def _lying(content: bytes) -> Iterator[Path]:
    """The bytes as a file, for as long as somebody looks at it."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def _checked(content: bytes, name: str) -> str:
    """The type of a file by its content."""
    with _lying(content) as path:
        return contents.media_type(path, name)


def _demand_workbook(content: bytes, name: str) -> None:
    try:
        kind = _checked(content, name)
    except UnknownKind:
        raise no_sheet() from None
    if kind == ODS:
        raise ContentError(_l("This is a sheet of LibreOffice (.ods). Save it as .xlsx"))
    if kind != XLSX:
        raise no_sheet()


def _of_sheet(content: bytes, name: str) -> _Table:
    _demand_workbook(content, name)
    sheet = worksheets.read(content, Limits(MOST_ROWS + 1, MOST_COLUMNS))
    table = _Table(faults=sheet.faults, sheet=sheet.name, unread=sheet.others)
    table.fill((number, _laid_out(sheet.rows[number])) for number in sorted(sheet.rows))
    return table


def _laid_out(cells: dict[int, str]) -> list[str]:
    return [cells.get(place, "") for place in range(max(cells) + 1)]


def _of_text(content: bytes) -> _Table:
    text = decoded(content)
    _no_other_text(text[:_HEAD].lstrip("\ufeff").lstrip())
    if not _is_csv(text):
        raise no_sheet()
    first, _, rest = text.partition("\n")
    told = _SEPARATOR_TOLD.fullmatch(first.lstrip("\ufeff"))
    if told:  # a line for Excel, which it does not show
        text, separator = rest, told[1]
    else:
        headings = _QUOTED.sub("", next((line for line in text.splitlines() if line.strip()), ""))
        separator = max(_SEPARATORS, key=headings.count)
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise ContentError(
            _l("Row %(number)s is broken: a quotation mark is open, or stands within a cell", number=len(rows) + 1)
        ) from None
    if any(any(map(str.strip, row[MOST_COLUMNS:])) for row in rows):
        raise ContentError(_l("The table has more than %(most)s columns", most=MOST_COLUMNS))
    table = _Table()
    table.fill(enumerate((row[:MOST_COLUMNS] for row in rows), start=1))
    return table


def _no_other_text(head: str) -> None:
    """Refuse what is written for something else, by what it is: read as CSV, it would be a strange one."""
    if head.startswith("<") and _WEB_PAGE.search(head):
        raise ContentError(_l("This is a web page that is only called a sheet. Open it in Excel, and save it as .xlsx"))
    if head.startswith(("<", _RICH_TEXT)):
        raise no_sheet()
    if _JSON.match(head):
        raise no_sheet_but_json()


def _is_csv(text: str) -> bool:
    try:
        return _checked(text.encode(), "table.csv") == CSV
    except ContentError:
        return False
