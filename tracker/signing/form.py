"""What is written on a document, in the official form's words: what the templates in templates/documents/ lay out.

Official documents are in Vietnamese: whoever asks does so in `in_language(None)`. Figures, units and days are written
as everywhere.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tracker.commitments.units import PERCENT, number_text
from tracker.core.languages import (
    NOTHING,
    Text,
    _,
    _l,
    capital,
    format_day,
    format_figure,
    format_number,
    text_by_language,
)
from tracker.programmes.words import domain_name, frequency_name
from tracker.rule.exact import half_up
from tracker.rule.facts import Shape
from tracker.signing.canonical import Document, weighted
from tracker.signing.words import AMENDMENT, ASSESSMENT, COMMITMENT, KINDS

Target = Mapping[str, Any]

_TERMS: Mapping[str, Text] = {
    "title": _l("What is promised"),
    "domain": _l("Domain"),
    "shape": _l("Kind of target"),
    "unit": _l("Unit"),
    "weight": _l("Weight"),
    "frequency": _l("Reports"),
    "starts_on": _l("First day"),
    "due_on": _l("Deadline"),
    "baseline": _l("Baseline"),
    "goal": _l("Goal"),
    "direction": _l("At least or at most"),
    "judged_by": _l("How it is judged"),
    "low": _l("Lowest value"),
    "high": _l("Highest value"),
    "ratio": _l("Part of a whole"),
    "cumulative": _l("Figures count from the start"),
    "milestones": _l("Milestones"),
    "evidence": _l("Evidence"),
}
_VALUES: Mapping[str, Text] = {
    "deliverable": _l("A piece of work to finish"),
    "reach": _l("A figure to reach"),
    "keep": _l("A standard to keep"),
    "at_least": _l("no less than"),
    "at_most": _l("no more than"),
    "every_period": _l("in every period"),
    "whole_term": _l("over the whole term"),
}
_FIGURES = frozenset({"baseline", "goal", "low", "high"})
_DAYS = frozenset({"starts_on", "due_on"})
_COMMITTEE = "Ủy ban nhân dân"  # whose name is broken before the place that it is of
_LETTERS = "ABCDEFGH"


def laid_out(document: Document) -> dict[str, Any]:
    """What the template of the document's kind shows, without what the file adds: its pages, codes and hash."""
    issuer = text_by_language(document["body"]["name"])
    return {
        "number": document["number"],
        "title": str(KINDS[document["kind"]]),
        "abstract": _abstract(document),
        "parent": document["body"]["parent"],
        "issuer": issuer,
        "place-and-day": _place_and_day(document),
        "slogan": _slogan(document),
        "basis": document["programme"]["basis"],
        "signatories": [_signatory(document, one) for one in _left_to_right(document)],
        "recipients": _recipients(document),
        **_OF_KIND[document["kind"]](document, issuer, text_by_language(document["ppc"]["name"])),
    }


def goal_of(target: Target) -> str:
    """What a target promises, in a clause: "Từ 95 % trở lên", "Đạt 234 thủ tục", "Hoàn thành"."""
    if target["shape"] == Shape.DELIVERABLE:
        return _("Finished")
    unit = _unit(target)
    if target["shape"] == Shape.REACH:
        return _("Reach %(goal)s", goal=number_text(target["goal"], unit))
    low, high = target.get("low"), target.get("high")
    if "goal" in target:
        low, high = (target["goal"], None) if target.get("direction") != "at_most" else (None, target["goal"])
    if low is not None and high is not None:
        return _("From %(low)s to %(high)s", low=format_figure(low), high=number_text(high, unit))
    if low is not None:
        return _("%(figure)s or more", figure=number_text(low, unit))
    return _("No more than %(figure)s", figure=number_text(high or "0", unit))


def _commitment(document: Document, issuer: str, ppc: str) -> dict[str, Any]:
    return {
        "opening": _(
            "The head of %(body)s commits to %(ppc)s to the following targets in %(year)s:",
            body=issuer,
            ppc=ppc,
            year=document["programme"]["year"],
        ),
        "groups": _groups(document, _promised),
        "duties": [
            _(
                "The head of %(body)s directs the work in person, reports on time and answers to %(ppc)s for what "
                "comes of this commitment.",
                body=issuer,
                ppc=ppc,
            )
        ],
    }


