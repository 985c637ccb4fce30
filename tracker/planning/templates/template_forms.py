"""The form of a template of targets."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.commitments.terms.template_words import DIRECTIONS, JUDGED, LABELS, milestones_text, unit_choices
from tracker.core.languages import _l, capital, current_language
from tracker.core.numbers import NumberError, parse_number
from tracker.core.web.forms import (
    AtMost,
    Checkbox,
    Form,
    NumberField,
    Radios,
    Required,
    Select,
    TextArea,
    TextField,
    Version,
)
from tracker.core.web.translations import Says, Translates
from tracker.programmes.words import DOMAINS, FREQUENCIES, SHAPES

_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})")
_MILESTONE = re.compile(r"\s*(?P<share>[\d.,]+)\s*%?\s*[:=]\s*(?P<value>[\d.,]+)\s*%?\s*")
_LEAP_YEAR = 2000
_LEFT_OUT = {"hint": _l("May be left out")}


class TermsForm(Form):
    """What a version of a template says."""

    version = Version()
    title = TextArea(LABELS["title"], [Required(_l("Enter the title in Vietnamese")), AtMost(500)], look={"rows": 2})
    title_en = TextArea(_l("Title in English"), [AtMost(500), Translates("title")], look={"rows": 2, **_LEFT_OUT})
    domain = Select(LABELS["domain"], [Required(_l("Choose a domain"))])
    shape = Radios(LABELS["shape"], [Required(_l("Choose the kind of the target"))], choices=list(SHAPES.items()))
    unit = Select(LABELS["unit"], [Required(_l("Choose a unit"))])
    ratio = Checkbox(_l("Each figure is a part of a whole: two numbers are reported"))
    direction = Select(LABELS["direction"], choices=[("", _l("None")), *DIRECTIONS.items()])
    judged_by = Select(LABELS["judged_by"], choices=[("", _l("None")), *JUDGED.items()])
    cumulative = Checkbox(_l("Each report counts from the start"))
    baseline = NumberField(LABELS["baseline"], look=_LEFT_OUT)
    goal = NumberField(LABELS["goal"], look=_LEFT_OUT)
    low = NumberField(LABELS["low"], look={"hint": _l("Of a standard to keep within a range")})
    high = NumberField(LABELS["high"], look={"hint": _l("Of a standard to keep within a range")})
    weight = NumberField(LABELS["weight"], [Required(_l("Enter the weight"))])
    frequency = Select(LABELS["frequency"], [Required(_l("Choose how often it is reported"))])
    due = TextField(
        LABELS["due"], look={"hint": _l("Day and month, such as 30/06; empty: the programme's last day"), "width": 5}
    )
    milestones = TextArea(
        LABELS["milestones"],
        [AtMost(1000)],
        look={"rows": 3, "hint": _l("One a line: the share of the term, and the figure by then, such as 50 %: 40")},
    )
    evidence = TextArea(LABELS["evidence"], [AtMost(2000), Says()], look={"rows": 3})
    evidence_en = TextArea(
        _l("What counts as evidence, in English"), [AtMost(2000), Translates("evidence")], look={"rows": 3, **_LEFT_OUT}
    )
    why = TextArea(LABELS["why"], [AtMost(500), Says()], look={"rows": 2, "hint": _l("In a sentence")})
    why_en = TextArea(_l("Why it matters, in English"), [AtMost(500), Translates("why")], look={"rows": 2, **_LEFT_OUT})
    source = TextArea(
        LABELS["source"], [AtMost(1000), Says()], look={"rows": 2, "hint": _l("The plan or document it is from")}
    )

    def __init__(self, *args: Any, unit: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domains: list[Any] = [(str(key), label) for key, label in DOMAINS.items()]
        self.domain.choices = [("", _l("Choose")), *domains]
        self.unit.choices = [("", _l("Choose")), *unit_choices(unit)]
        self.frequency.choices = [("", _l("Choose")), *((key, capital(str(name))) for key, name in FREQUENCIES.items())]

    def values(self) -> dict[str, Any] | None:
        """What was typed, as a version holds it; none where some of it cannot be read: that stands beside its field."""
        due, stones = self._due(), self._milestones()
        if self.all_errors():
            return None
        plain = ("shape", "unit", "direction", "judged_by", "baseline", "goal", "low", "high", "weight", "frequency")
        return {
            **{name: self[name].data for name in plain},
            "ratio": bool(self.ratio.data),
            "cumulative": bool(self.cumulative.data),
            "domain": int(self.domain.data),
            "title": _texts(self.title.data, self.title_en.data),
            "due": due,
            "milestones": stones,
            "evidence": _texts(self.evidence.data, self.evidence_en.data),
            "why": _texts(self.why.data, self.why_en.data),
            "source": self.source.data,
        }

    def _due(self) -> str | None:
        typed = self.due.data
        if not typed:
            return None
        found = _DAY.fullmatch(typed.strip())
        try:
            if found is None:
                raise ValueError
            return date(_LEAP_YEAR, int(found[2]), int(found[1])).isoformat()[5:]
        except ValueError:
            self.add_error("due", _l("Enter a day and a month, such as 30/06"))
            return None

    def _milestones(self) -> list[dict[str, str]]:
        stones: list[dict[str, str]] = []
        for line in filter(None, map(str.strip, (self.milestones.data or "").splitlines())):
            read = _MILESTONE.fullmatch(line)
            try:
                if read is None:
                    raise NumberError(line)
                share, value = (parse_number(read[name], current_language()) for name in ("share", "value"))
            except NumberError:
                self.add_error("milestones", _l("“%(line)s” cannot be read. Write it as 50 %%: 40", line=line))
                continue
            if not 0 < share < 100:  # percent of the term, both ends excluded
                self.add_error("milestones", _l("A milestone lies between 0 and 100 percent of the term."))
            stones.append({"share_of_term": format(share / 100, "f"), "value": format(value, "f")})
        return sorted(stones, key=lambda one: Decimal(one["share_of_term"]))


class TemplateForm(TermsForm):
    """A new template."""

    code = TextField(
        _l("Code"),
        [Required(_l("Enter a code")), AtMost(40)],
        look={"hint": _l("Names the template for ever, such as 3.01"), "width": 10},
    )


class PressForm(Form):
    """Nothing to fill in."""


def as_typed(version: Any) -> dict[str, Any]:
    """A version as the form shows it."""
    plain = (
        *("shape", "unit", "direction", "judged_by", "baseline", "goal", "low", "high", "weight", "frequency", "ratio"),
        *("cumulative", "source", "version"),
    )
    texts = {
        f"{name}{ending}": (getattr(version, name) or {}).get(language)
        for name in ("title", "evidence", "why")
        for ending, language in (("", "vi"), ("_en", "en"))
    }
    return {
        **{name: getattr(version, name) for name in plain},
        **texts,
        "domain": str(version.domain),
        "due": "/".join(reversed(version.due.split("-"))) if version.due else None,
        "milestones": milestones_text(version.milestones),
    }


def _texts(vi: str | None, en: str | None) -> dict[str, str] | None:
    found = {language: text for language, text in (("vi", vi), ("en", en)) if text}
    return found if vi else None
