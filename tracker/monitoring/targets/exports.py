"""Lists of targets as CSV and XLSX: streamed from a cursor of the database's, row by row, with bounded memory."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from tracker.compliance.steps.spans import Settled, points
from tracker.core.files.sheets import BOM, guarded
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, current_language
from tracker.core.tables import Column
from tracker.monitoring import words
from tracker.rule import WorkingCalendar

ROWS_A_CHUNK = 2_000
_DAYS, _SCORES = frozenset({2, 10, 11, 12}), slice(13, 16)
_WIDTHS = (12, 34, 12, 10, 34, 18, 8, 70, 30, 18, 12, 12, 15, 10, 10, 12, 20, 12, 40)


@dataclass(frozen=True, slots=True)
class Names:
    """What the rows of a file say by number or code, written once: programme, day, bodies by id, words.

    `appraiser`, of a file of what waits for one: in words, by the body and whoever appraises it.
    """

    programme: str
    title: str
    on: date
    as_at: datetime
    agencies: Mapping[int, tuple[str, str]]  # code, name
    numbers: Mapping[int, str]  # of commitments
    calendar: WorkingCalendar
    gaps: Mapping[tuple[int, str], Decimal]  # reported less appraised, by commitment and code, of those that have one
    appraiser: Callable[[int, int | None], str] | None = None

    @property
    def file(self) -> str:
        """What a file of them is called, without its ending."""
        return f"{self.programme}-{self.on.isoformat()}"

    def headings(self) -> list[str]:
        """The headings, in the order of the cells."""
        return [
            _("Programme"),
            _("Name of the programme"),
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
            _("First deadline"),
            _("Score"),
            _("Delivery"),
            _("Punctuality"),
            _("Reported less appraised, where another figure counts"),
            *([_("Waited, working days"), _("Appraised by")] if self.appraiser else []),
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
    deadlines = Settled(names.calendar)
    on = names.on.isoformat()
    programme, programme_title, loads = guarded(names.programme), guarded(names.title), json.loads
    waits, gaps = _waits(names), names.gaps

    def cells(row: Any) -> Cells:
        agency, commitment, code, title, domain, status, from_on, deadline_on, first_due_on = row[:9]
        texts = loads(title)
        return (
            programme,
            programme_title,
            on,
            *agencies.get(agency, ("", "")),
            numbers.get(commitment, ""),
            guarded(code),
            guarded(texts.get(language) or texts["vi"]),
            domains.get(domain, domain),
            statuses.get(status, status),
            from_on,
            deadlines[deadline_on],
            first_due_on,
            *row[9:12],
            gaps.get((commitment, code)),
            *waits(agency, row[12:]),
        )

    return cells


def _waits(names: Names) -> Callable[[int, Sequence[Any]], Sequence[Any]]:
    """How many working days a report has waited, and whose duty it is, from what `queries.exported` adds for that."""
    appraiser = names.appraiser
    if appraiser is None:
        return lambda agency, more: ()
    told = cache(lambda agency, appraised_by: guarded(appraiser(agency, appraised_by)))
    days = cache(lambda since: names.calendar.left(date.fromisoformat(since), names.on))
    return lambda agency, more: (days(more[0]), told(agency, more[1]))


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
    written = _Points()
    for chunk in chunks:
        writer.writerows(
            (*line[: _SCORES.start], *(written[score] for score in line[_SCORES]), *line[_SCORES.stop :])
            for line in map(cells, chunk)
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


def sheet(names: Names, chunks: Iterable[Sequence[Any]]) -> Sheet:
    """The same as a sheet: days are dates in it, scores numbers."""
    cells = cells_of(names)
    columns = [Column(str(place), label, value=_reading(place)) for place, label in enumerate(names.headings())]
    return Sheet(_("Targets"), columns, (cells(row) for chunk in chunks for row in chunk), _WIDTHS)


def _reading(place: int) -> Callable[[Cells], Any]:
    if _SCORES.start <= place < _SCORES.stop:
        return lambda line: points(line[place])
    if place in _DAYS:
        return lambda line: line[place] and date.fromisoformat(line[place])
    return itemgetter(place)
