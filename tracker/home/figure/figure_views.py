"""One figure: its page, the head's confirmation, hand-back and recall, and the files behind it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.agencies.offices import in_whose_name
from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.units import unit_text
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _, format_instant
from tracker.core.web.downloads import send_stored
from tracker.core.web.requests import as_written
from tracker.home import confirming, queries, words
from tracker.home.blueprint import blueprint
from tracker.home.confirming import SendForm
from tracker.home.figure import figure_files, figure_page
from tracker.home.figure.figure_page import FigurePage
from tracker.home.forms import CommentForm, ConfirmForm, FigureForm, SayForm
from tracker.permissions.guard import current_reader
from tracker.progress import attaching, evidence_files, handing, recalling, rules, service
from tracker.progress import queries as progress
from tracker.progress.queries import OPEN_STATES, ReportSlot
from tracker.progress.threads import comments
from tracker.rule.facts import ReportKind, Shape

FIGURE = "/figures/<target_token>/<period_code>"
Answer = str | Response | tuple[str, int]
# What a button does besides keeping what was typed; each returns what keeps the figure from going on.
_ONWARD: Mapping[str, Callable[..., rules.Faults]] = {"hand": service.keep_and_hand, "send": service.keep_and_check}


@blueprint.route(FIGURE, methods=["GET", "POST"])
@action(Action.ENTER_FIGURE)
def figure(target_token: str, period_code: str) -> Answer:
    """One figure: read it, write it, hand it to the head, or (the head) go on to send it."""
    slot = slot_at(target_token, period_code, Action.ENTER_FIGURE)
    form = _form(slot)
    if form.validate_on_submit():
        return _written(slot, form)
    page = _page(slot)
    form.fill(page.typed(), page.version)
    if page.draft is not None:
        form.refuse({name: fault for name, fault in page.faults().items() if page.draft.typed.get(name)})
    return _seen(page, _drawn(page, form))


@blueprint.route(FIGURE + "/send", methods=["GET", "POST"])
@action(Action.SEND_REPORT)
def send_figure(target_token: str, period_code: str) -> Answer:
    """The head sees once more what will leave under their name, and sends it."""
    slot = slot_at(target_token, period_code, Action.SEND_REPORT)
    form = SendForm()
    if form.validate_on_submit():
        given: dict[str, Any] = {"reader": current_reader(), "slot": slot, "version": form.version.data or 0}
        try:
            sent = form.carry_out(confirming.send, **given, form=form)
        except StaleEdit as refusal:
            flash(str(refusal.message), "warning")
            return redirect(request.path, 303)
        if sent:
            flash(_("The report was sent to the People's Committee."), "success")
            return redirect(url_for("home.index"), 303)
    page = _page(slot)
    if page.draft is None or not page.is_open:
        return redirect(_address(slot), 303)
    if not form.errors and page.faults():
        return redirect(_address(slot), 303)
    form.version.data = page.version
    entry = rules.read(page.question, page.draft.typed, page.draft.language, page.now.on)
    html = render_template(
        "home/send.html",
        page=page,
        form=form,
        entry=entry.entry,
        figure=target_words.figure(slot.target, entry.entry),
        odd=[one.message for one in page.question.limits.odd(entry.entry)],
        key=confirming.shown(page.session, page.now, [slot], slot.code),
        **_figure_values(page),
    )
    return _seen(page, html)


@blueprint.route(FIGURE + "/hand-back", methods=["GET", "POST"])
@action(Action.SEND_REPORT)
def hand_back(target_token: str, period_code: str) -> Answer:
    """The head hands a draft back to the officer, with a comment."""
    slot = slot_at(target_token, period_code, Action.SEND_REPORT)
    form = CommentForm()
    if form.validate_on_submit():
        try:
            done = form.carry_out(
                service.hand_back,
                reader=current_reader(),
                slot=slot,
                comment=form.comment.data or "",
                version=form.version.data or 0,
            )
        except StaleEdit as refusal:
            form.add_error("", refusal.message)
            done = False
        if done:
            flash(_("The figure was handed back to the officer."), "success")
            return redirect(url_for("home.index"), 303)
    page = _page(slot)
    if page.draft is None and not form.all_errors():
        return redirect(_address(slot), 303)
    form.version.data = page.version
    return _with_errors(render_template("home/hand_back.html", page=page, form=form, **_figure_values(page)), form)


@blueprint.route(FIGURE + "/recall", methods=["GET", "POST"])
@action(Action.SEND_REPORT)
def recall(target_token: str, period_code: str) -> Answer:
    """The head takes a report back before anybody decided on it."""
    slot = slot_at(target_token, period_code, Action.SEND_REPORT)
    form = ConfirmForm()
    if form.validate_on_submit():
        if form.carry_out(recalling.recall, reader=current_reader(), slot=slot, seq=form.version.data or 0):
            flash(_("The report was recalled. It counts as never sent, and can be sent anew."), "success")
            return redirect(_address(slot), 303)
        flash(str(form.all_errors()[0][1]), "warning")
        return redirect(_address(slot), 303)
    page = _page(slot)
    if not page.can_recall or page.revision is None:
        return redirect(_address(slot), 303)
    form.version.data = page.revision.seq
    figure_text = target_words.figure(slot.target, page.revision)
    return render_template("home/recall.html", page=page, form=form, figure=figure_text, **_figure_values(page))


@blueprint.post(FIGURE + "/take-back")
@action(Action.ENTER_FIGURE)
def take_back(target_token: str, period_code: str) -> Answer:
    """The officer takes back what the head has not opened, or nobody is there to open."""
    form, said = ConfirmForm(), _("The figure is yours again. It can be changed, and handed on anew.")
    return _pressed(target_token, period_code, form, said, handing.take_back, version=form.version.data or 0)


@blueprint.post(FIGURE + "/evidence/<token>/put-back")
@action(Action.ENTER_FIGURE)
def put_back_evidence(target_token: str, period_code: str, token: str) -> Answer:
    """Undo the removal of a file."""
    said = _("The file goes along again.")
    return _pressed(target_token, period_code, ConfirmForm(), said, attaching.put_back, token=token)


@blueprint.post(FIGURE + "/evidence/<token>/remove")
@action(Action.ENTER_FIGURE)
def remove_evidence(target_token: str, period_code: str, token: str) -> Answer:
    """Take a file off the draft."""
    said = _("The file was removed from the draft. Until the report is sent it can be put back.")
    return _pressed(target_token, period_code, ConfirmForm(), said, attaching.detach, token=token)


def _pressed(
    target_token: str, period_code: str, form: ConfirmForm, said: str, verb: Callable[..., Any], **arguments: Any
) -> Answer:
    """One press on the page of a figure: it is done, or the page says why not."""
    slot = slot_at(target_token, period_code, Action.ENTER_FIGURE)
    try:
        done = form.validate_on_submit() and form.carry_out(verb, reader=current_reader(), slot=slot, **arguments)
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
        done = False
    if done:
        flash(said, "success")
    elif form.all_errors():
        flash(str(form.all_errors()[0][1]), "warning")
    return redirect(_address(slot), 303)


@blueprint.post(FIGURE + "/comments")
@action(Action.ENTER_FIGURE)
def say(target_token: str, period_code: str) -> Answer:
    """Say something about a figure to whoever works on it in the same body."""
    slot, form = slot_at(target_token, period_code, Action.ENTER_FIGURE), SayForm()
    address, text = _address(slot), form.text.data or ""
    if form.validate_on_submit() and form.carry_out(comments.say, reader=current_reader(), slot=slot, text=text):
        return redirect(address + "#comments-title", 303)
    page = _page(slot_at(target_token, period_code, Action.ENTER_FIGURE))
    figure_form = _form(page.slot)
    figure_form.fill(page.typed(), page.version)
    return _drawn(page, figure_form, said=form, status=422)


@blueprint.get("/evidence/<token>")
@action(Action.SEE_TARGET)
def evidence(token: str) -> Response:
    """A file, as a download and nothing else."""
    found = evidence_files.by_token(database.session(), queries.evidence_within(current_reader()), token)
    if found is None or found.erased_on is not None:
        raise NotFound(_("There is no such file."))
    return send_stored(StoredUpload(found.sha256, found.size, found.media_type, found.name))


def slot_at(target_token: str, period_code: str, needed: Action) -> ReportSlot:
    """The slot of an address, within the reader's reach. Raises NotFound."""
    session, to_write = database.session(), request.method == "POST"
    code = None if period_code.lower() == ReportKind.COMPLETION else period_code
    visible = queries.targets_within(current_reader(), needed)
    slot = progress.find_slot(session, visible, target_token, code, to_write=to_write)
    if slot is None and code is not None:
        written = progress.period_as_written(session, code)
        slot = progress.find_slot(session, visible, target_token, written, to_write=to_write)
    if slot is None or (slot.period is None and slot.target.shape == Shape.KEEP):
        raise NotFound(_("There is no such figure."))
    as_written("period_code", slot.code)
    return slot


