"""A column pasted from a spreadsheet: a body, its goal and its weight a line. What cannot be read is told by its cell.
Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tracker.core.files.incoming import cell_fault
from tracker.core.files.pasted import MOST_ROWS, grid, seen
from tracker.core.languages import Text, _l, format_number
from tracker.core.letters import folded
from tracker.core.numbers import NumberError, parse_number

COLUMNS = ("body", "goal", "weight")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that cannot be taken: its row and column, counted from 1, and why."""

    row: int
    column: int
    message: Text


@dataclass(slots=True)
class Pasted:
    """Goal and weight by body, as they were typed; an empty cell is none and changes nothing."""

    values: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    wrong: list[Cell] = field(default_factory=list)


def read(text: str, bodies: Mapping[str, str], language: str) -> Pasted:
    """What was pasted; `bodies`: names by code. Nothing counts where a cell is wrong."""
    known = _names(bodies)
    found, rows = Pasted(), dict[str, int]()
    for row, cells in enumerate(grid(text), start=1):
        if not cells:
            continue
        if row > MOST_ROWS:
            found.wrong.append(Cell(row, 1, _l("There are more than %(most)s lines.", most=format_number(MOST_ROWS))))
            break
        if not 2 <= len(cells) <= len(COLUMNS):
            found.wrong.append(Cell(row, min(len(cells), 4), _shape(len(cells))))
            continue
        body = seen(cells[0])
        code = known.get(folded(body), "")
        if not code:
            found.wrong.append(Cell(row, 1, _l("“%(text)s” is no body of this table.", text=body)))
        elif code in rows:
            found.wrong.append(Cell(row, 1, _l("This body stands in row %(row)s already.", row=rows[code])))
        rows.setdefault(code, row)
        figures = _figures(found, row, cells[1:], language)
        if code:
            found.values[code] = figures
    return found


def _figures(found: Pasted, row: int, cells: Sequence[str], language: str) -> tuple[str | None, str | None]:
    texts = [seen(cell) for cell in cells]
    for column, (sent, cell) in enumerate(zip(cells, texts, strict=True), start=2):
        wrong = cell_fault(sent, cell)
        try:
            _number(cell, language)
        except NumberError as error:
            wrong = wrong or error.message
        if wrong is not None:
            found.wrong.append(Cell(row, column, wrong))
    goal, weight = [*texts, "", ""][:2]
    return goal or None, weight or None


def _number(cell: str, language: str) -> Decimal | None:
    return parse_number(cell, language) if cell else None


def _shape(count: int) -> Any:
    return _l(
        "A line has a body, a goal and a weight, with a tab between them, as copied from a spreadsheet: here are "
        "%(count)s cells.",
        count=count,
    )


def _names(bodies: Mapping[str, str]) -> dict[str, str]:
    """Codes by what a body is called; a name that two have names none."""
    names: dict[str, str] = {}
    for code, name in bodies.items():
        key = folded(name)
        names[key] = "" if key in names else code
    return names | {folded(code): code for code in bodies}
