"""What a row of an imported sheet says by itself: columns, and what of a cell can be judged without the database."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from tracker.agencies.offices import LABELS, Office
from tracker.core.errors import FieldError
from tracker.core.files.incoming import Incoming
from tracker.core.languages import LANGUAGES, Text, _l, by_any_name
from tracker.core.numbers import DayError, parse_day
from tracker.people.addresses import checked_address

PEOPLE, AGENCIES = "people", "agencies"
# What Excel makes of a code that looks like a day or a number to it (3-5, MAR1, 1E5), and as a CSV has it then.
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Thg\\d{1,2})"
_MADE_BY_EXCEL = re.compile(rf"\d{{4}}-\d\d-\d\d|\d{{1,2}}-{_MONTH}|{_MONTH}-\d{{1,2}}|\d+(?:[.,]\d+)?E[+-]\d+")
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in addresses and files, its heading, what is said of it, and an example."""

    key: str
    label: Text
    about: Text
    most: int
    needed: bool = False
    example: str = ""


COLUMNS: Mapping[str, Sequence[Column]] = {
    PEOPLE: (
        Column(
            "email",
            _l("Mail address"),
            _l("By it a person is known; one person may stand in several rows"),
            254,
            True,
            example="chuyenvien@example.vn",
        ),
        Column("name", _l("Name"), _l("As it is to be shown"), 255, True, example="Chuyên viên Sở Xây dựng"),
        Column("language", _l("Language"), _l("vi or en; empty: as the browser says"), 16, example="vi"),
        Column(
            "agency",
            _l("Code of the body"),
            _l("Where the office is held; empty: no office is given"),
            40,
            example="SXD",
        ),
        Column("office", _l("Office"), _l("By its name or its code"), 80, example="officer"),
        Column("from_on", _l("From day"), _l("Day, month and year; a day of Excel will do"), 20, example="01/01/2026"),
        Column("to_on", _l("To day"), _l("The last day; empty: without an end"), 20),
    ),
    AGENCIES: (
        Column("code", _l("Code"), _l("By it a body is known; it never changes"), 40, True, example="SXD"),
        Column("name", _l("Name in Vietnamese"), _l("As it is to be shown"), 255, True, example="Sở Xây dựng"),
        Column(
            "name_en",
            _l("Name in English"),
            _l("Empty: the Vietnamese one is shown"),
            255,
            example="Department of Construction",
        ),
        Column("kind", _l("Kind of body"), _l("By its name or its code"), 80, True, example="department"),
        Column("peer_group", _l("Peer group"), _l("Bodies are ranked within it; empty: by kind"), 80),
        Column("exists_from", _l("First day"), _l("Empty: since before this book"), 20),
        Column(
            "exists_to", _l("Last day"), _l("By two administrators; its offices end with it; empty: as it stands"), 20
        ),
        Column(
            "appraised_by",
            _l("Appraised by"),
            _l("Code of the body whose appraisers decide; empty: any other"),
            40,
            example="SNV",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row of the sheet; `column` is a key, or nothing for the whole row."""

    number: int
    column: str
    message: Text


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A row by the keys of its columns: only those that are filled in."""

    number: int
    values: Values

    def day(self, key: str) -> date | None:
        """The day in a column that was read without a fault."""
        return parse_day(self.values[key]) if key in self.values else None


@dataclass
class Reading:
    """The rows, and everything that is wrong with them by themselves. `sheet` is the one they stand in, and `unread`
    are the others of its file."""

    lines: list[EnrolmentRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    sheet: str = ""
    unread: Sequence[str] = ()


def read(kind: str, incoming: Incoming) -> Reading:
    """The rows of a sheet. Headings are taken in either language, in any order; others are faults."""
    found = Reading(sheet=incoming.sheet, unread=incoming.unread)
    keys = _keys(kind, incoming.headings, found)
    if found.faults:
        of_headings = (fault for fault in incoming.faults if fault.number < incoming.rows[0].number)
        found.faults.extend(Fault(fault.number, "", fault.message) for fault in of_headings)
        return found
    told: dict[int, set[str]] = {}
    for fault in incoming.faults:
        key = keys[fault.place] if fault.place is not None and fault.place < len(keys) else ""
        found.faults.append(Fault(fault.number, key, fault.message))
        told.setdefault(fault.number, set()).add(key)
    for row in incoming.rows:
        values = {key: cell for key, cell in zip(keys, row.cells, strict=True) if key and cell}
        found.lines.append(EnrolmentRow(row.number, values))
        if any(cell for key, cell in zip(keys, row.cells, strict=True) if not key):
            found.faults.append(Fault(row.number, "", _l("A cell of the row stands under no heading")))
        known = told.get(row.number, set())
        found.faults.extend(fault for fault in _faults(kind, row.number, values) if fault.column not in known)
    return found


def office_of(text: str) -> Office:
    """The office of a code or a name in either language. Raises FieldError."""
    found = by_any_name({str(one): LABELS[one] for one in Office}, text)
    if not found:
        raise FieldError("office", _l("There is no such office. Known are: %(known)s", known=", ".join(Office)))
    return Office(found[0])


def _keys(kind: str, headings: Sequence[str], found: Reading) -> list[str]:
    known = {column.key: column.label for column in COLUMNS[kind]}
    keys = [next(iter(by_any_name(known, heading.replace("*", " "))), "") for heading in headings]
    for heading, key in zip(headings, keys, strict=True):
        if heading and not key:
            message = _l("There is no column “%(heading)s”. Take the headings of the template", heading=heading[:60])
            found.faults.append(Fault(1, "", message))
    for column in COLUMNS[kind]:
        if keys.count(column.key) > 1:
            found.faults.append(Fault(1, column.key, _l("This column stands there twice")))
        if column.needed and column.key not in keys:
            found.faults.append(Fault(1, column.key, _l("This column is missing")))
    return keys


def _faults(kind: str, number: int, values: Values) -> list[Fault]:
    found = [
        Fault(number, column.key, _l("This cell must be filled in"))
        for column in COLUMNS[kind]
        if column.needed and column.key not in values
    ]
    most = {column.key: column.most for column in COLUMNS[kind]}
    for key, text in values.items():
        message = _fault(key, text, most[key])
        if message is not None:
            found.append(Fault(number, key, message))
    return found if kind == AGENCIES else found + _of_office(number, values)


def _of_office(number: int, values: Values) -> list[Fault]:
    """An office is given with its body and its first day, or not at all."""
    together = ("agency", "office", "from_on")
    if not any(key in values for key in (*together, "to_on")):
        return []
    message = _l("For an office the body, the office and its first day are needed")
    return [Fault(number, key, message) for key in together if key not in values]


def _fault(key: str, text: str, most: int) -> Text | None:
    """What is wrong with one cell, or none."""
    if len(text) > most:
        return cast(Text, _l("Use %(most)s characters or fewer", most=most))
    try:
        _CHECKS.get(key, str)(text)
    except (DayError, FieldError) as refusal:
        return cast(Text, refusal.message)
    return None


def _language(text: str) -> None:
    if text.casefold() not in LANGUAGES:
        raise FieldError("language", _l("Choose one of the languages"))


def _code(text: str) -> None:
    if _MADE_BY_EXCEL.fullmatch(text):
        raise FieldError(
            "code", _l("Excel made a day or a number of this code. Format the column as text, and type it anew")
        )


_CHECKS: Mapping[str, Callable[[str], object]] = {
    "email": checked_address,
    "language": _language,
    "office": office_of,
    **dict.fromkeys(("code", "agency", "appraised_by"), _code),
    **dict.fromkeys(("from_on", "to_on", "exists_from", "exists_to"), parse_day),
}
