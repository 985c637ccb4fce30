"""Taking a file that a form brings: counted, looked at and stored, whichever door it comes in by."""

from typing import Any, BinaryIO, cast

from flask import current_app
from werkzeug.datastructures import FileStorage

from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.files.store import StoredUpload, UploadError, store
from tracker.core.files.viruses import scanner
from tracker.people import uploads


def take(form: Any, upload: FileStorage, person_id: int, field: str = "file") -> StoredUpload | None:
    """The file in the store; what is wrong with it stands beside its field."""
    stream = cast(BinaryIO, upload.stream)
    if not counted(form, stream, person_id, field):
        return None
    try:
        return keep(stream, upload.filename or "")
    except UploadError as fault:
        form.add_error(field, fault.message)
        return None


def counted(form: Any, stream: BinaryIO, person_id: int, field: str) -> bool:
    """Whether the person may send this much more today; why not stands beside the field."""
    settings, size = settings_of(current_app), stream.seek(0, 2)
    stream.seek(0)
    done: bool = form.carry_out(
        uploads.count,
        person_id=person_id,
        size=size,
        most_files=settings.upload_daily_files,
        most_bytes=settings.upload_daily_bytes,
        field=field,
    )
    return done


def keep(stream: BinaryIO, name: str) -> StoredUpload:
    """Let the scanner look at a file, and store it. Raises UploadError."""
    database.session().rollback()  # nobody who writes waits for a scanner
    settings = settings_of(current_app)
    clamd = scanner(settings.clamd, settings.clamd_seconds)
    return store(stream, name, settings.files_folder, settings.upload_max_bytes, clamd)
