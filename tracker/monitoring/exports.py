"""Lists of targets as CSV and XLSX: streamed from a cursor of the database's, row by row, with bounded memory."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any

import sqlalchemy as sa
import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from tracker.core.clock import VIETNAM
from tracker.core.languages import _, current_language, format_instant
from tracker.core.sheets import BOM, guarded
from tracker.monitoring import words

ROWS_A_CHUNK = 2_000
XLSX_MOST_ROWS = 1_048_000
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT_IN_MEMORY = 4 * 1024 * 1024
_DAYS = frozenset({1, 9, 10})
_WIDTHS = (12, 12, 10, 34, 18, 8, 70, 30, 18, 12, 12, 10, 10, 12)


@dataclass(frozen=True, slots=True)
class Names:
    """What the rows of a file say by number or code, written once: programme, day, bodies by id, words."""

    programme: str
    on: date
    as_at: datetime
    agencies: Mapping[int, tuple[str, str]]  # code, name
    numbers: Mapping[int, str]  # of commitments

    def headings(self) -> list[str]:
        """The headings, in the order of the cells."""
        return [
            _("Programme"),
            _("As of"),
            _("Code"),
            _("Body"),
            _("Commitment"),
            _("Target code"),
            _("Target"),
            _("Domain"),
            _("Status"),
            _("Since"),
            _("Deadline"),
            _("Score"),
            _("Delivery"),
            _("Punctuality"),
        ]


Cells = tuple[Any, ...]


def cells_of(names: Names) -> Callable[[Any], Cells]:
    """A function from a row of `queries.exported` to its cells: days as ISO text, scores as hundredths.

    Words, names and days are written once and looked up; what somebody typed is guarded against formulas.
    """
    language = current_language()
    domains = {domain: str(label) for domain, label in words.DOMAINS.items()}
    statuses = {status: str(label) for status, label in words.STATUSES.items()}
    agencies = {key: (guarded(code), guarded(name)) for key, (code, name) in names.agencies.items()}
    numbers = {key: guarded(number) for key, number in names.numbers.items()}
    on = names.on.isoformat()
    programme, loads = guarded(names.programme), json.loads

    def cells(row: Any) -> Cells:
        agency, commitment, code, title, domain, status, from_on, deadline_on, score, delivery, punctuality = row
        texts = loads(title)
        return (
            programme,
            on,
            *agencies.get(agency, ("", "")),
            numbers.get(commitment, ""),
            guarded(code),
            guarded(texts.get(language) or texts["vi"]),
            domains.get(domain, domain),
            statuses.get(status, status),
            from_on,
            deadline_on,
            score,
            delivery,
            punctuality,
        )

    return cells


def stream(engine: sa.Engine, statement: sa.Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a statement in chunks, by a server-side cursor on a connection of its own."""
    with engine.connect() as connection:
        streaming = connection.execution_options(stream_results=True, max_row_buffer=ROWS_A_CHUNK)
        yield from streaming.execute(statement).partitions(ROWS_A_CHUNK)


def csv_lines(names: Names, chunks: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file, a chunk of rows at a time: UTF-8 with BOM, days as 2021-06-20, scores as 84.50."""
    cells = cells_of(names)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(names.headings())
    points = _Points()
    for chunk in chunks:
        writer.writerows(
            (*line[:11], points[line[11]], points[line[12]], points[line[13]]) for line in map(cells, chunk)
        )
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


class _Points(dict[int | None, str]):
    """Hundredths → points with two decimals, each written once."""

    def __missing__(self, hundredths: int | None) -> str:
        text = "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"
        self[hundredths] = text
        return text


def workbook(names: Names, chunks: Iterable[Sequence[Any]]) -> IO[bytes]:
    """The file as XLSX, at its beginning. Nothing in it is taken for a formula or a link."""
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - closed by whoever sends it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(_("Targets"))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {"day": book.add_format({"num_format": "dd/mm/yyyy"}), "points": book.add_format({"num_format": "0.00"})}
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, names.headings(), bold)
    cells, row = cells_of(names), 0
    for chunk in chunks:
        for line in map(cells, chunk):
            row += 1
            if row <= XLSX_MOST_ROWS:
                _write(sheet, row, line, formats)
    sheet.autofilter(0, 0, max(1, min(row, XLSX_MOST_ROWS)), len(_WIDTHS) - 1)
    book.set_properties(
        {"comments": _("Figures up to %(as_at)s", as_at=format_instant(names.as_at.astimezone(VIETNAM)))}
    )
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, line: Cells, formats: Mapping[str, Any]) -> None:
    for place, value in enumerate(line):
        if value is None:
            continue
        if place >= 11:
            sheet.write_number(row, place, value / 100, formats["points"])
        elif place in _DAYS:
            sheet.write_datetime(row, place, datetime.combine(date.fromisoformat(value), time.min), formats["day"])
        else:
            sheet.write_string(row, place, str(value))
