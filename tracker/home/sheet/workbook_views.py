"""A sheet as a workbook: download it, send it back filled in, see what it comes to, keep that."""

import hashlib
from typing import Any, BinaryIO, cast

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from tracker.accounts.pages import held_file_forms
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.files import held, incoming
from tracker.core.files.kinds import ContentError
from tracker.core.files.viruses import scanner
from tracker.core.languages import _, _l, _n, current_language, format_instant, text_by_language
from tracker.core.web.downloads import send_workbook
from tracker.home import words
from tracker.home.blueprint import blueprint
from tracker.home.sheet import workbook_reading
from tracker.home.sheet.sheet_views import SHEET, slots_at
from tracker.home.sheet.workbook_forms import KeepForm, WorkbookForm, choices_of
from tracker.home.sheet.workbook_keeping import keep_all
from tracker.home.sheet.workbook_preview import Choices, Preview, preview
from tracker.home.sheet.workbook_reading import Reading
from tracker.home.sheet.workbook_rows import BookRow, rows_at
from tracker.home.sheet.workbook_seals import Head
from tracker.home.sheet.workbook_writing import Book, write
from tracker.permissions.guard import current_reader
from tracker.progress.queries import ReportSlot

WORKBOOK = SHEET + "/workbook"
SLIP = "file"  # in the address
_GONE = _l("The file is not kept any more: choose it once more.")


@blueprint.get(WORKBOOK + ".xlsx")
@action(Action.ENTER_FIGURE)
def workbook(agency_code: str, period_code: str) -> Response:
    """The sheet as a file to be filled in."""
    rows, now = rows_at(agency_code, period_code), clock.moment()
    slot = _own(rows)
    head = Head(slot.agency.code, slot.code, current_language())
    made = _("Made on %(at)s", at=format_instant(now.at))
    book = Book(head, f"{text_by_language(slot.agency.name)} · {words.period_name(slot)}", rows, made)
    file = write(book, settings_of(current_app).secret_keys)
    return send_workbook(file, _("figures-%(body)s-%(period)s", body=slot.agency.code, period=slot.code))


@blueprint.route(WORKBOOK, methods=["GET", "POST"])
@action(Action.ENTER_FIGURE)
def send_workbook_back(agency_code: str, period_code: str) -> Any:
    """Choose the file; then, at an address of its own, what it comes to."""
    slot, form = _slot(agency_code, period_code), WorkbookForm()
    address = _address(slot)
    if form.validate_on_submit() and form.file.data is not None:
        slip = _taken_in(form, form.file.data, slot)
        if slip is not None:
            return redirect(url_for("home.send_workbook_back", **address, file=slip), 303)
    slip = request.args.get(SLIP)
    if slip is not None and request.method == "GET":
        found = _held(slip)
        if found is not None:
            return _drawn(rows_at(**address), found[0], slip)
        flash(str(_GONE), "warning")
    values = {"form": form, "address": address, **_named(slot)}
    return render_template("home/workbook.html", **values), 422 if form.all_errors() else 200


@blueprint.post(WORKBOOK + "/keep")
@action(Action.ENTER_FIGURE)
def keep_workbook(agency_code: str, period_code: str) -> Any:
    """Keep what was shown, all of it or nothing."""
    form = KeepForm()
    address = _address(_slot(agency_code, period_code))
    slip = form.file.data or ""
    found, choices = _held(slip), choices_of(request.form)
    if found is None:
        flash(str(_GONE), "warning")
        return redirect(url_for("home.send_workbook_back", **address), 303)
    reading, sha256 = found
    database.session().rollback()  # what follows begins as a writer
    given = {"reading": reading, "choices": choices, "shown": form.shown.data or "", "sha256": sha256}
    try:
        done = form.validate_on_submit() and form.carry_out(
            keep_all, reader=current_reader(), address=tuple(address.values()), **given
        )
    except StaleEdit as refusal:
        flash(str(refusal.message), "warning")
        return _drawn(rows_at(**address), reading, slip, choices, 409)
    if not done:
        return _drawn(rows_at(**address), reading, slip, choices, 422, form)
    told = _n("%(num)s figure was kept from the file.", "%(num)s figures were kept from the file.", form.result)
    flash(told, "success")
    return redirect(url_for("home.sheet", **address), 303)


def _own(rows: list[BookRow]) -> ReportSlot:
    """A slot of the sheet's own period; what came back is of others."""
    return next(row.slot for row in rows if row.line.own)


def _slot(agency_code: str, period_code: str) -> ReportSlot:
    return slots_at(agency_code, period_code, Action.ENTER_FIGURE)[0]


def _address(slot: ReportSlot) -> dict[str, Any]:
    return {"agency_code": slot.agency.code, "period_code": slot.code}


def _named(slot: ReportSlot) -> dict[str, Any]:
    return {"agency": slot.agency, "period_name": words.period_name(slot)}


def _taken_in(form: WorkbookForm, upload: FileStorage, slot: ReportSlot) -> str | None:
    """The slip of a file that is one of this sheet; what is wrong with it stands beside the field."""
    settings, stream = settings_of(current_app), cast(BinaryIO, upload.stream)
    content, name = stream.read(incoming.MOST_BYTES + 1), upload.filename or ""
    clamd = scanner(settings.clamd, settings.clamd_seconds)
    try:
        reading = workbook_reading.read(content, name, settings.secret_keys, clamd)
        _demand_own(reading, slot)
    except ContentError as refusal:
        form.add_error("file", refusal.message)
        return None
    slip = held_file_forms.hold(current_reader().person_id, stream, name)
    if slip is None:
        form.add_error("file", _l("The file could not be kept: it is too large, or you have sent too much today"))
    return slip


def _demand_own(reading: Reading, slot: ReportSlot) -> None:
    """Raises ContentError where the file is of another sheet than the one that it was sent to."""
    head = reading.head
    if head.agency != slot.agency.code:
        raise ContentError(
            _l(
                "The workbook is of another body (%(other)s), and not of %(own)s",
                other=head.agency,
                own=slot.agency.code,
            )
        )
    if head.period != slot.code:
        raise ContentError(
            _l("The workbook is of another period (%(other)s), and not of %(own)s", other=head.period, own=slot.code)
        )


def _held(slip: str) -> tuple[Reading, str] | None:
    """What was read of a file that waits for its second press, and its SHA-256; none where it is gone, or another's."""
    settings, found = settings_of(current_app), held_file_forms.slip_of(slip, current_reader().person_id)
    stream = held.open_held(found.token, settings.files_folder) if found is not None else None
    if found is None or stream is None:
        return None
    with stream:
        content = stream.read()
    try:
        return workbook_reading.read(content, found.name, settings.secret_keys), hashlib.sha256(content).hexdigest()
    except ContentError:  # of a key that is gone since
        return None


def _drawn(
    rows: list[BookRow],
    reading: Reading,
    slip: str,
    choices: Choices | None = None,
    status: int = 200,
    form: KeepForm | None = None,
) -> Any:
    shown: Preview = preview(reading, rows, clock.moment().on, choices)
    form = form or KeepForm(formdata=None)
    form.file.data, form.shown.data = slip, shown.digest
    values = {"form": form, "preview": shown, "address": _address(_own(rows)), **_named(_own(rows))}
    return render_template("home/workbook_preview.html", **values), status
