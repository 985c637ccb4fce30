"""A block of cells pasted into a sheet: which figure each belongs to, and what it says. Nothing is guessed: what can be
read in two ways is asked, what says nothing is told beside its cell, what belongs nowhere is shown. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tracker.core.files.incoming import cell_fault
from tracker.core.files.pasted import MOST_ROWS, customs, grid, readings, seen
from tracker.core.languages import Text, _l, by_any_name, format_figure, format_number
from tracker.core.letters import folded
from tracker.core.numbers import DayError, NumberError, parse_day, parse_number
from tracker.progress.limits import Limits
from tracker.progress.rules import LONGEST_KEPT, Entry

FIGURE, WHOLE, NARRATIVE, OBSTACLES = COLUMNS = ("figure", "whole", "narrative", "obstacles")
TARGET, PART = "target", "part"
HEADINGS: Mapping[str, Text] = {
    TARGET: _l("Target"),
    FIGURE: _l("Figure"),
    PART: _l("Part"),
    WHOLE: _l("Whole"),
    NARRATIVE: _l("Explanation"),
    OBSTACLES: _l("Obstacles"),
}
_IN_FIELD = {
    FIGURE: ("value", "numerator"),
    WHOLE: ("", "denominator"),
    NARRATIVE: ("narrative", "narrative"),
    OBSTACLES: ("obstacles", "obstacles"),
}
_AS_COLUMN = {name: column for column, names in _IN_FIELD.items() for name in names if name}
NUMBERS = ("value", "numerator", "denominator")
NAMES = (*NUMBERS, NARRATIVE, OBSTACLES)

Place = tuple[str, str]  # a figure's token, and the name of one of its fields


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the sheet as a paste sees it. `locked`: why nothing can be written there, or none."""

    token: str
    code: str
    names: tuple[str, ...]
    ratio: bool
    limits: Limits
    locked: Text | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that belongs to a figure: as it was sent, under which name it is kept, and as one would type it; `fault`
    says why it cannot be taken. `asked`: it can be read in two ways."""

    name: str
    text: str
    typed: str = ""
    fault: Text | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Stranger:
    """A row that belongs to no figure of the sheet, and why."""

    row: int
    text: str
    why: Text


@dataclass(slots=True)
class Pasted:
    """What was read: cells by the token of the figure to which they belong, and what belongs nowhere."""

    cells: dict[str, list[Cell]] = field(default_factory=dict)
    strangers: list[Stranger] = field(default_factory=list)
    custom: str | None = None  # by which everything in it is written, where that is not the reader's own

    @property
    def asks(self) -> bool:
        """Whether a number in it can be read in two ways."""
        return any(cell.asked for cells in self.cells.values() for cell in cells)


@dataclass(frozen=True, slots=True)
class Reader:
    """How numbers are read: by whose custom; `said`: whoever pasted said so themselves. `shown_in`: the custom in which
    they are typed here. `written`: the customs that the block shows."""

    language: str
    shown_in: str
    said: bool = False
    written: frozenset[str] = frozenset()

    def cell(self, line: Line, name: str, sent: str) -> Cell:
        """What a cell says."""
        text = seen(sent)
        wrong = line.locked or cell_fault(sent, text, LONGEST_KEPT)
        if wrong is not None:
            return Cell(name, text, fault=wrong)
        if name not in NUMBERS:
            return Cell(name, text, text)
        if not self.said and self._can_be_another(line, name, text):
            return Cell(name, text, fault=_in_two_ways(text), asked=True)
        try:
            return Cell(name, text, format_number(parse_number(text, self.language), self.shown_in))
        except NumberError as error:
            return Cell(name, text, fault=_no_number(text, error))

    def _can_be_another(self, line: Line, name: str, text: str) -> bool:
        """Whether it is a number by another custom too, and neither the block nor what is counted says by which."""
        found = readings(text)
        if self.language not in found or len(set(found.values())) == 1 or self.written == {self.language}:
            return False
        return any(_possible(line, name, number) for one, number in found.items() if one != self.language)


def read(
    text: str,
    lines: Sequence[Line],
    *,
    language: str,
    custom: str | None = None,
    start: str | None = None,
    name: str | None = None,
) -> Pasted:
    """What was pasted. `language`: the reader's; `custom`: that of the block, where the reader said so; `start`: the
    token of the figure from which on it goes down, where its first column names none, and `name` the field in it."""
    rows = grid(text)
    found = Pasted()
    if len(rows) > MOST_ROWS:
        why = _l("There are more than %(most)s lines.", most=format_number(MOST_ROWS))
        found.strangers.append(Stranger(MOST_ROWS + 1, "", why))
        rows = rows[:MOST_ROWS]
    places = _headings(rows)
    above = 1 if places else 0
    rows = rows[above:]
    if not places:
        places = _by_order(rows, named=_names_targets(rows, lines), first=_AS_COLUMN.get(name or "", FIGURE))
    numbers = [place for column, place in places.items() if column in {FIGURE, WHOLE}]
    taken = customs(readings(seen(row[place])) for row in rows for place in numbers if place < len(row))
    reader = Reader(custom or language, language, said=custom is not None, written=frozenset(taken))
    found.custom = next(iter(taken)) if custom is None and len(taken) == 1 and taken != {language} else None
    for number, row, line in _placed(found, rows, lines, places.get(TARGET), start, above):
        _take(found, reader, number, row, line, places)
    return found


def reread(
    lines: Iterable[Line], sent: Mapping[Place, str], language: str, asked: Collection[Place] = ()
) -> dict[str, list[Cell]]:
    """Cells that were shown and come back, perhaps corrected: by token and name of the field, as they are typed now.
    `asked`: those that can be read in two ways, and still stand as they did."""
    reader = Reader(language, language, said=True)
    found: dict[str, list[Cell]] = {}
    for line in lines:
        for name in NAMES:
            text = sent.get((line.token, name), "")
            if text.strip():
                cell = reader.cell(line, name, text)
                if (line.token, name) in asked:
                    cell = Cell(name, text, fault=_in_two_ways(text), asked=True)
                found.setdefault(line.token, []).append(cell)
    return found


def _headings(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Where the columns stand by a row of headings; none where the first row is none."""
    meant = {place: by_any_name(HEADINGS, seen(cell)) for place, cell in enumerate(rows[0] if rows else ())}
    places = {names[0]: place for place, names in reversed(meant.items()) if names}
    if PART in places:
        places[FIGURE] = places.pop(PART)
    if FIGURE not in places and NARRATIVE not in places:
        return {}
    others = (place for place, names in meant.items() if not names)
    return places | {f"more{place}": place for place in others}


