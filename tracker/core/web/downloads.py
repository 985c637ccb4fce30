"""What leaves as a file: stored uploads and CSV. Always saved, never shown: no browser runs what somebody sent."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from flask import Response, current_app, send_file, stream_with_context
from werkzeug.exceptions import NotFound

from tracker.core.extensions import settings_of
from tracker.core.files.sheets import stream_csv
from tracker.core.files.store import StoredUpload, path_of
from tracker.core.files.workbooks import Sheet, workbook
from tracker.core.tables import Column

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SANDBOX = "default-src 'none'; sandbox"


def content_disposition(name: str) -> str:
    """The header that saves under a name, Vietnamese letters included; an old program gets the name without them."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def send_stored(file: StoredUpload, name: str | None = None) -> Response:
    """A stored file as a download, under its own name or another. 404 where its bytes are gone (erased)."""
    path: Path = path_of(settings_of(current_app).files_folder, file.sha256)
    if not path.is_file():
        raise NotFound
    response = send_file(path, mimetype=file.media_type, conditional=True, etag=file.sha256, max_age=0)
    response.headers.pop("Last-Modified", None)  # it would tell when somebody first sent the same content
    return _locked(response, name or file.name)


def send_csv(columns: Sequence[Column], rows: Iterable[Any], name: str) -> Response:
    """Rows as a CSV file, streamed. `name` without its ending.

    The request's context lives until the last row is read, for the session and for the language. The first rows are
    read before the answer begins, so that a fault there is an error page and not a broken file.
    """
    return send_csv_lines(stream_csv(columns, rows), name)


def send_csv_lines(lines: Iterator[bytes], name: str) -> Response:
    """Lines that are written as CSV already, the same way."""
    first = next(lines)
    response = Response(stream_with_context(_all(first, lines)), mimetype="text/csv")
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    return _locked(response, f"{name}.csv")


def send_xlsx(sheets: Iterable[Sheet], name: str, comments: str | None = None) -> Response:
    """An XLSX file of these sheets. `name` without its ending; `comments` stand in the file's properties."""
    return send_workbook(workbook(sheets, comments), name)


def send_workbook(file: IO[bytes], name: str) -> Response:
    """A workbook that is made already. `name` without its ending."""
    return _locked(Response(file, content_type=XLSX_TYPE, direct_passthrough=True), f"{name}.xlsx")


def _all(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _locked(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"  # the next one at this machine must not find it
    return response
