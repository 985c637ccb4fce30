"""A target of a commitment in words, with the first goal and deadline where they are others by now; and what an
amendment changes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import url_for

from tracker.commitments.dossiers import DraftTarget
from tracker.commitments.life import document
from tracker.commitments.present import Standing
from tracker.commitments.terms import term_texts
from tracker.commitments.terms.term_texts import TERMS, Record
from tracker.commitments.terms.terms import WHOLE
from tracker.core.languages import _, format_figure, text_by_language

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
    goal, due = term_texts.goal(terms), _due(terms)
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


def standing(one: Standing) -> dict[str, Any]:
    """A target of a commitment in force that no draft is shown of."""
    return {
        **told(one.now.record(), one.first.record()),
        "ended": one.target.ended_on,
        "added": one.target.added_on,
        "stands": url_for("monitoring.target", token=one.target.token),
    }


def title_of(terms: Record) -> str:
    """What is promised; its code where that is still open."""
    return text_by_language(terms.get("title") or {"vi": terms["code"]})


def changed(drafted: Sequence[DraftTarget], first: Mapping[str, Record]) -> list[Changed]:
    """What an amendment changes, term by term, adds or ends (`drafted` holds what was dropped too); `first`: the terms
    that were signed first, by code."""
    terms = {one.code: one.terms for one in drafted}
    return [_changed(one, terms[one["target"]]) for one in document.changes(drafted, first)]


def _changed(one: Record, terms: Record) -> Changed:
    name, first = one["term"], None
    if name == WHOLE:
        promise = _("%(goal)s, by %(day)s", goal=term_texts.goal(terms), day=_due(terms))
        before, after = (promise, _("It ends")) if one["to"] is None else (_("Not promised"), promise)
    else:
        first = term_texts.value(name, one["first"], terms) if "first" in one else None
        before, after = (term_texts.value(name, one[key], terms) for key in ("from", "to"))
    return Changed(one["target"], title_of(terms), term_texts.label(name), first, before, after)


def _due(terms: Record) -> str:
    return term_texts.value("due_on", terms.get("due_on"), terms)


def _promised(terms: Record) -> dict[str, Any]:
    return {name: terms[name] for name in ("goal", "low", "high", "direction") if name in terms}
