"""Refusals of a target's own terms and of what was granted, suspended, amended or ended on it, not of its reports.

Days are compared as the ISO texts that they are; figures as exact decimals.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tracker.interchange.faults import Code, Fault
from tracker.interchange.known import Programme, Record, day

FARTHEST = timedelta(days=31)  # how far a deadline may lie past the last cut-off: beyond it nobody would be asked
TERMS = ("baseline", "goal", "low", "high", "weight", "milestones")


def target(record: Record, pointer: str, programme: Programme | None) -> Iterator[Fault]:
    """Everything that is wrong with a target, without its reports; `programme` is none where nobody knows it."""
    if record["due_on"] <= record["starts_on"]:
        yield Fault(f"{pointer}/due_on", Code.DUE_BEFORE_START, {"start": record["starts_on"]})
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
    yield from deadline(record, pointer, programme)


def kept(record: Record, pointer: str) -> Iterator[Fault]:
    """How a target to keep is judged: goal or range, whole term or every period."""
    ranged = "low" in record or "high" in record
    if ranged and "goal" in record:
        yield Fault(f"{pointer}/{'low' if 'low' in record else 'high'}", Code.RANGE_BESIDE_GOAL)
    elif ranged and "direction" in record:
        yield Fault(f"{pointer}/direction", Code.RANGE_DIRECTION)
    cumulative = record.get("cumulative", False)
    if record.get("judged_by") == "whole_term":
        if ranged:
            yield Fault(f"{pointer}/judged_by", Code.WHOLE_TERM_RANGE)
        elif not cumulative and not record.get("ratio", False):
            yield Fault(f"{pointer}/judged_by", Code.WHOLE_TERM_SUM)
    elif cumulative:
        yield Fault(f"{pointer}/cumulative", Code.CUMULATIVE_EVERY_PERIOD)


def terms(record: Record, pointer: str, changed: Record, in_force: Record) -> Iterator[Fault]:
    """Terms as signed or as an amendment leaves them: `changed` holds what was set here, `in_force` all that counts."""
    if "weight" in changed and Decimal(changed["weight"]) <= 0:
        yield Fault(f"{pointer}/weight", Code.WEIGHT_NOT_POSITIVE)
    if record["shape"] == "keep":
        yield from _kept_terms(record, pointer, changed, in_force)
    else:
        yield from _way(record, pointer, changed, in_force)


def _kept_terms(record: Record, pointer: str, changed: Record, in_force: Record) -> Iterator[Fault]:
    if "goal" in changed and record.get("direction") == "at_least" and Decimal(changed["goal"]) <= 0:
        yield Fault(f"{pointer}/goal", Code.GOAL_NOT_POSITIVE)
    set_here = next((key for key in ("low", "high") if key in changed), None)
    both = "low" in in_force and "high" in in_force
    if set_here is not None and both and Decimal(in_force["low"]) > Decimal(in_force["high"]):
        yield Fault(f"{pointer}/{set_here}", Code.LOW_ABOVE_HIGH)


def _way(record: Record, pointer: str, changed: Record, in_force: Record) -> Iterator[Fault]:
    """The way from baseline to goal, and the milestones on it."""
    start, goal = baseline_and_goal(in_force)
    way_set_here = next((key for key in ("goal", "baseline") if key in changed), None)
    if way_set_here is not None and goal == start:
        yield Fault(f"{pointer}/{way_set_here}", Code.GOAL_IS_BASELINE)
        return
    stones = in_force.get("milestones", ())
    if "milestones" in changed:
        yield from milestone_days(record, stones, f"{pointer}/milestones")
        for index in backwards(stones, start, goal):
            yield Fault(f"{pointer}/milestones/{index}/value", Code.MILESTONE_BACKWARDS)
    elif way_set_here is not None and backwards(stones, start, goal):
        yield Fault(f"{pointer}/{way_set_here}", Code.MILESTONE_BACKWARDS)


def milestone_days(record: Record, stones: Sequence[Record], pointer: str) -> Iterator[Fault]:
    """Milestones on one day, or not between the start and the due day."""
    if record["due_on"] <= record["starts_on"]:
        return  # told already
    seen: set[str] = set()
    for index, stone in enumerate(stones):
        place = f"{pointer}/{index}/on"
        if not record["starts_on"] < stone["on"] < record["due_on"]:
            values = {"start": record["starts_on"], "due": record["due_on"]}
            yield Fault(place, Code.MILESTONE_OUTSIDE_TERM, values)
        if stone["on"] in seen:
            yield Fault(place, Code.MILESTONE_TWICE, {"value": stone["on"]})
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


def amendments(record: Record, pointer: str) -> Iterator[Fault]:
    """Each amendment by itself: its days, and whether it fits the target."""
    for index, amendment in enumerate(record.get("amendments", ())):
        place = f"{pointer}/amendments/{index}"
        if amendment["from"] < amendment["signed_on"]:
            yield Fault(f"{place}/from", Code.AMENDED_BEFORE_SIGNING, {"signed": amendment["signed_on"]})
        yield from recorded(amendment, place, "signed_on")
        if record["shape"] == "keep":
            yield from _mixed(record, amendment, place)


def amended_terms(record: Record, pointer: str) -> Iterator[Fault]:
    """The terms that each amendment leaves, in the order in which they come into force."""
    faults = [
        fault
        for index, in_force in stages(record)
        for fault in terms(record, f"{pointer}/amendments/{index}", record["amendments"][index], in_force)
    ]
    yield from faults or _known_terms(record, pointer)


def _known_terms(record: Record, pointer: str) -> Iterator[Fault]:
    """What was known on a day while other amendments were still to be recorded is judged too: it needs a way."""
    if record["shape"] != "reach":
        return
    told: set[int] = set()
    for known_on in sorted({_recorded_on(amendment) for amendment in record.get("amendments", ())}):
        for index, in_force in stages(record, known_on):
            start, goal = baseline_and_goal(in_force)
            if start == goal and index not in told:
                yield Fault(f"{pointer}/amendments/{index}", Code.GOAL_IS_BASELINE_AS_KNOWN, {"day": known_on})
                told.add(index)


def _mixed(record: Record, amendment: Record, pointer: str) -> Iterator[Fault]:
    """A goal for a range, or a range for a goal."""
    unfit = ("low", "high") if "goal" in record else ("goal",)
    for key in unfit:
        if key in amendment:
            yield Fault(f"{pointer}/{key}", Code.RANGE_BESIDE_GOAL)


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


def extensions(record: Record, pointer: str) -> Iterator[Fault]:
    """Each extension reaches further than the deadline before it, and was granted no earlier than the one before it."""
    due, granted = record["due_on"], ""
    for index, extension in enumerate(record.get("extensions", ())):
        place = f"{pointer}/extensions/{index}"
        if extension["due_on"] <= due:
            yield Fault(f"{place}/due_on", Code.EXTENSION_SHORTER, {"due": due})
        if extension["granted_on"] < granted:
            yield Fault(f"{place}/granted_on", Code.EXTENSION_EARLIER, {"granted": granted})
        yield from recorded(extension, place, "granted_on")
        due, granted = extension["due_on"], extension["granted_on"]


def suspensions(record: Record, pointer: str) -> Iterator[Fault]:
    """Suspensions end after they begin and do not overlap."""
    records = record.get("suspensions", ())
    last_day, last_from = "", ""
    for index in sorted(range(len(records)), key=lambda place: records[place]["from"]):
        suspension, place = records[index], f"{pointer}/suspensions/{index}"
        if suspension["to"] < suspension["from"]:
            yield Fault(f"{place}/to", Code.SUSPENSION_DAYS, {"start": suspension["from"]})
        if suspension["from"] <= last_day:
            yield Fault(f"{place}/from", Code.SUSPENSIONS_OVERLAP, {"start": last_from})
        if suspension["to"] > last_day:
            last_day, last_from = suspension["to"], suspension["from"]
        yield from recorded(suspension, place, "decided_on")


def deadline(record: Record, pointer: str, programme: Programme | None) -> Iterator[Fault]:
    """A deadline so far past the last cut-off at the target's frequency that no report would be asked for it."""
    if programme is None or programme.periods is None:
        return
    periods = programme.at_frequency.get(record["frequency"])
    if not periods:
        yield Fault(f"{pointer}/frequency", Code.NO_PERIODS)
        return
    place, due = f"{pointer}/due_on", record["due_on"]
    for index, extension in enumerate(record.get("extensions", ())):
        if extension["due_on"] > due:
            place, due = f"{pointer}/extensions/{index}/due_on", extension["due_on"]
    if day(due) > periods[-1].cut_off + FARTHEST:
        yield Fault(place, Code.DEADLINE_PAST_PERIODS, {"cut_off": periods[-1].cut_off})


def recorded(fact: Record, pointer: str, own_day: str) -> Iterator[Fault]:
    """A fact is recorded on its own day or later."""
    if fact.get("recorded_on", fact[own_day]) < fact[own_day]:
        yield Fault(f"{pointer}/recorded_on", Code.RECORDED_BEFORE, {"day": fact[own_day]})
