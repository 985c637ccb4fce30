"""What a workbook comes to, cell by cell, before anything is kept: yours, theirs, and what would stand then."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.languages import Text, _l, current_language
from tracker.home.sheet import asking, workbook_answers
from tracker.home.sheet.asking import Asking
from tracker.home.sheet.workbook_columns import FIELDS
from tracker.home.sheet.workbook_reading import Given, Reading, Strange
from tracker.home.sheet.workbook_rows import BookRow
from tracker.progress import rules
from tracker.progress.merging.merge import ANSWERS, FIGURE, OF_ANSWERS, Outcome, Part, Side, Written, merged, parts
from tracker.progress.merging.words import part_name, told

Choices = Mapping[str, Mapping[str, Side]]  # target → part → side


@dataclass(frozen=True, slots=True)
class Merging:
    """One row of the file against what stands; `yours`: what is taken of the file. `why_not`: nothing of it can be."""

    row: BookRow
    given: Given
    parts: tuple[Part, ...]
    yours: Written

    @property
    def why_not(self) -> Text | None:
        """Why nothing of it can be taken, where something would be."""
        return self.row.locked if self.changes else None

    @property
    def changes(self) -> bool:
        """Whether the file has something otherwise than what stands, and than what it was given along with."""
        return any(part.outcome in (Outcome.YOURS, Outcome.CONFLICT) for part in self.parts)

    @property
    def is_told(self) -> bool:
        """Whether there is anything to say of it."""
        quiet = all(part.outcome is Outcome.UNCHANGED for part in self.parts)
        return not quiet or bool(self.given.faults) or bool(self.given.notes)

    def then(self, choices: Mapping[str, Side]) -> Written:
        """What would stand."""
        return self.row.written if self.row.locked else merged(self.parts, self.row.written, self.yours, choices)


@dataclass(frozen=True, slots=True)
class Cell:
    """One part as the page shows it; texts by the reader's custom. `wrong`: why the file's text is not taken; `asks`:
    what keeps the figure that would stand from being sent, which keeps nobody from keeping it."""

    name: str
    label: str
    outcome: Outcome
    yours: str
    theirs: str
    base: str
    then: str
    side: Side
    wrong: tuple[Text, ...]
    notes: tuple[Text, ...]
    asks: tuple[Text, ...]

    @property
    def is_conflict(self) -> bool:
        """Whether somebody has to choose."""
        return self.outcome is Outcome.CONFLICT


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file as the page shows it."""

    merging: Merging
    cells: tuple[Cell, ...]
    asking: tuple[Asking, ...]  # about the figure that would stand

    @property
    def row(self) -> BookRow:
        """The figure that it is of."""
        return self.merging.row


@dataclass(frozen=True, slots=True)
class Preview:
    """A whole file."""

    reading: Reading
    lines: tuple[Line, ...]
    strange: tuple[Strange, ...]
    unchanged: int  # rows of which there is nothing to say
    missing: tuple[BookRow, ...]  # figures of the sheet that the file does not have
    digest: str

    @property
    def faults(self) -> int:
        """How many cells of the file are not taken."""
        return len([cell for line in self.lines for cell in line.cells if cell.wrong])

    @property
    def conflicts(self) -> int:
        """How many cells somebody has to choose for."""
        of_lines = (line.cells for line in self.lines if line.merging.why_not is None)
        return len([cell for cells in of_lines for cell in cells if cell.is_conflict])

    @property
    def asks(self) -> bool:
        """Whether something will ask that nothing answers yet."""
        return any(one.answer is None for line in self.lines for one in line.asking)

    @property
    def changes(self) -> int:
        """How many figures could be kept anew."""
        return len([line for line in self.lines if line.merging.changes and line.merging.why_not is None])


def merge_all(reading: Reading, rows: Sequence[BookRow], on: date) -> tuple[list[Merging], list[Strange]]:
    """Each row of the file against what stands; those of targets that the sheet does not have (any more) apart."""
    by_token, found, strange = {row.key: row for row in rows}, [], list(reading.strange)
    for given in reading.rows:
        row = by_token.get(given.base.target)
        if row is None:
            text = " | ".join(text for name, text in given.written.typed.items() if name in FIELDS)
            strange.append(Strange(given.number, text, _l("The sheet has no such target any more")))
            continue
        strange += _elsewhere(row, given)
        yours = workbook_answers.answered(row, taken(row, given), given.answer, given.base.written.typed, on)
        given = replace(given, notes={**given.notes, **workbook_answers.notes(row, yours, given.answer)})
        own = parts(given.base.written, row.written, yours, (*row.fields, *OF_ANSWERS))
        found.append(Merging(row, given, tuple(own), yours))
    return found, sorted(strange, key=lambda one: one.number)


