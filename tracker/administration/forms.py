"""Forms of bodies, offices and stand-ins."""

from collections.abc import Sequence
from typing import Any

from tracker.agencies.choices import alike
from tracker.agencies.kinds import KINDS
from tracker.agencies.models import Agency
from tracker.agencies.offices import LABELS
from tracker.agencies.service import LONGEST_NAME
from tracker.core import letters
from tracker.core.languages import _l
from tracker.core.web.asked_back import AskedBack
from tracker.core.web.forms import AtMost, Checkbox, DayField, Form, Required, Select, TextArea, TextField


def _last_day() -> Any:
    return DayField(_l("Last day"), [Required(_l("Enter the last day"))])


def _reason() -> Any:
    return TextArea(
        _l("Reason"),
        [Required(_l("Say why, so that the second administrator can judge it")), AtMost(255)],
        look={"rows": 3, "hint": _l("Such as the number and day of the decision")},
    )


class CodeForm(Form):
    """What names a body for ever. It stands before ChangeForm, since fields come in the order of their making."""

    code = TextField(
        _l("Code"),
        [Required(_l("Enter a code")), AtMost(40)],
        look={"hint": _l("Names the body in addresses and packages, and never changes"), "width": 20},
    )


class NameForm(Form):
    """What a body is called."""

    name = TextField(_l("Name"), [Required(_l("Enter the name in Vietnamese")), AtMost(LONGEST_NAME)])
    name_en = TextField(_l("Name in English"), [AtMost(LONGEST_NAME)], look={"hint": _l("May be left out")})


class NamesakeForm(AskedBack, Form):
    """Asks whether a second body of one name is meant."""

    confirmed = Checkbox(_l("It is another body of the same name"))

    def ask_of(self, namesakes: Sequence[Agency]) -> bool:
        """Ask where other bodies are called so; whether that is still to be answered."""
        self.ask(letters.folded(self["name"].data or "") if namesakes else "", [alike(namesakes)])
        if namesakes and not self["confirmed"].data:
            self.add_error("confirmed", _l("Say that it is another body, or enter another name"))
            return True
        return False


class KindForm(Form):
    """What kind of body one is, and whom it is ranked with."""

    kind = Select(_l("Kind of the body"), [Required(_l("Choose a kind"))])
    peer_group = TextField(
        _l("Ranked with"),
        [AtMost(80)],
        look={"hint": _l("The peer group by its name or code; empty: with all of its kind")},
    )

    def __init__(self, *args: Any, kind: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: list[Any] = list(KINDS.items())
        if kind is not None and kind not in KINDS:
            known.append((kind, kind))
        self.kind.choices = [("", _l("Choose")), *known]


class DaysForm(Form):
    """The days of a body, where it is entered."""

    exists_from = DayField(_l("First day"))
    exists_to = DayField(_l("Last day"))


class RegisterForm(CodeForm, NameForm, NamesakeForm, KindForm, DaysForm):
    """A new body."""


class ChangeForm(NameForm, NamesakeForm):
    """What a body is called, and its first day."""

    exists_from = DayField(_l("First day"))


class ClassifyForm(KindForm):
    """What a body is from a day on."""

    from_on = DayField(
        _l("From day"),
        [Required(_l("Enter the first day"))],
        look={"hint": _l("Today or later: past days keep their groups and ranks")},
    )
    reason = _reason()


class EndForm(Form):
    """The last day of a body."""

    to_on = _last_day()
    reason = _reason()


class ReopenForm(Form):
    """Why the end of a body is undone."""

    reason = _reason()


class SucceedForm(Form):
    """Who takes over from a body, and since when."""

    successors = Select(_l("Who takes over"), [Required(_l("Choose who takes over"))])
    from_on = DayField(_l("First day of the successor in charge"), [Required(_l("Enter the first day"))])
    ends = Checkbox(_l("This body ends on the day before, and its offices with it"))
    reason = TextArea(
        _l("Reason"),
        [AtMost(255)],
        look={"rows": 3, "hint": _l("Where the body ends: such as the number and day of the decision")},
    )


class AppraiserForm(Form):
    """Whose appraisers decide on a body's reports."""

    appraised_by = Select(_l("Appraised by"))


class GiveForm(Form):
    """Who is given which office, and for which days."""

    person = Select(_l("Person"), [Required(_l("Choose a person"))])
    agency = Select(_l("Body"), [Required(_l("Choose a body"))])
    office = Select(_l("Office"), [Required(_l("Choose an office"))], choices=[("", _l("Choose")), *LABELS.items()])
    from_on = DayField(_l("First day"), [Required(_l("Enter the first day"))])
    to_on = DayField(_l("Last day"), look={"hint": _l("Day/month/year, such as 20/06/2021; empty: until it is ended")})
    reason = _reason()


class EndOfficeForm(Form):
    """The last day of an office or an authority."""

    to_on = _last_day()


class CorrectForm(Form):
    """Other days for an office."""

    from_on = DayField(_l("First day"), [Required(_l("Enter the first day"))])
    to_on = DayField(_l("Last day"), look={"hint": _l("Day/month/year, such as 20/06/2021; empty: until it is ended")})
    reason = _reason()


class StandInForm(Form):
    """Who acts for the holder of an office, for which days, by which paper."""

    person = Select(_l("Who stands in"), [Required(_l("Choose a person"))])
    from_on = DayField(_l("First day"), [Required(_l("Enter the first day"))])
    to_on = _last_day()
    paper = TextField(
        _l("Paper that says so"),
        [Required(_l("Enter the number and day of the paper that says so")), AtMost(255)],
        look={"hint": _l("Number and day of the authorisation")},
    )
