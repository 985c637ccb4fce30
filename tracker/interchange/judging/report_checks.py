"""Refusals of a target's reports, their revisions and the decisions on them: one function a subject, pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tracker.commitments.terms.limits import baseline_and_goal, own_periods, stages
from tracker.interchange.judging.faults import Code, Fault, Remark
from tracker.interchange.judging.known import Programme, Record, day
from tracker.interchange.judging.target_checks import recorded
from tracker.progress.limits import Limits, What
from tracker.rule.facts import Extension, PolicyVersion, Suspension

FIGURES = ("value", "numerator", "denominator")
# What no past can have been; what else is odd may be how it was reported, and is only told.
REFUSED = {What.PART_NEGATIVE: Code.NUMERATOR_NEGATIVE, What.PART_ABOVE_WHOLE: Code.NUMERATOR_ABOVE_DENOMINATOR}
ANSWERED = frozenset({"returned", "reopened", "recalled"})

Told = Fault | Remark


class Numbers(NamedTuple):
    """A figure of a record, as numbers."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True, slots=True)
class Aim:
    """What the figures of a target are held against."""

    keep: bool
    percent: bool  # a deliverable: figures lie within 0 and 100
    ratio: bool
    limits: Limits
    ways: tuple[tuple[Decimal, Decimal], ...]  # (baseline, goal) as signed and as amended; none of a keep target

    @classmethod
    def of(cls, target: Record, sound: bool) -> "Aim":
        """Of a target; where its terms are not sound, no goal is held against a report."""
        keep = target["shape"] == "keep"
        signed = () if keep or not sound else (target, *(terms for _index, terms in stages(target)))
        ways = tuple(baseline_and_goal(terms) for terms in signed)
        shape, ratio = target["shape"], target.get("ratio", False)
        limits = Limits.of(shape, target["unit"], ratio, target.get("direction"), map(Decimal, _promised(target)))
        return cls(keep, shape == "deliverable", ratio, limits, ways)


def _promised(target: Record) -> Iterator[str]:
    """Every figure that the terms of a target name, as signed and as amended."""
    for terms in (target, *target.get("amendments", ())):
        yield from (terms[key] for key in ("goal", "baseline", "low", "high") if key in terms)
        yield from (milestone["value"] for milestone in terms.get("milestones", ()))


def reports(target: Record, pointer: str, programme: Programme | None, in_force_from: str | None) -> Iterator[Told]:
    """Everything that is wrong with the reports of a target that the schema accepts, and what is told of them.

    `in_force_from` is none where the terms of the target are at fault: neither goal nor periods are then judged.
    """
    aim = Aim.of(target, in_force_from is not None)
    own = None
    if aim.keep and programme is not None and in_force_from is not None:
        own = _kept_periods(target, programme, in_force_from)
    if own is not None and not own:
        yield Fault(pointer, Code.KEEP_WITHOUT_PERIOD)
    seen: set[str | None] = set()
    for index, report in enumerate(target.get("reports", ())):
        place = f"{pointer}/reports/{index}"
        period = None
        if report["kind"] == "completion":
            yield from _completion(place, aim, None in seen)
            seen.add(None)
        elif programme is not None and programme.periods is not None:
            period = programme.periods.get(report["period"])
            yield from _periodic(report, place, period, target["frequency"], own, report["period"] in seen)
            seen.add(report["period"])
        yield from revisions(report, place, period, aim)


def _completion(pointer: str, aim: Aim, again: bool) -> Iterator[Fault]:
    if aim.keep:
        yield Fault(f"{pointer}/kind", Code.COMPLETION_OF_KEEP)
    elif again:
        yield Fault(f"{pointer}/kind", Code.SECOND_COMPLETION)


def _periodic(
    report: Record, pointer: str, period: Record | None, frequency: str, own: frozenset[str] | None, again: bool
) -> Iterator[Fault]:
    """Whether a periodic report names a period that is the target's to report on, and alone."""
    place, values = f"{pointer}/period", {"value": report["period"]}
    if period is None:
        yield Fault(place, Code.UNKNOWN_PERIOD, values)
    elif period["frequency"] != frequency:
        yield Fault(place, Code.OTHER_FREQUENCY, values)
    elif again:
        yield Fault(place, Code.PERIOD_REPORTED_TWICE, values)
    elif own is not None and report["period"] not in own:
        yield Fault(place, Code.OUTSIDE_PERIODS, values)


