"""A column or a block from a spreadsheet, pasted into the sheet: shown cell by cell before it is taken."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response
from wtforms import HiddenField

from tracker.commitments.terms import words as target_words
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.files.pasted import LONGEST
from tracker.core.languages import Text, _, _l, _n, current_language, text_by_language
from tracker.core.web.forms import AtMost, Form, Radios, Select, TextArea
from tracker.home.blueprint import blueprint
from tracker.home.forms import ticked
from tracker.home.sheet import asking, pasting, typed
from tracker.home.sheet.asking import Asking
from tracker.home.sheet.lines import SheetLine
from tracker.home.sheet.sheet_views import SHEET, address_of, lines_at, sheet_values
from tracker.permissions.guard import current_reader
from tracker.progress import rules
from tracker.progress.keeping import Kept, Typed, keep_all
from tracker.progress.merging.merge import Written
from tracker.progress.states import CellState

CUSTOMS = (("vi", _l("1.447,5 – a comma for decimals")), ("en", _l("1,447.5 – a point for decimals")))
LABELS: Mapping[str, Text] = {
    "value": _l("Figure"),
    "numerator": _l("Part"),
    "denominator": _l("Whole"),
    "narrative": _l("Explanation"),
    "obstacles": _l("Obstacles"),
}
Cells = dict[str, list[pasting.Cell]]


def _as_it_is(text: str) -> str:
    return text


class PasteArea(TextArea):
    """What is pasted, letter by letter: a blank or a tab at its beginning is a cell."""

    judged = False
    shape = staticmethod(_as_it_is)


class PasteForm(Form):
    """What is pasted and how it is meant; the cells that were read are fields of the same form, row by row."""

    text = PasteArea(
        _l("Paste from a spreadsheet"),
        [AtMost(LONGEST)],
        look={
            "rows": 6,
            "hint": _l(
                "A column or a block as it is copied: the figure (of a ratio part and whole), then the explanation. "
                "Codes or names of targets may stand first. An empty cell changes nothing."
            ),
        },
    )
    start = Select(
        _l("From which target on"), look={"hint": _l("It goes down from there, where no codes or names stand first.")}
    )
    custom = Radios(
        _l("How its numbers are written"), choices=CUSTOMS, look={"inline": True, "classes": "govuk-radios--small"}
    )
    name = HiddenField()  # the field of the cell in which it was pasted
    shown = HiddenField()  # which paste the cells are of
    rows: "Sequence[Row]" = ()

    def all_errors(self) -> list[tuple[str, Any]]:
        """Those of the cells too, each with its target and linked to its cell."""
        cells = [
            (f"c-{cell.name}-{row.key}", f"{row.title}: {cell.fault}")
            for row in self.rows
            for cell in row.cells
            if cell.fault
        ]
        return [
            *super().all_errors(),
            *cells,
            *(("", f"{row.title}: {row.refused}") for row in self.rows if row.refused),
        ]

    @property
    def mark(self) -> str:
        """By which one sees that the paste, or how it is meant, is another by now."""
        said = "\n".join(str(one.data or "") for one in (self.start, self.custom, self.name, self.text))
        return hashlib.sha256(said.replace("\r\n", "\n").encode()).hexdigest()[:16]


@dataclass(slots=True)
class Row:
    """One figure into which something was pasted: what stands there, what was pasted, what would stand then."""

    key: str
    title: str
    code: str
    version: int
    cells: list[pasting.Cell]
    now: str
    then: str = ""
    notes: list[Text] = field(default_factory=list)  # what is wrong with what would stand then; it is kept all the same
    asking: list[Asking] = field(default_factory=list)  # about what would stand then
    refused: Text | None = None


@blueprint.route(SHEET + "/paste", methods=["GET", "POST"])
@action(Action.ENTER_FIGURE)
def paste(agency_code: str, period_code: str) -> str | Response | tuple[str, int]:
    """Paste, look at what was read, take it."""
    lines = lines_at(agency_code, period_code, Action.ENTER_FIGURE)
    by_key = {line.key: line for line in lines}
    form = PasteForm()
    choices = [("", _("The first one")), *((line.key, _called(line)) for line in lines)]
    form.start.choices = [(value, label) for value, label in choices]
    found, cells = pasting.Pasted(), Cells()
    if request.method == "GET":
        form.start.data, form.name.data = request.args.get("figure", ""), request.args.get("field", "")
    elif form.validate_on_submit():
        of_lines = [_paste_line(line) for line in lines]
        found = _read(form, of_lines)
        sent = _sent(of_lines)
        is_new = form.shown.data != form.mark
        cells = _corrected(found.cells, sent) if is_new else sent.cells
        taken = Taken()
        if request.form.get("do") == "take" and not is_new:
            taken = _take(form, by_key, cells)
            cells = {key: row for key, row in cells.items() if key not in taken.kept}
            if not cells and not form.all_errors():
                return redirect(_back(by_key, taken.kept), 303)
            lines = lines_at(agency_code, period_code, Action.ENTER_FIGURE)
        form.rows = _rows(lines, cells, taken.refused)
        form.shown.data = form.mark
    return _drawn(form, lines, found)


def _called(line: SheetLine) -> str:
    return f"{line.slot.target.code} · {text_by_language(line.slot.target.title)}"


def _paste_line(line: SheetLine) -> pasting.Line:
    """What came back from another period has no name here: a name means this period's figure."""
    target, own = line.slot.target, line.own
    return pasting.Line(
        token=line.key,
        code=target.code if own else line.key,
        names=tuple(target.title.values()) if own else (),
        ratio=target.ratio,
        limits=line.question.limits,
        locked=_locked(line),
    )


