"""From the officer to the head, and from the head to the People's Committee: several figures of a sheet in one press,
each ticked, handed back with a word, or left."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.agencies import queries as agencies
from tracker.agencies.offices import in_whose_name
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import StaleEdit
from tracker.core.languages import _, _n, format_day, text_by_language
from tracker.home import confirming
from tracker.home.blueprint import blueprint
from tracker.home.confirming import SendForm
from tracker.home.forms import ConfirmForm, ticked
from tracker.home.sheet import sending as seen
from tracker.home.sheet.lines import SheetLine
from tracker.home.sheet.marks import CELLS
from tracker.home.sheet.sheet_views import SHEET, address_of, completions_at, lines_at, sheet_values
from tracker.permissions.guard import current_reader
from tracker.progress import sending, service
from tracker.progress.queries import ReportSlot
from tracker.progress.states import CellState

Answer = str | Response | tuple[str, int]
BACK = "back:"  # of the button that hands one figure back


@blueprint.route(SHEET + "/send", methods=["GET", "POST"])
@action(Action.SEND_REPORT)
def send_sheet(agency_code: str, period_code: str) -> Answer:
    """The head sees what will leave under their name, sends all of it or some, or hands single figures back."""
    lines = _all_at(agency_code, period_code, Action.SEND_REPORT)
    form, address = SendForm(), address_of(lines[0].slot.agency.code, period_code)
    pressed = request.form.get("do", "send")
    if form.validate_on_submit():
        if pressed.startswith(BACK):
            return _handed_back(lines, form, address, pressed.removeprefix(BACK))
        chosen = _chosen(lines, "draft")
        if not chosen:
            form.add_error("", _("Tick what you send."))
        elif form.carry_out(_send, drafts=chosen, form=form):
            return _sent(form.result, agency_code, period_code)
        lines = _all_at(agency_code, period_code, Action.SEND_REPORT)
    return _drawn(lines, form, address)


@blueprint.post(SHEET + "/hand")
@action(Action.ENTER_FIGURE)
def hand_sheet(agency_code: str, period_code: str) -> Answer:
    """The officer hands to the head what is complete; what is not is named, and stays."""
    lines = _all_at(agency_code, period_code, Action.ENTER_FIGURE)
    form, address = ConfirmForm(), address_of(lines[0].slot.agency.code, period_code)
    complete = [line for line in lines if line.standing.state is CellState.COMPLETE]
    drafts = [(line.slot, line.version) for line in complete]
    if form.validate_on_submit() and form.carry_out(sending.hand_all, reader=current_reader(), drafts=drafts):
        handed, left = form.result
        if handed:
            flash(_n("%(num)s figure is with the head.", "%(num)s figures are with the head.", handed), "success")
        begun = (CellState.DRAFT, CellState.ASKED_BACK, CellState.RETURNED)
        unfinished = [line.slot for line in lines if line.standing.state in begun]
        if left or unfinished:
            flash(_("Not handed over, as not complete: %(names)s", names=_names([*left, *unfinished])), "warning")
        elif not handed:
            flash(_("Nothing is complete yet, so nothing was handed over."), "information")
    elif form.all_errors():
        flash(str(form.all_errors()[0][1]), "warning")
    return redirect(address, 303)


def _all_at(agency_code: str, period_code: str, needed: Action) -> list[SheetLine]:
    """The lines of the sheet, and the completions beside it: one press sends them all."""
    lines = lines_at(agency_code, period_code, needed)
    return [*lines, *completions_at(lines, needed)]


def _send(session: Session, now: Moment, *, drafts: sending.Placed, form: SendForm) -> sending.Press:
    """Send them, with a key where the programme asks for one."""
    sent, left = confirming.send_all(session, now, reader=current_reader(), drafts=drafts, form=form)
    return sending.press(session, sent, left)


def _sent(press: sending.Press, agency_code: str, period_code: str) -> Response:
    """On to the receipt of the press; what was left is named."""
    if press.left:
        names = _names(press.left)
        flash(_("Left, as it changed meanwhile or cannot go as it is: %(names)s", names=names), "warning")
    if press.code is None:
        return redirect(address_of(agency_code, period_code), 303)
    text = _n(
        "%(num)s report was sent to the People's Committee.",
        "%(num)s reports were sent to the People's Committee.",
        press.sent,
    )
    flash(text, "success")
    address = url_for("home.sent_sheet", agency_code=agency_code, period_code=period_code, receipt=press.code)
    return redirect(address, 303)


def _handed_back(lines: Sequence[SheetLine], form: SendForm, address: str, key: str) -> Answer:
    """Hand one figure back to the officer with a word; a word that is missing is asked for beside it."""
    word, versions = request.form.get(f"word:{key}", ""), ticked(request.form.getlist("seen"))
    line = next((one for one in lines if one.key == key), None)
    done = False
    if line is not None:
        try:
            done = form.carry_out(
                service.hand_back,
                reader=current_reader(),
                slot=line.slot,
                comment=word,
                version=versions.get(key, 0),
            )
        except StaleEdit as refusal:
            form.add_error("", refusal.message)
    agency_code, period_code = lines[0].slot.agency.code, next(one.slot.code for one in lines if one.own)
    fresh = _all_at(agency_code, period_code, Action.SEND_REPORT)
    if done:
        flash(_("The figure was handed back to the officer."), "success")
        left = any(one.ready for one in fresh)
        return redirect(address + "/send" if left else address, 303)
    return _drawn(fresh, form, address, {key: str(form.all_errors()[0][1]) if form.all_errors() else ""})


def _drawn(lines: Sequence[SheetLine], form: SendForm, address: str, refused: dict[str, str] | None = None) -> Answer:
    """The page; what was typed beside a figure stays there, and what is wrong with it."""
    session, reader, now = database.session(), current_reader(), clock.moment()
    ready = seen.ready_lines(session, reader, lines, now.on)
    if not ready and not refused:
        for _field, wrong in form.all_errors():
            flash(str(wrong), "warning")
        return redirect(address, 303)
    values = sheet_values(list(lines))
    key = confirming.shown(session, now, [row.line.slot for row in ready], values["code"])
    ticks = ticked(request.form.getlist("draft"))
    kept = set(ticks) if ticks else {row.key for row in ready}
    html = render_template(
        "home/send_sheet.html",
        rows=ready,
        left=[(line, CELLS[line.standing.state]) for line in seen.left_out(lines)],
        form=form,
        refused=refused or {},
        kept=kept,
        key=key,
        words={line.key: request.form.get(f"word:{line.key}", "") for line in ready},
        authority=_authority(lines[0].slot),
        in_whose_name=in_whose_name,
        **values,
    )
    return html, 422 if form.all_errors() else 200


def _authority(slot: ReportSlot) -> str | None:
    """In whose name and by which authority a stand-in sends; none where the reader is the head."""
    reader = current_reader()
    holder_id = reader.acts_for(Action.SEND_REPORT, slot.agency.id)
    if holder_id is None:
        return None
    found = agencies.authority(database.session(), reader.person_id, holder_id, slot.agency.id, reader.on)
    if found is None:
        return None
    return _(
        "You send in the name of %(holder)s, by %(paper)s, good from %(start)s to %(end)s. Both names are kept.",
        holder=found.holder,
        paper=found.paper,
        start=format_day(found.from_on),
        end=format_day(found.to_on),
    )


def _chosen(lines: Sequence[SheetLine], name: str) -> list[tuple[ReportSlot, int]]:
    versions = ticked(request.form.getlist(name))
    return [(line.slot, versions[line.key]) for line in lines if line.key in versions]


def _names(slots: Sequence[Any]) -> str:
    return "; ".join(dict.fromkeys(text_by_language(slot.target.title) for slot in slots))
