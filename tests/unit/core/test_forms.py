"""Forms: what was typed stays, errors are linked to their fields, and every message is in the reader's language."""

import ast
import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import turbohtml
import wtforms
from babel.messages.pofile import read_po
from flask import Flask
from markupsafe import Markup

from tests.support.strict import faults
from tracker.core import languages
from tracker.core.languages import CATALOGUES
from tracker.core.web import forms
from tracker.core.web.forms import (
    AtMost,
    Between,
    Checkbox,
    Checkboxes,
    DayField,
    FileUpload,
    Form,
    NumberField,
    Password,
    Radios,
    Required,
    Select,
    TextArea,
    TextField,
    Version,
    WholeNumberField,
)
from tracker.home.forms import FigureForm as DraftForm

CHOICES = (("yes", "Yes"), ("no", "No"))


class FigureForm(Form):
    figure = NumberField(
        "Figure", [Required("Enter the figure"), Between(Decimal(0), Decimal(2000))], look={"suffix": "files"}
    )
    due = DayField("Day", [Between(most=date(2021, 12, 31))])
    weight = WholeNumberField("Weight")
    line = TextField("Line", [AtMost(10)])
    why = TextArea("Why")
    applies = Radios(
        "Does it apply?", [Required("Say whether it applies")], choices=CHOICES, look={"hints": {"no": "!"}}
    )
    domain = Select("Domain", choices=(("", "Any"), ("1", "One")))
    marks = Checkboxes("Marks", choices=CHOICES)
    sure = Checkbox("I am sure", [Required("Tick the box")])
    evidence = FileUpload("Evidence", look={"accept": ".pdf", "most_bytes": 1024 * 1024})
    secret = Password("Password")
    version = Version()


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="only for tests", WTF_CSRF_ENABLED=False)
    languages.init_app(app)
    forms.init_app(app, None)  # type: ignore[arg-type]  # it needs no settings
    return app


@pytest.fixture
def sent(app: Flask) -> Any:
    """Sends a form in a language; the request stays open until the next one or the end of the test."""
    contexts: list[Any] = []

    def send(language: str = "en", **typed: Any) -> FigureForm:
        while contexts:
            contexts.pop().pop()
        context = app.test_request_context("/", method="POST", data=typed, headers={"Accept-Language": language})
        context.push()
        contexts.append(context)
        return FigureForm()

    yield send
    while contexts:
        contexts.pop().pop()


def parsed(markup: Markup) -> turbohtml.Element:
    assert faults(str(markup)) == []
    return turbohtml.parse_fragment(str(markup))


def test_values_arrive_as_what_they_mean(sent: Any) -> None:
    form = sent(
        "vi", figure="1.447,50", due="20062021", weight="1.000", line="  a ", why="a\r\nb", applies="no", domain="1",
        marks=["yes", "no"], sure="yes", evidence=(BytesIO(b"x"), "a.pdf"), secret=" s ", version="7",
    )  # fmt: skip
    assert form.validate_on_submit(), form.errors
    assert str(form.figure.data) == "1447.50"
    assert (form.due.data, form.weight.data) == (date(2021, 6, 20), 1000)
    assert (form.line.data, form.why.data) == ("a", "a\nb")
    assert (form.applies.data, form.domain.data, form.marks.data, form.sure.data) == ("no", "1", ["yes", "no"], True)
    assert (form.evidence.data.filename, form.secret.data, form.version.data) == ("a.pdf", " s ", 7)


def test_nothing_typed_is_nothing(sent: Any) -> None:
    form = sent(figure="5", applies="no", sure="yes", domain="", evidence=(BytesIO(b""), ""))
    assert form.validate_on_submit(), form.errors
    values = [form[name].data for name in ("due", "weight", "line", "why", "domain", "evidence", "version")]
    assert values == [None] * 7
    assert form.marks.data == []


def test_a_zero_is_given_and_not_missing(sent: Any) -> None:
    form = sent(figure="0", applies="no", sure="yes", weight="0")
    assert form.validate_on_submit(), form.errors
    assert (form.figure.data, form.weight.data) == (0, 0)


