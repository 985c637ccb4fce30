"""What no terms of a target can be, and what cannot be granted, suspended or amended on it, by one definition that
packages and forms ask. Pure.

Terms are records as a package holds them: days as ISO texts, which are compared as they are; figures as exact decimals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tracker.core.languages import Text, _l
from tracker.rule import Ledger
from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import Facts, Period, Shape
from tracker.rule.facts import Terms as Promised

Record = Mapping[str, Any]
Periods = Mapping[str, Sequence[Period]]  # of a programme by frequency, in order of cut-off

FARTHEST = timedelta(days=31)  # how far a deadline may lie past the last cut-off: beyond it nobody would be asked
TERMS = ("baseline", "goal", "low", "high", "weight", "milestones")
# What every target says, and what one of a shape cannot. The schema of packages says the same: a test compares them.
NEEDED = ("code", "title", "domain", "shape", "unit", "weight", "frequency", "starts_on", "due_on")
_OF_KEEP = ("direction", "judged_by", "cumulative", "low", "high")
FOREIGN: Mapping[str, Sequence[str]] = {
    "deliverable": ("baseline", "goal", *_OF_KEEP),
    "reach": _OF_KEEP,
    "keep": ("baseline", "milestones"),
}


class TermCode(StrEnum):
    """Every kind of fault. The value is stable: programs may act on it."""

    DUE_BEFORE_START = "due_before_start"
    DEADLINE_PAST_PERIODS = "deadline_past_periods"
    NO_PERIODS = "no_periods"
    KEEP_WITHOUT_PERIOD = "keep_without_period"
    WEIGHT_NOT_POSITIVE = "weight_not_positive"
    GOAL_IS_BASELINE = "goal_is_baseline"
    GOAL_IS_BASELINE_AS_KNOWN = "goal_is_baseline_as_known"
    GOAL_NOT_POSITIVE = "goal_not_positive"
    LOW_ABOVE_HIGH = "low_above_high"
    RANGE_BESIDE_GOAL = "range_beside_goal"
    RANGE_DIRECTION = "range_direction"
    WHOLE_TERM_RANGE = "whole_term_range"
    WHOLE_TERM_SUM = "whole_term_sum"
    CUMULATIVE_EVERY_PERIOD = "cumulative_every_period"
    MILESTONE_TWICE = "milestone_twice"
    MILESTONE_OUTSIDE_TERM = "milestone_outside_term"
    MILESTONE_BACKWARDS = "milestone_backwards"
    EXTENSION_SHORTER = "extension_shorter"
    EXTENSION_EARLIER = "extension_earlier"
    SUSPENSION_DAYS = "suspension_days"
    SUSPENSIONS_OVERLAP = "suspensions_overlap"
    AMENDED_BEFORE_SIGNING = "amended_before_signing"
    RECORDED_BEFORE = "recorded_before"


SENTENCES: Mapping[TermCode, Text] = {
    TermCode.DUE_BEFORE_START: _l("The target is due on or before its start (%(start)s)."),
    TermCode.DEADLINE_PAST_PERIODS: _l(
        "The deadline lies over 31 days past the last cut-off at its frequency (%(cut_off)s)."
    ),
    TermCode.NO_PERIODS: _l("The programme has no period of this frequency."),
    TermCode.KEEP_WITHOUT_PERIOD: _l(
        "No period of the programme lies inside the term of this target to keep and after its coming into force."
    ),
    TermCode.WEIGHT_NOT_POSITIVE: _l("The weight must be above zero."),
    TermCode.GOAL_IS_BASELINE: _l("Goal and baseline are equal."),
    TermCode.GOAL_IS_BASELINE_AS_KNOWN: _l("By what was recorded up to %(day)s, goal and baseline are equal."),
    TermCode.GOAL_NOT_POSITIVE: _l("A goal of “at least” must be above zero."),
    TermCode.LOW_ABOVE_HIGH: _l("The range is empty: low lies above high."),
    TermCode.RANGE_BESIDE_GOAL: _l("A target has a goal or a range, not both."),
    TermCode.RANGE_DIRECTION: _l("A range has no direction."),
    TermCode.WHOLE_TERM_RANGE: _l("A range cannot be judged over the whole term."),
    TermCode.WHOLE_TERM_SUM: _l("A whole term is judged by ratios or by cumulative reports."),
    TermCode.CUMULATIVE_EVERY_PERIOD: _l("Cumulative reports belong to targets that are judged over the whole term."),
    TermCode.MILESTONE_TWICE: _l("Two milestones stand on one day (%(value)s)."),
    TermCode.MILESTONE_OUTSIDE_TERM: _l(
        "A milestone lies between the start of its target and its due day (%(start)s, %(due)s)."
    ),
    TermCode.MILESTONE_BACKWARDS: _l("The milestones run backwards between baseline and goal."),
    TermCode.EXTENSION_SHORTER: _l("The extension reaches no further than the deadline before it (%(due)s)."),
    TermCode.EXTENSION_EARLIER: _l("The extension was granted earlier than the one before it (%(granted)s)."),
    TermCode.SUSPENSION_DAYS: _l("The suspension ends before it begins (%(start)s)."),
    TermCode.SUSPENSIONS_OVERLAP: _l("The suspension overlaps with another one that begins on %(start)s."),
    TermCode.AMENDED_BEFORE_SIGNING: _l("The amendment is in force before it is signed (%(signed)s)."),
    TermCode.RECORDED_BEFORE: _l("It was recorded before its own day (%(day)s)."),
}


@dataclass(frozen=True, slots=True)
class TermFault:
    """One fault: the JSON pointer of the exact thing, its code, and what its sentence names."""

    pointer: str
    code: TermCode
    values: Mapping[str, object] = field(default_factory=dict)


def target(record: Record, pointer: str, periods: Periods | None) -> Iterator[TermFault]:
    """Everything that is wrong with a target, without its reports; `periods`, by frequency, are none where nobody knows
    them."""
    yield from term(record, pointer)
    yield from kept(record, pointer)
    signed = list(terms(record, pointer, record, record))
    yield from signed
    yield from amendments(record, pointer)
    if not signed:  # otherwise an amendment would be told what is wrong with the terms that it found
        yield from amended_terms(record, pointer)
    yield from extensions(record, pointer)
    yield from suspensions(record, pointer)
    if "ended" in record:
        yield from recorded(record["ended"], f"{pointer}/ended", "decided_on")
    yield from deadline(record, pointer, periods)


def term(record: Record, pointer: str) -> Iterator[TermFault]:
    """A target is due after its start."""
    if record["due_on"] <= record["starts_on"]:
        yield TermFault(f"{pointer}/due_on", TermCode.DUE_BEFORE_START, {"start": record["starts_on"]})


def missing(record: Record) -> Iterator[str]:
    """The terms that the target still needs; of a goal or a range the goal is named."""
    yield from (term for term in NEEDED if term not in record)
    shape = record.get("shape")
    if shape == "reach":
        yield from (term for term in ("baseline", "goal") if term not in record)
    elif shape == "keep":
        if not any(term in record for term in ("goal", "low", "high")):
            yield "goal"
        if "goal" in record and "direction" not in record:
            yield "direction"


def foreign(record: Record) -> Iterator[str]:
    """The terms that a target of this shape does not have."""
    return (term for term in FOREIGN.get(record.get("shape", ""), ()) if term in record)


def kept(record: Record, pointer: str) -> Iterator[TermFault]:
    """How a target to keep is judged: goal or range, whole term or every period."""
    ranged = "low" in record or "high" in record
    if ranged and "goal" in record:
        yield TermFault(f"{pointer}/{'low' if 'low' in record else 'high'}", TermCode.RANGE_BESIDE_GOAL)
    elif ranged and "direction" in record:
        yield TermFault(f"{pointer}/direction", TermCode.RANGE_DIRECTION)
    cumulative = record.get("cumulative", False)
    if record.get("judged_by") == "whole_term":
        if ranged:
            yield TermFault(f"{pointer}/judged_by", TermCode.WHOLE_TERM_RANGE)
        elif not cumulative and not record.get("ratio", False):
            yield TermFault(f"{pointer}/judged_by", TermCode.WHOLE_TERM_SUM)
    elif cumulative:
        yield TermFault(f"{pointer}/cumulative", TermCode.CUMULATIVE_EVERY_PERIOD)


def terms(record: Record, pointer: str, changed: Record, in_force: Record) -> Iterator[TermFault]:
    """Terms as signed or as an amendment leaves them: `changed` holds what was set here, `in_force` all that counts."""
    if "weight" in changed and Decimal(changed["weight"]) <= 0:
        yield TermFault(f"{pointer}/weight", TermCode.WEIGHT_NOT_POSITIVE)
    if record["shape"] == "keep":
        yield from _kept_terms(record, pointer, changed, in_force)
    else:
        yield from _way(record, pointer, changed, in_force)


def _kept_terms(record: Record, pointer: str, changed: Record, in_force: Record) -> Iterator[TermFault]:
    if "goal" in changed and record.get("direction") == "at_least" and Decimal(changed["goal"]) <= 0:
        yield TermFault(f"{pointer}/goal", TermCode.GOAL_NOT_POSITIVE)
    set_here = next((key for key in ("low", "high") if key in changed), None)
    both = "low" in in_force and "high" in in_force
    if set_here is not None and both and Decimal(in_force["low"]) > Decimal(in_force["high"]):
        yield TermFault(f"{pointer}/{set_here}", TermCode.LOW_ABOVE_HIGH)


def _way(record: Record, pointer: str, changed: Record, in_force: Record) -> Iterator[TermFault]:
    """The way from baseline to goal, and the milestones on it."""
    start, goal = baseline_and_goal(in_force)
    way_set_here = next((key for key in ("goal", "baseline") if key in changed), None)
    if way_set_here is not None and goal == start:
        yield TermFault(f"{pointer}/{way_set_here}", TermCode.GOAL_IS_BASELINE)
        return
    stones = in_force.get("milestones", ())
    if "milestones" in changed:
        yield from milestone_days(record, stones, f"{pointer}/milestones")
        for index in backwards(stones, start, goal):
            yield TermFault(f"{pointer}/milestones/{index}/value", TermCode.MILESTONE_BACKWARDS)
    elif way_set_here is not None and backwards(stones, start, goal):
        yield TermFault(f"{pointer}/{way_set_here}", TermCode.MILESTONE_BACKWARDS)


def milestone_days(record: Record, stones: Sequence[Record], pointer: str) -> Iterator[TermFault]:
    """Milestones on one day, or not between the start and the due day."""
    if record["due_on"] <= record["starts_on"]:
        return  # told already
    seen: set[str] = set()
    for index, stone in enumerate(stones):
        place = f"{pointer}/{index}/on"
        if not record["starts_on"] < stone["on"] < record["due_on"]:
            values = {"start": record["starts_on"], "due": record["due_on"]}
            yield TermFault(place, TermCode.MILESTONE_OUTSIDE_TERM, values)
        if stone["on"] in seen:
            yield TermFault(place, TermCode.MILESTONE_TWICE, {"value": stone["on"]})
        seen.add(stone["on"])


def backwards(stones: Sequence[Record], start: Decimal, goal: Decimal) -> list[int]:
    """Places of the milestones that, taken by their days, fall back behind the one before or lie past the goal."""
    wrong = []
    before = start
    for index in sorted(range(len(stones)), key=lambda place: stones[place]["on"]):
        value = Decimal(stones[index]["value"])
        if not (before <= value <= goal if goal > start else before >= value >= goal):
            wrong.append(index)
        before = value
    return sorted(wrong)


def baseline_and_goal(in_force: Record) -> tuple[Decimal, Decimal]:
    """Where the way begins and ends: of a reach target as signed, of a deliverable 0 and 100 percent."""
    if in_force.get("shape") == "deliverable":
        return Decimal(0), Decimal(100)
    return Decimal(in_force["baseline"]), Decimal(in_force["goal"])


def amendments(record: Record, pointer: str) -> Iterator[TermFault]:
    """Each amendment by itself: its days, and whether it fits the target."""
    for index, amendment in enumerate(record.get("amendments", ())):
        place = f"{pointer}/amendments/{index}"
        if amendment["from"] < amendment["signed_on"]:
            yield TermFault(f"{place}/from", TermCode.AMENDED_BEFORE_SIGNING, {"signed": amendment["signed_on"]})
        yield from recorded(amendment, place, "signed_on")
        if record["shape"] == "keep":
            yield from _mixed(record, amendment, place)


def amended_terms(record: Record, pointer: str) -> Iterator[TermFault]:
    """The terms that each amendment leaves, in the order in which they come into force."""
    faults = [
        fault
        for index, in_force in stages(record)
        for fault in terms(record, f"{pointer}/amendments/{index}", record["amendments"][index], in_force)
    ]
    yield from faults or _known_terms(record, pointer)


def _known_terms(record: Record, pointer: str) -> Iterator[TermFault]:
    """What was known on a day while other amendments were still to be recorded is judged too: it needs a way."""
    if record["shape"] != "reach":
        return
    told: set[int] = set()
    for known_on in sorted({_recorded_on(amendment) for amendment in record.get("amendments", ())}):
        for index, in_force in stages(record, known_on):
            start, goal = baseline_and_goal(in_force)
            if start == goal and index not in told:
                yield TermFault(f"{pointer}/amendments/{index}", TermCode.GOAL_IS_BASELINE_AS_KNOWN, {"day": known_on})
                told.add(index)


def _mixed(record: Record, amendment: Record, pointer: str) -> Iterator[TermFault]:
    """A goal for a range, or a range for a goal."""
    unfit = ("low", "high") if "goal" in record else ("goal",)
    for key in unfit:
        if key in amendment:
            yield TermFault(f"{pointer}/{key}", TermCode.RANGE_BESIDE_GOAL)


def stages(record: Record, known_on: str | None = None) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """For each amendment (recorded by a day), in the order of coming into force: its place in the list and all terms
    from its day on."""
    records = record.get("amendments", ())
    in_force: Mapping[str, Any] = record
    known = (place for place, one in enumerate(records) if known_on is None or _recorded_on(one) <= known_on)
    for index in sorted(known, key=lambda place: _in_force_from(records[place])):
        in_force = {**in_force, **{key: records[index][key] for key in TERMS if key in records[index]}}
        yield index, in_force


def _in_force_from(amendment: Record) -> tuple[str, str]:
    """The order of the rule: what is left equal keeps its place in the list."""
    signed_on = amendment["signed_on"]
    return max(amendment["from"], signed_on), signed_on


def _recorded_on(amendment: Record) -> str:
    found: str = amendment.get("recorded_on", amendment["signed_on"])
    return found


def extensions(record: Record, pointer: str) -> Iterator[TermFault]:
    """Each extension reaches further than the deadline before it, and was granted no earlier than the one before it."""
    due, granted = record["due_on"], ""
    for index, extension in enumerate(record.get("extensions", ())):
        place = f"{pointer}/extensions/{index}"
        if extension["due_on"] <= due:
            yield TermFault(f"{place}/due_on", TermCode.EXTENSION_SHORTER, {"due": due})
        if extension["granted_on"] < granted:
            yield TermFault(f"{place}/granted_on", TermCode.EXTENSION_EARLIER, {"granted": granted})
        yield from recorded(extension, place, "granted_on")
        due, granted = extension["due_on"], extension["granted_on"]


def suspensions(record: Record, pointer: str) -> Iterator[TermFault]:
    """Suspensions end after they begin and do not overlap."""
    records = record.get("suspensions", ())
    last_day, last_from = "", ""
    for index in sorted(range(len(records)), key=lambda place: records[place]["from"]):
        suspension, place = records[index], f"{pointer}/suspensions/{index}"
        if suspension["to"] < suspension["from"]:
            yield TermFault(f"{place}/to", TermCode.SUSPENSION_DAYS, {"start": suspension["from"]})
        if suspension["from"] <= last_day:
            yield TermFault(f"{place}/from", TermCode.SUSPENSIONS_OVERLAP, {"start": last_from})
        if suspension["to"] > last_day:
            last_day, last_from = suspension["to"], suspension["from"]
        yield from recorded(suspension, place, "decided_on")


def deadline(record: Record, pointer: str, periods: Periods | None) -> Iterator[TermFault]:
    """A deadline so far past the last cut-off at the target's frequency that no report would be asked for it."""
    if periods is None:
        return
    asked = periods.get(record["frequency"])
    if not asked:
        yield TermFault(f"{pointer}/frequency", TermCode.NO_PERIODS)
        return
    place, due = f"{pointer}/due_on", record["due_on"]
    for index, extension in enumerate(record.get("extensions", ())):
        if extension["due_on"] > due:
            place, due = f"{pointer}/extensions/{index}/due_on", extension["due_on"]
    if date.fromisoformat(due) > asked[-1].cut_off + FARTHEST:
        yield TermFault(place, TermCode.DEADLINE_PAST_PERIODS, {"cut_off": asked[-1].cut_off})
    first, last = date.fromisoformat(record["starts_on"]), date.fromisoformat(due)
    moved = record.get("suspensions")  # which may move the deadline too: then the periods are reckoned by the rule
    judged = record.get("shape") == "keep" and first < last and not moved
    if judged and not any(first <= one.cut_off <= last for one in asked):
        yield TermFault(place, TermCode.KEEP_WITHOUT_PERIOD)