def _page(slot: ReportSlot) -> FigurePage:
    return figure_page.load(database.session(), current_reader(), clock.moment(), slot)


def _seen(page: FigurePage, answer: Answer) -> Answer:
    """The page as it was read. Where the head sees for the first time what was handed on, that is written down."""
    draft = page.draft
    is_head = page.reader.may(Action.SEND_REPORT, page.slot.target.agency_id)
    if draft is not None and page.with_head and draft.opened_at is None and is_head:
        draft_id = draft.id
        database.session().rollback()  # what follows begins as a writer
        with unit_of_work(page.now) as session:
            handing.note_opened(session, page.now, draft_id=draft_id)
    return answer


def _form(slot: ReportSlot) -> FigureForm:
    form = FigureForm()
    target = slot.target
    form.fit(
        ratio=target.ratio,
        keep=target.shape == Shape.KEEP,
        completion=slot.period is None,
        unit=unit_text(target_words.unit_of(target)),
        most_bytes=settings_of(current_app).upload_max_bytes,
    )
    return form


def _address(slot: ReportSlot) -> str:
    return url_for("home.figure", target_token=slot.target.token, period_code=slot.code)


def _figure_values(page: FigurePage) -> dict[str, Any]:
    """What all pages of one figure show alike."""
    target = page.slot.target
    is_head = page.reader.may(Action.SEND_REPORT, target.agency_id)
    in_hand = page.draft is not None and (is_head or not page.with_head)
    return {
        "title": words.title(target),
        "period_name": words.period_name(page.slot),
        "address": _address(page.slot),
        "as_at": format_instant(page.now.at),
        "is_head": is_head,
        "in_whose_name": in_whose_name,
        "completion": _address(replace(page.slot, period=None)) if _may_complete(page) else None,
        "files": figure_page.files(page.evidence(), page.slot if in_hand else None),
        "removed": figure_page.removed_files(page.removed(), page.slot) if in_hand else [],
    }