def _by_order(rows: Sequence[Sequence[str]], *, named: bool, first: str) -> dict[str, int]:
    """Where the columns stand without headings: from the first on, in the order of the sheet. A second one in which no
    cell begins like a number holds explanations."""
    begins = 1 if named else 0
    width = max(map(len, rows), default=0)
    names = list(COLUMNS[COLUMNS.index(first) :])
    second = [seen(row[begins + 1]) for row in rows if len(row) > begins + 1 and seen(row[begins + 1])]
    if first == FIGURE and second and not any(map(_like_a_number, second)):
        names.remove(WHOLE)
    places = {name: place for place, name in enumerate(names, start=begins) if place < width}
    return (
        ({TARGET: 0} if named else {}) | places | {f"more{place}": place for place in range(begins + len(names), width)}
    )


def _like_a_number(text: str) -> bool:
    return text.lstrip("-+(\u2212")[:1].isdigit() or text.startswith("#")


def _names_targets(rows: Sequence[Sequence[str]], lines: Sequence[Line]) -> bool:
    """Whether the first of several columns says which figure each row is: it holds no number but codes."""
    first = [seen(row[0]) for row in rows if row and seen(row[0])]
    if max(map(len, rows), default=0) < 2 or not first:
        return False
    known = _known(lines)
    strangers = [text for text in first if folded(text) not in known]
    if any(map(_like_a_number, strangers)):
        return False
    return len(strangers) < len(first) or any(_like_a_number(seen(row[1])) for row in rows if len(row) > 1)


