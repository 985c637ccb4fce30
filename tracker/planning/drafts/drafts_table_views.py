"""The table of one target in the commitments of all bodies: goals and weights, typed or pasted from a spreadsheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.commitments.life import drafting, lives
from tracker.commitments.life.drafting import ManyRefused, TargetChange
from tracker.commitments.life.life_words import STATES
from tracker.commitments.life.lives import Cell
from tracker.commitments.life.states import State
from tracker.commitments.terms.term_texts import TERMS
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.files.pasted import LONGEST
from tracker.core.languages import Text, _, _l, _n, current_language, format_figure, text_by_language
from tracker.core.numbers import NumberError, parse_number
from tracker.core.web.forms import AtMost, Form, TextArea
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.drafts import pasted
from tracker.programmes import queries, templates
from tracker.programmes.models import Programme
from tracker.rule.facts import Shape

_TERMS = ("goal", "weight")
_LONGEST_FIGURE = 40


class TableForm(Form):
    """What is pasted; the cells of the table are read from what was sent, row by row."""

    paste = TextArea(
        _l("Paste from a spreadsheet"),
        [AtMost(LONGEST)],
        look={
            "rows": 5,
            "hint": _l("A line for each body: its code or name, the goal, the weight. An empty cell changes nothing"),
        },
    )
    rows: "Sequence[Row]" = ()

    def all_errors(self) -> list[tuple[str, Any]]:
        """Those of the cells too, each with the body's name and linked to its cell."""
        cells = [
            (f"c-{name}-{row.id}", _("%(body)s: %(message)s", body=row.body, message=message))
            for row in self.rows
            for name, message in row.wrong.items()
        ]
        return [*super().all_errors(), *cells]


@dataclass(slots=True)
class Row:
    """One body's row as it is shown: what stands in its fields, what was there when it was read, what is wrong."""

    id: int
    body: str
    code: str
    href: str
    state: str | None  # where it is no draft any more: then nothing is typed
    version: int
    typed: dict[str, str]
    stood: str
    wrong: dict[str, Text] = field(default_factory=dict)
    now: list[str] = field(default_factory=list)


