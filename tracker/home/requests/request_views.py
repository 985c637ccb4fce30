"""The head asks the PPC for another deadline of a target, or for a suspension, and takes the request back."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.compliance.records.facts import record_of
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import _, format_instant
from tracker.home import queries, words
from tracker.home.blueprint import blueprint
from tracker.home.figure import figure_files, figure_page
from tracker.home.forms import ConfirmForm
from tracker.home.requests.request_forms import RequestForm, labelled
from tracker.permissions.guard import current_reader
from tracker.progress import history
from tracker.progress import queries as progress
from tracker.progress.models import TargetRequest
from tracker.progress.queries import ReportSlot
from tracker.progress.requests import queries as requests
from tracker.progress.requests import service, telling
from tracker.progress.states import RequestState
from tracker.rule import deadline

Answer = str | Response | tuple[str, int]
REQUEST = "/targets/<token>/request"


@blueprint.route(REQUEST, methods=["GET", "POST"])
@action(Action.ASK_ON_TARGET)
def ask(token: str) -> Answer:
    """The request about a target: written, kept as a draft, asked in one press."""
    slot, form = slot_of(token, Action.ASK_ON_TARGET), RequestForm()
    form.fit(settings_of(current_app).upload_max_bytes)
    if form.validate_on_submit():
        return _written(slot, form)
    session = database.session()
    standing = requests.open_of(session, slot.target.id)
    if standing is not None and standing.state == RequestState.WAITING and not form.all_errors():
        return redirect(url_for("home.request_page", token=standing.token), 303)
    if request.method == "GET":
        form.fill(dict((standing.typed if standing else None) or {}))
        form.version.data = standing.version if standing else 0
    return _drawn(slot, form, standing)


@blueprint.post(REQUEST + "/withdraw")
@action(Action.ASK_ON_TARGET)
def withdraw_request(token: str) -> Answer:
    """Take back what waits, or throw the draft away."""
    slot, form = slot_of(token, Action.ASK_ON_TARGET), ConfirmForm()
    target_token, of_request = slot.target.token, request.form.get("request", "")
    arguments: dict[str, Any] = {"reader": current_reader(), "slot": slot, "token": of_request}
    if form.validate_on_submit() and form.carry_out(service.withdraw, **arguments):
        flash(_("The request was taken back."), "success")
    elif form.all_errors():
        flash(str(form.all_errors()[0][1]), "warning")
    return redirect(url_for("monitoring.target", token=target_token), 303)


@blueprint.post(REQUEST + "/files/<file>/remove")
@action(Action.ASK_ON_TARGET)
def remove_request_file(token: str, file: str) -> Answer:
    """Take a file off the draft."""
    slot, form = slot_of(token, Action.ASK_ON_TARGET), ConfirmForm()
    address = _address(slot)
    if form.validate_on_submit() and form.carry_out(service.detach, reader=current_reader(), slot=slot, token=file):
        flash(_("The file was removed from the draft."), "success")
    elif form.all_errors():
        flash(str(form.all_errors()[0][1]), "warning")
    return redirect(address, 303)


def slot_of(token: str, needed: Action) -> ReportSlot:
    """The target of an address, within the reader's reach. Raises NotFound."""
    visible = queries.targets_within(current_reader(), needed)
    slot = progress.find_slot(database.session(), visible, token, None, to_write=request.method == "POST")
    if slot is None:
        raise NotFound(_("There is no such target."))
    return slot


def _written(slot: ReportSlot, form: RequestForm) -> Answer:
    """Keep what was typed whatever it is, then do what the pressed button says."""
    token, address = slot.target.token, _address(slot)
    kept: dict[str, Any] = {
        "reader": current_reader(),
        "slot": slot,
        "typed": form.typed(),
        "version": form.version.data or 0,
    }
    ask_now, with_files = request.form.get("do") == "ask", figure_files.any_sent(form)
    verb = _asked if ask_now and not with_files else service.keep_draft
    try:
        is_kept = form.carry_out(verb, **kept)
        if is_kept and with_files:
            figure_files.attach_all(form, service.attach, slot=slot)
            if ask_now and not form.all_errors():
                form.carry_out(_asked, **kept)
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
        is_kept = False
    if ask_now and not form.all_errors():
        form.refuse(form.result)
    if form.all_errors():
        return _refused(token, form, kept=is_kept)
    if not ask_now:
        flash(_("The draft was kept."), "success")
        return redirect(address, 303)
    flash(_("The request was sent to the People's Committee."), "success")
    return redirect(url_for("monitoring.target", token=token), 303)


def _asked(session: Session, now: Moment, *, slot: ReportSlot, **kept: Any) -> Any:
    """Keep it and ask; whoever decides on it is told."""
    found = service.keep_and_ask(session, now, slot=slot, **kept)
    telling.tell_deciders(session, now, slot, settings_of(current_app).site)
    return found


def _refused(token: str, form: RequestForm, *, kept: bool) -> Answer:
    """The page with what was typed still in it, and what is wrong beside it."""
    slips, names = ([], []) if kept else figure_files.hold_all(form)
    slot = slot_of(token, Action.ASK_ON_TARGET)
    standing = requests.open_of(database.session(), slot.target.id)
    form.version.data = standing.version if standing else 0
    return _drawn(slot, form, standing, unsaved={} if kept else form.typed(), slips=slips, held=names)


def _drawn(
    slot: ReportSlot,
    form: RequestForm,
    standing: TargetRequest | None,
    *,
    unsaved: dict[str, str] | None = None,
    slips: list[str] | None = None,
    held: list[str] | None = None,
) -> Answer:
    session, now = database.session(), clock.moment()
    theirs = dict((standing.typed if standing else None) or {}) if unsaved else {}
    of_draft = requests.files_of(session, standing.id) if standing is not None else ()
    known = record_of(session, slot.target, slot.commitment).known_on(now.on)
    html = render_template(
        "home/ask.html",
        form=form,
        slot=slot,
        title=words.title(slot.target),
        address=_address(slot),
        as_at=format_instant(now.at),
        first=slot.target.due_on,
        present=deadline(known),
        standing=standing,
        files=history.files(of_draft, figure_page.file_address, lambda file: _removal(slot, file)),
        unsaved=labelled(form, unsaved or {}),
        theirs=labelled(form, theirs),
        slips=slips or [],
        held=held or [],
        waits=standing is not None and standing.state == RequestState.WAITING,
    )
    return html, (409 if unsaved else 422) if form.all_errors() else 200


def _address(slot: ReportSlot) -> str:
    return url_for("home.ask", token=slot.target.token)


def _removal(slot: ReportSlot, file: str) -> str:
    return url_for("home.remove_request_file", token=slot.target.token, file=file)
