"""A sheet as a workbook to be filled in: numbers as numbers, what cannot be written locked, and how it is done on a
sheet of its own. Protected without a password: against slips, not against anybody."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from math import ceil
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from tracker.core.files.workbooks import OPTIONS
from tracker.core.files.worksheets import DIGITS
from tracker.core.languages import _
from tracker.core.numbers import NumberError, parse_day, parse_number
from tracker.home.sheet import workbook_validations, workbook_words
from tracker.home.sheet.workbook_answers import standing
from tracker.home.sheet.workbook_columns import BEFORE, BEHIND, GROUP, ID, MARK, fields_of
from tracker.home.sheet.workbook_rows import BookRow
from tracker.home.sheet.workbook_seals import Base, Head, head_seal, row_seal
from tracker.progress.merging.merge import ANSWERS, NUMBERS, Written
from tracker.progress.merging.words import told
from tracker.progress.rules import retyped

KEYS, TITLE, HEADINGS, FIRST = 0, 1, 2, 3  # rows, from 0: names of fields (hidden), title, headings, the first figure
LINE, MOST_LINES = 15, 8  # points of a line; lines of a row that are shown
_PROTECTED = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True}
_EDGE = {"border": 1, "border_color": "#B1B4B6", "valign": "top"}
_OPEN = {**_EDGE, "locked": False, "bg_color": "#FFF9E5"}
_SHUT = {**_EDGE, "bg_color": "#F3F2F1", "text_wrap": True}
_DAY = "dd/mm/yyyy"


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook is made of."""

    head: Head
    title: str  # whose sheet, and of which period
    rows: Sequence[BookRow]
    made: str  # when, in words


def write(book: Book, secrets: Sequence[str]) -> IO[bytes]:
    """The file, at its beginning."""
    file = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - closed by whoever sends it
    made = xlsxwriter.Workbook(file, {**OPTIONS, "constant_memory": False})
    made.set_properties({"title": book.title})
    _Writer(made, book, secrets).fill()
    _explain(made)
    made.close()
    file.seek(0)
    return file


def taken_along(row: BookRow, language: str) -> Written:
    """What a workbook of that language takes along of a row: the fields that the figure has, by its custom, and its
    answers."""
    typed = retyped(row.written.typed, row.written.language, language)
    own = {name: typed[name] for name in row.fields if typed.get(name)}
    return Written({**own, **standing(typed)}, language)


