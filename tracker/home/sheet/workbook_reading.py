"""A workbook of a sheet that comes back: its rows as they were typed, what is wrong in which cell, what is not ours.

Nothing is judged here of what a figure may be; that is `progress.rules`. A cell that says nothing for certain, such as
an error, a formula without its value or a percentage, is told and never guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.core import letters
from tracker.core.files import incoming
from tracker.core.files.kinds import ContentError
from tracker.core.files.viruses import Scanner
from tracker.core.files.workbook_parts import DAY, PERCENT
from tracker.core.files.worksheets import Worksheet
from tracker.core.languages import Text, _l, format_day, format_number
from tracker.core.numbers import NumberError, parse_number
from tracker.home.sheet.workbook_answers import standing
from tracker.home.sheet.workbook_columns import FIELDS, GROUP, ID
from tracker.home.sheet.workbook_seals import Base, Head, base_of, head_of, is_ours
from tracker.progress.merging.merge import ANSWERS, NUMBERS, Written, meant
from tracker.progress.merging.words import told
from tracker.progress.rules import LONGEST_KEPT

KEYS = 1  # the row of the fields' names, from 1; the headings stand below the title
_TICKED, _NOT_TICKED = frozenset({"x", "1", "true", "có", "yes", "✓"}), frozenset({"", "0", "false", "không", "no"})
_MOST_OF_A_STRANGE_ROW = 200  # signs that are shown


@dataclass(frozen=True, slots=True)
class Given:
    """One row: what was taken along, and what stands in its cells now; `answer`: to what asks, where it was touched.
    `faults` are of cells that say nothing for certain; `notes` of such as could be meant otherwise, and how they are
    read."""

    number: int
    base: Base
    written: Written
    faults: Mapping[str, Text]
    notes: Mapping[str, Text]
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Strange:
    """A row that is not taken: what stands there, and why not."""

    number: int
    text: str
    why: Text


@dataclass(slots=True)
class Reading:
    """What was read of a file."""

    head: Head
    sheet: str
    rows: list[Given] = field(default_factory=list)
    strange: list[Strange] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)  # of the file as a whole


def read(content: bytes, name: str, secrets: Sequence[str], scanner: Scanner | None = None) -> Reading:
    """The rows of a file. Raises ContentError where it is no workbook of a sheet, or its hidden part was changed."""
    seen: list[Worksheet] = []
    for sheet in incoming.figures(content, name, scanner):
        seen.append(sheet)
        if is_ours(sheet.rows.get(KEYS, {}).get(0, "")):
            return _Reader(sheet, head_of(secrets, sheet.rows[KEYS][0]), secrets).read(seen)
    hidden = seen[-1].hidden if seen else ()
    if hidden:
        raise ContentError(
            _l(
                "No visible sheet of the file is one of our figures. Hidden ones are not read: %(names)s",
                names=", ".join(hidden),
            )
        )
    raise ContentError(
        _l("This is no workbook of a sheet. Download it from the page of the sheet, fill it in, and send that file")
    )


class _Reader:
    """Reads the sheet of figures."""

    def __init__(self, sheet: Worksheet, head: Head, secrets: Sequence[str]) -> None:
        self.sheet, self.head, self.secrets = sheet, head, secrets
        self.places = {key: place for place, key in sheet.rows[KEYS].items() if key in FIELDS}
        self.told: dict[tuple[int, int | None], Text] = {}
        for fault in sheet.faults:
            self.told.setdefault((fault.number, fault.place), fault.message)
        self.found = Reading(head, sheet.name)

    def read(self, seen: Sequence[Worksheet]) -> Reading:
        """Everything that stands there."""
        taken: dict[str, int] = {}
        for number in sorted(self.sheet.rows):
            cells = self.sheet.rows[number]
            seal = cells.get(0, "")
            if number == KEYS or seal in {ID, GROUP}:
                continue
            base = base_of(self.secrets, self.head, seal) if seal else None
            if base is None:
                self._strange(number, _tampered() if seal else _not_ours())
            elif base.target in taken:
                first = taken[base.target]
                self._strange(number, _l("The same target stands in row %(first)s already", first=first))
            else:
                taken[base.target] = number
                self.found.rows.append(self._given(number, base))
        self.found.remarks += self._remarks(seen)
        return self.found

    def _strange(self, number: int, why: Text) -> None:
        cells = self.sheet.rows[number]
        text = " | ".join(cells[place] for place in sorted(cells) if place > 0)
        self.found.strange.append(Strange(number, letters.shown(text[:_MOST_OF_A_STRANGE_ROW]), why))

    def _given(self, number: int, base: Base) -> Given:
        """What stands there; of a column that is missing, and of what was not touched, what was taken along."""
        typed, faults, notes = dict(base.written.typed), {}, {}
        first_of = {**base.written.typed, ANSWERS: told(standing(base.written.typed))}
        for name, place in self.places.items():
            raw, first = self.sheet.rows[number].get(place, ""), first_of.get(name, "")
            text, fault, note = self._cell(number, place, name, raw) if raw else ("", None, None)
            if meant(name, text, self.head.language) == meant(name, first, base.written.language):
                continue
            fault = self.told.get((number, place)) or self.told.get((number, None)) or self._hidden(place) or fault
            if fault is not None:
                faults[name] = fault
            elif note is not None:
                notes[name] = note
            typed[name] = letters.shown(text[:LONGEST_KEPT])
        answer = typed.pop(ANSWERS, None) if ANSWERS not in faults else None
        written = Written({name: text for name, text in typed.items() if text}, self.head.language)
        return Given(number, base, written, faults, notes, answer)

    def _hidden(self, place: int) -> Text | None:
        """What is said of a whole column stands at its first cell."""
        return self.told.get((KEYS, place))

    def _cell(self, number: int, place: int, name: str, raw: str) -> tuple[str, Text | None, Text | None]:
        """(text as one would type it, why it says nothing for certain, how it is read)."""
        kind = self.sheet.kinds.get((number, place))
        text = letters.line(raw) if name in NUMBERS or name == ANSWERS else letters.passage(raw)
        fault = incoming.cell_fault(raw, text, LONGEST_KEPT)
        if fault is not None:
            return text, fault, None
        if name == "not_applicable":
            return _ticked(text)
        if kind == DAY:
            told = format_day(date.fromisoformat(text), "vi")
            return told, _a_day(told) if name in NUMBERS else None, None
        if kind is None:
            return text, None, self._as_text(text) if name in NUMBERS else None
        number_text = format_number(Decimal(text), self.head.language)
        return number_text, _a_percentage(number_text) if kind == PERCENT and name in NUMBERS else None, None

    def _as_text(self, text: str) -> Text | None:
        """A number that stands there as text is read by the custom of the file's language, and that is told."""
        try:
            number = parse_number(text, self.head.language)
        except NumberError:
            return None  # the rules say what is wrong with it
        found: Text = _l("It stands there as text, and is read as %(number)s", number=format_number(number))
        return found

    def _remarks(self, seen: Sequence[Worksheet]) -> Iterator[Text]:
        used = {name for row in self.found.rows for name in row.base.written.typed}
        missing = [str(label) for name, label in FIELDS.items() if name in used and name not in self.places]
        if missing:
            yield _l("Columns are missing, so nothing is taken of them: %(names)s", names=", ".join(missing))
        unread = [sheet.name for sheet in seen[:-1]] + list(self.sheet.others[len(seen) :])
        if unread:
            yield _l("Other sheets of the file are not read: %(names)s", names=", ".join(unread))
        if self.sheet.hidden:
            yield _l("Hidden sheets are not read: %(names)s", names=", ".join(self.sheet.hidden))


def _ticked(text: str) -> tuple[str, Text | None, Text | None]:
    folded = text.strip().lower()
    if folded in _TICKED:
        return "1", None, None
    wrong: Any = None if folded in _NOT_TICKED else _l("Type x, or leave the cell empty")
    return "" if wrong is None else text, wrong, None


def _a_day(told: str) -> Text:
    found: Text = _l(
        "A day stands there (%(day)s): Excel may have made it of a number. Format the cell as a number, and type the "
        "figure anew",
        day=told,
    )
    return found


def _a_percentage(told: str) -> Text:
    found: Text = _l(
        "The cell is formatted as a percentage and holds %(number)s. Format it as a number, and type the figure anew, "
        "without a percent sign",
        number=told,
    )
    return found


def _tampered() -> Text:
    found: Text = _l("The hidden cell of this row was changed, or the row comes from another sheet")
    return found


def _not_ours() -> Text:
    found: Text = _l("This row is none of the sheet's figures")
    return found
