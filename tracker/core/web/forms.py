"""The base of all forms, their fields and validators. How a field is drawn is in `components`.

A form's view is ten lines: make the form, `if form.validate_on_submit() and form.carry_out(service.verb, …)`, redirect;
else render. What was typed stays in the form whatever went wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast

from flask import Flask
from jinja2 import ChoiceLoader
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import StopValidation, ValidationError

from tracker.core import clock, letters
from tracker.core.db.constraints import as_field_error
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleEdit
from tracker.core.languages import _l, current_language, format_number
from tracker.core.numbers import NumberError, parse_day, parse_number
from tracker.core.web import components
from tracker.core.web.form_words import Words
from tracker.settings import Settings

if TYPE_CHECKING:  # Flask-WTF comes without types; its form is a WTForms form
    from wtforms import Form as FlaskForm
else:
    from flask_wtf import FlaskForm

LONGEST_LINE = 255
LONGEST_TEXT = 10_000
_HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')


def init_app(app: Flask, settings: Settings) -> None:
    """Let templates import the GOV.UK macros as "govuk_frontend_jinja/…", and draw buttons by `button(…)`."""
    loaders = [app.jinja_loader] if app.jinja_loader else []
    app.jinja_loader = ChoiceLoader([*loaders, components.LOADER])  # a cached property
    app.jinja_env.globals["button"] = button


def button(words: object, **look: Any) -> Markup:
    """A submit button. `kind`: none for the primary action of the page, "secondary", "warning"; `name`, `value`."""
    return components.draw_button(words, look)


class Form(FlaskForm):
    """A form with CSRF protection that draws itself. A field says by its validators alone what it demands."""

    class Meta:
        """WTForms' settings: every message comes from our catalogue."""

        def get_translations(self, form: Any) -> Words:
            """Our words, whatever languages WTForms knows itself."""
            return Words()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result: Any = None
        self._general_errors: list[Any] = []

    if TYPE_CHECKING:

        def validate_on_submit(self) -> bool:
            """Whether the form was sent and everything in it is in order."""

    def carry_out(self, verb: Callable[..., Any], **arguments: Any) -> bool:
        """Run `verb(session, now, …)` in a unit of work; what it returns stands in `result`. False where it refused.

        What it refuses stands beside its field, or on top where it concerns none, as does a violated constraint that
        has an explanation. StaleEdit, NotFound and Forbidden go up to the view: they are no fault of what was typed.
        Nothing is committed then. The listeners reckon with the moment of the verb: with a second one, read after
        midnight, a fact would miss the step of its day.
        """
        now = clock.moment()
        try:
            with unit_of_work(now) as session:
                self.result = verb(session, now, **arguments)
        except (Forbidden, NotFound, StaleEdit):
            raise
        except DomainError as refusal:
            self.refuse(refusal.by_field())
            return False
        except IntegrityError as violation:
            explained = as_field_error(violation)
            if explained is None:
                raise
            self.refuse(explained.by_field())
            return False
        return True

    def refuse(self, faults: Mapping[str, Any]) -> None:
        """Put what is wrong beside its fields; "" for what concerns none."""
        for name, message in faults.items():
            self.add_error(name, message)

    def add_error(self, field: str, message: Any) -> None:
        """Put an error beside a field, once; on top alone, where the form has no such field."""
        if field in self._fields:
            self._fields[field].errors = list(dict.fromkeys(map(str, (*self._fields[field].errors, message))))
        else:
            self._general_errors.append(message)

    def all_errors(self) -> list[tuple[str, Any]]:
        """(id of the field, message) of every error, in the order of the page; "" for those of no visible field."""
        found = [("", message) for message in self._general_errors]
        for field in self:
            identity = "" if isinstance(field, HiddenField) else str(field.id)
            found += [(identity, message) for message in field.errors]
        return found

    def error_summary(self) -> Markup:
        """The list of errors that stands on top of the page, each linked to its field; nothing where there is none."""
        return components.draw_error_summary(self.all_errors())

    def hidden(self) -> Markup:
        """All hidden fields. Without ids: a page may have several forms, and an id stands once on a page."""
        fields = (field for field in self if isinstance(field, HiddenField))
        return Markup("").join(_HIDDEN.format(field.name, cast(Any, field)._value()) for field in fields)

    def visible(self) -> list[Field]:
        """All other fields, in the order in which they were declared."""
        return [field for field in self if not isinstance(field, HiddenField)]

    @property
    def has_files(self) -> bool:
        """Whether the form must be sent as multipart/form-data."""
        return any(isinstance(field, FileField) for field in self)