def left(record: Record, periods: Periods, calendar: WorkingCalendar, from_on: date) -> Iterator[TermFault]:
    """A target to keep that would come into force, on this day at the earliest, with no period left to report on: as a
    package with it is refused."""
    asked = periods.get(record.get("frequency", ""), ())
    judged = record.get("shape") == "keep" and {"starts_on", "due_on"} <= set(record) and asked
    if judged and not own_periods(record, asked, from_on, calendar):
        yield TermFault("/due_on", TermCode.KEEP_WITHOUT_PERIOD)


def own_periods(
    record: Record,
    periods: Sequence[Period],
    in_force_from: date,
    calendar: WorkingCalendar | None = None,
    **known: Any,
) -> frozenset[str]:
    """Codes of the periods of a target to keep, as the rule reckons them; `known`: more of its facts."""
    facts = Facts(
        shape=Shape.KEEP,
        starts_on=date.fromisoformat(record["starts_on"]),
        due_on=date.fromisoformat(record["due_on"]),
        in_force_from=in_force_from,
        terms=Promised(),
        periods=tuple(periods),
        calendar=calendar or WorkingCalendar(),
        **known,
    )
    return frozenset(own.period.code for own in Ledger(facts).known().days(0).own)


def recorded(fact: Record, pointer: str, own_day: str) -> Iterator[TermFault]:
    """A fact is recorded on its own day or later."""
    if fact.get("recorded_on", fact[own_day]) < fact[own_day]:
        yield TermFault(f"{pointer}/recorded_on", TermCode.RECORDED_BEFORE, {"day": fact[own_day]})