def _kept_periods(target: Record, programme: Programme, in_force_from: str) -> frozenset[str] | None:
    """Codes of a keep target's own periods, as the rule reckons them; none where there is none at its frequency."""
    periods = programme.at_frequency.get(target["frequency"], ())
    if not periods:
        return None
    suspended = (
        Suspension(day(s["from"]), day(s["to"]), day(s["decided_on"]), day(s["decided_on"]))
        for s in target.get("suspensions", ())
        if s["from"] <= s["to"]
    )
    granted = (
        Extension(day(x["granted_on"]), day(x["due_on"]), day(x["granted_on"])) for x in target.get("extensions", ())
    )
    return own_periods(
        target,
        periods,
        day(in_force_from),
        calendar=programme.calendar,
        policies=(PolicyVersion(None, programme.policy),),
        extensions=tuple(granted),
        suspensions=tuple(suspended),
    )


def revisions(report: Record, pointer: str, period: Record | None, aim: Aim) -> Iterator[Told]:
    """The revisions of a report in their order; `period` is none for a completion, or where nobody knows it."""
    completes = report["kind"] == "completion"
    before: Record | None = None
    for index, revision in enumerate(report["revisions"]):
        place = f"{pointer}/revisions/{index}"
        if revision["seq"] != index + 1:
            yield Fault(f"{place}/seq", Code.SEQ_BROKEN, {"expected": index + 1})
        if before is not None:
            yield from _follows(before, revision, place)
        yield from _sending(revision, place, period, completes)
        yield from figure(revision, place, aim)
        if completes and not meets_a_goal(revision, aim):
            yield Fault(f"{place}/{'numerator' if 'numerator' in revision else 'value'}", Code.COMPLETION_BELOW_GOAL)
        yield from recorded(revision, place, "submitted_on")
        yield from decisions(revision, place, completes, aim)
        yield from corrections(revision, place)
        before = revision


def _follows(before: Record, revision: Record, pointer: str) -> Iterator[Fault]:
    """A revision answers the last decision on the one before it."""
    decided = before.get("decisions", ())
    if not decided or decided[-1]["outcome"] not in ANSWERED:
        yield Fault(pointer, Code.FOLLOWS_UNDECIDED)
    elif revision["submitted_on"] < decided[-1]["decided_on"]:
        yield Fault(f"{pointer}/submitted_on", Code.SENT_BEFORE_DECISION, {"decided": decided[-1]["decided_on"]})


def _sending(revision: Record, pointer: str, period: Record | None, completes: bool) -> Iterator[Fault]:
    """When a revision was sent and as at which day."""
    sent, as_at = revision["submitted_on"], revision.get("as_at")
    if completes:
        if as_at is not None and as_at > sent:
            yield Fault(f"{pointer}/as_at", Code.AS_AT_AFTER_SENDING, {"sent": sent})
    elif period is not None:
        start, cut_off = period["starts_on"], period["cut_off"]
        if sent < cut_off:
            yield Fault(f"{pointer}/submitted_on", Code.SENT_BEFORE_CUT_OFF, {"cut_off": cut_off})
        if as_at is not None and not start <= as_at <= cut_off:
            yield Fault(f"{pointer}/as_at", Code.AS_AT_OUTSIDE_PERIOD, {"start": start, "cut_off": cut_off})


def figure(record: Record, pointer: str, aim: Aim) -> Iterator[Told]:
    """A reported figure: a value, a numerator over a denominator, or nothing beside "not applicable"."""
    if record.get("not_applicable", False):
        if not aim.keep:
            yield Fault(f"{pointer}/not_applicable", Code.NOT_APPLICABLE_HERE)
        yield from (Fault(f"{pointer}/{key}", Code.FIGURE_BESIDE_NOT_APPLICABLE) for key in FIGURES if key in record)
        return
    wanted = FIGURES[1:] if aim.ratio else FIGURES[:1]
    for key in FIGURES:
        if key in wanted and key not in record:
            yield Fault(pointer, Code.FIGURE_MISSING, {"key": key})
        elif key in record and key not in wanted:
            yield Fault(f"{pointer}/{key}", Code.FIGURE_NOT_HERE)
    numbers = Numbers(*(Decimal(record[key]) if key in record else None for key in FIGURES))
    if numbers.denominator is not None and numbers.denominator < 0:
        yield Fault(f"{pointer}/denominator", Code.DENOMINATOR_NEGATIVE)
        return
    for odd in aim.limits.odd(numbers):
        place, code = f"{pointer}/{odd.field}", REFUSED.get(odd.what)
        if aim.percent and code is None:
            yield Fault(place, Code.PERCENT_RANGE)
        elif code is not None and odd.what not in aim.limits.asked_back:
            yield Fault(place, code)
        else:
            yield Remark(place, odd.message)