class _Writer:
    """Writes the sheet of figures."""

    def __init__(self, made: Any, book: Book, secrets: Sequence[str]) -> None:
        self.book, self.secrets = book, secrets
        self.sheet = made.add_worksheet(_("Figures"))
        self.fields = fields_of(book.rows)
        look = made.add_format
        self.title = look({"bold": True, "font_size": 14})
        self.heading = look({**_EDGE, "bold": True, "text_wrap": True, "bg_color": "#E6EEF5"})
        self.group = look({"bold": True, "bottom": 1, "border_color": "#505A5F"})
        self.number, self.counted = look(_OPEN), look({**_OPEN, "num_format": "#,##0"})
        self.day = look({**_OPEN, "num_format": _DAY})
        self.text = look({**_OPEN, "text_wrap": True, "num_format": "@"})
        self.shut, self.shut_day = look(_SHUT), look({**_SHUT, "num_format": _DAY})

    def fill(self) -> None:
        """Everything, from the top."""
        sheet, first_field = self.sheet, 1 + len(BEFORE)
        sheet.set_column(0, 0, None, None, {"hidden": True})
        names = [
            *((c.key, c.label, c.width) for c in BEFORE),
            *self.fields,
            *((c.key, c.label, c.width) for c in BEHIND),
        ]
        sheet.write_string(KEYS, 0, head_seal(self.secrets, self.book.head))
        sheet.write_string(HEADINGS, 0, ID)
        for place, (key, label, width) in enumerate(names, start=1):
            sheet.set_column(place, place, width)
            sheet.write_string(KEYS, place, key)
            sheet.write_string(HEADINGS, place, str(label), self.heading)
        sheet.set_row(KEYS, None, None, {"hidden": True})
        sheet.set_row(HEADINGS, 2 * LINE)
        sheet.write_string(TITLE, 0, GROUP)
        sheet.write_string(TITLE, 1, self.book.title, self.title)
        sheet.write_string(TITLE, first_field + len(self.fields), self.book.made)
        number, group = FIRST, None
        for row in self.book.rows:
            if row.group != group:
                group = row.group
                sheet.write_string(number, 0, GROUP)
                sheet.write_string(number, 1, group, self.group)
                number += 1
            self._row(number, row)
            number += 1
        sheet.freeze_panes(FIRST, 3)
        sheet.protect("", _PROTECTED)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADINGS)

    def _row(self, number: int, row: BookRow) -> None:
        written = taken_along(row, self.book.head.language)
        seal = row_seal(self.secrets, self.book.head, Base(row.key, row.version, written))
        is_open = row.locked is None and seal is not None
        self.sheet.write_string(number, 0, seal or GROUP)
        for place, column in enumerate(BEFORE, start=1):
            self._write(number, place, column.value(row), self.shut)
        behind = 1 + len(BEFORE) + len(self.fields)
        for place, (name, _label, _width) in enumerate(self.fields, start=1 + len(BEFORE)):
            has_it = name in row.fields or name == ANSWERS
            self._field(number, place, name, row, written, is_open and has_it)
            if is_open and has_it:
                found = workbook_validations.of_field(name, row)
                if found:
                    self.sheet.data_validation(number, place, number, place, found)
        for place, column in enumerate(BEHIND, start=behind):
            value = column.value(row)
            if column.key == "state" and seal is None:
                value = _("Too long for a workbook: write it on the page")
            self._write(number, place, value, self.shut)

        lines = max(_lines(column.value(row), column.width) for column in (*BEFORE, *BEHIND))
        lines = max(lines, *(_lines(written.typed.get(name), width) for name, _label, width in self.fields))
        if lines > 1:  # else a program finds the height itself, as the text grows
            self.sheet.set_row(number, LINE * min(lines, MOST_LINES))

    def _field(self, number: int, place: int, name: str, row: BookRow, written: Written, is_open: bool) -> None:
        text = written.typed.get(name, "") if name in row.fields else ""
        text = told(standing(written.typed)) if name == ANSWERS else text
        look = self._look(name, row) if is_open else self.shut_day if name == "as_at" else self.shut
        if name == "not_applicable":
            text = MARK if text else ""
        elif name in NUMBERS and text:
            self._write(number, place, _number(text, written.language), look)
            return
        elif name == "as_at" and text:
            self._day(number, place, text, look)
            return
        self._write(number, place, text, look)

    def _look(self, name: str, row: BookRow) -> Any:
        if name in NUMBERS:
            return self.counted if row.question.limits.unit.whole else self.number
        return self.day if name == "as_at" else self.text

    def _day(self, number: int, place: int, text: str, look: Any) -> None:
        try:
            self.sheet.write_datetime(number, place, datetime.combine(parse_day(text), time.min), look)
        except NumberError:
            self._write(number, place, text, look)

    def _write(self, number: int, place: int, value: Any, look: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(number, place, None, look)
        elif isinstance(value, Decimal):
            self.sheet.write_number(number, place, value, look)
        else:
            self.sheet.write_string(number, place, str(value), look)


def _lines(value: Any, width: int) -> int:
    """How many lines a text takes in a column of so many characters."""
    return sum(ceil(len(line) / width) or 1 for line in value.split("\n")) if isinstance(value, str) else 1


def _number(text: str, language: str) -> Decimal | str:
    """The number that a text says; the text, where it says none, or one of more digits than Excel keeps."""
    try:
        number = parse_number(text, language)
    except NumberError:
        return text
    return number if len(number.normalize().as_tuple().digits) <= DIGITS else text


def _explain(made: Any) -> None:
    sheet = made.add_worksheet(_("How to fill in"))
    sheet.set_column(0, 0, 110)
    head, line = made.add_format({"bold": True, "font_size": 14}), made.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, _("How to fill in"), head)
    for number, text in enumerate(workbook_words.explained(), start=1):
        sheet.write_string(number, 0, text, line)
    sheet.protect("", _PROTECTED)