def _locked(line: SheetLine) -> Text | None:
    """Why the reader can write nothing there."""
    standing = line.standing
    with_head = standing.state == CellState.WITH_HEAD
    may = not standing.is_firm and (
        not with_head or current_reader().may(Action.SEND_REPORT, line.slot.target.agency_id)
    )
    return None if may else standing.reason


def _read(form: PasteForm, lines: Sequence[pasting.Line]) -> pasting.Pasted:
    return pasting.read(
        form.text.data or "",
        lines,
        language=current_language(),
        custom=form.custom.data,
        start=form.start.data,
        name=form.name.data,
    )


@dataclass(frozen=True)
class Sent:
    """The cells that were shown, as they are typed now, and which of them somebody has changed."""

    cells: Cells
    changed: frozenset[pasting.Place]


def _sent(lines: Sequence[pasting.Line]) -> Sent:
    """What was asked and is not answered is asked again."""
    given, stood, asked = {}, {}, set()
    for line in lines:
        for name in pasting.NAMES:
            place, text = (line.token, name), request.form.get(typed.name(name, line.token))
            if text is None:
                continue
            of_cell = typed.name(name, line.token)
            given[place], stood[place] = text, request.form.get(typed.name("stood", of_cell), "")
            if text == stood[place] and request.form.get(typed.name("asked", of_cell)):
                asked.add(place)
    changed = frozenset(place for place, text in given.items() if _lined(text) != _lined(stood[place]))
    return Sent(pasting.reread(lines, given, current_language(), asked), changed)


def _lined(text: str) -> str:
    return text.replace("\r\n", "\n")


def _corrected(read: Cells, sent: Sent) -> Cells:
    """What was read anew, with the corrections that were typed into what was shown before."""
    found = {key: list(row) for key, row in read.items()}
    for key, row in sent.cells.items():
        for cell in row:
            if (key, cell.name) in sent.changed:
                others = [one for one in found.get(key, []) if one.name != cell.name]
                found[key] = sorted([*others, cell], key=lambda one: pasting.NAMES.index(one.name))
    return found


@dataclass(slots=True)
class Taken:
    """Which figures were taken, in the order of the sheet, and why others were not."""

    kept: list[str] = field(default_factory=list)
    refused: dict[str, Text] = field(default_factory=dict)


