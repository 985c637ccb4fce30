"""Sheets as answers: an XLSX file of this door, sent under a name and never shown by a browser."""

from typing import IO

from flask import Response

from tracker.core.downloads import SANDBOX, content_disposition
from tracker.monitoring.exports import XLSX_TYPE


def sheet(file: IO[bytes], name: str) -> Response:
    """The file as a download; `name` without its ending."""
    response = Response(file, content_type=XLSX_TYPE, direct_passthrough=True)
    response.headers["Content-Disposition"] = content_disposition(f"{name}.xlsx")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response
