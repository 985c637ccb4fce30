"""Forms of a programme in preparation: its head, its basis, its bodies, its reporting calendar."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms.validators import ValidationError

from tracker.core import clock
from tracker.core.languages import _l
from tracker.core.letters import says_nothing
from tracker.core.web.forms import (
    AtMost,
    Between,
    Checkbox,
    Checkboxes,
    DayField,
    FileUpload,
    Form,
    Required,
    Select,
    TextArea,
    TextField,
    Version,
)
from tracker.core.web.translations import Says, Translates
from tracker.core.web.years import YearField
from tracker.programmes import reporting
from tracker.programmes.reporting import PRESETS, Days
from tracker.programmes.words import DAYS

MOST_BYTES = 20 * 1024 * 1024
MOST_PERIODS = 24  # of one frequency, unless they are there already
SPARE_ROWS = 2
NEW_CALENDAR = "new"
_MAY_BE_LEFT_OUT = {"hint": _l("May be left out")}


class VersionForm(Form):
    """A press on what was seen, and on nothing later."""

    version = Version()


class HeadForm(VersionForm):
    """What a programme is, when, and who answers for it."""

    title = TextField(_l("Title"), [Required(_l("Enter the title in Vietnamese")), AtMost(255)])
    title_en = TextField(_l("Title in English"), [AtMost(255), Translates("title")], look=_MAY_BE_LEFT_OUT)
    code = TextField(
        _l("Code"),
        [Required(_l("Enter a code")), AtMost(40)],
        look={"hint": _l("Names the programme in addresses and packages, such as CCHC-2027"), "width": 20},
    )
    year = YearField(_l("Year"), [Required(_l("Enter the year")), Between(2000, 2100)])
    slogan = TextField(_l("Slogan of the year"), [AtMost(255), Says()], look=_MAY_BE_LEFT_OUT)
    slogan_en = TextField(_l("Slogan in English"), [AtMost(255), Translates("slogan")], look=_MAY_BE_LEFT_OUT)
    responsible = Select(_l("Responsible office"))
    starts_on = DayField(_l("First day"), [Required(_l("Enter the first day"))])
    ends_on = DayField(_l("Last day"), [Required(_l("Enter the last day"))])
    unsigned_until = DayField(
        _l("Last day to sign"),
        look={"hint": _l("A commitment that is not signed by then expires. Empty: none does")},
    )
    calendar = Select(_l("Working calendar"), [Required(_l("Choose a working calendar"))])

    def values(self, responsible_id: int | None, calendar_id: int) -> dict[str, Any]:
        """What was typed, as it is stored."""
        return {
            "code": self.code.data,
            "title": _texts(self.title.data, self.title_en.data),
            "year": self.year.data,
            "slogan": _texts(self.slogan.data, self.slogan_en.data),
            "responsible_id": responsible_id,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "unsigned_until": self.unsigned_until.data,
            "calendar_id": calendar_id,
        }


class BasisForm(VersionForm):
    """The document that orders the programme, and whatever else it stands on."""

    basis_number = TextField(_l("Number of the document"), [Required(_l("Enter the number")), AtMost(80)])
    basis_on = DayField(_l("Dated"), [Required(_l("Enter the day of the document"))])
    basis_issuer = TextField(_l("Issued by"), [Required(_l("Enter who issued it")), AtMost(255)])
    basis = TextArea(
        _l("Grounds"),
        [Required(_l("Enter one ground at least")), AtMost(4000)],
        look={"rows": 5, "hint": _l("One a line, as they will stand in the commitments: “Căn cứ …”")},
    )

    def validate_basis(self, field: Any) -> None:
        """Each line of it says something."""
        wrong = [line.strip() for line in (field.data or "").splitlines() if line.strip() and says_nothing(line)]
        if wrong:
            raise ValidationError(
                str(_l("“%(line)s” says nothing: enter a ground, or take the line away", line=wrong[0]))
            )

    def validate_basis_on(self, field: Any) -> None:
        """What orders a programme was issued already."""
        if field.data is not None and field.data > clock.today():
            raise ValidationError(str(_l("This day has not come yet")))

    def values(self) -> dict[str, Any]:
        """What was typed, as it is stored."""
        return {
            "basis": [line.strip() for line in (self.basis.data or "").splitlines() if line.strip()],
            "basis_number": self.basis_number.data,
            "basis_on": self.basis_on.data,
            "basis_issuer": self.basis_issuer.data,
        }


class FileForm(VersionForm):
    """The file of that document alone, so that nothing else can be lost with it."""

    file = FileUpload(
        _l("The document as a PDF"),
        [Required(_l("Choose the file"))],
        look={"accept": ".pdf", "hint": _l("The signed document, scanned or as it was issued")},
    )


class PresetForm(VersionForm):
    """A usual reporting calendar."""

    preset = Select(_l("Usual calendar"), [Required(_l("Choose a calendar"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual: list[Any] = [(name, one.label) for name, one in PRESETS.items()]
        self.preset.choices = [("", _l("Choose")), *usual]


def bodies_form(groups: Sequence[tuple[str, str, Sequence[tuple[str, str]]]], chosen: Iterable[str]) -> Any:
    """The form of the bodies that take part; `groups`: (code, name, [(body's code, name)]). Each group can be taken
    whole."""
    fields: dict[str, Any] = {}
    ticked, data = set(chosen), {}
    for number, (_code, name, bodies) in enumerate(groups):
        fields[f"whole_{number}"] = Checkbox(_l("All %(count)s of this group", count=len(bodies)))
        fields[f"some_{number}"] = Checkboxes(name, choices=list(bodies))
        data[f"some_{number}"] = [code for code, _name in bodies if code in ticked]
    return type("BodiesForm", (VersionForm,), fields)(data=data)


def chosen_bodies(form: Any, groups: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]) -> list[str]:
    """The codes of the bodies that were ticked, alone or with their group."""
    found: list[str] = []
    for number, (_code, _name, bodies) in enumerate(groups):
        whole = form[f"whole_{number}"].data
        found += [code for code, _name in bodies] if whole else form[f"some_{number}"].data or []
    return found


def rows_for(periods: Sequence[Days]) -> int:
    """How many rows the form of these has: each of them one, and some to spare."""
    return max(len(periods), min(MOST_PERIODS, len(periods) + SPARE_ROWS))


def periods_form(periods: Sequence[Days], rows: int, more: Mapping[str, Any] | None = None) -> Any:
    """The form of the periods of one frequency, with rows to spare: an empty row is none. `more`: further fields."""
    fields: dict[str, Any] = dict(more or {})
    data: dict[str, Any] = {}
    labels = {"code": _l("Code"), "starts_on": _l("From"), "cut_off": _l("Cut-off"), "due_on": _l("Due")}
    for number in range(rows):
        fields[f"code_{number}"] = TextField(labels["code"], [AtMost(40)], look={"width": 10})
        for name in DAYS:
            fields[f"{name}_{number}"] = DayField(labels[name], look={"hint": ""})
        if number < len(periods):
            data |= {f"{name}_{number}": getattr(periods[number], name) for name in ("code", *DAYS)}
    return type("PeriodsForm", (VersionForm,), fields)(data=data)


def typed_periods(form: Any, frequency: str, rows: int) -> tuple[list[Days], list[int]]:
    """The periods that were typed, and the row of each. What a row lacks is told beside its field."""
    found, places = [], []
    for number in range(rows):
        typed = {name: form[f"{name}_{number}"] for name in ("code", *DAYS)}
        if not any(one.data or one.errors for one in typed.values()):
            continue
        for name, one in typed.items():
            if one.data is None and not one.errors:
                form.add_error(f"{name}_{number}", _l("Enter a code") if name == "code" else _l("Enter a day"))
        if all(one.data is not None for one in typed.values()):
            found.append(Days(frequency, *(one.data for one in typed.values())))
            places.append(number)
    return found, places


def tell_clashes(form: Any, others: Sequence[Days], typed: Sequence[Days], places: Sequence[int]) -> bool:
    """Whether what was typed clashes with itself or with periods of other frequencies; each beside its field."""
    clashes = list(reporting.clashes([*others, *typed]))
    for one in clashes:
        field = f"{one.field}_{places[one.place - len(others)]}" if one.place >= len(others) else ""
        form.add_error(field, str(reporting.WORDS[one.what]) % {"value": one.other})
    return bool(clashes)


def _texts(vi: str | None, en: str | None) -> dict[str, str] | None:
    texts: Mapping[str, str | None] = {"vi": vi, "en": en}
    return {language: text for language, text in texts.items() if text} if vi else None