@pytest.mark.parametrize(
    ("field", "typed", "vi", "en"),
    [
        ("figure", "", "Enter the figure", "Enter the figure"),
        ("figure", "-1", "Không được nhỏ hơn 0", "Must be at least 0"),
        ("figure", "2001", "Không được lớn hơn 2.000", "Must be at most 2,000"),
        ("figure", "x", "Hãy nhập số bằng chữ số", "Enter a number in digits"),
        ("due", "01/01/2022", "Không được lớn hơn 31/12/2021", "Must be at most 31/12/2021"),
        ("due", "31/02/2021", "Không có ngày này", "There is no such day"),
        ("weight", "x", "Hãy nhập số bằng chữ số", "Enter a number in digits"),
        ("line", "12345678901", "Chỉ nhập tối đa 10 ký tự", "Use 10 characters or fewer"),
        ("applies", "", "Say whether it applies", "Say whether it applies"),
        ("applies", "maybe", "Lựa chọn không có trong danh sách", "Not a valid choice"),
        ("domain", "9", "Lựa chọn không có trong danh sách", "Not a valid choice"),
        ("marks", "maybe", "không còn trong danh sách", "is not offered any more"),
    ],
)
def test_an_error_in_the_readers_language_with_what_was_typed(
    sent: Any, field: str, typed: str, vi: str, en: str
) -> None:
    for language, words in (("vi", vi), ("en", en)):
        form = sent(language, **{"figure": "5", "applies": "no", "sure": "yes", field: typed})
        assert not form.validate_on_submit()
        assert list(form.errors) == [field]
        assert len(form.errors[field]) == 1
        assert words in str(form.errors[field][0])
        if typed and field in {"figure", "due", "weight", "line"}:
            assert f'value="{typed}"' in form[field].render()


def test_every_error_on_top_is_linked_to_a_control_that_tells_it(sent: Any) -> None:
    form = sent(figure="1,44", due="x", weight="x", line="x" * 11, applies="q", domain="q", marks="q")
    form.validate_on_submit()
    for name in ("why", "evidence", "secret"):
        form.add_error(name, f"Something about {name}")
    page = parsed(form.error_summary() + Markup("").join(field.render() for field in form.visible()))
    by_id = {element.attr("id"): element for element in page.iter_elements() if element.attr("id")}
    links = [link.attr("href") or "" for link in page.iter_elements("a")]
    assert links == ["#" + field.id for field in form.visible()]
    for link in links:
        control = by_id[link[1:]]
        described = [(control.attr("aria-describedby") or "")] + [
            (f.attr("aria-describedby") or "") for f in page.iter_elements("fieldset")
        ]
        assert any(f"{link[1:]}-error" in ids.split() for ids in described)
        assert by_id[f"{link[1:]}-error"] is not None


def test_ids_stand_once_and_every_control_has_its_label(sent: Any) -> None:
    form = sent()
    form.validate_on_submit()
    page = parsed(form.hidden() + form.error_summary() + Markup("").join(field.render() for field in form.visible()))
    ids = [element.attr("id") for element in page.iter_elements() if element.attr("id")]
    assert len(ids) == len(set(ids))
    labelled = {label.attr("for") for label in page.iter_elements("label")}
    for tag in ("input", "select", "textarea"):
        for control in page.iter_elements(tag):
            assert control.attr("type") == "hidden" or control.attr("id") in labelled
    described = " ".join((element.attr("aria-describedby") or "") for element in page.iter_elements()).split()
    assert set(described) <= set(ids)


def test_dots_and_dashes_are_no_answer_to_what_is_required(app: Flask) -> None:
    class Why(Form):
        reason = TextArea("Why", [Required("Say why")])

    for typed, said in ((".", ["Say why"]), ("– …", ["Say why"]), ("\u200b", ["Say why"]), ("Số 12.", [])):
        with app.test_request_context("/", method="POST", data={"reason": typed}):
            form = Why()
            form.validate_on_submit()
            assert form.reason.errors == said