def _amendment(document: Document, issuer: str, ppc: str) -> dict[str, Any]:
    targets = {target["code"]: target for target in document["targets"]}
    first = {(change["target"], change["term"]): change.get("first", change["from"]) for change in document["changes"]}

    def amended(target: Target) -> dict[str, Any]:
        code = target["code"]
        goal, due = first.get((code, "goal")), first.get((code, "due_on"))
        return {
            **_promised(target),
            "first-goal": goal and goal_of({**target, "goal": goal}),
            "first-due": due and format_day(date.fromisoformat(due)),
        }

    values = {"number": document["amends"], "body": issuer, "ppc": ppc}
    if "effective_from" in document:
        values["day"] = format_day(date.fromisoformat(document["effective_from"]))
        opening = _("%(body)s and %(ppc)s agree to change commitment %(number)s as follows, from %(day)s on:", **values)
    else:
        opening = _("%(body)s and %(ppc)s agree to change commitment %(number)s as follows:", **values)
    return {
        "opening": opening,
        "changes": [_change(targets[change["target"]], change) for change in document["changes"]],
        "groups": _groups(document, amended),
        "duties": [_("All else in commitment %(number)s stays as it is.", number=document["amends"])],
    }


def _assessment(document: Document, issuer: str, _ppc: str) -> dict[str, Any]:
    assessment = document["assessment"]
    results = {result["target"]: result for result in assessment["results"]}
    score = assessment["score"]
    return {
        "opening": _(
            "By what is known on %(day)s, this is what came of commitment %(number)s of %(body)s:",
            day=format_day(date.fromisoformat(assessment["on"])),
            number=document["amends"],
            body=issuer,
        ),
        "groups": _groups(document, lambda target: _came_of(target, results[target["code"]])),
        "arithmetic": list(_arithmetic(document)),
        "result": _("Score: %(score)s", score=format_number(score)) if score else _("No target has a score."),
        "statement": assessment["statement"].split("\n") if "statement" in assessment else None,
    }


_OF_KIND = {COMMITMENT: _commitment, AMENDMENT: _amendment, ASSESSMENT: _assessment}


def _abstract(document: Document) -> str:
    programme = text_by_language(document["programme"]["title"])
    if document["kind"] == COMMITMENT:
        return _("On carrying out %(programme)s", programme=programme)
    values = {"number": document["amends"], "programme": programme}
    if document["kind"] == AMENDMENT:
        return _("Changes to commitment %(number)s on carrying out %(programme)s", **values)
    return _("What came of commitment %(number)s on carrying out %(programme)s", **values)


def _slogan(document: Document) -> str | None:
    slogan = document["programme"]["slogan"]
    return text_by_language(slogan) if slogan else None


def _place_and_day(document: Document) -> str:
    """As the form has it: a day below 10 and the first two months carry a zero."""
    day = date.fromisoformat(document["date"])
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{document['place']}, ngày {day.day:02d} tháng {month} năm {day.year}"


def _left_to_right(document: Document) -> list[Mapping[str, Any]]:
    """The PPC's side stands left, the body's right: where a single one signs, it signs on the right."""
    return sorted(document["signatories"], key=lambda one: one["side"] != "ppc")


def _signatory(document: Document, signatory: Mapping[str, Any]) -> dict[str, Any]:
    """The lines over a signature. Of a document of two bodies a title names its body."""
    authority, title = signatory.get("authority"), signatory["title"]
    kind, committee, province = text_by_language(document[signatory["side"]]["name"]).partition(_COMMITTEE)
    side = [committee, province.strip()] if not kind and province else [kind + committee + province]
    holder = signatory.get("for", "Chủ tịch")
    if authority == "TM.":
        lines = [f"TM. {side[0]}", *side[1:], title]
    elif authority == "KT.":
        lines = [f"TM. {side[0]}", *side[1:], f"KT. {holder}", title]
    elif authority is not None:
        lines = [f"{authority} {holder}", *side, title]
    else:
        lines = [title, *side]
    return {"lines": lines, "name": signatory.get("name", "")}


def _recipients(document: Document) -> list[str]:
    named = document.get("recipients") or [
        text_by_language(document["ppc"]["name"]),
        text_by_language(document["body"]["name"]),
    ]
    return [*(f"{name};" for name in named), "Lưu: VT."]


def _groups(document: Document, told: Any) -> list[dict[str, Any]]:
    """The targets under their domains, numbered through."""
    domains = sorted({target["domain"] for target in document["targets"]})
    ordered = sorted(document["targets"], key=lambda target: target["domain"])
    places = {target["code"]: place for place, target in enumerate(ordered, start=1)}
    return [
        {
            "numeral": letter,
            "name": domain_name(domain),
            "targets": [
                {"place": places[target["code"]], **told(target)} for target in ordered if target["domain"] == domain
            ],
        }
        for letter, domain in zip(_LETTERS, domains, strict=False)
    ]


