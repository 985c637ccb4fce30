"""Reading a table that somebody sends: the first sheet of an XLSX, or CSV in whatever way spreadsheets write it.

Knows no feature: headings and cells, each row with its number in the sheet. What they mean stands in the rooms.
"""

import csv
import io
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine

from tracker.core.files import contents
from tracker.core.files.kinds import CSV, XLSX, ContentError
from tracker.core.files.viruses import Scanner
from tracker.core.languages import _l

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 1_000
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t"
# What Vietnamese texts hold beside ASCII; anything else means that the bytes were not what they were taken for.
_LETTERS = frozenset("ăâđêôơưĂÂĐÊÔƠƯ")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SIGNS = frozenset("–—‘’“”…•·°§«»\u00a0")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet (the headings are row 1, where nothing stands above them) and its cells as
    text; days as 2021-06-20."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """The headings as they stand there, and the rows below that are not empty."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read(content: bytes, name: str, scanner: Scanner | None = None) -> Incoming:
    """The table in a file, which is held against its content, and shown to `scanner`, like every upload.

    Raises ContentError where it is no such file, damaged, too large, of an unknown encoding, or has no heading.
    """
    if len(content) > MOST_BYTES:
        raise ContentError(_l("The file is too large: up to %(most)s MiB are read", most=MOST_BYTES // 1024**2))
    if scanner is not None:
        with _lying(content) as path:
            scanner.look(path)
    rows = _of_sheet(content, name) if content.startswith(b"PK") else _of_text(content)
    numbered = [Row(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]
    if not numbered:
        raise ContentError(_l("The file is empty"))
    if len(numbered) - 1 > MOST_ROWS:
        raise ContentError(_l("The file has more than %(most)s rows. Divide it", most=MOST_ROWS))
    return Incoming(numbered[0].cells, tuple(numbered[1:]))


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


def _of_sheet(content: bytes, name: str) -> Iterator[tuple[str, ...]]:
    if _checked(content, name) != XLSX:
        raise ContentError(_l("Send an Excel file (.xlsx) or CSV"))
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError, OSError):
        raise ContentError(_l("The file is damaged, or not what it seems to be. Save it anew and try again")) from None
    return (_row([_cell(value) for value in row]) for row in rows)


def _cell(value: Any) -> str:
    """What stands in a cell, as somebody would type it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _of_text(content: bytes) -> Iterator[tuple[str, ...]]:
    text = _decoded(content)
    if _checked(text.encode(), "table.csv") != CSV:
        raise ContentError(_l("Send an Excel file (.xlsx) or CSV"))
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise ContentError(_l("The CSV is broken: a quotation mark is open, or stands within a cell")) from None
    return (_row(row) for row in rows)


def _row(cells: Sequence[str]) -> tuple[str, ...]:
    """Trimmed, in one way of writing letters, and of bearable size."""
    found = tuple(unicodedata.normalize("NFC", " ".join(cell.split())) for cell in cells[:MOST_COLUMNS])
    if any(len(cell) > LONGEST_CELL for cell in found):
        raise ContentError(_l("A cell has more than %(most)s characters", most=LONGEST_CELL))
    return found


def _decoded(content: bytes) -> str:
    """The text: by its mark, else UTF-8, else Windows-1258 if that gives Vietnamese."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _by(content, encoding)
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    text = unicodedata.normalize("NFC", _by(content, "cp1258"))
    if not all(map(_is_vietnamese, text)):
        raise _unknown_encoding()
    return text


def _by(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise _unknown_encoding() from None


def _unknown_encoding() -> ContentError:
    return ContentError(
        _l("The letters cannot be read. In Excel save it as “CSV UTF-8” or as .xlsx, in a Unicode font")
    )


def _is_vietnamese(character: str) -> bool:
    if character.isascii() or character in _SIGNS:
        return True
    base = "".join(mark for mark in unicodedata.normalize("NFD", character) if mark not in _TONES)
    plain = unicodedata.normalize("NFC", base)
    return plain in _LETTERS or (plain.isascii() and plain.isalpha())