def _take(form: PasteForm, lines: Mapping[str, SheetLine], cells: Cells) -> Taken:
    """Keep each figure of which every cell can be read."""
    seen = ticked(request.form.getlist("row"))
    whole = {key: row for key, row in cells.items() if key in lines and not any(cell.fault for cell in row)}
    language = current_language()
    drafts = [
        Typed(lines[key].slot, _merged(lines[key], row), seen.get(key, lines[key].version))
        for key, row in whole.items()
    ]
    if not drafts or not form.carry_out(keep_all, reader=current_reader(), cells=drafts, language=language):
        return Taken()
    done: Kept = form.result
    refused = {key: done.refused[place].message for key in whole if (place := _place(lines[key])) in done.refused}
    kept = [key for key in lines if key in whole and key not in refused]
    if kept:
        flash(
            _n("%(num)s figure was taken from the paste.", "%(num)s figures were taken from the paste.", len(kept)),
            "success",
        )
    return Taken(kept, refused)


def _place(line: SheetLine) -> tuple[str, str]:
    return line.slot.target.token, line.slot.code


def _merged(line: SheetLine, cells: Sequence[pasting.Cell]) -> dict[str, str]:
    return {**line.typed, **{cell.name: cell.typed for cell in cells if cell.typed}}


def _rows(lines: Sequence[SheetLine], cells: Cells, refused: Mapping[str, Text]) -> list[Row]:
    """What is shown of each figure into which something was pasted, in the order of the sheet."""
    return [_row(line, cells[line.key], refused.get(line.key)) for line in lines if line.key in cells]


def _row(line: SheetLine, cells: list[pasting.Cell], refused: Text | None) -> Row:
    target = line.slot.target
    row = Row(line.key, text_by_language(target.title), target.code, line.version, cells, _now(line), refused=refused)
    merged = _merged(line, cells)
    if any(cell.typed for cell in cells):
        reading = rules.read(line.question, merged, current_language(), clock.today())
        if reading.faults.keys() - {rules.CONFIRMED}:
            row.notes = [_note(name, fault, cells) for name, fault in reading.faults.items() if name != rules.CONFIRMED]
        else:
            row.then = target_words.figure(target, reading.entry)
            row.asking = list(asking.told(line.question, Written(merged, current_language()), clock.today()))
    return row


def _note(name: str, fault: Text, cells: Sequence[pasting.Cell]) -> Text:
    """What is wrong, with the field where that is another one than was pasted."""
    return fault if name not in LABELS or any(cell.name == name for cell in cells) else f"{LABELS[name]}: {fault}"


def _now(line: SheetLine) -> str:
    """What stands there, as it is typed where it cannot be read."""
    numbers = [line.typed[name] for name in pasting.NUMBERS if line.typed.get(name)]
    return line.figure if line.figure and not line.faults.keys() & set(pasting.NUMBERS) else " / ".join(numbers)


def _back(lines: Mapping[str, SheetLine], kept: Sequence[str]) -> str:
    """To the sheet, into the box of the first figure that was taken: a browser gives it the focus, without scripts."""
    slot = next(line.slot for line in lines.values() if line.own)
    address = address_of(slot.agency.code, slot.code)
    if not kept:
        return address
    field = "numerator" if lines[kept[0]].slot.target.ratio else "value"
    return f"{address}#{typed.name(field, kept[0])}"


def _drawn(form: PasteForm, lines: list[SheetLine], found: pasting.Pasted) -> str | tuple[str, int]:
    page = "home/sheet/_paste.html" if request.headers.get("HX-Request") else "home/sheet/paste.html"
    html = render_template(
        page,
        form=form,
        found=found,
        labels=LABELS,
        cell_name=typed.name,
        other=dict(CUSTOMS).get(found.custom or ""),
        ready=sum(not any(cell.fault for cell in row.cells) for row in form.rows),
        **sheet_values(lines),
    )
    return (html, 422) if form.all_errors() else html
