"""Forms of a commitment on its way: what is pressed, said, proposed and answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from tracker.commitments.life.drafting import Line
from tracker.commitments.life.moving import LONGEST_TEXT
from tracker.commitments.terms.template_words import DIRECTIONS, JUDGED
from tracker.commitments.terms.term_texts import TERMS
from tracker.commitments.terms.terms import AMENDABLE, LONGEST_EVIDENCE, LONGEST_TITLE, Terms
from tracker.core.languages import _l, capital, current_language, format_figure
from tracker.core.numbers import NumberError, parse_day, parse_number
from tracker.core.web.forms import (
    AtMost,
    Checkboxes,
    DayField,
    Form,
    NumberField,
    Required,
    Select,
    TextArea,
    Version,
)
from tracker.core.web.translations import Translates
from tracker.programmes.words import FREQUENCIES
from tracker.rule.facts import Milestone

_LEFT_OUT = {"hint": _l("May be left out")}
_BY_SHAPE: Mapping[str, Sequence[str]] = {
    "deliverable": ("title", "title_en", "weight", "starts_on", "due_on", "frequency", "milestones", "evidence"),
    "reach": (
        *("title", "title_en", "baseline", "goal", "weight", "starts_on", "due_on", "frequency", "milestones"),
        "evidence",
    ),
    "keep": (
        *("title", "title_en", "goal", "direction", "low", "high", "judged_by", "weight", "starts_on", "due_on"),
        *("frequency", "evidence"),
    ),
}


class SeenForm(Form):
    """A press on what was seen: `version` of the dossier, `seen` the document's hash."""

    version = Version()
    seen = HiddenField()


class ReasonForm(SeenForm):
    """A press that others are told the reason of."""

    reason = TextArea(_l("Reason"), [Required(_l("Enter the reason")), AtMost(LONGEST_TEXT)], look={"rows": 4})


class FreezeForm(SeenForm):
    """Whom the document names to sign for the People's Committee; the first one, unless another is chosen."""

    signatory = Select(_l("Signs for the People's Committee"), look={"hint": _l("Nobody else can then sign it")})

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """Those who can sign; where nobody holds the office today, whoever may signs later."""
        if people:
            self.signatory.choices = list(people)
        else:
            del self.signatory


class InForceForm(SeenForm):
    """From which day it counts."""

    from_on = DayField(_l("In force from"), [Required(_l("Enter the day"))])


class AmendForm(Form):
    """Why a commitment is amended, and from when."""

    reason = TextArea(
        _l("Reason"),
        [Required(_l("Enter the reason")), AtMost(LONGEST_TEXT)],
        look={"rows": 4, "hint": _l("Both sides read it, and it stands with the terms for ever")},
    )
    from_on = DayField(
        _l("Takes effect on"),
        [Required(_l("Enter the day"))],
        look={"hint": _l("Today or later, such as 20/06/2021. What is signed later counts from the signing.")},
    )


class AmendmentOfferForm(SeenForm):
    """From which day the offered terms are to count."""

    from_on = DayField(_l("Takes effect on"), [Required(_l("Enter the day"))])


class SigningDaysForm(SeenForm):
    """Until when each side signs."""

    sign_until = DayField(
        _l("The head signs until"),
        look={"hint": _l("Empty: without a last day. What is not signed by then expires")},
    )
    countersign_until = DayField(
        _l("The People's Committee signs until"),
        look={"hint": _l("Empty: without a last day. After it nothing is signed until another day is set")},
    )


class OnPaperForm(SeenForm):
    """The days that stand on the paper."""

    signed_on = DayField(_l("Signed by the head on"), [Required(_l("Enter the day on the paper"))])
    countersigned_on = DayField(
        _l("Signed for the People's Committee on"),
        look={"hint": _l("Leave it empty where the People's Committee signs in another way")},
    )


class CountersignedOnPaperForm(SeenForm):
    """The day of the second signature, where the head has signed in another way."""

    countersigned_on = DayField(
        _l("Signed for the People's Committee on"), [Required(_l("Enter the day on the paper"))]
    )


class AssessForm(SeenForm):
    """Until when the head can state something to the assessment."""

    until = DayField(
        _l("The head can make a statement until"),
        [Required(_l("Enter the day"))],
        look={"hint": _l("Ten working days are usual, five the fewest")},
    )


class StatementForm(SeenForm):
    """What the head states to the assessment."""

    text = TextArea(
        _l("Statement"),
        [Required(_l("Enter the statement")), AtMost(LONGEST_TEXT)],
        look={
            "rows": 8,
            "hint": _l("It stands in the assessment word for word. Until it is closed you can state anew"),
        },
    )


class TakeOverForm(Form):
    """The targets that are taken over."""

    version = Version()
    targets = Checkboxes(_l("Targets that were not met"), validators=[Required(_l("Choose one target at least"))])


