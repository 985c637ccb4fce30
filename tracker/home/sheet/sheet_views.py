"""The sheet: all figures that a body owes in one period, sent by the head in one press."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.commitments.terms import words as target_words
from tracker.compliance.records.facts import known_of
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import Text, _, _n, format_day, format_instant
from tracker.core.web.requests import as_written
from tracker.home import confirming, queries, words
from tracker.home.blueprint import blueprint
from tracker.home.forms import SendForm, ticked
from tracker.home.queries import OpenStep
from tracker.home.work import Hand, Item, item_of, last_figure
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.progress import queries as progress
from tracker.progress import questions, rules
from tracker.progress.queries import Report, ReportSlot
from tracker.rule import Known, figures_on

SHEET = "/sheets/<agency_code>/<period_code>"


@dataclass(frozen=True)
class SheetLine:
    """One figure of the sheet. `item` is none where nothing waits: it was accepted, or is not owed."""

    slot: ReportSlot
    item: Item | None
    report: Report | None
    open_step: OpenStep | None
    last: str
    plan: str | None
    goal: str
    figure: str  # as drafted, else as sent; empty where there is none
    odd: list[Text]  # what is unusual about what was drafted, though its writer says that it is right

    @property
    def ready(self) -> bool:
        """Whether the head can send it now."""
        return self.item is not None and self.item.ready

    @property
    def version(self) -> int:
        """The version of the draft that is shown."""
        return self.item.draft.version if self.item is not None and self.item.draft is not None else 0


@blueprint.get(SHEET)
@action(Action.ENTER_FIGURE)
def sheet(agency_code: str, period_code: str) -> str:
    """The sheet, line by line."""
    lines = _lines(agency_code, period_code, Action.ENTER_FIGURE)
    reader, slot = current_reader(), lines[0].slot
    return render_template(
        "home/sheet.html",
        lines=lines,
        ready=[line for line in lines if line.ready],
        is_head=reader.may(Action.SEND_REPORT, slot.agency.id),
        as_at=format_instant(clock.now()),
        **_sheet_values(slot, lines),
    )


@blueprint.route(SHEET + "/send", methods=["GET", "POST"])
@action(Action.SEND_REPORT)
def send_sheet(agency_code: str, period_code: str) -> str | Response:
    """The head sees what will leave under their name, and sends it in one press."""
    lines = _lines(agency_code, period_code, Action.SEND_REPORT)
    ready = [line for line in lines if line.ready]
    form = SendForm()
    address = url_for("home.sheet", agency_code=agency_code, period_code=period_code)
    if form.validate_on_submit():
        seen = ticked(request.form.getlist("draft"))
        chosen = [(line.slot, seen[line.slot.target.token]) for line in lines if line.slot.target.token in seen]
        if form.carry_out(confirming.send_all, reader=current_reader(), drafts=chosen, form=form):
            _tell(len(form.result[0]), len(form.result[1]))
            return redirect(address if form.result[1] else url_for("home.index"), 303)
        flash(str(form.all_errors()[0][1]), "warning")
        return redirect(address, 303)
    if not ready:
        return redirect(address, 303)
    drafts = {line.item.draft.entered_by_id for line in ready if line.item is not None and line.item.draft is not None}
    writers = people.names(database.session(), drafts - {current_reader().person_id})
    key = confirming.shown(database.session(), clock.moment(), [line.slot for line in ready])
    values = _sheet_values(lines[0].slot, lines)
    return render_template("home/send_sheet.html", lines=ready, form=form, writers=writers, key=key, **values)


def _tell(sent: int, left: int) -> None:
    if sent:
        text = _n(
            "%(num)s report was sent to the People's Committee.",
            "%(num)s reports were sent to the People's Committee.",
            sent,
        )
        flash(text, "success")
    if left:
        text = _n(
            "%(num)s figure changed meanwhile and was left.", "%(num)s figures changed meanwhile and were left.", left
        )
        flash(text, "warning")


def _sheet_values(slot: ReportSlot, lines: list[SheetLine]) -> dict[str, Any]:
    """What both pages of a sheet show; its day is the first by which one of its reports is due."""
    code = slot.code
    days = [line.item.due_on for line in lines if line.item is not None and line.item.due_on is not None]
    return {
        "agency": slot.agency,
        "code": code,
        "period_name": words.period_name(slot),
        "due_on": format_day(min(days)) if days else None,
        "address": url_for("home.sheet", agency_code=slot.agency.code, period_code=code),
    }


def _lines(agency_code: str, period_code: str, needed: Action) -> list[SheetLine]:
    """The lines of an address, within the reader's reach. Raises NotFound where there is none."""
    session, now, reader = database.session(), clock.moment(), current_reader()
    agency = queries.agency_by_code(session, reader, needed, agency_code)
    if agency is None:
        raise NotFound(_("There is no such sheet."))
    as_written("agency_code", agency.code)
    visible = queries.targets_within(reader, needed)
    slots = progress.slots_of(session, visible, agency.id, period_code)
    if not slots:
        written = progress.period_as_written(session, period_code)
        slots = progress.slots_of(session, visible, agency.id, written)
        if not slots:
            raise NotFound(_("There is no such sheet."))
        as_written("period_code", written)
    ids = [slot.target.id for slot in slots]
    facts = known_of(session, ids, now.on)
    duties = queries.duties_at(session, slots)
    open_steps = queries.open_steps(session, ids, now.on)
    found = []
    for slot in slots:
        known = facts[slot.target.id]
        last = last_figure(known, slot.period, now.on)
        item = item_of(duties, known, slot, now)
        drafted, odd = _figure(known, slot, item, now)
        found.append(
            SheetLine(
                slot=slot,
                item=item,
                report=duties.report(slot),
                open_step=open_steps.get(slot.target.id),
                last=words.last_figure(slot.target, last),
                plan=target_words.plan(slot.target, known, slot.period.cut_off, now.on) if slot.period else None,
                goal=target_words.goal_on(slot.target, known, now.on),
                figure=drafted or _sent(known, slot, item, now.on),
                odd=odd,
            )
        )
    return found


def _figure(known: Known, slot: ReportSlot, item: Item | None, now: clock.Moment) -> tuple[str, list[Text]]:
    """The drafted figure, and what is odd about it."""
    if item is None or item.draft is None or item.hand is Hand.SENT:
        return "", []
    what = questions.question(slot, known, now)
    reading = rules.read(what, item.draft.typed, item.draft.language, now.on)
    if reading.faults:
        return _("not complete"), []
    odd = what.limits.odd(reading.entry)
    return target_words.figure(slot.target, reading.entry), [one.message for one in odd]


def _sent(known: Known, slot: ReportSlot, item: Item | None, on: date) -> str:
    """The figure that stands for this period, where nobody has to write another one."""
    if item is not None and item.hand is not Hand.SENT:
        return ""
    found = next((figure for figure in figures_on(known, on) if figure.report.period == slot.code), None)
    return target_words.in_force(slot.target, found) if found is not None else ""
