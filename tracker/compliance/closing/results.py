"""What came of a commitment, as its assessment tells it: the rule's answer of the programme's last day, by all that is
known on another, with the arithmetic behind each score.

Figures and days are texts, as documents hold them; sentences stand in each language, so that pages tell them too.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments import queries, story
from tracker.commitments.life.closing import signed_terms
from tracker.commitments.models import Commitment, Target
from tracker.commitments.terms.terms import Terms
from tracker.commitments.terms.words import unit_of
from tracker.compliance.records.facts import Record, in_batches, records_of
from tracker.compliance.telling.explain import status_name, why
from tracker.core.languages import LANGUAGES, in_language
from tracker.programmes.frames import Frames
from tracker.programmes.policy import in_force
from tracker.rule import NO_SCORES, FigureInForce, Known, deadline, figures_on, terms_on, weighed
from tracker.rule.changes import judge
from tracker.rule.exact import half_up
from tracker.rule.facts import Outcome, Shape
from tracker.rule.owed import punctuality
from tracker.rule.reasons import reason
from tracker.rule.score import delivery
from tracker.rule.stretch import Stretches

PLACES = 12  # of a figure that has no end
FIRST = ("goal", "low", "high", "baseline", "weight", "due_on")  # terms that are told as they were at first
Made = dict[str, Any]


def of_commitment(session: Session, commitment: Commitment, on: date, known_on: date, frames: Frames) -> Made:
    """{"targets", "assessment"}, as a document holds them; by what is known on `known_on`, of the day `on`."""
    of_it = sa.select(Target).where(Target.commitment_id == commitment.id).order_by(Target.code)
    targets = {target.id: target for target in session.scalars(of_it)}
    records = [one for ids in in_batches(targets) for one in records_of(session, ids, frames)]
    promised, results, scores = [], [], NO_SCORES
    for record in sorted(records, key=lambda one: one.code):
        target, known = targets[record.target_id], record.known_on(known_on)
        present, first = _terms(target, known, on)
        promised.append(present)
        result = _result(target, known, on, _decided(session, target, known, known_on))
        if first:
            result["first"] = first
        results.append(result)
        if result["score"] is not None:
            scores += weighed(Decimal(result["score"]), terms_on(known, on).weight)
    policy = _policy(records, on)
    mean = scores.mean
    return {
        "targets": promised,
        "assessment": {
            "on": on.isoformat(),
            "known_on": known_on.isoformat(),
            "score": None if mean is None else f"{mean:.2f}",
            "punctuality_weight": _plain(policy),
            "results": results,
        },
    }


def unmet(found: Made) -> Iterator[tuple[Made, Made]]:
    """(terms, result) of each target that was not met: what another programme can take over."""
    by_code = {one["code"]: one for one in found["targets"]}
    for result in found["assessment"]["results"]:
        if result["status"] not in MET:
            yield by_code[result["target"]], result


MET = ("met_on_time", "met_late", "void")  # of a void one nothing is left to do


def _policy(records: Sequence[Record], on: date) -> Decimal:
    return in_force(records[0].frame.policies, on).punctuality_weight if records else Decimal(0)


def _terms(target: Target, known: Known, on: date) -> tuple[Made, Made]:
    """The terms in force on a day, and those of the first ones that are others by then."""
    signed, now = signed_terms(target), terms_on(known, on)
    figures = {name: getattr(now, name) for name in ("goal", "baseline", "low", "high")}
    present: Terms = signed.with_values(
        {**figures, "weight": now.weight, "milestones": now.milestones, "due_on": deadline(known)}
    )
    before, after = signed.record(), present.record()
    return after, {name: before[name] for name in FIRST if name in before and before[name] != after.get(name)}


def _result(target: Target, known: Known, on: date, decided: list[Made]) -> Made:
    at = Stretches().at(known, on)
    (status, score, delivered, punctual), found = judge(at, on)
    told, unit = reason(at, on, found).as_json(), unit_of(target)
    exact, (in_time, counted) = delivery(at, on, found), punctuality(at, on, at.met_on(on))
    made: Made = {
        "target": target.code,
        "status": str(status),
        "conclusion": _spoken(lambda: status_name(str(status))),
        "reason": _spoken(lambda: why(told, unit)),
        "score": None if score is None else f"{score:.2f}",
        **_figures(target, known, on),
    }
    if delivered is not None and exact is not None:
        made |= {"delivery": f"{delivered:.2f}", "delivery_exact": str(exact)}
    if punctual is not None:
        made |= {"punctuality": f"{punctual:.2f}", "reports": {"in_time": in_time, "counted": counted}}
    return made | ({"decided": decided} if decided else {})


def _figures(target: Target, known: Known, on: date) -> Made:
    """The latest applicable figure; of a standard to keep those of all its reports."""
    in_force = figures_on(known, on)
    last = next((one for one in reversed(in_force) if one.value is not None), None)
    told = _figure(last, known.day) if last is not None else {}
    if target.shape == Shape.KEEP and len(in_force) > 1:
        told["figures"] = [{**_period(one), **_figure(one, known.day)} for one in in_force]
    return told


def _period(figure: FigureInForce) -> Made:
    return {"period": figure.report.period} if figure.report.period else {}


def _figure(figure: FigureInForce, day: date) -> Made:
    """A figure as it was reported, and as it was accepted, and by how much that differs."""
    sent = figure.revision
    told: Made = {"as_at": figure.as_at.isoformat()}
    if figure.value is None:
        return told
    reported = _value(sent)
    told |= {"reported": _written(reported), **_parts("reported", sent)}
    known = [one for one in sent.decisions if one.recorded_on <= day]
    if known and known[-1].outcome is Outcome.ACCEPTED:
        named = known[-1] if (known[-1].value, known[-1].numerator) != (None, None) else sent
        told |= {"accepted": _written(figure.value), **_parts("accepted", named)}
        if figure.value != reported:
            told["difference"] = _written(figure.value - reported)
    return told


def _value(sent: Any) -> Fraction:
    if sent.value is not None:
        return Fraction(sent.value)
    return 100 * Fraction(sent.numerator) / Fraction(sent.denominator)


def _parts(name: str, sent: Any) -> Made:
    if sent.numerator is None:
        return {}
    return {f"{name}_of": {"numerator": _plain(sent.numerator), "denominator": _plain(sent.denominator)}}


def _decided(session: Session, target: Target, known: Known, day: date) -> list[Made]:
    """What was granted, suspended, amended and ended, in the order of its days."""
    facts = known.facts
    if not (facts.extensions or facts.suspensions or facts.amendments or facts.end):
        return []
    decided = queries.decided(session, target.id)
    spoken = []
    for language in LANGUAGES:
        with in_language(language):
            spoken.append(sorted(story.lines(target, decided, known, day), key=lambda one: one[0]))
    found = []
    for lines in zip(*spoken, strict=True):
        made = {
            "on": lines[0][0].isoformat(),
            "what": {name: line["what"] for name, (_day, line) in zip(LANGUAGES, lines, strict=True)},
        }
        if quote := lines[0][1]["quote"]:
            made["reason"] = quote
        found.append(made)
    return found


def _spoken(told: Callable[[], str]) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with in_language(language):
            found[language] = str(told())
    return found


def _written(figure: Fraction) -> str:
    """A figure without zeros at its end; one that has no end is rounded."""
    return _plain(half_up(figure, PLACES))


def _plain(figure: Decimal) -> str:
    text = format(figure, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
