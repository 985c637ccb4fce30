"""What came of a commitment, as its document and its page tell it: one telling for both, in the reader's language."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.commitments.terms.units import amount_text, figure_text, number_text
from tracker.core.languages import (
    NOTHING,
    _,
    capital,
    format_day,
    format_figure,
    format_number,
    text_by_language,
)
from tracker.programmes.words import period_title
from tracker.rule.exact import half_up
from tracker.signing.documents.canonical import combined, weighted
from tracker.signing.documents.target_form import Target, goal_of, groups, named, origin_text, unit_of

MOST_PLACES = 12  # of parts of a score that have no end
Assessed = Mapping[str, Any]  # {"targets": […], "assessment": {…}}


def told(found: Assessed) -> dict[str, Any]:
    """What is told: the targets by domain, the arithmetic of the score, and what the head stated."""
    assessment = found["assessment"]
    results = {result["target"]: result for result in assessment["results"]}
    share, score = assessment.get("punctuality_weight", "0"), assessment["score"]
    return {
        "groups": groups(found, lambda target: _came_of(target, results[target["code"]], share)),
        "arithmetic": list(_arithmetic(found)),
        "result": _("Score: %(score)s", score=format_number(score)) if score else _("No target has a score."),
        "statement": list(_statement(assessment)) or None,
    }


def in_short(target: Target, result: Mapping[str, Any]) -> str:
    """What was promised and what was reached, in a line."""
    reached = _figure(target, result, "accepted" if "accepted" in result else "reported")
    return _(
        "%(goal)s; reached %(figure)s; %(status)s",
        goal=goal_of(target),
        figure=reached,
        status=text_by_language(result["conclusion"]).lower(),
    )


def _came_of(target: Target, result: Mapping[str, Any], share: str) -> dict[str, Any]:
    first = {**target, **result.get("first", {})}
    goal, due = goal_of(target), _day(target["due_on"])
    return {
        **named(target),
        "goal": goal,
        "due": due,
        "first-goal": goal_of(first) if goal_of(first) != goal else None,
        "first-due": _day(first["due_on"]) if first["due_on"] != target["due_on"] else None,
        "reported": _figure(target, result, "reported"),
        "as-at": _day(result["as_at"]) if "as_at" in result else None,
        "accepted": _figure(target, result, "accepted"),
        "difference": _difference(target, result),
        "conclusion": text_by_language(result["conclusion"]),
        "weight": format_figure(target["weight"]),
        "score": format_number(result["score"]),
        "reason": text_by_language(result["reason"]) if "reason" in result else None,
        "lines": [capital(line) for line in _lines(target, result, share)],
    }


def _lines(target: Target, result: Mapping[str, Any], share: str) -> Iterator[str]:
    """What stands below a target: where it comes from, its figures, what was decided, and how its score came about."""
    if "taken_over_from" in target:
        yield _("Taken over from: %(origin)s", origin=origin_text(target["taken_over_from"]))
    if "weight" in result.get("first", {}):
        yield _("Weight at first: %(weight)s", weight=format_figure(result["first"]["weight"]))
    if "baseline" in target:
        yield _("Baseline: %(baseline)s", baseline=number_text(target["baseline"], unit_of(target)))
    if "figures" in result:
        yield _("Figures: %(figures)s", figures="; ".join(_of_period(target, one) for one in result["figures"]))
    for one in result.get("decided", ()):
        yield one if isinstance(one, str) else _ruling(one)
    yield from _parts(result, share)


def _ruling(one: Mapping[str, Any]) -> str:
    decided = _("%(day)s: %(what)s", day=_day(one["on"]), what=text_by_language(one["what"]))
    return f"{decided}. {_('Reason: %(reason)s', reason=one['reason'])}" if "reason" in one else decided


def _of_period(target: Target, one: Mapping[str, Any]) -> str:
    name = period_title(one["period"]) if "period" in one else _day(one["as_at"])
    figure = _figure(target, one, "reported") if "reported" in one else _("not applicable")
    if "difference" in one:
        accepted = _figure(target, one, "accepted")
        return _("%(period)s: %(reported)s, accepted %(accepted)s", period=name, reported=figure, accepted=accepted)
    return f"{name}: {figure}"


def _parts(result: Mapping[str, Any], share: str) -> Iterator[str]:
    """The arithmetic of one score. Parts are written with as many decimals as it takes to make the score of them."""
    reports = result.get("reports")
    if reports is None and "punctuality" in result:
        yield _("punctuality %(points)s", points=format_number(result["punctuality"]))
    if reports is not None:
        in_time = {"in_time": reports["in_time"], "counted": reports["counted"]}
        punctual = format_number(result["punctuality"])
        yield _("reports in time: %(in_time)s of %(counted)s = %(punctual)s", **in_time, punctual=punctual)
    if "delivery" not in result:
        return
    if "delivery_exact" not in result or reports is None:
        yield _("delivery %(points)s", points=format_number(result["delivery"]))
        return
    delivery, punctual = _enough(result, share)
    sums = {"kept": format_figure(1 - Decimal(share)), "delivery": delivery, "share": format_figure(Decimal(share))}
    score = format_number(result["score"])
    yield _(
        "score: %(kept)s × %(delivery)s + %(share)s × %(punctual)s = %(score)s", **sums, punctual=punctual, score=score
    )


def _enough(result: Mapping[str, Any], share: str) -> tuple[str, str]:
    """Delivery and punctuality with so many decimals that what is written makes the score."""
    delivery = Fraction(result["delivery_exact"])
    punctual = Fraction(100 * result["reports"]["in_time"], result["reports"]["counted"])
    for places in range(2, MOST_PLACES + 1):
        parts = half_up(delivery, places), half_up(punctual, places)
        kept = (1 - Fraction(share)) * Fraction(parts[0]) + Fraction(share) * Fraction(parts[1])
        if half_up(kept) == combined(result, share):
            break
    return format_number(parts[0]), format_number(parts[1])


def _figure(target: Target, told_of: Mapping[str, Any], name: str) -> str:
    if name not in told_of:
        return NOTHING
    parts = told_of.get(f"{name}_of")
    if parts is None:
        return number_text(told_of[name], unit_of(target))
    numbers = Decimal(parts["numerator"]), Decimal(parts["denominator"])
    return figure_text(unit_of(target), None, *numbers)


def _difference(target: Target, result: Mapping[str, Any]) -> str | None:
    """By how much another figure was accepted, with its sign."""
    if "difference" not in result:
        return None
    figure, unit = Decimal(result["difference"]), unit_of(target)
    far = amount_text(abs(figure), unit) if target.get("ratio") else number_text(abs(figure), unit)
    return ("+" if figure > 0 else "−") + far


def _statement(assessment: Mapping[str, Any]) -> Iterator[str]:
    if "statement" in assessment:
        if "stated_on" in assessment:
            yield _("Stated on %(day)s:", day=_day(assessment["stated_on"]))
        yield from assessment["statement"].split("\n")
    elif "statement_until" in assessment:
        yield _("The head stated nothing until %(day)s.", day=_day(assessment["statement_until"]))


def _arithmetic(found: Assessed) -> Iterator[str]:
    assessment = found["assessment"]
    weights = {target["code"]: target["weight"] for target in found["targets"]}
    added = weighted(assessment, weights)
    score = added.mean
    yield _("The score is the mean of the scores of its targets by their weights, rounded to two decimals.")
    if score is None:
        return
    parts = [
        f"{format_figure(weights[result['target']])} × {format_number(result['score'])}"
        for result in assessment["results"]
        if result["score"] is not None
    ]
    plain = added.plain()
    sums = {"parts": " + ".join(parts), "total": format_figure(plain.total), "weight": format_figure(plain.weight)}
    yield _("Sum of weight × score: %(parts)s = %(total)s. Sum of the weights: %(weight)s.", **sums)
    yield f"{sums['total']} : {sums['weight']} = {format_number(score)}."


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text))