def _promised(target: Target) -> dict[str, Any]:
    starts_on, due_on = (format_day(date.fromisoformat(target[name])) for name in ("starts_on", "due_on"))
    return {
        **_named(target),
        "goal": goal_of(target),
        "starts": starts_on,
        "due": due_on,
        "first-goal": None,
        "first-due": None,
        "weight": format_figure(target["weight"]),
        "frequency": capital(frequency_name(target["frequency"])),
        "notes": list(_notes(target)),
    }


def _named(target: Target) -> dict[str, Any]:
    return {"title": text_by_language(target["title"]), "code": target["code"]}


def _notes(target: Target) -> Iterator[tuple[str, str]]:
    if "baseline" in target:
        yield str(_TERMS["baseline"]), _value(target, "baseline", target["baseline"])
    if target.get("judged_by") == "whole_term":
        yield str(_TERMS["judged_by"]), str(_VALUES["whole_term"])
    if target.get("cumulative"):
        yield str(_TERMS["cumulative"]), _("yes")
    if target.get("milestones"):
        yield str(_TERMS["milestones"]), _value(target, "milestones", target["milestones"])
    if target.get("evidence"):
        yield str(_TERMS["evidence"]), target["evidence"]


def _change(target: Target, change: Mapping[str, Any]) -> dict[str, Any]:
    term = change["term"]
    told = {place: _value(target, term, change[place]) for place in ("first", "from", "to") if place in change}
    return {
        **_named(target),
        "term": str(_TERMS[term]),
        "first": told.get("first"),
        "before": told["from"],
        "after": told["to"],
    }


def _value(target: Target, term: str, value: Any) -> str:
    """One term as it is written: 95 %, 30/06/2026, hằng quý."""
    if value is None or value == []:
        return _("none (of a term)")
    if term in _FIGURES:
        return number_text(value, _unit(target))
    if term in _DAYS:
        return format_day(date.fromisoformat(value))
    if term == "milestones":
        points = ((date.fromisoformat(point["on"]), number_text(point["value"], _unit(target))) for point in value)
        return "; ".join(f"{format_day(day)}: {figure}" for day, figure in points)
    if term == "weight":
        return format_figure(value)
    if term == "frequency":
        return frequency_name(value)
    if term == "domain":
        return domain_name(int(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return text_by_language(value)
    return str(_VALUES.get(value, value))


def _unit(target: Target) -> str:
    return PERCENT if target.get("ratio") or target["shape"] == Shape.DELIVERABLE else target["unit"]


def _came_of(target: Target, result: Mapping[str, Any]) -> dict[str, Any]:
    figure = {
        name: number_text(result[name], _unit(target)) if name in result else NOTHING
        for name in ("reported", "accepted")
    }
    decided = list(result.get("decided", ()))
    parts = [(_("delivery"), result.get("delivery")), (_("punctuality"), result.get("punctuality"))]
    if any(points for _name, points in parts):
        decided.append(", ".join(f"{name} {format_number(points)}" for name, points in parts if points))
    return {
        **_named(target),
        "goal": goal_of(target),
        "due": format_day(date.fromisoformat(target["due_on"])),
        **figure,
        "conclusion": text_by_language(result["conclusion"]),
        "weight": format_figure(target["weight"]),
        "score": format_number(result["score"]),
        "decided": [capital(told) for told in decided],
    }


def _arithmetic(document: Document) -> Iterator[str]:
    assessment = document["assessment"]
    weights = {target["code"]: target["weight"] for target in document["targets"]}
    total, weight, score = weighted(assessment, weights)
    yield _("The score is the mean of the scores of its targets by their weights, rounded to two decimals.")
    if score is None:
        return
    parts = [
        f"{format_figure(weights[result['target']])} × {format_number(result['score'])}"
        for result in assessment["results"]
        if result["score"] is not None
    ]
    sums = {"parts": " + ".join(parts), "total": _exact(total), "weight": _exact(weight)}
    yield _("Sum of weight × score: %(parts)s = %(total)s. Sum of the weights: %(weight)s.", **sums)
    yield f"{sums['total']} : {sums['weight']} = {format_number(score)}."


def _exact(figure: Fraction) -> str:
    return format_figure(half_up(figure, 14))
