"""Terms of a drafted target in the reader's words, one by one as they are stored, and the differences of two."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.commitments.terms import words
from tracker.commitments.terms.template_words import DIRECTIONS, JUDGED
from tracker.commitments.terms.terms import WHOLE
from tracker.commitments.terms.units import number_text, unit_text
from tracker.core.languages import (
    NOTHING,
    Text,
    _,
    _l,
    capital,
    format_day,
    format_figure,
    text_beside,
    text_by_language,
)
from tracker.programmes.words import DOMAINS, FREQUENCIES, SHAPES
from tracker.rule.facts import Shape
from tracker.rule.facts import Terms as Figures

Record = Mapping[str, Any]
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
_FIGURES = frozenset({"baseline", "goal", "low", "high"})
_NAMED: Mapping[str, Mapping[Any, Any]] = {
    "domain": DOMAINS,
    "shape": SHAPES,
    "direction": DIRECTIONS,
    "judged_by": JUDGED,
}


class Told(NamedTuple):
    """One difference in words."""

    target: str
    term: str
    before: str
    after: str


def label(term: str) -> str:
    """What a term is called."""
    return _("The target as a whole") if term == WHOLE else str(TERMS[term])


def value(term: str, stored: Any, terms: Record) -> str:
    """A stored value of a term; `terms`: those that it stands among, for its unit."""
    if stored is None or stored in ("", []):
        return NOTHING
    if isinstance(stored, bool):
        return _("yes") if stored else _("no")
    if term in _FIGURES:
        return number_text(Decimal(stored), words.unit_of(_promise(terms)))
    if term in ("starts_on", "due_on"):
        return format_day(date.fromisoformat(stored))
    if term == "milestones":
        return "; ".join(
            f"{format_day(date.fromisoformat(one['on']))}: {value('goal', one['value'], terms)}" for one in stored
        )
    return _other(term, stored)


def _other(term: str, stored: Any) -> str:
    if term == "title":
        return text_by_language(stored)
    if term == "weight":
        return format_figure(Decimal(stored))
    if term == "unit":
        return unit_text(stored) or _("a plain number")
    if term == "frequency":
        return capital(str(FREQUENCIES.get(stored, stored)))
    if term == WHOLE:
        return f"{stored['code']} · {text_by_language(stored.get('title') or {'vi': ''})} · {goal(stored)}"
    return str(_NAMED.get(term, {}).get(stored, stored))


def goal(terms: Record) -> str:
    """What stored terms promise: ≥ 95 %; a dash where that is still open."""
    figures: dict[str, Any] = {
        name: Decimal(terms[name]) if name in terms else None for name in ("goal", "low", "high")
    }
    shape = terms.get("shape")
    if shape is None or (shape != Shape.DELIVERABLE and not any(one is not None for one in figures.values())):
        return NOTHING
    return words.goal(_promise(terms), Figures(**figures))


def changes(records: Iterable[Record], code: str, terms: Record) -> list[Told]:
    """Differences as they are stored in a proposal or a move: [{"term", "from", "to"}]."""
    return [
        Told(
            code or (one["to"] or one["from"])["code"],
            label(one["term"]),
            beside(one["term"], one["from"], one["to"], terms),
            beside(one["term"], one["to"], one["from"], terms),
        )
        for one in records
    ]


def beside(term: str, stored: Any, other: Any, terms: Record) -> str:
    """A value that differs from another one: of a title each language in which it does."""
    if term == "title" and stored and other:
        return text_beside(stored, other)
    return value(term, stored, terms)


class _Promise(NamedTuple):
    shape: str
    unit: str
    ratio: bool
    direction: str | None


def _promise(terms: Record) -> _Promise:
    return _Promise(terms.get("shape") or "", terms.get("unit") or "", bool(terms.get("ratio")), terms.get("direction"))