def _may_complete(page: FigurePage) -> bool:
    """Whether the page of a period leads to the report of completion: it is possible still, whatever was sent here."""
    if page.slot.period is None or page.slot.target.shape == Shape.KEEP:
        return False
    completion = progress.report_of(page.session, replace(page.slot, period=None))
    return completion is None or completion.state in OPEN_STATES


def _drawn(
    page: FigurePage,
    form: FigureForm,
    *,
    typed: dict[str, str] | None = None,
    waiting: Mapping[str, Any] | None = None,
    said: SayForm | None = None,
    status: int = 200,
) -> Answer:
    """The page; `typed` is shown where what was typed could not be kept as a draft, with the files that wait for it."""
    editable = page.is_open and (not page.with_head or page.reader.may(Action.SEND_REPORT, page.slot.target.agency_id))
    unsaved = _labelled(form, typed) if typed else []
    theirs = _labelled(form, page.typed()) if typed and page.draft is not None else []
    form.ask(*rules.asked(page.question, form.typed(), form.custom()))
    html = render_template(
        "home/figure.html",
        page=page,
        form=form,
        editable=editable,
        unsaved=unsaved,
        theirs=theirs,
        **(waiting or {"slips": [], "held": []}),
        comments=page.comments(),
        say_form=said or SayForm(formdata=None),
        with_head=[] if editable or page.draft is None else _labelled(form, page.typed()),
        **_figure_values(page),
    )
    return html, status


def _labelled(form: FigureForm, typed: dict[str, str]) -> list[tuple[str, str]]:
    """What was typed, under the names of its fields."""
    return [(str(form[name].label.text), typed[name]) for name in rules.FIELDS if name in form and typed.get(name)]


def _written(slot: ReportSlot, form: FigureForm) -> Answer:
    """Keep what was typed whatever it is, then do what the pressed button says."""
    address, target_token, code = _address(slot), slot.target.token, slot.code
    kept: dict[str, Any] = {
        "reader": current_reader(),
        "slot": slot,
        "typed": form.typed(),
        "language": form.custom(),
        "version": form.version.data or 0,
    }
    pressed = request.form.get("do", "save")
    verb = _ONWARD.get(pressed, service.keep_draft)
    try:
        with_files = figure_files.any_sent(form)
        is_kept = _kept_with_files(form, kept) if with_files else form.carry_out(verb, **kept)
        if is_kept and with_files and pressed in _ONWARD and not form.all_errors():
            form.carry_out(verb, **kept)
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
        return _refused(target_token, code, form, kept=False)
    if pressed in _ONWARD and not form.all_errors():
        form.refuse(form.result)
    if form.all_errors():
        return _refused(target_token, code, form, kept=is_kept)
    return _onward(address, pressed)


def _onward(address: str, pressed: str) -> Answer:
    """After the draft was kept: on to sending it, away where the head has it now, or back to the figure."""
    if pressed == "send":
        return redirect(address + "/send", 303)
    if pressed == "hand":
        flash(_("The figure is with the head."), "success")
        return redirect(url_for("home.index"), 303)
    flash(_("The draft was kept."), "success")
    return redirect(address, 303)


def _refused(target_token: str, code: str, form: FigureForm, *, kept: bool) -> Answer:
    """The page with what was typed still in it, and what is wrong beside it."""
    slips, names = ([], []) if kept else figure_files.hold_all(form)
    page = _page(slot_at(target_token, code, Action.ENTER_FIGURE))
    typed = form.typed()
    form.version.data, form.language.data = page.version, form.custom()
    waiting = {"slips": slips, "held": names}
    return _drawn(page, form, typed=None if kept else typed, waiting=waiting, status=422 if kept else 409)


def _kept_with_files(form: FigureForm, kept: dict[str, Any]) -> bool:
    """Keep what was typed, and then the files that came along; whether it was kept, also where a file was not."""
    if not form.carry_out(service.keep_draft, **kept):
        return False
    # Now that what was typed cannot be lost any more.
    figure_files.attach_all(form, attaching.attach, slot=kept["slot"])
    return True


def _with_errors(html: str, form: Any) -> Answer:
    return (html, 422) if form.all_errors() else html
