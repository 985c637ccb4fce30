"""The files that come with a figure or a request: those of this press, and those held since an earlier one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

from flask import current_app, flash, request
from werkzeug.datastructures import FileStorage

from tracker.accounts.pages import held_file_forms
from tracker.core.extensions import settings_of
from tracker.core.files import held
from tracker.core.files.store import StoredUpload, UploadError
from tracker.core.languages import _, _l
from tracker.core.web.forms import FileUpload
from tracker.people import upload_forms
from tracker.permissions.guard import current_reader


class WithFiles(Protocol):
    """A form with a field for evidence."""

    evidence: FileUpload
    result: Any

    def files(self) -> list[FileStorage]:
        """The files that came along; several at once, if need be."""

    def carry_out(self, verb: Callable[..., Any], **arguments: Any) -> bool:
        """As every form does."""

    def add_error(self, field: str, message: Any) -> None:
        """As every form does."""


class SentFile(NamedTuple):
    """A file to attach. `token`: of one that was held; it was counted then."""

    stream: BinaryIO
    name: str
    token: str | None


def any_sent(form: WithFiles) -> bool:
    """Whether a file came along, now or held."""
    return bool(form.files() or request.form.getlist(held_file_forms.SLIP))


def attach_all(form: WithFiles, verb: Callable[..., Any], **arguments: Any) -> None:
    """Attach whatever came along, by `verb(…, file=…)`. What is wrong with one stands beside the field, and stops no
    other."""
    for upload in form.files():
        sent = SentFile(cast(BinaryIO, upload.stream), upload.filename or "", None)
        _attach(form, sent, verb, arguments)
    for slip in request.form.getlist(held_file_forms.SLIP):
        with _held(slip) as held_file:
            if held_file is None:
                form.add_error("evidence", _l("A file that was held for you is there no more: attach it once more"))
            elif _attach(form, held_file, verb, arguments):
                held.let_go(held_file.token or "", settings_of(current_app).files_folder)


def hold_all(form: WithFiles) -> tuple[list[str], list[str]]:
    """Hold what came along with a form that was refused; returns the slips, old and new, and what the files are called.
    Those that cannot be held are told beside the field."""
    person_id = current_reader().person_id
    new, lost = held_file_forms.hold_sent(person_id)
    slips = [
        slip for slip in request.form.getlist(held_file_forms.SLIP) if held_file_forms.slip_of(slip, person_id)
    ] + new
    if lost:
        form.add_error("evidence", _l("Files could not be kept: attach them once more"))
    return slips, held_file_forms.names([(held_file_forms.SLIP, slip) for slip in slips], person_id)


@contextmanager
def _held(slip: str) -> Iterator[SentFile | None]:
    found = held_file_forms.slip_of(slip, current_reader().person_id)
    stream = held.open_held(found.token, settings_of(current_app).files_folder) if found else None
    if found is None or stream is None:
        yield None
        return
    with stream:
        yield SentFile(stream, found.name, found.token)


def _attach(form: WithFiles, file: SentFile, verb: Callable[..., Any], arguments: dict[str, Any]) -> bool:
    """Whether it is attached now. The same content under another name says so."""
    stored = _stored(form, file)
    if stored is None or not form.carry_out(verb, reader=current_reader(), file=stored, **arguments):
        return False
    if form.result.name != stored.name:
        text = _("“%(name)s” has the same content as “%(other)s”, which stands already.")
        flash(text % {"name": stored.name, "other": form.result.name}, "information")
    return True


def _stored(form: WithFiles, file: SentFile) -> StoredUpload | None:
    """The file, held against its content and stored; a fault stands beside its field."""
    person_id, field = current_reader().person_id, form.evidence.name
    if file.token is None and not upload_forms.counted(form, file.stream, person_id, field):
        return None
    try:
        return upload_forms.keep(file.stream, file.name)
    except UploadError as fault:
        several = len(form.files()) + len(request.form.getlist(held_file_forms.SLIP)) > 1
        form.add_error(
            "evidence", _l("%(name)s: %(fault)s", name=file.name, fault=fault.message) if several else fault.message
        )
        return None