class Dressed:
    """What our fields add to WTForms': how they look. Any look can be overridden where the field is drawn.

    hint, suffix (a unit), prefix, width (2, 3, 4, 5, 10, 20 characters), rows, inline, heading (the label is the page's
    title), label_size ("s", "m", "l"), autocomplete, inputmode, hints (value → text), conditional, accept, most_bytes,
    classes, group_classes.
    """

    draw: ClassVar[Any]  # a function of `components`, as a static method
    standard: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, look: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look: dict[str, Any] = {**self.standard, **(look or {})}

    def render(self, **look: Any) -> Markup:
        """The whole component: label, hint, error and control, linked to each other."""
        drawn: Markup = type(self).draw(self, {**self.look, **look})
        return drawn

    def __call__(self, **look: Any) -> Markup:
        """The same, so that WTForms' own way of drawing a field works too."""
        return self.render(**look)


def _first(valuelist: list[Any]) -> str:
    return letters.visible(str(valuelist[0])).strip() if valuelist else ""


class _Written(Dressed):
    """Text, held against the letters it may have, unless that is done later."""

    data: Any
    shape: ClassVar[Any]  # a function of `letters`, as a static method
    judged: ClassVar[bool] = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what is visible of it. What cannot be taken stays as it was typed, to be shown again."""
        typed = str(valuelist[0]) if valuelist else ""
        wrong = letters.fault(typed)
        self.data = (typed if wrong is not None else type(self).shape(typed)) or None
        if wrong is not None and self.judged:
            raise ValueError(str(wrong))


class TextField(_Written, StringField):
    """One line of text; none where nothing was typed."""

    draw = staticmethod(components.draw_input)
    shape = staticmethod(letters.line)


class TextArea(_Written, TextAreaField):
    """Several lines of text with "\\n" between them; none where nothing was typed."""

    draw = staticmethod(components.draw_textarea)
    shape = staticmethod(letters.passage)


class Password(Dressed, PasswordField):
    """Never stripped, never sent back."""

    draw = staticmethod(components.draw_password)


class _Typed(Dressed, StringField):
    """A text box whose data is not text. What was typed is shown again as it was typed."""

    draw = staticmethod(components.draw_input)
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; what is wrong with it becomes the field's error."""
        typed, self.data = _first(valuelist), None
        try:
            self.data = self.read(typed) if typed else None
        except NumberError as error:
            raise ValueError(str(error.message)) from None

    def read(self, typed: str) -> Any:
        """The value of what was typed. Raises NumberError with what is wrong."""
        raise NumberError(typed)

    def write(self, value: Any) -> str:
        """The value as one would type it."""
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)


class NumberField(_Typed):
    """A number by the custom of the language, as a Decimal with every digit that was typed. `look=dict(suffix="%")`."""

    standard: ClassVar[Mapping[str, Any]] = {"inputmode": "decimal", "autocomplete": "off", "width": 10}

    def read(self, typed: str) -> Decimal:
        """The number that was typed."""
        return parse_number(typed, current_language())

    def write(self, value: Any) -> str:
        """The number with its thousands apart."""
        return format_number(value)


class WholeNumberField(NumberField):
    """A whole number, as an int."""

    standard: ClassVar[Mapping[str, Any]] = {"inputmode": "numeric", "autocomplete": "off", "width": 5}

    def read(self, typed: str) -> Any:
        """The number that was typed."""
        number = super().read(typed)
        if number != number.to_integral_value():
            raise NumberError(_l("Enter a whole number"))
        return int(number)


