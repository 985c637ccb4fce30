"""What leaves as a file: saved and never shown, streamed after the view, and the error pages' last resort."""

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, has_request_context

from tracker.core import languages
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound, StaleEdit
from tracker.core.files.sheets import ROWS_A_CHUNK
from tracker.core.files.store import StoredUpload, path_of, store
from tracker.core.languages import _, current_language
from tracker.core.tables import Column
from tracker.core.web import error_pages
from tracker.core.web.downloads import send_csv, send_stored
from tracker.settings import Settings

CONTENT = b"%PDF-1.7\n%%EOF\n"
COLUMNS = (Column("number", "Number"), Column("word", "Word", value=lambda row: _("Enter a number")))


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = Flask(__name__)
    app.extensions["settings"] = Settings(instance=tmp_path)
    languages.init_app(app)
    error_pages.init_app(app)
    return app


def test_a_stored_file_is_saved_and_never_shown(app: Flask, tmp_path: Path) -> None:
    stored = store(io.BytesIO(CONTENT), "Báo cáo.pdf", tmp_path / "files", 1000)
    app.add_url_rule("/evidence", view_func=lambda: send_stored(stored))
    client = app.test_client()
    answer = client.get("/evidence")
    assert answer.data == CONTENT
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Last-Modified" not in answer.headers
    again = client.get("/evidence", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_erased_file_is_not_found(app: Flask, tmp_path: Path) -> None:
    stored = StoredUpload("a" * 64, 1, "application/pdf", "a.pdf")
    assert not path_of(tmp_path / "files", stored.sha256).exists()
    app.add_url_rule("/evidence", view_func=lambda: send_stored(stored))
    assert app.test_client().get("/evidence").status_code == 404


def test_csv_is_streamed_after_the_view_and_still_in_the_readers_language(app: Flask) -> None:
    read: list[bool] = []

    def rows() -> Iterator[Any]:
        for number in range(3 * ROWS_A_CHUNK):
            read.append(has_request_context())
            yield SimpleNamespace(number=number)

    app.add_url_rule("/csv", view_func=lambda: send_csv(COLUMNS, rows(), "Danh sách"))
    answer = app.test_client().get("/csv", headers={"Accept-Language": "vi"}, buffered=False)
    assert len(read) == ROWS_A_CHUNK
    chunks = list(answer.iter_encoded())
    assert len(read) == 3 * ROWS_A_CHUNK
    assert all(read)
    assert len(chunks) == 4
    assert b"".join(chunks).decode().count("Hãy nhập số") == 3 * ROWS_A_CHUNK
    assert answer.headers["Content-Disposition"].endswith("filename*=UTF-8''Danh%20s%C3%A1ch.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_a_fault_in_the_first_rows_is_an_error_page(app: Flask) -> None:
    def row(number: int) -> Any:
        raise NotFound(str(number))

    app.add_url_rule("/csv", view_func=lambda: send_csv(COLUMNS, map(row, range(3)), "a"))
    assert app.test_client().get("/csv").status_code == 404


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("x"), 404),
        (Forbidden("x"), 403),
        (StaleEdit("x", None), 409),
        (FieldError("f", "x"), 400),
        (DomainError("x"), 400),
        (RuntimeError("secret detail"), 500),
    ],
)
def test_an_error_page_never_fails_itself(app: Flask, error: Exception, code: int) -> None:
    """This app has no templates at all, so what is answered is the page of last resort."""

    def view() -> Response:
        current_language()
        raise error

    app.add_url_rule("/x", view_func=view)
    answer = app.test_client().get("/x")
    assert answer.status_code == code
    assert f"({code})" in answer.text
    assert "secret detail" not in answer.text