def value_of(record: Record, aim: Aim) -> Decimal | Fraction | None:
    """The value of a figure: a ratio's in percent, exact; none where it has none, as over a denominator of 0."""
    if not aim.ratio:
        return Decimal(record["value"]) if "value" in record else None
    if "numerator" not in record or not Decimal(record.get("denominator", 0)):
        return None
    return 100 * Fraction(record["numerator"]) / Fraction(record["denominator"])


def meets_a_goal(revision: Record, aim: Aim) -> bool:
    """Whether a completion's value meets a goal that was ever signed for the target.

    Which one was in force when it was sent is the assessment's question: a goal amended later must not unmake a report.
    """
    value = value_of(revision, aim)
    if value is None:
        return "value" not in revision and "denominator" not in revision  # missing altogether: told already
    exact = Fraction(value)
    return not aim.ways or any(exact >= goal if goal > start else exact <= goal for start, goal in aim.ways)


def decisions(revision: Record, pointer: str, completes: bool, aim: Aim) -> Iterator[Told]:
    """The decisions on a revision, in their order."""
    before: Record | None = None
    for index, decision in enumerate(revision.get("decisions", ())):
        place = f"{pointer}/decisions/{index}"
        decided = decision["decided_on"]
        if decided < revision["submitted_on"]:
            yield Fault(f"{place}/decided_on", Code.DECIDED_BEFORE_SENDING, {"sent": revision["submitted_on"]})
        elif before is not None and decided < before["decided_on"]:
            yield Fault(f"{place}/decided_on", Code.DECISION_ORDER, {"decided": before["decided_on"]})
        yield from _outcome(decision, place, before)
        yield from _appraised(decision, place, revision, completes, aim)
        yield from recorded(decision, place, "decided_on")
        before = decision


def corrections(revision: Record, pointer: str) -> Iterator[Told]:
    """What a head asked about an accepted revision, and what came of it, in their order."""
    decided, asked = revision.get("decisions", ()), revision.get("corrections", ())
    if asked and not any(one["outcome"] == "accepted" for one in decided):
        yield Fault(f"{pointer}/corrections", Code.CORRECTION_UNACCEPTED)
    opened = sum(one.get("named", {}).get("ground") == "correction" for one in decided)
    if opened != sum(one.get("outcome") == "granted" for one in asked):
        yield Fault(f"{pointer}/corrections" if asked else f"{pointer}/decisions", Code.CORRECTION_OPENS)
    waits, last = False, ""
    for index, one in enumerate(asked):
        place = f"{pointer}/corrections/{index}"
        if waits:
            yield Fault(place, Code.SECOND_CORRECTION)
        if one["asked_at"] < last or one.get("ended_at", one["asked_at"]) < one["asked_at"]:
            yield Fault(f"{place}/asked_at", Code.CORRECTION_ORDER)
        waits, last = "outcome" not in one, one.get("ended_at", one["asked_at"])


def _outcome(decision: Record, pointer: str, before: Record | None) -> Iterator[Fault]:
    """Which outcome can follow which."""
    if before is not None and before["outcome"] == "recalled":
        yield Fault(f"{pointer}/outcome", Code.DECIDED_AFTER_RECALL)
    elif decision["outcome"] == "reopened" and (before is None or before["outcome"] != "accepted"):
        yield Fault(f"{pointer}/outcome", Code.REOPENED_UNACCEPTED)
    elif decision["outcome"] == "recalled" and before is not None:
        yield Fault(f"{pointer}/outcome", Code.RECALLED_LATE)
    if "named" in decision and decision["outcome"] != "reopened":
        yield Fault(f"{pointer}/named", Code.NAMED_UNREOPENED)


def _appraised(decision: Record, pointer: str, revision: Record, completes: bool, aim: Aim) -> Iterator[Told]:
    """A figure that an acceptance names in the place of the reported one."""
    named = [key for key in FIGURES if key in decision]
    if not named:
        return
    code = None
    if decision["outcome"] != "accepted":
        code = Code.VALUE_NOT_OF_ACCEPTANCE
    elif completes:
        code = Code.VALUE_OF_COMPLETION
    elif revision.get("not_applicable", False):
        code = Code.VALUE_OF_NOT_APPLICABLE
    if code is not None:
        yield from (Fault(f"{pointer}/{key}", code) for key in named)
    else:
        yield from figure(decision, pointer, aim)