class DayField(_Typed):
    """A day in one box, day first. On a phone eight digits are enough (20062021), so it needs no other keyboard."""

    standard: ClassVar[Mapping[str, Any]] = {
        "inputmode": "numeric",
        "autocomplete": "off",
        "width": 10,
        "hint": _l("Day/month/year, such as 20/06/2021"),
    }

    def read(self, typed: str) -> date:
        """The day that was typed."""
        return parse_day(typed)

    def write(self, value: Any) -> str:
        """The day as dd/mm/yyyy in every language: the box asks for that."""
        return f"{value:%d/%m}/{value.year:04d}"


class _Choosing(Dressed):
    """Choices are (value, label) pairs; the label may be lazy."""

    def __init__(self, *args: Any, choices: Sequence[tuple[Any, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, choices=[SelectChoice(value, label) for value, label in choices], **kwargs)


class _ChoosingOne(_Choosing):
    raw_data: list[Any] | None
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the choice; an empty one is none."""
        self.data = None
        super().process_formdata([value for value in valuelist if value != ""][:1])  # type: ignore[misc]

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not among the choices; nothing at all is for `Required` to refuse."""
        if any(self.raw_data or ()):
            super().pre_validate(form)  # type: ignore[misc]


class Radios(_ChoosingOne, RadioField):
    """One of a few choices; none where nothing was chosen."""

    draw = staticmethod(components.draw_radios)


class Select(_ChoosingOne, SelectField):
    """One of many choices. Give a first pair ("", …) to begin with none chosen."""

    draw = staticmethod(components.draw_select)


class Checkboxes(_Choosing, SelectMultipleField):
    """Any of a few choices: a list of values."""

    draw = staticmethod(components.draw_checkboxes)


class Checkbox(Dressed, BooleanField):
    """One yes or no."""

    draw = staticmethod(components.draw_checkbox)


class FileUpload(Dressed, FileField):
    """A file, as Werkzeug's FileStorage; none where no file was chosen. `files.store` holds it against its content."""

    draw = staticmethod(components.draw_file)
    data: FileStorage | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the file; an empty box comes as a file without a name."""
        given = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]
        self.data, self.raw_data = next(iter(given), None), given


class Version(HiddenField):
    """The version of the thing that the form was opened on, as an int, so that a stale edit is noticed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the number; one that was tampered with is none, which no thing has."""
        typed = _first(valuelist)
        self.data: Any = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


class Required:
    """Something must be given. The message says what, in the words of the page: "Enter the figure"."""

    field_flags: ClassVar[Mapping[str, Any]] = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at the first fault: what was typed wrongly is told already, and is not missing."""
        if field.errors:
            raise StopValidation
        # Not by `in (…, False)`: a zero equals it, and is given. Nor are dots and dashes alone an answer.
        empty = field.data is False or field.data in (None, "", [])
        if empty or (isinstance(field, _Written) and letters.says_nothing(field.data)):
            raise StopValidation(str(self.message or field.gettext("This field is required.")))


class AtMost:
    """No more characters than these."""

    def __init__(self, most: int = LONGEST_TEXT, message: Any = None) -> None:
        self.most = most
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Count what was typed."""
        if len(field.data or "") > self.most:
            message = self.message or _l("Use %(most)s characters or fewer", most=format_number(self.most))
            raise ValidationError(str(message))


class Between:
    """A number or a day within bounds, both included; none for no bound. Nothing typed is within them."""

    def __init__(self, least: Any = None, most: Any = None, message: Any = None) -> None:
        self.least, self.most, self.message = least, most, message

    def __call__(self, form: Any, field: Any) -> None:
        """Hold the value against the bounds."""
        value = field.data
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise ValidationError(str(self.message or _l("Must be at least %(least)s", least=field.write(self.least))))
        if self.most is not None and value > self.most:
            raise ValidationError(str(self.message or _l("Must be at most %(most)s", most=field.write(self.most))))
