"""The forms of figures and decisions. What was typed goes to the service as text: `progress.rules` reads it."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField

from tracker.core import letters
from tracker.core.files.kinds import ACCEPT
from tracker.core.languages import LANGUAGES, _, _l, current_language, format_number
from tracker.core.web.asked_back import AskedBack
from tracker.core.web.forms import Checkbox, Checkboxes, FileUpload, Form, Radios, TextArea, TextField, Version
from tracker.progress import rules
from tracker.progress.queries import ReportSlot

NUMBER = {"inputmode": "decimal", "autocomplete": "off", "width": 10}
DAY = {"inputmode": "numeric", "autocomplete": "off", "width": 10, "hint": _l("Day/month/year, such as 20/06/2021")}
LONGEST_NUMBER = 6  # digits of a version or a revision; Python itself refuses to read thousands of them


class Asked(AskedBack):
    """Asks whether an odd figure is right."""

    confirmed = Checkbox(_l("The figure is right as it stands"))

    def confirmation(self) -> dict[str, str]:
        """Which figure was said to be right."""
        form: Any = self
        return {rules.CONFIRMED: form.asked.data} if form.confirmed.data and form.asked.data else {}


class KeptField(TextField):
    """A line of a draft, kept whatever it is: `progress.rules` judges it when it is to be sent."""

    judged = False


class KeptArea(TextArea):
    """The same of several lines."""

    judged = False


class FigureForm(Asked, Form):
    """A figure as it is typed. `language` says by which custom; `version` which draft was seen."""

    version = Version()
    language = HiddenField()
    value = KeptField(_l("Figure"), look=NUMBER)
    numerator = KeptField(_l("Part"), look={**NUMBER, "hint": _l("How many of them meet the promise")})
    denominator = KeptField(_l("Whole"), look={**NUMBER, "hint": _l("How many there are in all")})
    not_applicable = Checkbox(_l("Does not apply in this period (say why below)"))
    as_at = KeptField(_l("As at (if earlier than the end of the period)"), look=DAY)
    narrative = KeptArea(_l("Explanation"), look={"rows": 4})
    obstacles = KeptArea(
        _l("Obstacles"), look={"rows": 2, "hint": _l("What stands in the way, and what is asked of whom")}
    )
    evidence = FileUpload(_l("Add files as evidence"), look={"accept": ACCEPT, "multiple": True})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = request.form if request.method == "POST" else {}
        self.answers = {name: letters.taken_line(given[name]) for name in rules.ANSWERS if given.get(name)}

    def fit(self, *, ratio: bool, keep: bool, completion: bool, unit: str, most_bytes: int) -> None:
        """Leave only the fields that this figure has."""
        megabytes = format_number(most_bytes // (1024 * 1024))
        hint = _("PDF, Word, Excel or pictures, at most %(megabytes)s MB each; several at once", megabytes=megabytes)
        self.evidence.look |= {"hint": hint, "most_bytes": most_bytes}
        for name in ("value",) if ratio else ("numerator", "denominator"):
            del self[name]
        if not keep:
            del self.not_applicable
        if completion:
            self.as_at.label.text = _l("Day on which the goal was reached")
        if not ratio:
            self.value.look["suffix"] = unit

    def fill(self, typed: rules.Typed, version: int) -> None:
        """Show a draft, in the reader's own custom."""
        for name in rules.FIELDS:
            if name in self:
                self[name].data = bool(typed.get(name)) if name == "not_applicable" else typed.get(name, "")
        self.asked.data, self.confirmed.data = typed.get(rules.CONFIRMED), bool(typed.get(rules.CONFIRMED))
        self.answers = {name: typed[name] for name in rules.ANSWERS if typed.get(name)}
        self.version.data = version
        self.language.data = current_language()

    def typed(self) -> dict[str, str]:
        """What was typed, field by field."""
        typed = {
            name: "1" if name == "not_applicable" else str(self[name].data)
            for name in rules.FIELDS
            if name in self and self[name].data
        }
        return typed | self.answers | self.confirmation()

    def files(self) -> list[FileStorage]:
        """The files that came along; several at once, if need be."""
        return list(self.evidence.raw_data or ())

    def custom(self) -> str:
        """The language by whose custom the numbers were typed."""
        given = self.language.data
        return given if given in LANGUAGES else current_language()


