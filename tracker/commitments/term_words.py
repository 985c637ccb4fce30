"""The terms of a target in the reader's words: what each is called, what it says, and what of it differs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast

from tracker.commitments.terms import Terms
from tracker.commitments.units import number_text, unit_text
from tracker.commitments.words import Promise, unit_of
from tracker.core.languages import NOTHING, Text, _, _l, format_day, format_figure, text_by_language
from tracker.programmes.words import FREQUENCIES, SHAPES

TERMS: Mapping[str, Text] = {
    "code": _l("Code"),
    "title": _l("Title"),
    "domain": _l("Domain"),
    "shape": _l("Shape"),
    "unit": _l("Unit"),
    "weight": _l("Weight"),
    "frequency": _l("Frequency"),
    "starts_on": _l("First day"),
    "due_on": _l("Deadline"),
    "baseline": _l("Baseline"),
    "goal": _l("Goal"),
    "direction": _l("Direction"),
    "judged_by": _l("Judged by"),
    "low": _l("Lower limit"),
    "high": _l("Upper limit"),
    "ratio": _l("Two numbers"),
    "cumulative": _l("Counted from the start"),
    "milestones": _l("Milestones"),
    "evidence": _l("Evidence"),
}
DIRECTIONS: Mapping[str, Text] = {"at_least": _l("at least"), "at_most": _l("at most")}
JUDGED_BY: Mapping[str, Text] = {"every_period": _l("every period by itself"), "whole_term": _l("the whole term")}
_CHOICES: Mapping[str, Mapping[str, Text]] = {
    "shape": SHAPES,
    "frequency": FREQUENCIES,
    "direction": DIRECTIONS,
    "judged_by": JUDGED_BY,
}


class Told(NamedTuple):
    """One term that differs, in words: Goal, 95 %, 92 %."""

    label: str
    before: str
    after: str


def difference_text(change: Mapping[str, Any], terms: Terms) -> Told:
    """A difference as proposals, moves and documents hold it ({"term", "from", "to"}), of a target with these terms."""
    term = change["term"]
    before, after = (value_text(term, change[side], terms) for side in ("from", "to"))
    return Told(str(TERMS.get(term, term)), before, after)


def value_text(term: str, value: Any, terms: Terms) -> str:
    """A value of a term, as a record holds it, in words; a dash for none."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return _("none") if term == "milestones" else NOTHING
    if term in _CHOICES:
        return str(_CHOICES[term].get(value, value))
    if term == "milestones":
        return ", ".join(f"{_day(one['on'])}: {_figure(one['value'], terms)}" for one in value)
    if term in ("goal", "baseline", "low", "high"):
        return _figure(value, terms)
    if term == "weight":
        return format_figure(Decimal(value))
    if term in ("starts_on", "due_on"):
        return _day(value)
    return _plain(term, value)


def _plain(term: str, value: Any) -> str:
    if isinstance(value, Mapping):  # a title, or a whole target
        return text_by_language(dict(value if term == "title" else value.get("title", {})))
    return unit_text(value) or str(value) if term == "unit" else str(value)


def _figure(value: str, terms: Terms) -> str:
    return number_text(Decimal(value), unit_of(cast(Promise, terms)) or "")


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text))