def _elsewhere(row: BookRow, given: Given) -> list[Strange]:
    """What stands in cells that a figure does not have, such as one number of a ratio."""
    foreign = FIELDS.keys() - set(row.fields)
    found = {str(FIELDS[name]): text for name, text in given.written.typed.items() if name in foreign}
    text = " | ".join(f"{label}: {text}" for label, text in found.items())
    return [Strange(given.number, text, _l("This figure has no such cell"))] if found else []


def preview(reading: Reading, rows: Sequence[BookRow], on: date, choices: Choices | None = None) -> Preview:
    """What the file comes to by these choices; without any, what stands stays where both sides changed it."""
    mergings, strange = merge_all(reading, rows, on)
    chosen = choices or {}
    lines = tuple(_line(one, on, chosen.get(one.row.key, {})) for one in mergings if one.is_told)
    have = {one.row.key for one in mergings}
    missing = tuple(row for row in rows if row.key not in have)
    return Preview(reading, lines, tuple(strange), len(mergings) - len(lines), missing, digest(mergings))


def digest(mergings: Sequence[Merging]) -> str:
    """Of all that was shown: another one means that something else would be done."""
    said = [
        [one.row.key, one.row.version, str(one.row.locked or ""), [_said(part) for part in one.parts]]
        for one in mergings
        if one.changes
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _said(part: Part) -> list[object]:
    return [part.name, part.outcome, dict(part.theirs), dict(part.yours)]


def taken(row: BookRow, given: Given) -> Written:
    """The file's text without cells that say nothing for certain: these count as untouched, and so does the rest of a
    figure of which one is."""
    spoilt = {name for name in row.fields if name in given.faults}
    for part in parts(given.base.written, given.base.written, given.written, row.fields):
        if spoilt.intersection(part.fields):
            spoilt.update(part.fields)
    base = given.base.written.typed
    typed = {name: (base if name in spoilt else given.written.typed).get(name, "") for name in row.fields}
    return Written({name: text for name, text in typed.items() if text}, given.written.language)


def _line(merging: Merging, on: date, choices: Mapping[str, Side]) -> Line:
    then = merging.then(choices)
    cells = tuple(_cells(merging, then, _asks(merging, then, on), choices))
    return Line(merging, cells, tuple(asking.told(merging.row.question, then, on)) if merging.changes else ())


def _asks(merging: Merging, then: Written, on: date) -> dict[str, list[Text]]:
    """What keeps the figure from being sent as it would stand, field by field; of an odd figure what is odd."""
    if not merging.changes or not then.typed:
        return {}
    question = merging.row.question
    found = {name: [fault] for name, fault in rules.read(question, then.typed, then.language, on).faults.items()}
    if rules.CONFIRMED in found:
        found[rules.CONFIRMED] = rules.asked(question, then.typed, then.language)[1]
    return found


def _cells(
    merging: Merging, then: Written, asks: Mapping[str, Sequence[Text]], choices: Mapping[str, Side]
) -> Iterator[Cell]:
    given, row = merging.given, merging.row
    for part in merging.parts:
        names = dict.fromkeys((*part.fields, part.name))
        wrong = {name: given.faults[name] for name in names if name in given.faults}
        notes = {name: given.notes[name] for name in names if name in given.notes}
        if part.outcome is Outcome.UNCHANGED and not wrong and not notes:
            continue
        yours = {name: given.written.typed[name] for name in part.fields if given.written.typed.get(name)}
        if part.name == ANSWERS and given.answer is not None:
            yours = {ANSWERS: given.answer}
        of_it = {*part.fields, rules.CONFIRMED} if part.name == FIGURE else set(part.fields)
        yield Cell(
            name=part.name,
            label=part_name(part.name),
            outcome=part.outcome,
            yours=_told(yours, given.written.language),
            theirs=_told(part.theirs, row.written.language),
            base=_told(part.base, given.base.written.language),
            then=_told({name: then.typed[name] for name in part.fields if then.typed.get(name)}, then.language),
            side=part.side(choices),
            wrong=tuple(wrong.values()),
            notes=tuple(notes.values()),
            asks=tuple(one for name in asks if name in of_it for one in asks[name]),
        )


def _told(typed: rules.Typed, language: str) -> str:
    return told(rules.retyped(typed, language, current_language()))