def _known(lines: Iterable[Line]) -> dict[str, Line | None]:
    """Figures by what they are called: code or name in any language; none where two are called so."""
    found: dict[str, Line | None] = {}
    for line in lines:
        for name in {folded(one) for one in line.names}:
            found[name] = None if name in found else line
    return found | {folded(line.code): line for line in lines}


def _placed(
    found: Pasted, rows: Sequence[list[str]], lines: Sequence[Line], key: int | None, start: str | None, above: int
) -> Iterator[tuple[int, list[str], Line]]:
    """Each row that is not empty, with the figure to which it belongs."""
    tokens = [line.token for line in lines]
    begins = tokens.index(start) if start in tokens else 0
    known, rows_of = _known(lines), dict[str, int]()
    for place, row in enumerate(rows):
        if not row:
            continue
        number = place + above + 1
        if key is None:
            line = lines[begins + place] if begins + place < len(lines) else None
            why = _l("There is no figure left on the sheet for this row.")
        else:
            called = folded(seen(row[key])) if key < len(row) else ""
            line = known.get(called)
            why = _l("No figure of this sheet is called so.")
            if called in known:
                why = _l("Several figures of the sheet are called so: write the code.")
        if line is not None and line.token in rows_of:
            why = _l("This figure stands in row %(row)s already.", row=rows_of[line.token])
            line = None
        if line is None:
            found.strangers.append(Stranger(number, _shown(row), why))
            continue
        rows_of[line.token] = number
        yield number, row, line


def _take(
    found: Pasted, reader: Reader, number: int, row: Sequence[str], line: Line, places: Mapping[str, int]
) -> None:
    """The cells of a row, in the order of the sheet; an empty one changes nothing."""
    if line.locked is not None:
        found.strangers.append(Stranger(number, _shown(row), line.locked))
        return
    for column, place in places.items():
        sent = row[place] if place < len(row) else ""
        if column == TARGET or not seen(sent):
            continue
        name = _IN_FIELD[column][line.ratio] if column in _IN_FIELD else ""
        if not name:
            why = (
                _l("This figure is one number: there is no whole.")
                if column == WHOLE
                else _l("The sheet has no such column.")
            )
            found.strangers.append(Stranger(number, seen(sent), why))
            continue
        found.cells.setdefault(line.token, []).append(reader.cell(line, name, sent))


def _shown(row: Iterable[str]) -> str:
    return " · ".join(filter(None, map(seen, row)))


def _possible(line: Line, name: str, number: Decimal) -> bool:
    entry: Any = {name: number}
    return not line.limits.impossible(Entry(**entry))


def _in_two_ways(text: str) -> Text:
    told = sorted(set(readings(text).values()), reverse=True)
    first, second = (format(one, "f") if one % 1 == 0 else format_figure(one) for one in told)
    found: Text = _l(
        "This can be %(first)s or %(second)s. Say below how the numbers are written, or type it anew.",
        first=first,
        second=second,
    )
    return found


def _no_number(text: str, error: NumberError) -> Text:
    """Why a cell is no number: spreadsheets turn 1/5 and 1-5 into days, and show nothing as a dash."""
    told: Text = error.message
    if not any(map(str.isalnum, text)):
        told = _l("A sign stands there, and no number. Type 0 where it is zero, or leave it empty.")
    elif _is_day(text):
        told = _l("A day stands there, and no number. Perhaps the spreadsheet has made it of one: type the number.")
    return told


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except DayError:
        return False
    return True