class FilesForm(Form):
    """Files that come by themselves."""

    evidence = FileUpload(_l("Add files as evidence"))

    def files(self) -> list[FileStorage]:
        """The files that came along."""
        return list(self.evidence.raw_data or ())


class ConfirmForm(Form):
    """One press on what is shown. `version` is what was seen."""

    version = Version()


class WithdrawForm(Form):
    """A decision that is taken back, and why. `version` is the number of the revision."""

    version = Version()
    reason = TextArea(
        _l("Why it is taken back"), look={"rows": 3, "hint": _l("It stands in the history, where the body reads it.")}
    )


class CommentForm(Form):
    """A press with a comment."""

    version = Version()
    comment = TextArea(_l("What shall be changed"), look={"rows": 4})


class SayForm(Form):
    """Something said about a figure inside the body."""

    text = TextArea(
        _l("Write to your colleagues"), look={"rows": 2, "hint": _l("Only who works in this body reads it.")}
    )


OUTCOMES = (
    ("accept", _l("Accept as reported")),
    ("accept_with_value", _l("Accept with another figure")),
    ("return", _l("Return to the body")),
)


class DecisionForm(Asked, Form):
    """An appraiser's decision on one revision (`version` is its number)."""

    version = Version()
    language = HiddenField()
    outcome = Radios(_l("Decision"), choices=OUTCOMES)
    value = TextField(_l("Figure that counts"), look=NUMBER)
    numerator = TextField(_l("Part that counts"), look=NUMBER)
    denominator = TextField(_l("Whole that counts"), look=NUMBER)
    usual = Checkboxes(_l("Usual reasons for a return"), choices=[])
    reason = TextArea(
        _l("Reason"), look={"rows": 4, "hint": _l("The body reads it. Needed unless you accept as reported.")}
    )

    def fit(self, *, ratio: bool, other_value: bool, unit: str) -> None:
        """Leave only the choices and fields that this report has."""
        for name in ("value",) if ratio else ("numerator", "denominator"):
            del self[name]
        if not other_value:
            for name in ("value", "numerator", "denominator"):
                if name in self:
                    del self[name]
            choices: Any = self.outcome.choices
            self.outcome.choices = [choice for choice in choices if choice.value != "accept_with_value"]
        elif not ratio:
            self.value.look["suffix"] = unit

    def offer(self, usual: Sequence[tuple[str, str]]) -> None:
        """The usual reasons that can be ticked, by their token; what was ticked stands in the reason from then on."""
        self.usual.choices = list(usual)
        ticked_ones = [text for token, text in usual if token in (self.usual.data or ())]
        if ticked_ones:
            self.reason.data, self.usual.data = worded(ticked_ones, self.reason.data or ""), []
        if not usual:
            del self.usual

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuses a decision that leaves something out which was typed: it would be lost without a word."""
        whole = bool(super().validate(extra_validators))
        chosen, reason = self.outcome.data, (self.reason.data or "").strip()
        if (self.typed() and chosen in {"accept", "return"}) or (reason and chosen == "accept"):
            self.add_error(
                "outcome",
                _l("What you typed below does not belong to this decision: choose another one, or empty the field"),
            )
            return False
        return whole

    def custom(self) -> str:
        """The language by whose custom the numbers were typed."""
        given = self.language.data
        return given if given in LANGUAGES else current_language()

    def typed(self) -> dict[str, str]:
        """The figure that was typed."""
        names: tuple[Any, ...] = ("value", "numerator", "denominator")
        return {name: str(self[name].data) for name in names if name in self and self[name].data}


def worded(usual: Sequence[str], typed: str) -> str:
    """Usual reasons that were ticked and what was typed beside them, as one text."""
    return "\n".join(filter(None, [*usual, typed.strip()]))


def key_of(slot: ReportSlot, *, own: bool) -> str:
    """By which a figure is told from the others of a page; `own`: of the page's own period."""
    return slot.target.token if own else f"{slot.target.token}.{slot.code}"


def place_of(key: str, period: str) -> tuple[str, str]:
    """(token of the target, code of the period) of such a key."""
    token, dot, code = key.rpartition(".")
    return (token, code) if dot else (key, period)


def ticked(given: Iterable[str]) -> dict[str, int]:
    """Token → the version or revision that was seen, of the boxes of a form ("token:number"); the rest is left out."""
    pairs = [text.rpartition(":") for text in given]
    return {
        token: int(number)
        for token, _sign, number in pairs
        if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    }
