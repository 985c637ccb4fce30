"""A target of a commitment in words, with the first goal and deadline where they are others by now; and what an
amendment changes."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tracker.commitments import document, term_texts
from tracker.commitments.dossiers import DraftTarget
from tracker.commitments.term_texts import TERMS, Record
from tracker.core.languages import format_figure, text_by_language

_SHOWN = [name for name in TERMS if name not in ("code", "title", "goal", "due_on")]


class Changed(NamedTuple):
    """One term that an amendment changes; `first` where an earlier one had changed it already."""

    target: str
    title: str
    term: str
    first: str | None
    before: str
    after: str


def told(terms: Record, first: Record) -> dict[str, Any]:
    """A target as it stands; `first`: the terms as they were signed (empty: nothing is signed yet)."""
    goal, due = term_texts.goal(terms), term_texts.value("due_on", terms.get("due_on"), terms)
    first_goal = term_texts.goal({**terms, **_promised(first)}) if first else goal
    first_due = term_texts.value("due_on", first.get("due_on"), terms) if first else due
    return {
        "code": terms["code"],
        "title": title_of(terms),
        "goal": goal,
        "first_goal": first_goal if first_goal != goal else None,
        "due": due,
        "first_due": first_due if first_due != due else None,
        "weight": format_figure(terms.get("weight")),
        "terms": [
            (term_texts.label(name), term_texts.value(name, terms[name], terms)) for name in _SHOWN if name in terms
        ],
    }


def title_of(terms: Record) -> str:
    """What is promised; its code where that is still open."""
    return text_by_language(terms.get("title") or {"vi": terms["code"]})


def changed(drafted: Iterable[DraftTarget], first: Mapping[str, Record]) -> list[Changed]:
    """What an amendment changes, term by term; `first`: the terms that were signed first, by code."""
    drafted = [one for one in drafted if not one.dropped]
    terms = {one.code: one.terms for one in drafted}
    return [
        Changed(
            code,
            title_of(terms[code]),
            term_texts.label(name),
            term_texts.value(name, one["first"], terms[code]) if "first" in one else None,
            term_texts.value(name, one["from"], terms[code]),
            term_texts.value(name, one["to"], terms[code]),
        )
        for one in document.changes(drafted, first)
        for code, name in [(one["target"], one["term"])]
    ]


def _promised(terms: Record) -> dict[str, Any]:
    return {name: terms[name] for name in ("goal", "low", "high", "direction") if name in terms}