def test_marks_of_invalid_and_required_stand_where_they_are_allowed(sent: Any) -> None:
    form = sent(figure="", sure="")
    form.validate_on_submit()
    assert 'aria-invalid="true"' in form.figure.render()
    assert 'aria-required="true"' in form.figure.render()
    assert re.search(r'<fieldset[^>]+role="radiogroup"[^>]+aria-invalid="true"', form.applies.render())
    assert re.search(r'<input class="govuk-checkboxes__input"[^>]+aria-invalid="true"', form.sure.render())
    assert "aria-invalid" not in form.due.render()


def test_markup_in_what_was_typed_is_text(sent: Any) -> None:
    form = sent(line='"><script>', why="</textarea><script>")
    form.validate_on_submit()
    assert "<script>" not in form.line.render() + form.why.render() + form.error_summary()


def test_the_unit_is_read_out_with_the_label(sent: Any) -> None:
    assert '<span class="govuk-visually-hidden">(files)</span>' in sent().figure.render()


def test_a_password_is_never_sent_back(sent: Any) -> None:
    assert "top secret" not in sent(secret="top secret").secret.render()


def test_looks_can_be_overridden_where_a_field_is_drawn(sent: Any) -> None:
    form = sent()
    assert "<h1" in form.line.render(heading=True, hint="A hint")
    assert "conditional-applies" in form.applies.render(conditional={"yes": Markup("<b>more</b>")})
    assert 'data-t-max-bytes="1048576"' in form.evidence.render()


def test_values_from_code_are_written_by_the_language(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "vi"}):
        form = FigureForm(data={"figure": Decimal("1447.50"), "due": date(2021, 6, 2), "applies": "no", "version": 3})
        assert 'value="1.447,50"' in form.figure.render()
        assert 'value="02/06/2021"' in form.due.render()
        assert re.search(r'value="no" checked', form.applies.render())
        assert form.hidden() == '<input type="hidden" name="version" value="3">'


@pytest.mark.parametrize("typed", ["x", "-1", "7.0", "9" * 30, "٣", ""])
def test_a_version_that_was_tampered_with_is_none(sent: Any, typed: str) -> None:
    assert sent(version=typed).version.data is None


def test_an_error_of_no_field_stands_on_top_alone(sent: Any) -> None:
    form = sent(figure="5", applies="no", sure="yes")
    assert form.validate_on_submit()
    form.add_error("nowhere", "The whole is wrong")
    assert form.all_errors() == [("", "The whole is wrong")]
    assert "href" not in form.error_summary()


def test_all_that_wtforms_can_say_has_its_vietnamese() -> None:
    asked: set[str] = set()
    for path in Path(wtforms.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                first = node.args[0]
                if node.func.attr in {"gettext", "ngettext"} and isinstance(first, ast.Constant):
                    asked.add(str(first.value))
    with (CATALOGUES / "core/vi/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file)
    assert len(asked) > 30
    assert {text for text in asked if text not in catalogue} == set()


@pytest.mark.parametrize("field", ["line", "why"])
def test_what_nobody_sees_is_not_kept(sent: Any, field: str) -> None:
    form = sent(
        figure="5\u200b",
        due="\ufeff20/06/2021",
        applies="no",
        sure="yes",
        **{field: "\u200bSo\u031b\u0309\u00ad\u00a0"},
    )
    assert form.validate_on_submit(), form.errors
    assert (form[field].data, form.figure.data, form.due.data) == ("Sở", 5, date(2021, 6, 20))
    nothing = sent(**{field: "\u200b \ufeff"})
    assert nothing[field].data is None


@pytest.mark.parametrize("field", ["line", "why"])
@pytest.mark.parametrize("typed", ["Së X©y", "a\x07", "Sá»Ÿ", "\ue000"])
def test_letters_that_cannot_be_taken_stand_beside_their_field_and_stay_typed(
    sent: Any, field: str, typed: str
) -> None:
    form = sent(**{field: typed})
    assert not form.validate_on_submit()
    assert len(form[field].errors) == 1
    assert form[field].data == typed
    assert typed in str(form[field].render())


def test_a_draft_is_kept_whatever_its_letters_and_judged_when_it_is_sent(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"narrative": "Së X©y", "value": "§"}):
        form = DraftForm()
        assert form.validate_on_submit(), form.errors
        assert form.typed() == {"narrative": "Së X©y", "value": "§"}
