"""Small things of forms: a year has no thousands, and what is wrong ten times is told once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tracker.core import languages
from tracker.core.web.forms import Between, Checkboxes, FileUpload, Form
from tracker.core.web.years import YearField


class PaperForm(Form):
    year = YearField("Year", [Between(1900, 2100)])
    file = FileUpload("File")
    targets = Checkboxes("Targets", choices=[("394", "One")])


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="a key for tests only", WTF_CSRF_ENABLED=False)
    languages.init_app(app)
    return app


@pytest.mark.parametrize(("typed", "told"), [("1899", "1900"), ("2101", "2100")])
def test_a_year_has_no_thousands(app: Flask, typed: str, told: str) -> None:
    with app.test_request_context("/", method="POST", data={"year": typed}):
        form: Any = PaperForm()
        assert not form.validate()
        assert told in form.year.errors[0]


def test_what_is_wrong_with_ten_files_is_told_once(app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        form: Any = PaperForm()
        for _number in range(10):
            form.add_error("file", languages._l("Ten files at most"))
        form.add_error("file", "Another fault")
        assert form.file.errors == ["Ten files at most", "Another fault"]


def test_a_choice_that_is_not_offered_any_more_is_not_told_by_its_number(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"targets": ["394", "400", "401"]}):
        form: Any = PaperForm()
        assert not form.validate()
        (told,) = form.targets.errors
        assert "Hãy chọn lại" in told
        assert "400" not in told