@blueprint.route("/programmes/<code>/drafts", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def drafts_table(code: str) -> Any:
    """Goals and weights of one target, body by body; nothing is kept where one cell cannot be."""
    session = database.session()
    programme = queries.programme(session, code)
    written = {one.code: last for one, last in templates.listed(session)}
    titles = {one: text_by_language(last.title) for one, last in written.items()}
    codes = [
        (one, f"{one} · {titles[one]}" if one in titles else one)
        for one, _count in lives.codes_of(session, programme.id)
    ]
    chosen = request.args.get("target") or (codes[0][0] if codes else "")
    rows = _rows(session, programme, chosen)
    form = TableForm()
    form.rows = list(rows.values())
    here = url_for("planning.drafts_table", code=code, target=chosen)
    wrong: list[pasted.Cell] = []
    if form.validate_on_submit():
        _take(rows)
        if form.paste.data:
            wrong = _fill(form, rows)
        elif _keep(form, programme, chosen, rows):
            flash(_n("%(num)s target is changed.", "%(num)s targets are changed.", form.result), "success")
            return redirect(here, 303)
    failed = bool(wrong or form.all_errors())
    with_goal = _has_goal(written.get(chosen)) or any(row.typed["goal"] for row in rows.values())
    page = render_template(
        "planning/drafts.html",
        form=form,
        programme=programme,
        codes=codes,
        chosen=chosen,
        title=titles.get(chosen, chosen),
        columns=[(name, str(TERMS[name])) for name in _TERMS if name != "goal" or with_goal],
        rows=list(rows.values()),
        wrong=[
            _("Row %(row)s, column %(column)s: %(message)s", row=one.row, column=one.column, message=one.message)
            for one in wrong
        ],
        back=url_for("planning.commitments", programme=code),
        here=here,
    )
    return page, 400 if failed else 200


def _has_goal(version: templates.Version | None) -> bool:
    return version is None or version.shape != Shape.DELIVERABLE


def _rows(session: Session, programme: Programme, chosen: str) -> dict[int, Row]:
    of_body = url_for("planning.commitments", programme=programme.code)
    cells, language = lives.table_of(session, programme.id, chosen), current_language()
    return {one.draft_target_id: _row(one, f"{of_body}&agency={quote(one.agency_code)}", language) for one in cells}


def _row(cell: Cell, href: str, language: str) -> Row:
    figures = {name: getattr(cell, name) for name in _TERMS}
    typed = {name: "" if one is None else format_figure(one, language) for name, one in figures.items()}
    drafted = cell.state is State.DRAFTED
    return Row(
        cell.draft_target_id,
        text_by_language(cell.agency_name, language),
        cell.agency_code,
        href,
        None if drafted else str(STATES[cell.state]),
        cell.version,
        typed,
        "|".join(typed.values()),
    )


def _take(rows: Mapping[int, Row]) -> None:
    """Let what was sent stand in the rows, with the version that it was typed over."""
    for key, row in rows.items():
        if row.state is not None or f"v-{key}" not in request.form:
            continue
        row.typed = {name: request.form.get(f"{name}-{key}", "").strip()[:_LONGEST_FIGURE] for name in _TERMS}
        version = request.form[f"v-{key}"]
        row.version = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        row.stood = request.form.get(f"s-{key}", "")


def _fill(form: TableForm, rows: Mapping[int, Row]) -> list[pasted.Cell]:
    """Put what was pasted into the fields; nothing of it where one cell is wrong."""
    open_rows = {row.code: row for row in rows.values() if row.state is None}
    read = pasted.read(form.paste.data or "", {code: row.body for code, row in open_rows.items()}, current_language())
    if not read.wrong:
        for code, values in read.values.items():
            for name, value in zip(_TERMS, values, strict=True):
                if value is not None:
                    open_rows[code].typed[name] = value
        count = len(read.values)
        flash(
            _n(
                "%(num)s row is filled in. Look at it, then keep it.",
                "%(num)s rows are filled in. Look at them, then keep them.",
                count,
            ),
            "information",
        )
        form.paste.data = None
        form.paste.raw_data = None
    return read.wrong


def _keep(form: TableForm, programme: Programme, chosen: str, rows: Mapping[int, Row]) -> bool:
    """Store what was changed in the fields; what stands against it goes beside its cell."""
    changes = []
    for row in rows.values():
        if row.state is not None or row.stood == "|".join(row.typed.values()):
            continue
        values = {name: _read(row, name) for name in _TERMS}
        if not row.wrong:
            changes.append(TargetChange(row.id, row.version, values))
    if any(row.wrong for row in rows.values()):
        form.add_error("", ManyRefused({}, {}).message)
        return False
    if not changes:
        form.add_error("", _("Nothing differs from what stands."))
        return False
    return form.carry_out(_change, changes=changes, rows=rows) or _look_again(programme, chosen, rows)


def _look_again(programme: Programme, chosen: str, rows: Mapping[int, Row]) -> bool:
    """Where somebody else changed a row meanwhile, what was typed stays, and the next press is about what stands."""
    if any(row.now for row in rows.values()):
        for key, found in _rows(database.session(), programme, chosen).items():
            if key in rows and rows[key].now:
                rows[key].version, rows[key].stood = found.version, found.stood
    return False


def _read(row: Row, name: str) -> Decimal | None:
    try:
        return parse_number(row.typed[name], current_language()) if row.typed[name] else None
    except NumberError as error:
        row.wrong[name] = error.message
        return None


def _change(session: Session, now: Moment, *, changes: Sequence[TargetChange], rows: Mapping[int, Row]) -> int:
    """In the unit of work of the form."""
    try:
        return drafting.change_many(session, now, reader=current_reader(), changes=changes)
    except ManyRefused as refused:
        for key, found in refused.wrong.items():
            for pointer, message in found.items():
                name = pointer.split("/")[0]
                told = (
                    message
                    if name in _TERMS
                    else _("%(term)s: %(message)s", term=TERMS.get(name, name), message=message)
                )
                rows[key].wrong[name if name in _TERMS else "goal"] = told
        for key, stale in refused.stale.items():
            current: Any = stale.current
            rows[key].now = [
                _("%(term)s is %(value)s now", term=TERMS[name], value=format_figure(getattr(current, name)))
                for name in _TERMS
                if getattr(current, name) != getattr(stale.given, name)
            ]
        raise