class CommentForm(Form):
    """Something that is said of a term, of a target or of the whole."""

    about = Select(_l("About"))
    term = Select(_l("Term"), look={"hint": _l("What the term is now is kept with the comment")})
    text = TextArea(_l("Comment"), [Required(_l("Enter the comment")), AtMost(LONGEST_TEXT)], look={"rows": 4})

    def __init__(self, *args: Any, targets: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about.choices = [("", _l("The whole commitment")), *targets]
        terms: list[Any] = [(name, told) for name, told in TERMS.items() if name != "code"]
        self.term.choices = [("", _l("The target as a whole")), *terms]


class NewTargetForm(Form):
    """One more target, from a template."""

    version = Version()
    template = Select(_l("Template"), [Required(_l("Choose a template"))])
    goal = NumberField(_l("Goal"), look={"hint": _l("Empty: as in the template")})
    reason = TextArea(_l("Reason"), [AtMost(LONGEST_TEXT)], look={"rows": 3, **_LEFT_OUT})

    def line(self, line: Line) -> Line:
        """The template's line with what was typed."""
        values = {"goal": self.goal.data} if self.goal.data is not None else {}
        return Line(line.terms.with_values(values), line.template_version_id, line.template_code)


class DropForm(Form):
    """Take a target out."""

    version = Version()
    reason = TextArea(_l("Reason"), [AtMost(LONGEST_TEXT)], look={"rows": 3})


class TermsForm(Form):
    """The terms of one target. Those that its shape has not, or that are not to be changed, are taken away."""

    version = Version()
    title = TextArea(
        TERMS["title"], [Required(_l("Enter the title in Vietnamese")), AtMost(LONGEST_TITLE)], look={"rows": 2}
    )
    title_en = TextArea(
        _l("Title in English"), [AtMost(LONGEST_TITLE), Translates("title")], look={"rows": 2, **_LEFT_OUT}
    )
    baseline = NumberField(TERMS["baseline"])
    goal = NumberField(TERMS["goal"])
    direction = Select(TERMS["direction"], choices=[("", _l("None")), *DIRECTIONS.items()])
    low = NumberField(TERMS["low"], look={"hint": _l("Of a standard to keep within a range")})
    high = NumberField(TERMS["high"], look={"hint": _l("Of a standard to keep within a range")})
    judged_by = Select(TERMS["judged_by"], choices=[("", _l("None")), *JUDGED.items()])
    weight = NumberField(TERMS["weight"])
    starts_on = DayField(TERMS["starts_on"])
    due_on = DayField(TERMS["due_on"])
    frequency = Select(TERMS["frequency"])
    milestones = TextArea(
        TERMS["milestones"],
        [AtMost(2000)],
        look={"rows": 3, "hint": _l("One a line: the day, and the figure by then, such as 30/06/2026: 40")},
    )
    evidence = TextArea(TERMS["evidence"], [AtMost(LONGEST_EVIDENCE)], look={"rows": 3, **_LEFT_OUT})
    reason = TextArea(_l("Reason"), [AtMost(LONGEST_TEXT)], look={"rows": 3, "hint": _l("The other side reads it")})

    def __init__(self, terms: Terms, *, amends: bool, proposes: bool, version: int) -> None:
        super().__init__(data={**_as_typed(terms), "version": version})
        self.frequency.choices = [(key, capital(str(name))) for key, name in FREQUENCIES.items()]
        self.terms = terms
        self.names = [one for one in _BY_SHAPE[terms.shape or "keep"] if not amends or one in AMENDABLE]
        for one in self.visible():
            if one.name not in self.names and not (proposes and one.name == "reason"):
                del self[one.name]

    def values(self) -> dict[str, Any] | None:
        """What was typed, term by term; none where some of it cannot be read: that stands beside its field."""
        found = {name: self[name].data for name in self.names}
        if "title" in found:
            found["title"] = self._title(found["title"], found.pop("title_en"))
        if "milestones" in found:
            found["milestones"] = self._milestones()
        return None if self.all_errors() else found

    def _title(self, title: str | None, english: str | None) -> dict[str, str | None]:
        """By language; one that is emptied is none, and what stands in a further one stays."""
        found = {**(self.terms.title or {}), "vi": title, "en": english}
        return {language: text for language, text in found.items() if text}

    def _milestones(self) -> list[Milestone]:
        stones = []
        for line in filter(None, map(str.strip, (self.milestones.data or "").splitlines())):
            day, _colon, figure = line.partition(":")
            try:
                stones.append(Milestone(parse_day(day), parse_number(figure, current_language())))
            except NumberError:
                self.add_error("milestones", _l("“%(line)s” cannot be read. Write it as 30/06/2026: 40", line=line))
        return stones


def _as_typed(terms: Terms) -> dict[str, Any]:
    names = ("baseline", "goal", "direction", "low", "high", "judged_by", "weight", "starts_on", "due_on", "frequency")
    stones = [f"{one.on:%d/%m}/{one.on.year:04d}: {format_figure(one.value)}" for one in terms.milestones]
    return {
        **{name: getattr(terms, name) for name in names},
        "title": (terms.title or {}).get("vi"),
        "title_en": (terms.title or {}).get("en"),
        "milestones": "\n".join(stones) or None,
        "evidence": terms.evidence,
    }
