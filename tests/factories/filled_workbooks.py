"""A workbook of ours, filled in as a program for sheets does it: cells are changed, all else stays as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from python_calamine import CalamineWorkbook

Value = Decimal | int | str | None  # text is text; a number is one
SHEET = "xl/worksheets/sheet1.xml"
_ROW = re.compile(r'<row r="(\d+)"[^>]*?(?:/>|>.*?</row>)', re.DOTALL)


def table(content: bytes) -> list[list[Any]]:
    """What the first visible sheet shows, by another reader than ours; the hidden row and column too."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def place_of(content: bytes, code: str, key: str) -> str:
    """The cell of a target's field, such as E6."""
    rows = table(content)
    column, codes = rows[0].index(key), rows[0].index("code")
    row = next(number for number, cells in enumerate(rows) if cells[codes] == code)
    return f"{_letter(column)}{row + 1}"


def filled(content: bytes, values: Mapping[str, Value], *, raw: Mapping[str, str] | None = None) -> bytes:
    """The file with other values in some cells; `raw`: cells as XML, for what a program writes besides."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[SHEET].decode()
    cells = {place: _cell(place, value, _style(text, place)) for place, value in values.items()} | dict(raw or {})
    for place, cell in cells.items():
        text = _with(text, place, cell)
    return packed(parts | {SHEET: text.encode()})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A file of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a file by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _cell(place: str, value: Value, style: str) -> str:
    if value is None:
        return f'<c r="{place}"{style}/>'
    if isinstance(value, str):
        return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"{style}><v>{float(value)!r}</v></c>'


def _style(text: str, place: str) -> str:
    found = re.search(rf'<c r="{place}"[^>]*?( s="\d+")', text)
    return found[1] if found else ""


def _with(text: str, place: str, cell: str) -> str:
    standing = re.search(rf'<c r="{place}"[^>]*?(?:/>|>.*?</c>)', text, re.DOTALL)
    if standing:
        return text[: standing.start()] + cell + text[standing.end() :]
    number = int(re.sub(r"\D", "", place))
    row = next((one for one in _ROW.finditer(text) if int(one[1]) == number), None)
    if row is None:  # below the table
        return text.replace("</sheetData>", f'<row r="{number}">{cell}</row></sheetData>', 1)
    end = row.end() - len("</row>")
    return text[:end] + cell + text[end:]


def _letter(place: int) -> str:
    return chr(ord("A") + place)
